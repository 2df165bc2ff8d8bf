"""The floor: the engine's own work for one request, without HTTP."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.errors import BenchmarkError
from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import preprocess

WARM_UP_CALLS: Final = 20


def load_ladder() -> Ladder:
    """The shipped ladder.

    Raises:
        BenchmarkError: it cannot be loaded.
    """
    repository = ModelRepository(REPOSITORY / "models")
    repository.poll()
    if repository.ladder is None:
        raise BenchmarkError(repository.reason)
    return repository.ladder


def floor_us(picture: bytes, models: Sequence[Model], seconds: float) -> float:
    """CPU time in microseconds to decode, preprocess and read `picture` with all `rungs`."""

    def answer() -> None:
        field = preprocess(decode(picture)).field
        for model in models:
            model.predict(field)

    return mean_cpu_us(answer, seconds)


def mean_cpu_us(
    work: Callable[[], object],
    seconds: float,
    clock_ns: Callable[[], int] = time.process_time_ns,
) -> float:
    """Mean CPU time of `work` in microseconds, called again and again for `seconds` of CPU time."""
    for _ in range(WARM_UP_CALLS):
        work()
    calls, started_ns = 0, clock_ns()
    while (taken_ns := clock_ns() - started_ns) < seconds * 1e9:
        work()
        calls += 1
    return taken_ns / max(1, calls) / 1e3

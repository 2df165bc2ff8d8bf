"""The floor: decode, preprocess and infer in a loop, without HTTP.

`python -m benchmarks.floor PICTURE [--seconds S]` prints its CPU time as JSON.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError
from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.engine.predictor import Ladder, Rung
from ml_engine_and_backend.engine.preprocessing import preprocess

WARM_UP_CALLS = 20


@dataclass(frozen=True)
class Floor:
    """CPU time in microseconds.

    `one` is the whole loop with the cnn rung and `ladder` that with every rung; the others are
    the steps within.
    """

    one: float
    ladder: float
    decode: float
    preprocess: float
    infer: float


def measure(picture: Path, seconds: float) -> Floor:
    """The floor in a process of its own, for about `seconds`.

    Raises:
        BenchmarkError: the process failed.
    """
    command = [sys.executable, "-m", "benchmarks.floor", str(picture), "--seconds", str(seconds)]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if result.returncode:
        raise BenchmarkError(f"benchmarks.floor: {result.stderr}")
    return Floor(**json.loads(result.stdout))


def cpu_us(
    steps: Sequence[Callable[[], object]],
    seconds: float,
    clock_ns: Callable[[], int] = time.process_time_ns,
) -> list[float]:
    """Mean CPU time of each step in microseconds, when they take turns for `seconds` of CPU."""
    for _ in range(WARM_UP_CALLS):
        for step in steps:
            step()
    totals_ns, rounds = [0] * len(steps), 0
    deadline_ns = clock_ns() + int(seconds * 1e9)
    before_ns = clock_ns()
    while before_ns < deadline_ns:
        for number, step in enumerate(steps):
            step()
            now_ns = clock_ns()
            totals_ns[number] += now_ns - before_ns
            before_ns = now_ns
        rounds += 1
    return [total_ns / rounds / 1e3 for total_ns in totals_ns]


class Loop:
    """The steps of one prediction, each working on what the last one left."""

    def __init__(self, picture: bytes, rungs: Sequence[Rung]) -> None:
        self._encoded = picture
        self._rungs = rungs
        self.decode()
        self.preprocess()

    def decode(self) -> None:
        """Encoded picture -> grey levels."""
        self._picture = decode(self._encoded)

    def preprocess(self) -> None:
        """Grey levels -> 28×28."""
        self._digit = preprocess(self._picture)

    def infer(self) -> None:
        """28×28 -> each rung's answer."""
        for rung in self._rungs:
            rung.predict(self._digit.field)


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


def run(picture: bytes, ladder: Ladder, seconds: float) -> Floor:
    """The floor in this process."""
    one = Loop(picture, [ladder.find("cnn")])
    every = Loop(picture, ladder.rungs)
    decoding, preprocessing, infer = cpu_us([one.decode, one.preprocess, one.infer], seconds / 2)
    all_steps = cpu_us([every.decode, every.preprocess, every.infer], seconds / 2)
    return Floor(
        one=decoding + preprocessing + infer,
        ladder=sum(all_steps),
        decode=decoding,
        preprocess=preprocessing,
        infer=infer,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    print(json.dumps(asdict(run(asked.picture.read_bytes(), load_ladder(), asked.seconds))))


if __name__ == "__main__":
    main()

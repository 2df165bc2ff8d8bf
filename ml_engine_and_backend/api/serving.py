"""What the service holds while it runs: the ladder, once loaded, and the work in flight."""

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from ml_engine_and_backend.api.problems import HTTPProblemError
from ml_engine_and_backend.engine.catalogue import ModelFolder
from ml_engine_and_backend.engine.errors import BrokenModelError, LadderError
from ml_engine_and_backend.engine.predictor import Ladder, Networks, Rung

# A prediction takes about a millisecond: past this many at once, waiting is worse than retrying.
MAX_IN_FLIGHT = 64
# Decoding a large picture takes up to some hundred megabytes, so only so many do it at a time.
THREADS = max(2, os.cpu_count() or 1)
RETRY_AFTER_S = 1

Result = TypeVar("Result")

log = logging.getLogger(__name__)


def load_ladder(folders: Iterable[ModelFolder], default: str | None) -> Ladder:
    """Load and warm up every network that is sound; broken ones are logged and left out.

    Raises:
        BrokenModelError: none of them can be served.
        UnknownModelError: `default` is not among those that can.
    """
    rungs = []
    networks = Networks()
    for folder in folders:
        try:
            rungs.append(Rung.load(folder, networks))
        except BrokenModelError as error:
            log.warning("Model folder left out: %s", error)
    return Ladder(rungs, default)


class Serving:
    """Shared by all requests; one a process."""

    def __init__(self, ladder: Ladder | None = None, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._ladder = ladder
        self._reason = "the models are still being loaded"
        self._max_in_flight = max_in_flight
        self._in_flight = 0
        self._threads: CapacityLimiter | None = None  # belongs to the loop that first asks

    def load(self, models_dir: Path, folders: Iterable[ModelFolder], default: str | None) -> None:
        """Load the ladder; a failure is kept as the reason that `/ready` tells."""
        started = time.perf_counter()
        try:
            self._ladder = load_ladder(folders, default)
        except LadderError as error:
            self._reason = f"{models_dir}: {error}"
            log.error("Not ready: %s", self._reason)  # noqa: TRY400  the sentence says it all
        else:
            names = ", ".join(self._ladder.names)
            log.info("Ready in %.0f ms: %s", 1000 * (time.perf_counter() - started), names)

    @property
    def ladder(self) -> Ladder:
        """The loaded ladder.

        Raises:
            HTTPProblemError: 503 while there is none.
        """
        if self._ladder is None:
            raise _unavailable("not-ready", "The service is not ready", self._reason)
        return self._ladder

    async def work(self, function: Callable[[], Result]) -> Result:
        """Run `function` on a thread, so that the event loop stays free for others.

        Raises:
            HTTPProblemError: 503 when too many are at work or waiting. Called on the event loop
                only, so a plain counter does.
        """
        if self._in_flight >= self._max_in_flight:
            raise _unavailable(
                "over-capacity",
                "The service is over capacity",
                f"expected at most {self._max_in_flight} requests at once, got one more",
            )
        self._in_flight += 1
        self._threads = self._threads or CapacityLimiter(THREADS)
        try:
            return await to_thread.run_sync(function, limiter=self._threads)
        finally:
            self._in_flight -= 1


def _unavailable(kind: str, title: str, detail: str) -> HTTPProblemError:
    return HTTPProblemError(503, kind, title, detail, {"Retry-After": str(RETRY_AFTER_S)})

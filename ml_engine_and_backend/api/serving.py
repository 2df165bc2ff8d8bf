"""What the service holds while it runs: the ladder, once loaded, and the work in flight."""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from starlette.types import Scope

from ml_engine_and_backend.api.admission import MAX_IN_FLIGHT, Admission, unavailable
from ml_engine_and_backend.engine.catalogue import ModelFolder
from ml_engine_and_backend.engine.errors import BrokenModelError, LadderError
from ml_engine_and_backend.engine.predictor import Ladder, Networks, Rung

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
        self.admission = Admission(max_in_flight)

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
            raise unavailable("not-ready", "The service is not ready", self._reason)
        return self._ladder

    async def work(self, scope: Scope, function: Callable[[], Result]) -> Result:
        """Run `function` on a thread for the request of `scope`, within the places there are.

        Raises:
            HTTPProblemError: 503 when there is none.
        """
        with self.admission.place(scope):
            return await self.admission.in_thread(function)

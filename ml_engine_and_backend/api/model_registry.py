"""What the service holds while it runs: the ladder, once loaded, and the work in flight."""

from collections.abc import Callable
from typing import TypeVar

from starlette.types import Scope

from ml_engine_and_backend.api.middleware.admission import MAX_IN_FLIGHT, Admission, unavailable
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.engine.predictor import Ladder

Result = TypeVar("Result")


class Serving:
    """Shared by all requests; one a process."""

    def __init__(self, ladder: Ladder | None = None, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._ladder = ladder
        self._reason = "the models are still being loaded"
        self.admission = Admission(max_in_flight)

    def publish(self, ladder: Ladder | None, reason: str) -> None:
        """Serve `ladder` from now on; without one, `/ready` tells the reason.

        Requests in flight keep the ladder that they began with.
        """
        self._reason = reason
        self._ladder = ladder
        served = (
            [(name, v) for name in ladder.names for v in ladder.versions(name)] if ladder else []
        )
        metrics.models_loaded(served)

    @property
    def ladder(self) -> Ladder:
        """The ladder as it is now: immutable, so ask once a request.

        Raises:
            HTTPProblemError: 503 while there is none.
        """
        ladder = self._ladder  # once: another thread publishes
        if ladder is None:
            raise unavailable("not-ready", "The service is not ready", self._reason)
        return ladder

    async def work(self, scope: Scope, function: Callable[[], Result]) -> Result:
        """Run `function` on a thread for the request of `scope`, within the places there are.

        Raises:
            HTTPProblemError: 503 when there is none.
        """
        with self.admission.place(scope):
            return await self.admission.in_thread(function)

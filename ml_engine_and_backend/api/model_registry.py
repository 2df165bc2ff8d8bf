"""The models that are served at the moment, for all requests of a process."""

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.engine.ladder import Ladder


class ModelRegistry:
    """Holds the ladder, once it is loaded, and why there is none until then."""

    def __init__(self, ladder: Ladder | None = None) -> None:
        self._ladder = ladder
        self._reason = "the models are still being loaded"

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
            raise HTTPProblemError(503, "not-ready", "The service is not ready", self._reason)
        return ladder

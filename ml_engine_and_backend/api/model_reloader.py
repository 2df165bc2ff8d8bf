"""Models that change while the service runs: a thread that looks, loads and publishes."""

import logging
import threading
import time

from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.engine.model_repository import ModelRepository

# loading takes milliseconds; a disk that hangs must not keep the process from ending
STOP_TIMEOUT_S = 5
# nor from beginning to serve: it then tells why it is not ready
FIRST_LOOK_TIMEOUT_S = 10

log = logging.getLogger(__name__)


class ModelReloader:
    """Keeps `registry` at what `repository` finds, from a thread of its own."""

    def __init__(
        self, registry: ModelRegistry, repository: ModelRepository, seconds: float
    ) -> None:
        """Poll every `seconds`; with 0, only once."""
        self._registry = registry
        self._repository = repository
        self._seconds = seconds
        self._stopped = threading.Event()
        self._looked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="models", daemon=True)

    def start(self) -> None:
        """Begin to load; returns at once. Threads do not survive a fork: start after it."""
        self._thread.start()

    def wait_for_first_look(self) -> None:
        """Until the models are loaded that were there at the start, or it takes too long."""
        self._looked.wait(FIRST_LOOK_TIMEOUT_S)

    def stop(self) -> None:
        """Look no more; waits for a load in progress."""
        self._stopped.set()
        self._thread.join(STOP_TIMEOUT_S)

    def _run(self) -> None:
        started = time.perf_counter()
        self._look()
        self._looked.set()
        log.info("Models read in %.0f ms", 1000 * (time.perf_counter() - started))
        while self._seconds and not self._stopped.wait(self._seconds):
            self._look()

    def _look(self) -> None:
        try:
            if self._repository.poll():
                self._registry.publish(self._repository.ladder, self._repository.reason)
                metrics.model_folders_refused(self._repository.refused)
        except Exception:
            # whatever it was, the models that are loaded can be served, and the next look may work
            log.exception("Models not looked at; what is loaded is served on")

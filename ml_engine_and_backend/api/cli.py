"""What `python -m ml_engine_and_backend` does: one process that serves, or one that watches."""

import sys

from ml_engine_and_backend.api.light_imports import leave_out_pydantic_v1, models_built_when_used
from ml_engine_and_backend.api.observability.logs import configure_logging
from ml_engine_and_backend.api.settings import Settings, SettingsError, load_settings
from ml_engine_and_backend.api.workers import WORKER, run_workers
from ml_engine_and_backend.collector import resume_collector


def main() -> None:
    """Serve until stopped; with several workers, watch over the processes that do."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    configure_logging(settings)
    is_worker = sys.argv[1:] == [WORKER]
    try:
        if settings.workers > 1 and not is_worker:
            resume_collector()
            raise SystemExit(run_workers(settings.host, settings.port, settings.workers))
        _serve(settings, is_worker=is_worker)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise SystemExit(f"expected to listen on {place}: {error.strerror or error}") from None


def _serve(settings: Settings, *, is_worker: bool) -> None:
    leave_out_pydantic_v1()
    with models_built_when_used():
        # imported here: who only watches over workers needs none of it
        from ml_engine_and_backend.api.app import app
        from ml_engine_and_backend.api.server import serve

    serve(app, settings, is_worker=is_worker)

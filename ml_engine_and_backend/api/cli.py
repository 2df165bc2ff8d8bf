"""What `python -m ml_engine_and_backend` does: uvicorn with the application and the settings."""

import os
import tempfile
from typing import Final

import uvicorn

from ml_engine_and_backend.api.observability.logs import logging_config
from ml_engine_and_backend.api.settings import SettingsError, load_settings

APPLICATION: Final = "ml_engine_and_backend.api.app:app"
# metrics.FOLDER; importing that imports prometheus_client, which reads the variable once
METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# for what is in flight when the process is told to stop; as long as a body may take
STOPPING_TIMEOUT_S: Final = 30


def main() -> None:
    """Serve until stopped."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    with tempfile.TemporaryDirectory(prefix="digit-ladder-metrics-") as folder:
        if settings.workers > 1:
            os.environ.setdefault(METRICS_FOLDER, folder)
        uvicorn.run(
            APPLICATION,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="asyncio",  # on this work it is as fast as any other
            ws="none",
            log_config=logging_config(settings.log_level, settings.log_format),
            access_log=False,
            # both are the application's matter, so that every server gives the same
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOPPING_TIMEOUT_S,
        )

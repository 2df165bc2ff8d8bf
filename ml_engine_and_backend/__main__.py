"""`python -m ml_engine_and_backend`: serve on the host and port that the settings name."""

import logging

import uvicorn

from ml_engine_and_backend.api.app import app
from ml_engine_and_backend.api.settings import Settings


def main() -> None:
    """Serve until stopped."""
    settings: Settings = app.state.settings
    level = settings.log_level
    logging.basicConfig(level=level.upper(), format="%(levelname)s: %(name)s: %(message)s")
    uvicorn.run(app, host=settings.host, port=settings.port, log_level=level)


if __name__ == "__main__":
    main()

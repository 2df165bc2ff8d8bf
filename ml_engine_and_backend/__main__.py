"""`python -m ml_engine_and_backend`: serve on the host and port that the settings name."""

import os

from ml_engine_and_backend.collector import pause_collector

if __name__ == "__main__":
    pause_collector()
    # pydantic looks for them in every package that is installed; what the environment says goes
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # imported here, because it imports nearly everything
    from ml_engine_and_backend.api.cli import main

    main()

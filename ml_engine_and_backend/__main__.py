"""`python -m ml_engine_and_backend`: serve on the host and port that the settings name."""

from ml_engine_and_backend.api.cli import main

if __name__ == "__main__":
    main()

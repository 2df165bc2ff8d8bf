"""`python -m ml_engine_and_backend`: serve on the host and port that the settings name."""

from ml_engine_and_backend.collector import pause_collector

if __name__ == "__main__":
    pause_collector()
    # imported here: the pause is for what this imports
    from ml_engine_and_backend.api.command import main

    main()

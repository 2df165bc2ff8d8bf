"""What can go wrong with what is remembered."""

from ml_engine_and_backend.model_folder.errors import LadderError


class DatabaseAwayError(LadderError):
    """The database does not answer, or not in time."""


class NothingIsKeptError(LadderError):
    """The service was told to keep nothing."""

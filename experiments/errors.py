"""What can go wrong on the way from data to a model folder, each with a sentence of its own.

The message of a `LadderError` is shown to the user as it is, without a traceback.
"""

from ml_engine_and_backend.model_folder.errors import LadderError


class DataError(LadderError):
    """A data file is truncated, tampered with, or not the file that was expected."""


class DownloadError(DataError):
    """No mirror delivered the expected file."""


class RegistryError(LadderError):
    """A model's name is unknown, or its name or order is already taken."""


class ModelError(LadderError):
    """A network is not what its definition says, or its export reads otherwise than it does."""


class FeedbackError(LadderError):
    """There is nothing to learn from people, or it is not what was expected."""


class DriftError(LadderError):
    """A generated document no longer says what the reports say, or lacks the place for it."""


class ClusterError(LadderError):
    """Ray is not installed or not there, or what was to be trained on it failed."""


class ReadingError(LadderError):
    """A reading of many drawings cannot begin, or not go on."""

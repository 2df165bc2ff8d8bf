"""What can go wrong on the way from data to a model folder, each with a sentence of its own."""


class LadderError(Exception):
    """An expected failure. Its message is shown to the user as it is, without a traceback."""


class DataError(LadderError):
    """A data file is truncated, tampered with, or not the file that was expected."""


class DownloadError(DataError):
    """No mirror delivered the expected file."""


class RegistryError(LadderError):
    """A rung's name is unknown, or its name or order is already taken."""


class ArtefactError(LadderError):
    """A model folder is missing, incomplete, or contradicts itself."""


class DriftError(LadderError):
    """A generated document no longer says what the reports say."""

"""What can go wrong with what is remembered."""

from ml_engine_and_backend.model_folder.errors import LadderError


class DatabaseAwayError(LadderError):
    """The database does not answer, or not in time."""


class NothingIsKeptError(LadderError):
    """The service was told to keep nothing."""


class BadNameError(LadderError):
    """A name that nobody can be called by."""


class BadPasswordError(LadderError):
    """A password that is too short or too long."""


class NameTakenError(LadderError):
    """Another account has this name."""


class WrongCredentialsError(LadderError):
    """No account has this name and this password."""


class UnknownAccountError(LadderError):
    """No account has this name."""


class LastAdminError(LadderError):
    """Without this account, nobody could administer."""


class TooManyKeysError(LadderError):
    """An account has as many API keys as one may have."""

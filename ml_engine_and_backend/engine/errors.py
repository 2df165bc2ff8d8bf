"""What can go wrong between a picture and an answer; the HTTP layer maps each once."""

from collections.abc import Sequence


class LadderError(Exception):
    """Base of the domain's errors; `str(error)` says what was expected and what came."""


class UnreadablePictureError(LadderError):
    """The bytes are no picture that we read, or a damaged one."""


class TooManyPixelsError(LadderError):
    """The picture's header announces more pixels than allowed."""


class BlankDrawingError(LadderError):
    """A readable picture with nothing on it that could be a digit."""


class BrokenModelError(LadderError):
    """A model folder that is incomplete, damaged or not what its metadata says."""


class UnknownModelError(LadderError):
    """No served model has this name or version; `known` holds the names of those that are."""

    def __init__(self, asked: str, expected: Sequence[str], known: Sequence[str]) -> None:
        self.known = list(known)
        super().__init__(f"expected one of {', '.join(expected)}, got {asked[:80]!r}")


class NoDefaultModelError(LadderError):
    """The model that answers callers without a wish is not served at the moment."""

    def __init__(self, default: str, known: Sequence[str]) -> None:
        super().__init__(
            f"expected the default model {default[:80]!r} to be served, got only "
            f"{', '.join(known)}: name one of them, or retry"
        )

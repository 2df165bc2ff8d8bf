"""What can go wrong between a picture and an answer; the HTTP layer maps each once."""

from collections.abc import Sequence

from ml_engine_and_backend.model_folder.errors import BrokenModelError, LadderError

__all__ = [
    "BadBoxError",
    "BlankDrawingError",
    "BrokenModelError",
    "LadderError",
    "NoDefaultModelError",
    "TooManyPixelsError",
    "UnknownModelError",
    "UnreadablePictureError",
]


class UnreadablePictureError(LadderError):
    """The bytes are no picture that we read, or a damaged one."""


class TooManyPixelsError(LadderError):
    """The picture's header announces more pixels than allowed."""


class BadBoxError(LadderError):
    """The part of the picture that is to be read is empty, or reaches out of the picture."""


class BlankDrawingError(LadderError):
    """A readable picture with nothing on it that could be a digit."""


class UnknownModelError(LadderError):
    """No served model has this name or version; `known` holds the names of those that are."""

    def __init__(self, asked: str, expected: Sequence[str], known: Sequence[str]) -> None:
        self.known = list(known)
        super().__init__(f"expected one of {', '.join(expected)}, got {asked[:80]!r}")


class NoDefaultModelError(LadderError):
    """The model that answers requests that name no model is not served at the moment."""

    def __init__(self, default: str, known: Sequence[str]) -> None:
        super().__init__(
            f"expected the default model {default[:80]!r} to be served, got only "
            f"{', '.join(known)}: name one of them, or retry"
        )

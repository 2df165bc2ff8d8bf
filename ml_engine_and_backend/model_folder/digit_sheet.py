"""`digits.json`: which test digit is where in the sprite sheet `digits.png`."""

from typing import Annotated, Final

from pydantic import Field

from ml_engine_and_backend.model_folder.record import Record, Sha256

IMAGE_FILE: Final = "digits.png"
INDEX_FILE: Final = "digits.json"


class SheetLayout(Record):
    """The places of the digits, row by row."""

    size_px: Annotated[int, Field(description="Side of a cell.")]
    columns: int
    indices: Annotated[list[int], Field(description="Places in MNIST's test split, ascending.")]


class SheetIndex(SheetLayout):
    """`digits.json`; the SHA-256 of the picture ties the two together."""

    sha256: Sha256

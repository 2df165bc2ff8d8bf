"""`hard_ones.json`: drawings that some rungs misread and others read, in teaching order."""

from typing import Annotated, Final, Literal

from pydantic import Field

from ml_engine_and_backend.model_folder.record import Record

HARD_ONES_FILE: Final = "hard_ones.json"
# the side of the square in which strokes are given
SIDE: Final = 1000

Source = Literal["mnist", "penstrokes"]
Digit = Annotated[int, Field(ge=0, le=9)]
Coordinate = Annotated[int, Field(ge=0, le=SIDE)]


class Origin(Record):
    """Where drawings come from."""

    title: str
    licence: str


class HardOne(Record):
    """One drawing and what every rung reads in it.

    `strokes` are there where `source` is `penstrokes`; a digit of MNIST is in the sprite sheet of
    `GET /reports/digits`.
    """

    source: Source
    index: Annotated[
        int, Field(ge=0, description="Place in MNIST's test split, or in the file of pen strokes.")
    ]
    label: Digit
    read: Annotated[dict[str, Digit], Field(description="By rung, in ladder order.")]
    first_right: Annotated[
        str | None, Field(description="The rung from which on all are right; None: all are wrong.")
    ]
    sentence: str
    strokes: Annotated[
        list[list[tuple[Coordinate, Coordinate]]],
        Field(description="Points x, y in thousandths of the canvas, from its top left corner."),
    ] = []  # noqa: RUF012  pydantic copies it
    pen: Annotated[
        int | None, Field(description="Width of the round pen, in thousandths of the canvas.")
    ] = None


class HardOnes(Record):
    """The whole file."""

    format: Literal[1]
    versions: Annotated[dict[str, int], Field(description="The version of each rung that read.")]
    origins: dict[Source, Origin]
    items: list[HardOne]

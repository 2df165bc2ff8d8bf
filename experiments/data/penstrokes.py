"""Digits as people draw them: recorded pen strokes, drawn as the page draws and read as it reads.

Source: UNIPEN `train_r01_v07`, category 1a (Guyon, Schomaker, Plamondon, Liberman, Janet, "UNIPEN
project of on-line data exchange and recognizer benchmarks", ICPR 1994). The file is no part of
this repository, and nothing is trained on it.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from experiments.errors import DataError
from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, preprocess

FILE: Final = "penstrokes/dev.jsonl.gz"
CHARACTERS_FILE: Final = "penstrokes/characters_dev.jsonl.gz"
NUMBERS_FILE: Final = "penstrokes/numbers_dev.jsonl.gz"
CANVAS_PX: Final = 280
# a number's height, and a pen of a twelfth of it
NUMBER_PX: Final = 120.0
NUMBER_PEN_PX: Final = 10.0
PEN_PX: Final = (10.0, 30.0)
# the longer side of the pen's path: from a third of the canvas to four fifths
SIZE_PX: Final = (95.0, 225.0)
CENTRED_PX: Final = 160.0
CENTRED_PEN_PX: Final = 18.0
_ANTIALIASING: Final = 3

Stroke = NDArray[np.float32]  # (points, 2): x to the right, y down


class PenStrokesAbsentError(DataError):
    """The recorded pen strokes are not on this machine; whoever can do without them goes on."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One digit by one writer, its longer side 1 and its top left corner at (0, 0)."""

    label: int
    writer: int
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """A letter, a symbol or a number by one writer, its longer side 1 and its corner at (0, 0).

    `touching` says that ink of two of a number's digits connects.
    """

    label: str
    writer: int
    strokes: tuple[Stroke, ...]
    touching: bool = False


class Placement(NamedTuple):
    """How a drawing lies on the canvas, as `render` takes it."""

    size_px: float
    left_px: float
    top_px: float
    pen_px: float


@dataclass(frozen=True, slots=True, eq=False)
class CanvasDigits:
    """What a model sees of drawings, in their order.

    `images` is uint8 (n, 28, 28, 1), light ink on 0; `labels` and `writers` are int64 (n,).
    `blank` (n,) marks drawings in which the engine finds no digit: the service answers them with
    an error, so they count as misread; their image is empty.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]
    blank: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.labels)

    def read_rightly(self, predicted: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which drawings (n,) a model that answers `predicted` (n,) reads as they were meant."""
        return np.asarray((predicted == self.labels) & ~self.blank)


def load_penstrokes(data_dir: Path) -> list[Drawing]:
    """Every drawing of `<data_dir>/penstrokes/dev.jsonl.gz`, in the file's order.

    Raises PenStrokesAbsentError when there is no such file, and DataError when it is another.
    """
    drawings = []
    for place, writing in _read(data_dir / FILE):
        if writing.label not in {*"0123456789"}:
            raise DataError(f"{place}: expected a label from 0 to 9, got {writing.label!r}")
        drawings.append(Drawing(int(writing.label), writing.writer, writing.strokes))
    return drawings


def load_writings(data_dir: Path, file: str) -> list[Writing]:
    """Every letter, symbol or number of CHARACTERS_FILE or NUMBERS_FILE, in the file's order.

    Raises PenStrokesAbsentError when there is no such file, and DataError when it is another.
    """
    return [writing for _, writing in _read(data_dir / file)]


def _read(path: Path) -> Iterator[tuple[str, Writing]]:
    if not path.is_file():
        raise PenStrokesAbsentError(f"{path}: expected recorded pen strokes, found no file")
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                place = f"{path}, line {number}"
                yield place, parse_writing(line, place)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected a whole gzip file, got {error}") from error


def render(
    drawing: Drawing | Writing,
    *,
    size_px: float,
    left_px: float,
    top_px: float,
    pen_px: float,
    width_px: int = CANVAS_PX,
    height_px: int = CANVAS_PX,
) -> NDArray[np.uint8]:
    """The drawing on the page's canvas, or one of another size: black ink on white, antialiased.

    The pen is round; its path's longer side measures `size_px`, and the path's box begins at
    (`left_px`, `top_px`), so the ink reaches half a pen further.
    """
    k = _ANTIALIASING
    canvas = Image.new("L", (width_px * k, height_px * k), 255)
    pen = ImageDraw.Draw(canvas)
    radius = pen_px * k / 2
    for stroke in drawing.strokes:
        points = [
            (float(x), float(y))
            for x, y in (stroke * size_px + np.array([left_px, top_px])) * k - 0.5
        ]
        pen.line(points, fill=0, width=round(2 * radius))
        # joints are as round as the ends
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(canvas.reduce(k))


def render_centred(writing: Writing) -> NDArray[np.uint8]:
    """A drawing in the middle of the page's canvas, of a middle size and with a middle pen."""
    extent = np.concatenate(writing.strokes).max(axis=0)
    left_px, top_px = ((CANVAS_PX - extent * CENTRED_PX) / 2).tolist()
    return render(
        writing, size_px=CENTRED_PX, left_px=left_px, top_px=top_px, pen_px=CENTRED_PEN_PX
    )


def render_number(number: Writing) -> NDArray[np.uint8]:
    """A number on a sheet that just holds it: uint8 (height, width), black on white.

    It is 120 px high, drawn with a pen of a twelfth of that.
    """
    extent = np.concatenate(number.strokes).max(axis=0)
    size_px = NUMBER_PX / float(extent[1])
    margin_px = 2 * NUMBER_PEN_PX
    width_px, height_px = np.ceil(extent * size_px + 2 * margin_px).astype(int).tolist()
    return render(
        number,
        size_px=size_px,
        left_px=margin_px,
        top_px=margin_px,
        pen_px=NUMBER_PEN_PX,
        width_px=width_px,
        height_px=height_px,
    )


def canvas_digits(drawings: Sequence[Drawing], seed: int) -> CanvasDigits:
    """Draw each with a pen, a size and a place of its own that `seed` decides; preprocess it.

    Pens are 10 to 30 px wide and paths 95 to 225 px long at their longer side, all of it inside
    the canvas.
    """
    images, blank = canvas_fields(drawings, seed)
    return CanvasDigits(
        images,
        np.array([drawing.label for drawing in drawings], np.int64),
        np.array([drawing.writer for drawing in drawings], np.int64),
        blank,
    )


def placements(drawings: Sequence[Drawing | Writing], seed: int) -> Iterator[Placement]:
    """Pen, size and place on the canvas of each drawing in turn, which `seed` decides."""
    generator = np.random.default_rng(seed)
    for drawing in drawings:
        pen_px = generator.uniform(*PEN_PX)
        size_px = generator.uniform(*SIZE_PX)
        extent = np.concatenate(drawing.strokes).max(axis=0) * size_px
        left_px, top_px = generator.uniform(pen_px / 2, CANVAS_PX - pen_px / 2 - extent)
        yield Placement(size_px, left_px, top_px, pen_px)


def canvas_fields(
    drawings: Sequence[Drawing | Writing], seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """What a model sees of drawings as in `canvas_digits` (n, 28, 28, 1), and which are blank."""
    images = np.zeros((len(drawings), FIELD_PX, FIELD_PX, 1), np.uint8)
    blank = np.zeros(len(drawings), bool)
    for index, (drawing, place) in enumerate(
        zip(drawings, placements(drawings, seed), strict=True)
    ):
        picture = render(drawing, **place._asdict())
        # what decoding the canvas' PNG gives
        grey = Picture(picture, CANVAS_PX, CANVAS_PX)
        try:
            images[index, :, :, 0] = preprocess(grey).field
        except BlankDrawingError:
            blank[index] = True
    return images, blank


def parse_writing(line: str, place: str) -> Writing:
    """One line of the files: a letter, a symbol or a number.

    Raises DataError, naming `place`, where it is another.
    """
    try:
        record: dict[str, Any] = json.loads(line)
        label, writer = str(record["label"]), int(record["writer"])
        touching = bool(record.get("touching", False))
        strokes = [np.array(stroke, np.float32).reshape(-1, 2) for stroke in record["strokes"]]
        points = np.concatenate(strokes)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{place}: expected label, writer and strokes, got {error!r}") from error
    if not len(points) or not np.isfinite(points).all():
        raise DataError(f"{place}: expected finite points, got {len(points)}, or not finite ones")
    corner = points.min(axis=0)
    # a lone dot has no size
    longer = float((points.max(axis=0) - corner).max()) or 1.0
    strokes = [(stroke - corner) / longer for stroke in strokes if len(stroke)]
    return Writing(label, writer, tuple(strokes), touching)

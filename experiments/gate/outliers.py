"""What is no digit, made: letters in handwriting fonts, scribbles, shapes, broken digits, textures.

Exposure to such outliers in training is what teaches the gate to refuse others (Hendrycks, Mazeika,
Dietterich, "Deep anomaly detection with outlier exposure", ICLR 2019). Letters that people also
write as digits (O, l, S, Z, b, q, …) are left out: telling those apart is nobody's duty.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Field, preprocess

SIDE_PX = 140
# letters and symbols that nobody writes as a digit, and some that few do
LETTERS = "AEFHKMNPRWXdefhkmnprwx" * 2 + "QTUVYLCcuvtya"
SYMBOLS = "#&@$%*+?=<>~^{}"
# gaps between digits of a string, in usual digits' widths, and where they are crowded: narrow,
# most of them touching
GAPS = (-0.1, 0.4)
CROWDED_GAPS = (-0.25, 0.05)
CROWDED_SHARE = 1 / 3
Points = NDArray[np.float64]  # (n, 2): x and y in pixels
Levels = NDArray[np.uint8]  # (height, width), light on 0
Make = Callable[[np.random.Generator], Levels]


class OutlierMaker:
    """Makes outliers of all kinds, from training digits and from fonts.

    `digits` is uint8 (n, 28, 28), light on 0, `labels` (n,); `fonts` are files that FreeType reads.
    """

    def __init__(
        self, digits: NDArray[np.uint8], labels: NDArray[np.int64], fonts: Sequence[str]
    ) -> None:
        self._digits = digits
        self._of = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._fonts = list(fonts)
        # how many of a hundred outliers are of a kind
        self._kinds: list[tuple[int, Make]] = [
            (46, self.letter),
            (8, self.word),
            (12, scribble),
            (8, strokes),
            (10, shape),
            (5, self.cut_digit),
            (4, self.turned_digit),
            (3, self.digit_on_digit),
            (4, texture),
        ]

    def outliers(self, count: int, generator: np.random.Generator) -> NDArray[np.uint8]:
        """(count, 28, 28): what the engine makes of outliers, in random order."""
        makes = [make for share, make in self._kinds for _ in range(share)]
        return self._fields(count, lambda g: makes[g.integers(len(makes))](g), generator)

    def strings(self, count: int, generator: np.random.Generator) -> NDArray[np.uint8]:
        """(count, 28, 28): what the engine makes of two to four digits as if they were one."""
        return self._fields(count, lambda g: self.string(g)[0], generator)

    def letter(self, generator: np.random.Generator) -> Levels:
        """A letter or a symbol in a handwriting font."""
        signs = SYMBOLS if generator.random() < 0.3 else LETTERS
        return self._text(signs[generator.integers(len(signs))], generator)

    def word(self, generator: np.random.Generator) -> Levels:
        """Two to four letters."""
        chosen = generator.integers(0, 26, generator.integers(2, 5))
        word = "".join(chr(ord("a") + letter) for letter in chosen)
        return self._text(word.upper() if generator.random() < 0.3 else word, generator)

    def string(self, generator: np.random.Generator) -> tuple[Levels, list[int]]:
        """Two to four digits beside each other, a third of the time crowded, and which they are."""
        count = int(generator.choice([2, 2, 2, 2, 3, 4]))
        labels = generator.integers(0, 10, count).tolist()
        digits = [self._digit(label, generator) for label in labels]
        if generator.random() >= CROWDED_SHARE:
            return place_side_by_side(digits, generator), labels
        narrower = generator.uniform(0.6, 1)
        digits = [ndimage.zoom(digit, (1, narrower), order=1) for digit in digits]
        return place_side_by_side(digits, generator, CROWDED_GAPS), labels

    def cut_digit(self, generator: np.random.Generator) -> Levels:
        """Half of a digit that, cut in two, is no longer one."""
        digit = self._digit(int(generator.choice([0, 2, 3, 4, 5])), generator)
        angle = generator.uniform(0, 2 * np.pi)
        y, x = np.indices(digit.shape) - np.array(digit.shape)[:, None, None] / 2
        return np.where(x * np.cos(angle) + y * np.sin(angle) > generator.normal(0, 1.5), digit, 0)

    def turned_digit(self, generator: np.random.Generator) -> Levels:
        """A digit on its side."""
        digit = self._digit(int(generator.choice([2, 3, 4, 5, 7])), generator)
        degrees = generator.choice([90, -90]) + generator.uniform(-25, 25)
        return np.clip(ndimage.rotate(digit, degrees, order=1), 0, 255).astype(np.uint8)

    def digit_on_digit(self, generator: np.random.Generator) -> Levels:
        """Two digits over each other."""
        first, second = (
            np.pad(self._digit(int(label), generator), 8)
            for label in generator.choice(10, 2, replace=False)
        )
        shift = generator.integers(-5, 6, 2)
        return np.maximum(first, np.roll(second, tuple(shift.tolist()), (0, 1)))

    def _digit(self, label: int, generator: np.random.Generator) -> Levels:
        digit: Levels = self._digits[generator.choice(self._of[label])]
        return digit

    def _text(self, text: str, generator: np.random.Generator) -> Levels:
        path = self._fonts[generator.integers(len(self._fonts))]
        font = ImageFont.truetype(path, int(generator.integers(40, 90)))
        left, top, right, bottom = font.getbbox(text)
        image = Image.new("L", (int(right - left) + 30, int(bottom - top) + 30), 0)
        bold = int(generator.choice([0, 0, 0, 1, 2, 3]))
        ImageDraw.Draw(image).text((15 - left, 15 - top), text, 255, font, stroke_width=bold)
        return np.asarray(image)

    @staticmethod
    def _fields(count: int, make: Make, generator: np.random.Generator) -> NDArray[np.uint8]:
        fields = np.empty((count, FIELD_PX, FIELD_PX), np.uint8)
        made = 0
        while made < count:
            field = field_of(make(generator))
            if field is not None:
                fields[made] = field
                made += 1
        return fields


def field_of(levels: Levels) -> Field | None:
    """What the engine makes of light ink on 0; None where it finds nothing."""
    padded = np.pad(levels, 12)
    try:
        return preprocess(Picture(padded, padded.shape[1], padded.shape[0])).field
    except BlankDrawingError:
        return None


def place_side_by_side(
    digits: Sequence[Levels],
    generator: np.random.Generator,
    gaps: tuple[float, float] = GAPS,
) -> Levels:
    """Digits in a row, with gaps between two shares of a digit's width, up and down a little."""
    cropped = []
    for digit in digits:
        rows, columns = np.nonzero(digit > 40)
        cut = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        cropped.append(ndimage.zoom(cut, generator.uniform(0.85, 1.15), order=1))
    height = max(len(digit) for digit in cropped) + 8
    canvas = np.zeros((height, sum(digit.shape[1] + 10 for digit in cropped) + 10), np.uint8)
    x = 2
    for digit in cropped:
        y = (height - len(digit)) // 2 + int(generator.integers(-3, 4))
        part = canvas[y : y + len(digit), x : x + digit.shape[1]]
        np.maximum(part, digit, out=part)
        gap = generator.uniform(*gaps) * 14
        x += max(3, digit.shape[1] + round(gap))
    return canvas


def scribble(generator: np.random.Generator) -> Levels:
    """A line that wanders."""
    return _drawn([_curve(int(generator.integers(5, 16)), generator)], generator)


def strokes(generator: np.random.Generator) -> Levels:
    """Three to six short strokes in all directions."""
    return _drawn(
        [_curve(int(generator.integers(2, 4)), generator) for _ in range(generator.integers(3, 7))],
        generator,
    )


def shape(generator: np.random.Generator) -> Levels:
    """A heart, a face, a star and the like, drawn by an unsteady hand."""
    lines = _SHAPES[generator.integers(len(_SHAPES))]()
    turn = generator.normal(0, 0.15)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix *= generator.uniform(0.75, 1.25, (2, 1))
    wobble = generator.normal(0, 0.03, (8, 2))
    bent = []
    for line in lines:
        line = line @ matrix
        phase = 2.5 * line[:, :1] + 1.7 * line[:, 1:]
        waves = sum(w * np.sin((k + 1) * phase + k) for k, w in enumerate(wobble))
        bent.append((line + waves) * 48 + SIDE_PX / 2)
    return _drawn(bent, generator)


def texture(generator: np.random.Generator) -> Levels:
    """Blobs, hatching, or a solid patch."""
    kind = generator.integers(3)
    if kind == 0:
        noise = ndimage.gaussian_filter(
            generator.standard_normal((SIDE_PX, SIDE_PX)), generator.uniform(3, 12)
        )
        return np.where(noise > np.quantile(noise, generator.uniform(0.6, 0.85)), 255, 0).astype(
            np.uint8
        )
    if kind == 1:
        count = generator.integers(4, 9)
        ends = np.linspace(20, SIDE_PX - 20, count)
        lines = [np.array([[20, y], [SIDE_PX - 20, y + generator.normal(0, 4)]]) for y in ends]
        if generator.random() < 0.5:
            lines += [line[:, ::-1] for line in lines]
        return _drawn(lines, generator)
    image = Image.new("L", (SIDE_PX, SIDE_PX), 0)
    corners = generator.uniform(15, SIDE_PX - 15, (generator.integers(3, 8), 2))
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(*(corners - middle).T))
    ImageDraw.Draw(image).polygon([tuple(corner) for corner in corners[order]], fill=255)
    return np.asarray(image)


def _curve(count: int, generator: np.random.Generator) -> Points:
    """A smooth line through `count` random points."""
    points = generator.uniform(20, SIDE_PX - 20, (count, 2))
    if count < 3:
        return points
    places = np.linspace(0, count - 1, count * 8)
    return np.stack(
        [
            ndimage.map_coordinates(points[:, axis], [places], order=3, mode="nearest")
            for axis in (0, 1)
        ],
        axis=-1,
    )


def _drawn(lines: Sequence[Points], generator: np.random.Generator) -> Levels:
    """Lines with round ends and joints, drawn by one pen."""
    image = Image.new("L", (SIDE_PX, SIDE_PX), 0)
    pen = ImageDraw.Draw(image)
    width = float(generator.uniform(4, 13))
    for line in lines:
        pen.line([tuple(point) for point in line], 255, round(width), joint="curve")
        for x, y in line:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), 255)
    return np.asarray(image)


def _arc(x: float, y: float, radius: float, start: float = 0, end: float = 360) -> Points:
    angles = np.radians(np.linspace(start, end, 40))
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1)


def _heart() -> list[Points]:
    t = np.linspace(0, 2 * np.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return [np.stack([x, y], axis=-1) / 17]


def _face() -> list[Points]:
    return [
        _arc(0, 0, 1),
        _arc(-0.35, -0.3, 0.08),
        _arc(0.35, -0.3, 0.08),
        _arc(0, 0.1, 0.5, 20, 160),
    ]


def _star() -> list[Points]:
    angles = np.radians(-90 + 144 * np.arange(6))
    return [np.stack([np.cos(angles), np.sin(angles)], axis=-1)]


def _spiral() -> list[Points]:
    t = np.linspace(0, 6 * np.pi, 90)
    return [np.stack([t * np.cos(t), t * np.sin(t)], axis=-1) / 19]


def _lines(*lines: Sequence[tuple[float, float]]) -> Callable[[], list[Points]]:
    return lambda: [np.array(line, float) for line in lines]


_SHAPES: list[Callable[[], list[Points]]] = [
    _heart,
    _face,
    _star,
    _spiral,
    _lines([(-1, 0.8), (0, -0.9), (1, 0.8), (-1, 0.8)]),  # a triangle
    _lines([(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8), (-0.8, -0.8)]),  # a square
    _lines(  # a house
        [(-0.8, 0.9), (-0.8, -0.1), (0, -0.9), (0.8, -0.1), (0.8, 0.9), (-0.8, 0.9)],
        [(-0.2, 0.9), (-0.2, 0.3), (0.2, 0.3), (0.2, 0.9)],
    ),
    _lines([(-1, 0), (1, 0)], [(0.5, -0.5), (1, 0), (0.5, 0.5)]),  # an arrow
    _lines([(-0.9, 0.1), (-0.3, 0.8), (0.9, -0.8)]),  # a tick
    _lines([(-0.8, -0.8), (0.8, 0.8)], [(0.8, -0.8), (-0.8, 0.8)]),  # a cross
    _lines([(0, -0.9), (0, 0.9)], [(-0.9, 0), (0.9, 0)]),  # a plus
    _lines([(0.3, -1), (-0.4, 0.1), (0.3, 0.1), (-0.3, 1)]),  # a flash
    _lines([(0, -1), (0.7, 0), (0, 1), (-0.7, 0), (0, -1)]),  # a diamond
    lambda: [_arc(-0.5, 0, 0.48), _arc(0.5, 0, 0.48)],  # glasses
    lambda: [_arc(0, 0, 1), _arc(0, 0, 0.45)],  # a ring
    lambda: [
        _arc(0, 0, 1),
        np.array([[-0.7, -0.7], [0.7, 0.7]]),
        np.array([[0.7, -0.7], [-0.7, 0.7]]),
    ],
    lambda: [
        _arc(0, -0.6, 0.35),
        *_lines([(0, -0.25), (0, 0.4)], [(-0.6, 0), (0.6, 0)], [(-0.5, 1), (0, 0.4), (0.5, 1)])(),
    ],
    lambda: [
        np.stack([np.linspace(-1, 1, 50), 0.35 * np.sin(np.linspace(0, 4 * np.pi, 50))], axis=-1)
    ],
]

"""How often whole numbers are read rightly: people's, and strings made of MNIST's test digits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset
from experiments.data.penstrokes import NUMBERS_FILE, load_writings, render_number
from experiments.gate.outliers import place_side_by_side
from ml_engine_and_backend.engine.decoding import Grey, Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.gate import Gate, verdict_of
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.engine.reader import Sight, see

SEEDS: Final = (1, 2, 3)
STRINGS: Final = 300
PAIRS: Final = 1000
PAGE_DIGITS: Final = 50
PAGE_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Numbers:
    """Shares in 0..1; `made` has one a seed. `page_ms` is for a page of 50 digits, pen to text."""

    model: str
    people: int
    people_exact: float
    touching: int
    touching_exact: float
    made: dict[int, float]
    pairs_as_one: float
    pairs_as_one_sure: float
    page_ms: float


def measure_numbers(
    model: Model,
    gate: Gate,
    data: Dataset,
    data_dir: Path,
    seeds: Sequence[int] = SEEDS,
    strings: int = STRINGS,
    pairs: int = PAIRS,
) -> Numbers:
    """What `model` reads in numbers that the gate's reader finds.

    Raises PenStrokesAbsentError when people's numbers are not under `data_dir`.
    """
    numbers = load_writings(data_dir, NUMBERS_FILE)
    is_right = np.array([read(render_number(each), model, gate) == each.label for each in numbers])
    touching = np.array([each.touching for each in numbers])
    as_one, as_one_sure = _pairs(model, gate, data, pairs)
    return Numbers(
        model=f"{model.metadata.name}@{model.metadata.version}",
        people=len(numbers),
        people_exact=float(is_right.mean()),
        touching=int(touching.sum()),
        touching_exact=float(is_right[touching].mean()) if touching.any() else 0.0,
        made={seed: _made(model, gate, data, seed, strings) for seed in seeds},
        pairs_as_one=as_one,
        pairs_as_one_sure=as_one_sure,
        page_ms=_page_ms(model, gate, data),
    )


def read(grey: Grey, model: Model, gate: Gate) -> str:
    """The digits that `model` reads in a picture; none where nothing is drawn."""
    try:
        sight = _look(grey, gate)
    except BlankDrawingError:
        return ""
    if sight.found.kind == "digit":
        return str(model.predict(sight.digit.field).digit)
    return "".join(str(model.predict(glyph.field).digit) for glyph in sight.digits)


def _look(grey: Grey, gate: Gate) -> Sight:
    digit = preprocess(Picture(grey, grey.shape[1], grey.shape[0]))
    return see(digit, gate)


def _string(data: Dataset, count: int, generator: np.random.Generator) -> tuple[str, Grey]:
    """So many test digits side by side, dark on light."""
    chosen = generator.integers(0, len(data.test.images), count)
    levels = place_side_by_side(list(data.test.images[chosen, :, :, 0]), generator)
    text = "".join(str(label) for label in data.test.labels[chosen])
    return text, np.pad(255 - levels, 12, constant_values=255)


def _made(model: Model, gate: Gate, data: Dataset, seed: int, count: int) -> float:
    """The share of strings of 2 to 8 digits that are read exactly."""
    generator = np.random.default_rng(seed)
    right = 0
    for _ in range(count):
        text, grey = _string(data, int(generator.integers(2, 9)), generator)
        right += read(grey, model, gate) == text
    return right / count


def _pairs(model: Model, gate: Gate, data: Dataset, count: int) -> tuple[float, float]:
    """The shares of pairs that are taken for one digit, and that are called sure of it."""
    generator = np.random.default_rng(SEEDS[0])
    as_one = sure = 0
    for _ in range(count):
        sight = _look(_string(data, 2, generator)[1], gate)
        if sight.found.kind == "digit":
            as_one += 1
            own = model.predict(sight.digit.field).verdict
            sure += verdict_of(own, sight.found, gate) == "sure"
    return as_one / count, sure / count


def _page_ms(model: Model, gate: Gate, data: Dataset) -> float:
    """The median time of reading 50 digits in 5 rows, in milliseconds."""
    side_px, times = 40, []
    page: NDArray[np.uint8] = np.full((5 * side_px, PAGE_DIGITS // 5 * side_px), 255, np.uint8)
    for index, digit in enumerate(data.test.images[:PAGE_DIGITS, :, :, 0]):
        row, column = divmod(index, PAGE_DIGITS // 5)
        y, x = row * side_px + 6, column * side_px + 6
        page[y : y + 28, x : x + 28] = 255 - digit
    for _ in range(PAGE_TRIES):
        started = time.perf_counter()
        read(page, model, gate)
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1e3

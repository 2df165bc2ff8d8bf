"""Recorded pen strokes, drawn as the page draws them and read as the service reads them."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.data.penstrokes import (
    CanvasDigits,
    Drawing,
    PenStrokesAbsentError,
    canvas_digits,
    load_penstrokes,
    render,
)
from experiments.errors import DataError
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.conftest import leave_out
from tests.drawings import encode

# a seven with a bar, in some tablet's units
SEVEN = {
    "label": 7,
    "writer": 3,
    "strokes": [[[0, 0], [300, 0], [120, 500]], [[60, 250], [280, 250]]],
}
ONE = {"label": 1, "writer": 4, "strokes": [[[5, 0], [5, 40]]]}


def write(data_dir: Path, *records: object) -> Path:
    path = data_dir / "penstrokes" / "dev.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in records).encode()))
    return path


@pytest.fixture
def seven(tmp_path: Path) -> Drawing:
    write(tmp_path, SEVEN)
    return load_penstrokes(tmp_path)[0]


def test_drawings_are_scaled_by_their_own_size(tmp_path: Path) -> None:
    write(tmp_path, SEVEN, ONE)
    seven, one = load_penstrokes(tmp_path)
    assert (seven.label, seven.writer, one.label, one.writer) == (7, 3, 1, 4)
    assert seven.strokes[0].ravel() == pytest.approx([0, 0, 0.6, 0, 0.24, 1])
    assert one.strokes[0].tolist() == [[0, 0], [0, 1]]


def test_missing_pen_strokes_raise_their_own_error(tmp_path: Path) -> None:
    with pytest.raises(PenStrokesAbsentError, match=r"dev\.jsonl\.gz: expected recorded pen strok"):
        load_penstrokes(tmp_path)


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({**SEVEN, "label": 10}, "line 2: expected a label from 0 to 9, got '10'"),
        ({**SEVEN, "strokes": [[]]}, "line 2: expected finite points, got 0"),
        ({**SEVEN, "strokes": [[[1, 2, 3]]]}, "line 2: expected label, writer and strokes"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, record: object, sentence: str) -> None:
    write(tmp_path, ONE, record)
    with pytest.raises(DataError, match=sentence):
        load_penstrokes(tmp_path)


def test_the_model_sees_what_the_service_would_show_it(seven: Drawing) -> None:
    digits = canvas_digits([seven], seed=5)
    generator = np.random.default_rng(5)
    pen_px, size_px = generator.uniform(10, 30), generator.uniform(95, 225)
    place = generator.uniform(pen_px / 2, 280 - pen_px / 2 - np.array([0.6, 1]) * size_px)
    canvas = render(seven, size_px=size_px, left_px=place[0], top_px=place[1], pen_px=pen_px)
    field = preprocess(decode(encode(Image.fromarray(canvas)))).field
    np.testing.assert_array_equal(digits.images[0, :, :, 0], field)


def test_a_blank_drawing_counts_as_misread(tmp_path: Path) -> None:
    write(tmp_path, SEVEN, {"label": 1, "writer": 1, "strokes": [[[3, 3]]]})
    digits = canvas_digits(load_penstrokes(tmp_path), seed=1)
    assert digits.blank.tolist() == [False, True]
    assert not digits.images[1].any()
    assert digits.read_rightly(np.array([7, 1])).tolist() == [True, False]
    assert digits.read_rightly(np.array([1, 1])).tolist() == [False, False]


def test_all_recorded_digits_are_read(full_data_dir: Path) -> None:
    try:
        drawings = load_penstrokes(full_data_dir)
    except PenStrokesAbsentError:
        leave_out("needs the recorded pen strokes beside MNIST")
    assert len(drawings) == 9_151
    assert len({drawing.writer for drawing in drawings}) == 79
    digits: CanvasDigits = canvas_digits(drawings[::50], seed=1)
    assert not digits.blank.any()
    assert digits.images.max(axis=(1, 2, 3)).min() == 255

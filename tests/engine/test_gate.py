"""The shipped gate, on drawings: one digit, several, and what is none."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml_engine_and_backend.engine import reader
from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.engine.reader import Sight
from ml_engine_and_backend.model_folder.folder import latest, read_folder
from ml_engine_and_backend.model_folder.gate import GATE, GateReport
from ml_engine_and_backend.model_folder.record import read_record
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw

FOLDER = latest(REPOSITORY / "models", GATE)
GATE_NETWORK = Gate.load(FOLDER)
MODEL = Model.load(read_folder(latest(REPOSITORY / "models", "deep_cnn")))


def see(image: Image.Image) -> Sight:
    levels = np.asarray(image)
    height, width = levels.shape
    return reader.see(preprocess(Picture(levels, width, height)), GATE_NETWORK)


def text(sight: Sight) -> list[str]:
    lines: dict[int, str] = {}
    for glyph in sight.digits:
        lines[glyph.line] = lines.get(glyph.line, "") + str(MODEL.predict(glyph.field).digit)
    return list(lines.values())


def side_by_side(*images: Image.Image, gap_px: int = 0) -> Image.Image:
    width = sum(image.width + gap_px for image in images) - gap_px
    sheet = Image.new("L", (width, images[0].height), 255)
    x = 0
    for image in images:
        part = sheet.crop((x, 0, x + image.width, image.height))
        darker = np.minimum(np.asarray(part), np.asarray(image))
        sheet.paste(Image.fromarray(darker), (x, 0))
        x += image.width + gap_px
    return sheet


LETTERS = {
    "A": [[(0.0, 1.0), (0.5, 0.0), (1.0, 1.0)], [(0.2, 0.6), (0.8, 0.6)]],
    "H": [[(0.1, 0.0), (0.1, 1.0)], [(0.9, 0.0), (0.9, 1.0)], [(0.1, 0.5), (0.9, 0.5)]],
    "N": [[(0.1, 1.0), (0.1, 0.0), (0.9, 1.0), (0.9, 0.0)]],
    "K": [[(0.1, 0.0), (0.1, 1.0)], [(0.8, 0.0), (0.1, 0.5), (0.8, 1.0)]],
    "M": [[(0.0, 1.0), (0.15, 0.0), (0.5, 0.7), (0.85, 0.0), (1.0, 1.0)]],
}


def letter_a() -> Image.Image:
    return draw(LETTERS["A"])


def heart() -> Image.Image:
    image = Image.new("L", (280, 280), 255)
    t = np.linspace(0, 2 * np.pi, 80)
    x = 140 + 6 * 16 * np.sin(t) ** 3
    y = 130 - 6 * (13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    ImageDraw.Draw(image).line(list(zip(x, y, strict=True)), 0, 16, joint="curve")
    return image


@pytest.mark.parametrize("strokes", [TWO, SEVEN])
def test_one_digit_is_one(strokes: list[list[tuple[float, float]]]) -> None:
    found = see(draw(strokes)).found
    assert (found.kind, found.count) == ("digit", 1)
    assert found.digit_likeness >= GATE_NETWORK.metadata.sure_from


@pytest.mark.parametrize("make", [letter_a, heart])
def test_letter_and_heart_are_no_digit(make: object) -> None:
    assert callable(make)
    sight = see(make())
    assert sight.found.digit_likeness < GATE_NETWORK.metadata.sure_from
    assert sight.found.kind != "several"


def test_digits_side_by_side_are_read_from_the_left() -> None:
    sight = see(side_by_side(draw(TWO), draw(SEVEN), draw(TWO)))
    assert (sight.found.kind, sight.found.count) == ("several", 3)
    assert text(sight) == ["272"]


def test_touching_digits_are_cut() -> None:
    sight = see(side_by_side(draw(SEVEN), draw(TWO), gap_px=-148))
    assert text(sight) == ["72"]


def test_slanted_digits_that_no_column_separates_are_cut() -> None:
    leaning = [
        image.transform(image.size, Image.Transform.AFFINE, (1, 0.5, -70, 0, 1, 0), fillcolor=255)
        for image in (draw(SEVEN), draw(TWO))
    ]
    sight = see(side_by_side(*leaning, gap_px=-146))
    assert text(sight) == ["72"]


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_letter_does_not_fall_into_digits(letter: str) -> None:
    assert see(draw(LETTERS[letter])).found.kind != "several"


def test_lines_are_read_from_the_top() -> None:
    upper, lower = side_by_side(draw(TWO), draw(SEVEN)), side_by_side(draw(SEVEN), draw(SEVEN))
    page = Image.fromarray(np.concatenate([np.asarray(upper), np.asarray(lower)]))
    assert text(see(page)) == ["27", "77"]


@pytest.mark.parametrize("letter", ["K", "M", "N"])
def test_what_is_no_digit_between_digits_is_left_out_and_counted(letter: str) -> None:
    sight = see(side_by_side(draw(TWO), draw(LETTERS[letter]), draw(SEVEN)))
    assert text(sight) == ["27"]
    assert sight.ignored == 1


def test_without_a_gate_everything_is_a_digit() -> None:
    digit = preprocess(Picture(np.asarray(heart()), 280, 280))
    found = reader.see(digit, None).found
    assert (found.kind, found.digit_likeness, found.count) == ("digit", 1.0, 1)


def test_shipped_gate_keeps_its_promises() -> None:
    report = read_record(FOLDER / "report.json", GateReport)
    assert report.auroc >= 0.99
    assert report.accepted_at_95 <= 0.05
    assert report.digits_refused <= 0.005
    assert report.digits_like_enough >= 0.93
    # a third of them overlap; of pairs as far apart as people write, the reader takes 0.2 %
    assert report.pairs_accepted <= 0.02
    assert report.size_bytes < 100_000


def test_damaged_gate_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / GATE / FOLDER.name
    shutil.copytree(FOLDER, folder)
    network = folder / "model.tflite"
    network.write_bytes(network.read_bytes()[:-1])
    with pytest.raises(BrokenModelError, match="expected SHA-256"):
        Gate.load(folder)
    metadata = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps(metadata | {"digit_from": 2}))
    with pytest.raises(BrokenModelError, match="digit_from"):
        Gate.load(folder)


@pytest.mark.parametrize("spacing_px", [52, 100])  # too many groups to be cut, and just few enough
def test_page_full_of_other_signs_takes_bounded_time(spacing_px: int) -> None:
    page = np.full((1000, 1000), 255, np.uint8)
    size_px = spacing_px * 2 // 3
    for y in range(5, 1000 - size_px, spacing_px):
        for x in range(5, 1000 - size_px, spacing_px):
            page[y : y + size_px, x : x + 8] = page[y : y + 8, x : x + size_px] = 0
            page[y : y + size_px, x + size_px - 8 : x + size_px] = 0
    started = time.process_time()
    see(Image.fromarray(page))
    assert time.process_time() - started < 3

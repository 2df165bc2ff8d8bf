"""People's pictures: what is added to them, and how the answers are counted."""

import asyncio
import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.__main__ import main
from experiments.data.pictures import ONE_DIGIT, LabelledPicture, load_pictures
from experiments.evaluation import paper, pictures
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.engine import ink
from ml_engine_and_backend.engine.decoding import Bytes
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Model
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode
from tests.engine.test_gate import letter_a, side_by_side

MODELS_DIR = REPOSITORY / "models"
DRAWING = np.asarray(draw(SEVEN, paper=230))  # (280, 280)
DARK = 255 - DRAWING
BLANK = Image.new("L", (280, 280), 255)


def served(name: str) -> tuple[Model, Gate | None]:
    ladder = pictures.served_ladder(MODELS_DIR)
    return ladder.find(name), ladder.gate


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("levels", [DRAWING, DARK], ids=["light paper", "dark ground"])
@pytest.mark.parametrize("name", paper.DISTURBANCES)
def test_disturbance_depends_on_the_seed_alone(name: str, levels: Bytes) -> None:
    before = levels.copy()
    disturb = paper.DISTURBANCES[name]
    found = disturb(levels, rng())
    assert found.dtype == np.uint8
    assert np.array_equal(found, disturb(levels, rng()))
    assert np.array_equal(levels, before)
    assert np.array_equal(found, levels) == (name == "saved again")


@pytest.mark.parametrize("sides", [1, 2, 4])
def test_bars_have_their_tone_and_the_picture_lies_within(sides: int) -> None:
    marked = np.full((100, 60), 200, np.uint8)
    found = paper.add_bars(marked, rng(), tone=17, sides=sides)
    rows = np.flatnonzero((found == 200).any(axis=1))
    columns = np.flatnonzero((found == 200).any(axis=0))
    inside = found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert np.array_equal(inside, marked)
    assert np.count_nonzero(found == 17) == found.size - marked.size
    height, width = found.shape
    bars = {
        "above": rows[0] / 100,
        "below": (height - rows[-1] - 1) / 100,
        "left": columns[0] / 60,
        "right": (width - columns[-1] - 1) / 60,
    }
    there = [share for share in bars.values() if share]
    assert len(there) == sides
    assert all(0.05 <= share <= 0.37 for share in there)


def test_frame_covers_the_outermost_pixels_and_no_others() -> None:
    found = paper.draw_frame(DRAWING, rng(), tone=40, thickness_px=2)
    assert np.array_equal(found[2:-2, 2:-2], DRAWING[2:-2, 2:-2])
    for edge in (found[:2], found[-2:], found[:, :2], found[:, -2:]):
        assert (edge == 40).all()


def test_dark_edge_lies_on_one_side_and_fades_inwards() -> None:
    blank = np.full((80, 80), 200, np.uint8)
    found = [paper.darken_edge(blank, rng(seed)) for seed in range(20)]
    for levels in found:
        (quarters,) = [k for k in range(4) if np.array_equal(np.rot90(levels, k)[4:], blank[4:])]
        assert np.rot90(levels, quarters)[:4, 0].tolist() == [40, 40, 100, 160]
    assert len({levels.tobytes() for levels in found}) == 4
    assert paper.darken_edge(255 - blank, rng()).max() > 200  # light on a dark ground


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("squared", [False, True])
def test_ruled_lines_cross_the_whole_picture(*, squared: bool, seed: int) -> None:
    blank = np.full((120, 200), 220, np.uint8)
    darker = paper.rule(blank, rng(seed), squared=squared) < 190
    assert darker.any(axis=0).all()  # in every column, so from edge to edge
    assert darker.any(axis=1).all() == squared
    assert 0.005 < darker.mean() < 0.3


def test_ruled_lines_leave_ink_as_dark_as_it_is() -> None:
    found = paper.rule(DRAWING, rng(), squared=True)
    assert (found <= DRAWING).all()
    assert (paper.rule(DARK, rng(), squared=True) >= DARK).all()


def test_form_box_surrounds_the_picture() -> None:
    found = paper.add_form_box(DRAWING, rng())
    margin, line = 33, 3
    assert found.shape == (280 + 4 * margin, 280 + 4 * margin)
    assert np.array_equal(found[2 * margin : -2 * margin, 2 * margin : -2 * margin], DRAWING)
    box = found[margin:-margin, margin:-margin]
    for edge in (box[:line], box[-line:], box[:, :line], box[:, -line:]):
        assert (edge == round(0.35 * 230)).all()


def test_shadow_takes_a_third_to_two_thirds_of_the_light_on_one_side() -> None:
    blank = np.full((100, 100), 200, np.uint8)
    for softness in (1, 5):
        found = paper.cast_shadow(blank, rng(), softness=softness)
        assert found.max() == 200
        assert 80 <= found.min() <= 140
        assert 0.1 < np.mean(found < 190) < 0.9


@pytest.mark.parametrize(
    "image",
    [draw(TWO), letter_a(), side_by_side(draw(TWO), draw(SEVEN))],
    ids=["digit", "letter", "several"],
)
def test_answer_is_the_services(image: Image.Image) -> None:
    model, gate = served("deep_cnn")
    found = pictures.answer(pictures.see(encode(image), gate), model, gate)
    _, (expected,) = asyncio.run(PredictionService().predict(encode(image), [model], gate))
    assert found == (expected.digit, expected.verdict)


def test_blank_picture_is_called_blank() -> None:
    model, gate = served("single_layer")
    assert pictures.see(encode(BLANK), gate) is None
    assert pictures.answer(None, model, gate) == (None, "blank")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Five pictures of two people; the seven is labelled as a 1, and so misread."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = [
        ("two", draw(TWO), "photo", "2", "anna"),
        ("seven", draw(SEVEN), "photo", "1", "ben"),
        ("small", draw(TWO).resize((28, 28)), "prepared", "2", "ben"),
        ("page", side_by_side(draw(TWO), draw(SEVEN)), "several", "2 7", "anna"),
        ("nothing", BLANK, "no_digit", "", "anna"),
    ]
    with (folder / "index.csv").open("w", newline="") as file:
        index = csv.writer(file)
        index.writerow(["path", "kind", "label", "source"])
        for name, image, kind, label, source in rows:
            image.save(folder / f"{name}.png")
            index.writerow([f"{name}.png", kind, label, source])
    return tmp_path


def test_pictures_are_counted_by_kind_and_source(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(MODELS_DIR), "--model", "deep_cnn"]
    assert main(["pictures", *where]) == 0
    table = capsys.readouterr().out
    assert "| kind | source | n | read | sure | right of these | unsure |" in table
    for line in (
        "| photo | all | 2 | 1 | 2 | 1 | 0 | 0 | 0 | 0 |",
        "| photo | ben | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 |",
        "| several | all | 1 | – | 0 | – | 0 | 1 | 0 | 0 |",
        "| no_digit | anna | 1 | – | 0 | – | 0 | 0 | 0 | 1 |",
        "| saved again | 2 | 1 | 2 | 1 | 0.0 |",
    ):
        assert line in table

    assert main(["pictures", "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], len(found["pictures"])) == ("deep_cnn", 9)
    # the small picture has frames alone
    by_name = {row["disturbance"]: row["n"] for row in found["disturbed"]}
    assert by_name == {name: 2 + (name in paper.FRAMES) for name in paper.DISTURBANCES}


def test_leaving_one_source_out_sets_the_constants_back(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    constant = (ink, "FAINT_SHARE")
    shipped = ink.FAINT_SHARE
    # above 1 nothing is strong enough to be ink, on paper to the edges
    monkeypatch.setattr(pictures, "CONSTANTS", {constant: (0.5, 1e9)})
    chosen = [each for each in load_pictures(data_dir) if each.kind in ONE_DIGIT]
    model, _ = served("deep_cnn")
    rows = pictures.leave_one_out(chosen, model)
    assert shipped == ink.FAINT_SHARE
    assert [(row["source"], row["changed"]) for row in rows] == [("anna", None), ("ben", None)]
    assert all(row["shipped_percent"] == row["best_of_others_percent"] for row in rows)


def test_leaving_one_source_out_reads_it_with_the_others_constants(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shipped is made the worst, so every source's constants are changed, and it is read better."""
    monkeypatch.setattr(ink, "FAINT_SHARE", 1e9)
    monkeypatch.setattr(pictures, "CONSTANTS", {(ink, "FAINT_SHARE"): (0.4, 1e9)})
    model, _ = served("deep_cnn")
    path = data_dir / "pictures" / "two.png"
    twos = [LabelledPicture(path, "photo", "2", source) for source in ("anna", "ben")]
    for row in pictures.leave_one_out(twos, model):
        assert row["changed"] == "FAINT_SHARE 0.4"
        shipped, others = row["shipped_percent"], row["best_of_others_percent"]
        assert isinstance(shipped, float)
        assert isinstance(others, float)
        assert others > shipped


def test_missing_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pictures", "--data-dir", str(tmp_path)]) == 1
    assert "index.csv: expected labelled pictures, found no file" in capsys.readouterr().err


def test_unknown_model_is_one_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(MODELS_DIR)]
    assert main(["pictures", "--model", "cnm", *where]) == 1
    assert "got 'cnm'" in capsys.readouterr().err
    assert main(["pictures", "--data-dir", str(data_dir), "--models-dir", str(data_dir)]) == 1
    assert "expected at least one model to serve, got none" in capsys.readouterr().err

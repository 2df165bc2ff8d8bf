"""What lies beyond MNIST, on cases made by hand and a network whose answers are known."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.errors import DataError
from experiments.evaluation.beyond_mnist import (
    BeyondMnistTest,
    Case,
    load_beyond_mnist,
    measure,
    read_stored,
)
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.report import BeyondMnist, Sure
from tests.experiments.model_fakes import full_metadata

METADATA = full_metadata(temperature=1.0, unsure_threshold=0.95)
SURE_LIKENESS = 0.6


def field(digit: int, margin: int) -> Field:
    """What `network` reads as `digit`, ahead of the rest by `margin`."""
    made = np.zeros((28, 28), np.uint8)
    made[0, 0], made[0, 1] = digit, margin
    return made


def network(seen: Field) -> Logits:
    return np.asarray(np.eye(10)[seen[0, 0]] * float(seen[0, 1]), np.float32)


CERTAIN, DOUBTFUL = 9, 1  # confidences of 0.999 and 0.23
CASES = [
    Case("digits", "", "3", "digit", 0.9, (field(3, CERTAIN),)),
    Case("digits", "", "4", "digit", 0.9, (field(4, 2),)),
    # confident of both pairs, and unlike a digit one of them
    Case("two_digits", "", "12", "digit", 0.7, (field(1, CERTAIN),)),
    Case("two_digits", "", "34", "none", 0.1, (field(3, CERTAIN),)),
    Case("two_digits", "", "56", "digit", 0.7, (field(5, DOUBTFUL),)),
    Case("letters", "", "A", "digit", 0.5, (field(4, CERTAIN),)),
    Case("numbers", "", "20", "several", 0.1, (field(8, 1), field(2, 9), field(0, 9))),
    Case("numbers", "", "21", "several", 0.1, (field(8, 1), field(2, 9), field(7, 9))),
    Case("numbers", "", "17", "digit", 0.9, (field(4, 9),)),
    Case("pictures", "photo", "5", "digit", 0.9, (field(5, CERTAIN),)),
    Case("pictures", "photo", "6", "digit", 0.9, (field(0, DOUBTFUL),)),
    Case("pictures", "no_digit", "", "none", 0.1, (field(0, CERTAIN),)),
    Case("pictures", "no_digit", "", "digit", 0.9, (field(0, CERTAIN),)),
]


class FakeGate:
    """Knows the figures that are taken from a gate."""

    class metadata:  # noqa: N801  as the gate's attribute
        version = 7
        sure_from = SURE_LIKENESS


def measured(folder: Path) -> BeyondMnist:
    return measure(BeyondMnistTest(CASES, FakeGate()), network, METADATA, folder)  # type: ignore[arg-type]


def test_false_certainty_is_of_the_rung_alone_and_of_what_is_served(tmp_path: Path) -> None:
    found = measured(tmp_path)
    assert (found.gate, found.sure_likeness) == (7, SURE_LIKENESS)
    pairs, letters = found.two_digits, found.letters
    assert pairs.n == 3
    assert [pairs.confident, pairs.sure] == pytest.approx([2 / 3, 1 / 3])
    assert letters is not None
    # too unlike to be called sure
    assert (letters.n, letters.confident, letters.sure) == (1, 1.0, 0.0)
    # of two digits one is as confident as the letter, the other one less
    assert letters.auroc == 0.25


def test_numbers_and_pictures_count_where_all_of_them_is_right(tmp_path: Path) -> None:
    found = measured(tmp_path)
    assert found.numbers is not None
    assert found.numbers.n == 3
    assert found.numbers.accuracy == pytest.approx(1 / 3)
    photo, no_digit = found.pictures
    assert (photo.kind, photo.n, photo.accuracy) == ("photo", 2, 0.5)
    assert photo.sure == Sure(coverage=0.5, precision=1.0)
    assert (no_digit.kind, no_digit.accuracy) == ("no_digit", 0.5)
    assert no_digit.sure == Sure(coverage=0.5, precision=0.0)


def test_damaged_predictions_are_named(tmp_path: Path) -> None:
    measured(tmp_path)
    (tmp_path / "beyond_mnist.npz").write_bytes(b"PK")
    with pytest.raises(BrokenModelError, match=r"beyond_mnist\.npz: expected stored predictions"):
        read_stored(tmp_path)


def test_pairs_are_made_without_any_other_data(tmp_path: Path, small_mnist: Dataset) -> None:
    found = load_beyond_mnist(tmp_path, tmp_path, small_mnist.test, None, Reporter(quiet=True))
    assert {case.part for case in found.cases} == {"two_digits"}
    assert len(found.cases) == len(small_mnist.test) // 5
    assert all(len(case.label) == 2 and case.fields[0].any() for case in found.cases)


def _folder_of_pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "kind", "label", "source", "notes"])
        writer.writerows([["one.png", "photo", "1", "s01", ""], ["no.png", "no_digit", "", "", ""]])
    picture = Image.new("L", (90, 90), 255)
    picture.save(folder / "no.png")
    ImageDraw.Draw(picture).line([(45, 15), (45, 75)], fill=0, width=8)
    picture.save(folder / "one.png")
    return folder


def test_pictures_are_read_as_they_would_be_uploaded(tmp_path: Path, small_mnist: Dataset) -> None:
    _folder_of_pictures(tmp_path)
    found = load_beyond_mnist(tmp_path, tmp_path, small_mnist.test, None, Reporter(quiet=True))
    one, blank = (case for case in found.cases if case.part == "pictures")
    assert (one.kind, one.label, one.found) == ("photo", "1", "digit")
    assert one.fields[0][:, 13:15].any()
    assert (blank.kind, blank.found) == ("no_digit", "none")


def test_unreadable_picture_is_named(tmp_path: Path, small_mnist: Dataset) -> None:
    folder = _folder_of_pictures(tmp_path)
    (folder / "one.png").write_text("no picture")
    with pytest.raises(DataError, match=r"one\.png"):
        load_beyond_mnist(tmp_path, tmp_path, small_mnist.test, None, Reporter(quiet=True))

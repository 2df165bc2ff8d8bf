"""Hard drawings are chosen from what the rungs read, and told as they read it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.console import Reporter
from experiments.errors import DriftError
from experiments.reporting import hard_ones
from experiments.reporting.results import Result, read_results
from ml_engine_and_backend.model_folder.folder import latest
from ml_engine_and_backend.model_folder.hard_ones import HardOnes
from ml_engine_and_backend.model_folder.record import describe_file, read_record
from tests.experiments.data.test_penstrokes import ONE, SEVEN, write
from tests.experiments.model_fakes import add_model

QUIET = Reporter(quiet=True)
SHIPPED = Path(__file__).resolve().parents[3] / "models"


def add_people(folder: Path, read: list[int], sha256: str) -> None:
    """Three pen strokes, a 7, a 1 and another 7 that the gate refuses, read as `read`."""
    likely = np.eye(10, dtype=np.float16)[[0, *read]] * 5
    np.savez_compressed(
        folder / "beyond_mnist.npz",
        part=np.array(["two_digits", "digits", "digits", "digits"]),
        label=np.array(["12", "7", "1", "7"]),
        found=np.array(["none", "digit", "digit", "none"]),
        fields=np.ones(4, np.uint16),
        logits=likely,
    )
    report = json.loads((folder / "report.json").read_text())
    shipped = json.loads((latest(SHIPPED, "cnn") / "report.json").read_text())
    report["penstrokes"] = shipped["penstrokes"] | {"sha256": sha256}
    (folder / "report.json").write_text(json.dumps(report))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lower misreads MNIST's 0..59 and both sevens, upper 50..61 and the 1; each as the next."""
    folder = tmp_path_factory.mktemp("shared")
    models_dir = folder / "models"
    sha256 = describe_file(write(folder / "data", SEVEN, ONE, SEVEN).read_bytes()).sha256
    add_people(add_model(models_dir, "lower", 1, 10, range(60)), [2, 1, 2], sha256)
    add_people(add_model(models_dir, "upper", 1, 20, range(50, 62)), [7, 2, 7], sha256)
    return folder


@pytest.fixture
def models_dir(shared: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(shared / "models", tmp_path / "models"))


@pytest.fixture
def data_dir(shared: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(shared / "data", tmp_path / "data"))


@pytest.fixture
def results(models_dir: Path) -> list[Result]:
    return read_results(models_dir)


def test_drawings_are_told_by_the_lowest_rung_that_reads_them(results: list[Result]) -> None:
    chosen = hard_ones.choose(results, hard_ones.ORIGINS)
    told = [(item.source, item.index, item.first_right) for item in chosen]
    assert told == [
        ("penstrokes", 0, "upper"),  # the other 7 is none to the gate
        ("mnist", 0, "upper"),
        ("mnist", 1, "upper"),
        # of those that both misread, the ones whose label is the next best
        ("mnist", 58, None),
        ("mnist", 59, None),
    ]
    first = chosen[0]
    assert first.read == {"lower": 2, "upper": 7}
    assert first.sentence == "A 7, taken for 2 by the lower; only the upper reads it."


def test_no_digit_comes_twice_in_a_group_and_the_clearest_comes_first(
    models_dir: Path, results: list[Result]
) -> None:
    for name, clear in (("lower", [7, 17, 23]), ("upper", [7, 17, 23, 33])):
        path = models_dir / name / "1" / "predictions.npz"
        with np.load(path) as arrays:
            labels, logits = arrays["labels"], arrays["logits"].copy()
        logits[clear] *= 2
        np.savez_compressed(path, labels=labels, logits=logits)
    # 7 and 17 are sevens, which the pen strokes have; of 33 the lower rung is in doubt
    chosen = hard_ones.choose(results, hard_ones.ORIGINS)
    mnist = [item.index for item in chosen if item.source == "mnist"]
    assert mnist == [23, 0, 58, 59]


@pytest.mark.parametrize(
    ("label", "wrong", "sentence"),
    [
        (8, [3], "An 8, taken for 3 by the dots; from the lines up, every rung reads it."),
        (7, [2, 2], "A 7, taken for 2 by the dots and the lines; from the deep net up, every rung "
         "reads it."),
        (7, [1, 2, 2], "A 7, taken for 1 by the dots and for 2 by the lines and the deep net; only "
         "the team reads it."),
        (7, [2, 2, 2], "A 7, taken for 2 by the three lowest rungs; only the team reads it."),
        (5, [6, 6, 3, 6], "A 5 that no rung reads: taken for 3 by the deep net and for 6 by the "
         "other three."),
        (5, [6, 6, 6, 6], "A 5 that no rung reads: taken for 6 by all four."),
    ],
)  # fmt: skip
def test_the_sentence_says_who_took_it_for_what(
    label: int, wrong: list[int], sentence: str
) -> None:
    titles = ["Dots", "Lines", "Net, deep", "Team"]
    assert hard_ones.sentence(label, wrong, titles) == sentence


def test_strokes_are_those_that_were_read(
    results: list[Result], models_dir: Path, data_dir: Path
) -> None:
    hard_ones.refresh(models_dir, results, data_dir, QUIET)
    seven, *mnist = read_record(models_dir / "hard_ones.json", HardOnes).items
    points = np.concatenate(seven.strokes)
    # as in the test of the canvas: all ink inside, the longer side 95 to 225 of 280 pixels
    assert seven.pen is not None
    assert 10 / 280 * 1000 - 1 < seven.pen < 30 / 280 * 1000 + 1
    assert points.min() >= seven.pen // 2
    assert points.max() <= 1000 - seven.pen // 2
    assert 95 / 280 * 1000 - 1 < np.ptp(points, axis=0).max() < 225 / 280 * 1000 + 1
    assert [len(stroke) for stroke in seven.strokes] == [3, 2]
    assert not any(item.strokes or item.pen for item in mnist)


def test_without_the_pen_strokes_that_all_rungs_read_all_is_mnist(
    results: list[Result], models_dir: Path, data_dir: Path, tmp_path: Path
) -> None:
    write(data_dir, SEVEN)
    for folder in (data_dir, tmp_path / "nowhere"):
        made = hard_ones.make(results, folder, QUIET)
        assert [*made.origins] == ["mnist"]
        assert [item.index for item in made.items] == [0, 1, 58, 59]
    # and that is no drift, wherever the strokes are
    hard_ones.write(models_dir, made)
    hard_ones.check(models_dir, results)


def test_drift_is_noticed_without_any_data(
    results: list[Result], models_dir: Path, data_dir: Path
) -> None:
    hard_ones.check(models_dir, results)  # there is none: that is no drift
    hard_ones.refresh(models_dir, results, data_dir, QUIET)
    hard_ones.check(models_dir, results)
    add_people(add_model(models_dir, "upper", 2, 20, range(1, 12)), [7, 2, 7], "0" * 64)
    with pytest.raises(
        DriftError,
        match=r"hard_ones\.json: expected what {'lower': 1, 'upper': 2} read, such as mnist 12, "
        r"got what {'lower': 1, 'upper': 1} read; `python -m experiments compare` writes it anew",
    ):
        hard_ones.check(models_dir, read_results(models_dir))
    hard_ones.refresh(models_dir, read_results(models_dir), data_dir, QUIET)
    hard_ones.check(models_dir, read_results(models_dir))

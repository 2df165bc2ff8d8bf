"""Figures of the report, on a network whose answers are known."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.data.dataset import Dataset, Split
from experiments.data.penstrokes import CanvasDigits
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.report import make_report, sure_figures
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.comparison import wilson_interval
from ml_engine_and_backend.model_folder.folder import read_report
from ml_engine_and_backend.model_folder.record import write_record
from ml_engine_and_backend.model_folder.report import FullReport, Sure
from tests.experiments.model_fakes import CURVES, full_metadata
from tests.experiments.training.quick import few_sets


def logits_for(predictions: list[int], margin: float = 5.0) -> NDArray[np.float32]:
    """Logits that read `predictions`, each ahead of the rest by `margin`."""
    return np.asarray((np.eye(10) * margin)[predictions], np.float32)


def network(field: Field) -> Logits:
    """Reads digit d where row 9 + d is the brightest; a full row is a logit of 10."""
    return np.asarray(field[9:19].sum(axis=1) / (28 * 25.5), np.float32)


def split(labels: list[int], predictions: list[int]) -> Split:
    """Digits that are `labels` and that `network` reads as `predictions`."""
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    images[np.arange(len(labels)), 9 + np.array(predictions)] = 255
    return Split(images, np.array(labels))


LABELS, READ = [0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 0, 2]
DATA = Dataset(split([1], [1]), split([3, 3, 4], [3, 3, 3]), split(LABELS, READ), {})
METADATA = full_metadata(parameters=10, temperature=2.0, version=4, training_seconds=4.5)


@pytest.fixture(autouse=True)
def _drawn_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    # redrawn, these digits would be others to `network`
    monkeypatch.setattr("experiments.evaluation.report.redrawn", lambda data: data.validation)


def measured(folder: Path, canvas: CanvasTest | None = None) -> FullReport:
    return make_report(
        METADATA, network, 20, CURVES, DATA, few_sets(canvas), "an abacus & <beads>", folder
    )


def test_sure_counts_what_reaches_the_threshold() -> None:
    logits = np.concatenate([logits_for([1, 2], margin=9.0), logits_for([3, 4], margin=1.0)])
    labels = np.array([1, 7, 3, 4])
    for threshold, coverage, precision in ((0.9, 0.5, 0.5), (0.0, 1.0, 0.75), (1.0, 0.0, None)):
        metadata = full_metadata(temperature=1.0, unsure_threshold=threshold)
        assert sure_figures(logits, labels, metadata) == Sure(
            coverage=coverage, precision=precision
        )


def test_the_whole_report(tmp_path: Path) -> None:
    written = measured(tmp_path)
    report = written.model_dump()
    assert [report[key] for key in ("format", "name", "version", "n_test")] == [3, "toy", 4, 6]
    assert report["accuracy"] == pytest.approx(4 / 6)
    assert report["accuracy_interval"] == wilson_interval(4, 6)
    # rows are the true digits
    assert [row[:3] for row in report["confusion_matrix"][:3]] == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]
    assert np.shape(report["confusion_matrix"]) == (10, 10)
    assert report["per_class"][0] == {
        "digit": 0,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "support": 2,
    }
    assert report["per_class"][1]["recall"] == pytest.approx(2 / 3)
    assert report["per_class"][9] == {
        "digit": 9,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "support": 0,
    }
    # F1 of 0, 1 and 2 is 1/2, 2/3 and 1; the other seven do not occur
    assert report["macro_f1"] == pytest.approx((1 / 2 + 2 / 3 + 1) / 10)
    assert report["weighted_f1"] == pytest.approx((2 * 1 / 2 + 3 * 2 / 3 + 1 * 1) / 6)
    assert report["validation"] == {
        "n": 3,
        "accuracy": pytest.approx(2 / 3),
        "accuracy_interval": wilson_interval(2, 3),
        "sure_coverage": 1.0,
        "sure_precision": pytest.approx(2 / 3),
    }
    assert report["test_sure"] == {"coverage": 1.0, "precision": pytest.approx(4 / 6)}
    assert report["calibration"]["before"]["temperature"] == 1.0
    assert report["calibration"]["after"]["temperature"] == 2.0
    assert written.learning_curves == CURVES
    assert (report["penstrokes"], report["contact_sheet"]) == (None, None)
    assert "the pen strokes were not there" in report["note"]
    cost = dict(report["cost"])
    assert 0 < cost.pop("median_latency_us") < 10_000
    assert cost == {
        "parameters": 10,
        "multiply_adds": 20,
        "size_bytes": 33_000,
        "training_seconds": 4.5,
        "hardware": "an abacus & <beads>",
    }
    write_record(tmp_path / "report.json", written)  # nothing that JSON cannot say
    assert read_report(tmp_path) == written


def test_pen_strokes_are_counted_by_writer(tmp_path: Path) -> None:
    # writer 5 is read twice of three times, writer 9 never, writer 6 but for a blank drawing
    drawn = split([0, 1, 2, 3, 4, 5, 6], [0, 1, 7, 7, 4, 5, 6])
    blank = np.array([False] * 6 + [True])
    digits = CanvasDigits(drawn.images, drawn.labels, np.array([5, 5, 5, 9, 6, 6, 6]), blank)
    canvas = CanvasTest(digits, "ab" * 32, 280)
    report = measured(tmp_path, canvas)
    assert report.penstrokes is not None
    assert report.note is None
    found = report.penstrokes.model_dump()
    assert np.trace(found.pop("confusion_matrix")) == 4
    assert found == {
        "sha256": "ab" * 32,
        "n": 7,
        "seed": 280,
        "accuracy": pytest.approx(4 / 7),
        "accuracy_interval": wilson_interval(4, 7),
        "writers": 3,
        "writer_median": pytest.approx(2 / 3),
        # a tenth of the way through 0, 2/3, 2/3: a fifth of the first step
        "writer_worst_tenth": pytest.approx(0.2 * 2 / 3),
        "sure": {"coverage": pytest.approx(6 / 7), "precision": pytest.approx(4 / 6)},
        "expected_calibration_error": pytest.approx(np.exp(5) / (np.exp(5) + 9) - 4 / 6),
    }

"""The gate, line by line: a trained rung against itself and against one that hardly learnt."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.data.dataset import Dataset, Split
from experiments.data.feedback import Feedback, split_feedback
from experiments.data.penstrokes import CanvasDigits
from experiments.evaluation.canvas import CanvasTest
from experiments.promotion.gate import Bounds, judge
from experiments.registry import LADDER
from ml_engine_and_backend.model_folder.promotion import Line, PromotionReport
from tests.experiments.training.quick import train_quickly
from tests.model_folder.test_folder import edit

NOBODY = split_feedback([])


@pytest.fixture(scope="module")
def models_dir(
    trained_models_dir: Path, small_mnist: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Version 1 learnt for four epochs, 2 is the same, 3 learnt for one."""
    models_dir = tmp_path_factory.mktemp("models")
    home = models_dir / "hidden_layer"
    for version in ("1", "2"):
        shutil.copytree(trained_models_dir / "hidden_layer" / "1", home / version)
    for file in ("metadata.json", "report.json"):
        edit(home / "2" / file, version=2)
    model = LADDER.get("hidden_layer")
    settings = replace(model.settings, epochs=1, batch_size_images=200, averaging_momentum=0.5)
    train_quickly(model, small_mnist, models_dir, settings=settings)
    return models_dir


def held_out(digits: Split, wrong: Sequence[int] = ()) -> Feedback:
    """Feedback whose held-out part are these digits, those at `wrong` by another label."""
    labels = digits.labels.copy()
    labels[list(wrong)] = (labels[list(wrong)] + 1) % 10
    return replace(
        NOBODY,
        held_out=Split(digits.images, labels),
        counts=NOBODY.counts.model_copy(
            update={"held_out": len(labels), "held_out_writers": 3, "is_by_writer": True}
        ),
    )


def judged(
    models_dir: Path,
    challenger: int,
    champion: int,
    data: Dataset,
    feedback: Feedback = NOBODY,
    canvas: CanvasTest | None = None,
    bounds: Bounds | None = None,
) -> tuple[PromotionReport, dict[str, Line]]:
    home = models_dir / "hidden_layer"
    report = judge(
        home / str(challenger),
        home / str(champion),
        data,
        canvas,
        feedback,
        # 600 digits cannot show a loss as small as the whole of MNIST can
        bounds or Bounds(mnist=0.03, one_digit=0.5, latency=3),
    )
    assert PromotionReport.model_validate_json(report.model_dump_json()) == report
    return report, {line.name: line for line in report.lines}


def failures(lines: dict[str, Line]) -> set[str]:
    return {name for name, line in lines.items() if line.verdict == "failed"}


def test_what_is_no_better_is_refused_for_want_of_a_gain(
    models_dir: Path, small_mnist: Dataset
) -> None:
    report, lines = judged(models_dir, 2, 1, small_mnist, held_out(small_mnist.test))
    assert (report.model, report.version, report.champion_version) == ("hidden_layer", 2, 1)
    assert not report.passed
    assert failures(lines) == {"feedback"}
    assert lines["feedback"].figure == 1
    assert "0 fixed, 0 broken" in lines["mnist"].text
    assert lines["penstrokes"].text == "the pen strokes were not there"


def test_without_held_out_drawings_no_gain_is_shown(models_dir: Path, small_mnist: Dataset) -> None:
    _, lines = judged(models_dir, 1, 3, small_mnist)
    assert failures(lines) == {"feedback"}
    assert "got none: a gain cannot be shown" in lines["feedback"].text
    assert lines["labels"].verdict == "not_measured"


def test_passes_what_reads_more(models_dir: Path, small_mnist: Dataset) -> None:
    report, lines = judged(models_dir, 1, 3, small_mnist, held_out(small_mnist.test))
    assert report.passed
    gain = lines["feedback"]
    assert gain.champion is not None
    assert gain.challenger is not None
    assert gain.challenger > gain.champion
    assert "by 3 writers" in gain.text


def test_refuses_what_reads_less(models_dir: Path, small_mnist: Dataset) -> None:
    images = small_mnist.test.images
    digits = CanvasDigits(
        images, small_mnist.test.labels, np.zeros(len(images), int), np.zeros(len(images), bool)
    )
    report, lines = judged(
        models_dir, 3, 1, small_mnist, held_out(small_mnist.test), CanvasTest(digits, "0", 1)
    )
    assert failures(lines) == {"mnist", "digits", "penstrokes", "robustness", "feedback"}
    assert {line.name for line in report.failures} == failures(lines)
    for name in ("mnist", "penstrokes", "digits"):
        line = lines[name]
        assert line.figure is not None
        assert line.bound is not None
        assert line.figure < line.bound < 0


def test_labels_that_stand_alone_are_not_believed(models_dir: Path, small_mnist: Dataset) -> None:
    for wrong, is_believed in ((0, True), (30, True), (180, False)):
        feedback = held_out(small_mnist.test, range(wrong))
        _, lines = judged(models_dir, 1, 3, small_mnist, feedback)
        assert (lines["labels"].verdict == "passed") == is_believed, lines["labels"].text


def test_refuses_what_is_slower_or_larger(models_dir: Path, small_mnist: Dataset) -> None:
    bounds = Bounds(mnist=0.03, latency=0.1, size=0.9)
    _, lines = judged(models_dir, 2, 1, small_mnist, held_out(small_mnist.test), bounds=bounds)
    assert failures(lines) == {"feedback", "latency", "size"}


def test_disturbed_digits_must_be_the_same(
    models_dir: Path, small_mnist: Dataset, tmp_path: Path
) -> None:
    shutil.copytree(models_dir, tmp_path / "models")
    report = tmp_path / "models" / "hidden_layer" / "1" / "report.json"
    edit(report, robustness={"n": 20, "seed": 1, "curves": []})
    _, lines = judged(tmp_path / "models", 2, 1, small_mnist)
    assert "robustness" in failures(lines)
    assert "`python -m experiments measure` measures anew" in lines["robustness"].text

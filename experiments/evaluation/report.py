"""The report of a model: how well it reads, how sure it may be, what it tolerates and costs."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset
from experiments.evaluation import beyond_mnist
from experiments.evaluation.calibration import calibration_figures, probabilities, redrawn
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.cost import median_latency_us
from experiments.evaluation.predictions import stored_logits, write_predictions
from experiments.evaluation.robustness import robustness
from experiments.evaluation.test_sets import TestSets
from experiments.training.export import logits_of
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.comparison import wilson_interval
from ml_engine_and_backend.model_folder.folder import CONTACT_SHEET_FILE
from ml_engine_and_backend.model_folder.metadata import FullMetadata
from ml_engine_and_backend.model_folder.report import (
    FORMAT,
    BeforeAndAfter,
    ClassFigures,
    Cost,
    FullReport,
    LearningCurves,
    Penstrokes,
    Sure,
    Validation,
)

NO_PENSTROKES: Final = "not measured: the pen strokes were not there"

Logits = NDArray[np.floating]
Labels = NDArray[np.int64]


def make_report(
    metadata: FullMetadata,
    network: Network,
    multiply_adds: int,
    curves: LearningCurves | None,
    data: Dataset,
    test_sets: TestSets,
    hardware: str,
    folder: Path,
) -> FullReport:
    """Measure `network`, which `metadata` describes; writes its predictions into `folder`.

    `curves` is None for a model that was not trained itself; `hardware` is this machine. Every
    figure of the test split, and of what lies beyond MNIST, is computed from the logits as the
    files hold them, so that it can be recomputed without the network.
    """
    logits = stored_logits(logits_of(network, data.test.images))
    labels = data.test.labels
    canvas = test_sets.canvas
    has_sheet = (folder / CONTACT_SHEET_FILE).is_file()
    return FullReport(
        format=FORMAT,
        name=metadata.name,
        version=metadata.version,
        n_test=len(labels),
        **_accuracy(logits, labels),
        **_class_figures(logits, labels),
        calibration=BeforeAndAfter(
            before=calibration_figures(logits, labels, 1.0),
            after=calibration_figures(logits, labels, metadata.temperature),
        ),
        validation=_validation(metadata, network, data),
        test_sure=sure_figures(logits, labels, metadata),
        learning_curves=curves,
        robustness=robustness(network, data.test),
        penstrokes=None if canvas is None else canvas_figures(metadata, network, canvas),
        beyond_mnist=None
        if test_sets.beyond_mnist is None
        else beyond_mnist.measure(test_sets.beyond_mnist, network, metadata, folder),
        note=NO_PENSTROKES if canvas is None and not data.is_own else None,
        cost=Cost(
            parameters=metadata.parameters,
            multiply_adds=multiply_adds,
            size_bytes=metadata.size_bytes,
            training_seconds=metadata.training_seconds,
            hardware=hardware,
            median_latency_us=median_latency_us(network, data.test),
        ),
        predictions=write_predictions(folder, logits, labels),
        contact_sheet=CONTACT_SHEET_FILE if has_sheet else None,
    )


def accuracy_of(logits: Logits, labels: Labels) -> float:
    """Fraction of digits whose largest logit is the label's."""
    return float(np.mean(logits.argmax(axis=-1) == labels))


def sure_figures(logits: Logits, labels: Labels, metadata: FullMetadata) -> Sure:
    """Coverage, the fraction of digits answered `sure`, and the precision among them.

    The precision is None where no digit is sure.
    """
    table = probabilities(logits, metadata.temperature)
    sure = table.max(axis=-1) >= metadata.unsure_threshold
    correct = table.argmax(axis=-1) == labels
    return Sure(
        coverage=float(sure.mean()),
        precision=float(correct[sure].mean()) if sure.any() else None,
    )


def canvas_figures(metadata: FullMetadata, network: Network, canvas: CanvasTest) -> Penstrokes:
    """How well drawings of real people on the page's canvas are read, by writer too.

    A drawing in which the engine finds no digit counts as misread and as not sure, and is left
    out of the confusion matrix. `writer_worst_tenth` is the accuracy that nine tenths of the
    writers reach: the 10 % quantile of the writers' accuracies, interpolated linearly.
    """
    digits = canvas.digits
    logits = logits_of(network, digits.images)
    correct = digits.read_rightly(logits.argmax(axis=-1))
    by_writer = [
        float(correct[digits.writers == writer].mean()) for writer in np.unique(digits.writers)
    ]
    read = ~digits.blank
    sure = sure_figures(logits[read], digits.labels[read], metadata)
    return Penstrokes(
        sha256=canvas.sha256,
        n=len(digits),
        seed=canvas.seed,
        accuracy=float(correct.mean()),
        accuracy_interval=wilson_interval(int(correct.sum()), len(digits)),
        writers=len(by_writer),
        writer_median=float(np.median(by_writer)),
        writer_worst_tenth=float(np.quantile(by_writer, 0.1)),
        sure=Sure(coverage=sure.coverage * float(read.mean()), precision=sure.precision),
        expected_calibration_error=calibration_figures(
            logits[read], digits.labels[read], metadata.temperature
        ).expected_calibration_error,
        confusion_matrix=_confusion_matrix(logits[read], digits.labels[read]),
    )


def _accuracy(logits: Logits, labels: Labels) -> dict[str, Any]:
    correct = int(np.sum(logits.argmax(axis=-1) == labels))
    return {
        "accuracy": correct / len(labels),
        "accuracy_interval": wilson_interval(correct, len(labels)),
    }


def _validation(metadata: FullMetadata, network: Network, data: Dataset) -> Validation:
    logits, labels = logits_of(network, data.validation.images), data.validation.labels
    people_like = redrawn(data)
    sure = sure_figures(logits_of(network, people_like.images), people_like.labels, metadata)
    return Validation(
        n=len(labels),
        **_accuracy(logits, labels),
        sure_coverage=sure.coverage,
        sure_precision=sure.precision,
    )


def _confusion_matrix(logits: Logits, labels: Labels) -> list[list[int]]:
    from sklearn.metrics import confusion_matrix

    # row: the digit it was; column: the digit it was read as
    matrix: list[list[int]] = confusion_matrix(
        labels, logits.argmax(axis=-1), labels=list(range(logits.shape[1]))
    ).tolist()
    return matrix


def _class_figures(logits: Logits, labels: Labels) -> dict[str, Any]:
    from sklearn.metrics import f1_score, precision_recall_fscore_support, top_k_accuracy_score

    digits = list(range(logits.shape[1]))
    read = logits.argmax(axis=-1)
    known: Any = {"labels": digits, "zero_division": 0.0}
    columns: Any = precision_recall_fscore_support(labels, read, **known)
    # scikit-learn refuses two classes, of which the likeliest two are all
    top2 = 1.0
    if len(digits) > 2:
        top2 = float(top_k_accuracy_score(labels, logits, k=2, labels=digits))
    return {
        "macro_f1": float(f1_score(labels, read, average="macro", **known)),
        "weighted_f1": float(f1_score(labels, read, average="weighted", **known)),
        "top2_accuracy": top2,
        "per_class": [
            ClassFigures(digit=digit, precision=precision, recall=recall, f1=f1, support=support)
            for digit, precision, recall, f1, support in zip(
                digits, *(column.tolist() for column in columns), strict=True
            )
        ],
        "confusion_matrix": _confusion_matrix(logits, labels),
    }

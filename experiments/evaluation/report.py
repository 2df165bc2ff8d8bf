"""The report of a rung: how well it reads, how sure it may be, what it tolerates and costs."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.data.mnist import DIGITS, Mnist
from experiments.evaluation.calibration import calibration_figures, probabilities
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.cost import median_latency_us
from experiments.evaluation.predictions import stored_logits, write_predictions
from experiments.evaluation.robustness import robustness
from experiments.training import workspace as artefacts
from experiments.training.export import logits_of
from experiments.training.fit import LearningCurves
from experiments.training.workspace import Json
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.comparison import wilson_interval

NO_PENSTROKES: Final = "not measured: the pen strokes were not there"

Logits = NDArray[np.floating]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Served:
    """A network as it is served, with all that the report repeats of it.

    `temperature` and `unsure_threshold` come from the validation digits, whose logits are
    `validation_logits`. `curves` is None for a rung that was not trained itself.
    """

    name: str
    network: Network
    validation_logits: NDArray[np.float32]
    temperature: float
    unsure_threshold: float
    curves: LearningCurves | None
    parameters: int
    multiply_adds: int
    size_bytes: int
    training_seconds: float
    hardware: str


def make_report(served: Served, data: Mnist, canvas: CanvasTest | None, folder: Path) -> Json:
    """Measure a network; writes predictions.npz into `folder` and returns report.json.

    All but the version, which `artefacts.publish` knows. Shares are in 0..1. Every figure of
    the test split is computed from the logits as predictions.npz holds them, so that it can be
    recomputed without the network.
    """
    logits = stored_logits(logits_of(served.network, data.test.images))
    labels = data.test.labels
    settings = (served.temperature, served.unsure_threshold)
    return {
        "format": artefacts.REPORT_FORMAT,
        "name": served.name,
        "n_test": len(labels),
        **_accuracy(logits, labels),
        **_class_figures(logits, labels),
        "calibration": {
            "before": calibration_figures(logits, labels, 1.0),
            "after": calibration_figures(logits, labels, served.temperature),
        },
        "validation": _validation(served, data.validation.labels),
        "test_sure": sure_figures(logits, labels, *settings),
        "learning_curves": served.curves
        and {**asdict(served.curves), "best_epoch": served.curves.best_epoch},
        "robustness": robustness(served.network, data.test),
        **_penstrokes(served, canvas),
        "cost": {
            "parameters": served.parameters,
            "multiply_adds": served.multiply_adds,
            "size_bytes": served.size_bytes,
            "training_seconds": served.training_seconds,
            "hardware": served.hardware,
            "median_latency_us": median_latency_us(served.network, data.test),
        },
        "predictions": write_predictions(folder, logits, labels),
        "contact_sheet": artefacts.CONTACT_SHEET_FILE
        if (folder / artefacts.CONTACT_SHEET_FILE).is_file()
        else None,
    }


def at_version(report: Json, version: int) -> Json:
    """report.json of that version."""
    return {"format": report["format"], "name": report["name"], "version": version, **report}


def accuracy_of(logits: Logits, labels: Labels) -> float:
    """Fraction of digits whose largest logit is the label's."""
    return float(np.mean(logits.argmax(axis=-1) == labels))


def sure_figures(logits: Logits, labels: Labels, temperature: float, threshold: float) -> Json:
    """Coverage, the fraction of digits answered `sure`, and the precision among them.

    The precision is None where no digit is sure.
    """
    table = probabilities(logits, temperature)
    sure = table.max(axis=-1) >= threshold
    correct = table.argmax(axis=-1) == labels
    return {
        "coverage": float(sure.mean()),
        "precision": float(correct[sure].mean()) if sure.any() else None,
    }


def canvas_figures(served: Served, canvas: CanvasTest) -> Json:
    """How well drawings of real people on the page's canvas are read, by writer too.

    A drawing in which the engine finds no digit counts as misread and as not sure, and is left
    out of the confusion matrix. `writer_worst_tenth` is the accuracy that nine tenths of the
    writers reach: the 10 % quantile of the writers' accuracies, interpolated linearly.
    """
    digits = canvas.digits
    logits = logits_of(served.network, digits.images)
    correct = digits.read_rightly(logits.argmax(axis=-1))
    by_writer = [
        float(correct[digits.writers == writer].mean()) for writer in np.unique(digits.writers)
    ]
    read = ~digits.blank
    sure = sure_figures(
        logits[read], digits.labels[read], served.temperature, served.unsure_threshold
    )
    return {
        "sha256": canvas.sha256,
        "n": len(digits),
        "seed": canvas.seed,
        "accuracy": float(correct.mean()),
        "accuracy_interval": list(wilson_interval(int(correct.sum()), len(digits))),
        "writers": len(by_writer),
        "writer_median": float(np.median(by_writer)),
        "writer_worst_tenth": float(np.quantile(by_writer, 0.1)),
        "sure": {**sure, "coverage": sure["coverage"] * float(read.mean())},
        "confusion_matrix": _confusion_matrix(logits[read], digits.labels[read]),
    }


def _accuracy(logits: Logits, labels: Labels) -> Json:
    correct = int(np.sum(logits.argmax(axis=-1) == labels))
    return {
        "accuracy": correct / len(labels),
        "accuracy_interval": list(wilson_interval(correct, len(labels))),
    }


def _validation(served: Served, labels: Labels) -> Json:
    logits = served.validation_logits
    sure = sure_figures(logits, labels, served.temperature, served.unsure_threshold)
    return {
        "n": len(labels),
        **_accuracy(logits, labels),
        "sure_coverage": sure["coverage"],
        "sure_precision": sure["precision"],
    }


def _penstrokes(served: Served, canvas: CanvasTest | None) -> Json:
    if canvas is None:
        return {"penstrokes": None, "note": NO_PENSTROKES}
    return {"penstrokes": canvas_figures(served, canvas)}


def _confusion_matrix(logits: Logits, labels: Labels) -> list[list[int]]:
    from sklearn.metrics import confusion_matrix

    # row: the digit it was; column: the digit it was read as
    matrix: list[list[int]] = confusion_matrix(
        labels, logits.argmax(axis=-1), labels=list(range(DIGITS))
    ).tolist()
    return matrix


def _class_figures(logits: Logits, labels: Labels) -> Json:
    from sklearn.metrics import f1_score, precision_recall_fscore_support, top_k_accuracy_score

    digits = list(range(DIGITS))
    read = logits.argmax(axis=-1)
    known: Any = {"labels": digits, "zero_division": 0.0}
    columns: Any = precision_recall_fscore_support(labels, read, **known)
    return {
        "macro_f1": float(f1_score(labels, read, average="macro", **known)),
        "weighted_f1": float(f1_score(labels, read, average="weighted", **known)),
        "top2_accuracy": float(top_k_accuracy_score(labels, logits, k=2, labels=digits)),
        "per_class": [
            {
                "digit": digit,
                "precision": float(columns[0][digit]),
                "recall": float(columns[1][digit]),
                "f1": float(columns[2][digit]),
                "support": int(columns[3][digit]),
            }
            for digit in digits
        ],
        "confusion_matrix": _confusion_matrix(logits, labels),
    }

"""What every rung reached, read from models/, and what each step over the rung below bought."""

import csv
import io
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.errors import ArtefactError
from experiments.training import workspace as artefacts
from experiments.training.workspace import Json
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.model_folder.comparison import (
    Comparison,
    Predictions,
    compare,
    holm,
    read_predictions,
    sentence,
)

SPREAD_FILE: Final = "spread.json"
SPREAD_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A rung against the one below it; `p_value_holm` is corrected for all steps told at once."""

    below: str
    found: Comparison
    p_value_holm: float
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One rung's latest version: its documents, its predictions, its step, and its seeds.

    `seeds` holds the trainings of spread.json, each with its seed, validation and test accuracy.
    """

    folder: Path
    metadata: Json
    report: Json
    predictions: Predictions
    step: Step | None
    seeds: list[Json]

    @property
    def name(self) -> str:
        """The rung's name."""
        return str(self.metadata["name"])


def read_results(models_dir: Path, names: Sequence[str] = ()) -> list[Result]:
    """The latest versions, in ladder order; only those in `names`, where there are any.

    Steps are between neighbours of the list. Raises ArtefactError when there is no model, or
    none of that name, or when a file is missing, of another format or of other digits.
    """
    folders = {
        entry.name: artefacts.latest(models_dir, entry.name)
        for entry in models_dir.glob("*")
        if artefacts.versions(models_dir, entry.name)
    }
    if not folders:
        raise ArtefactError(f"{models_dir}: expected model folders, found none")
    for name in names:
        if name not in folders:
            known = ", ".join(sorted(folders))
            raise ArtefactError(f"{models_dir}: there is no trained {name!r}; known: {known}")
    read = [_read(folders[name]) for name in dict.fromkeys(names or folders)]
    read.sort(key=lambda document: (document[1]["order"], document[1]["name"]))
    spread = read_spread(models_dir)
    return [
        Result(*documents, step, spread.get(documents[1]["name"], []))
        for documents, step in zip(read, _steps(read), strict=True)
    ]


def read_spread(models_dir: Path) -> dict[str, list[Json]]:
    """Trainings from several seeds by rung; none where there is no spread.json."""
    path = models_dir / SPREAD_FILE
    if not path.is_file():
        return {}
    rungs: dict[str, list[Json]] = artefacts.read_json(path, SPREAD_FORMAT)["rungs"]
    return rungs


def row(result: Result) -> Json:
    """One rung as a flat record: a line of results.csv. Shares are in 0..1."""
    report, step = result.report, result.step
    after = report["calibration"]["after"]
    canvas = report["penstrokes"] or {}
    low, high = report["accuracy_interval"]
    step_low, step_high = step.found.difference_interval if step else (None, None)
    accuracies = [seed["accuracy"] for seed in result.seeds]
    return {
        "name": result.name,
        "title": result.metadata["title"],
        "version": result.metadata["version"],
        "accuracy": report["accuracy"],
        "accuracy_low": low,
        "accuracy_high": high,
        "validation_accuracy": report["validation"]["accuracy"],
        "macro_f1": report["macro_f1"],
        "weighted_f1": report["weighted_f1"],
        "top2_accuracy": report["top2_accuracy"],
        "negative_log_likelihood": after["negative_log_likelihood"],
        "brier_score": after["brier_score"],
        "expected_calibration_error": after["expected_calibration_error"],
        "sure_coverage": report["test_sure"]["coverage"],
        "sure_precision": report["test_sure"]["precision"],
        "canvas_accuracy": canvas.get("accuracy"),
        "canvas_writer_median": canvas.get("writer_median"),
        "canvas_writer_worst_tenth": canvas.get("writer_worst_tenth"),
        **{key: report["cost"][key] for key in ("parameters", "multiply_adds", "size_bytes")},
        **{key: report["cost"][key] for key in ("training_seconds", "median_latency_us")},
        "seeds": len(accuracies) or None,
        "seeds_mean_accuracy": _mean(accuracies),
        "seeds_lowest_accuracy": min(accuracies, default=None),
        "seeds_highest_accuracy": max(accuracies, default=None),
        "below": step and step.below,
        "difference": step and step.found.difference,
        "difference_low": step_low,
        "difference_high": step_high,
        "fixed": step and len(step.found.fixed),
        "broken": step and len(step.found.broken),
        "p_value": step and step.found.p_value,
        "p_value_holm": step and step.p_value_holm,
        "sentence": step and step.sentence.replace("`", ""),
    }


def as_csv(results: Sequence[Result]) -> str:
    """results.csv: a heading and a line a rung; what was not measured stays empty."""
    rows = [row(result) for result in results]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_Documents = tuple[Path, Json, Json, Predictions]


def _read(folder: Path) -> _Documents:
    metadata, report = artefacts.read_metadata(folder), artefacts.read_report(folder)
    for document, keys in ((metadata, _METADATA_KEYS), (report, _REPORT_KEYS)):
        for key in keys:
            if key not in document:
                raise ArtefactError(f"{folder}: expected the figure {json.dumps(key)}, found none")
    try:
        return folder, metadata, report, read_predictions(folder)
    except BrokenModelError as error:
        raise ArtefactError(str(error)) from error


def _steps(read: Sequence[_Documents]) -> list[Step | None]:
    pairs = list(itertools.pairwise(read))
    found = []
    for below, above in pairs:
        try:
            found.append(compare(below[3], above[3]))
        except ValueError as error:
            raise ArtefactError(f"{below[0]} and {above[0]}: {error}") from error
    corrected = holm([comparison.p_value for comparison in found])
    steps: list[Step | None] = [None]
    for (below, above), comparison, p_value in zip(pairs, found, corrected, strict=True):
        names = below[1]["name"], above[1]["name"]
        steps.append(Step(names[0], comparison, p_value, sentence(*names, comparison, p_value)))
    return steps


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


_METADATA_KEYS: Final = ("name", "title", "adds", "order", "version")
_REPORT_KEYS: Final = (
    *("accuracy", "accuracy_interval", "macro_f1", "weighted_f1", "top2_accuracy", "per_class"),
    *("confusion_matrix", "calibration", "validation", "test_sure", "learning_curves"),
    *("robustness", "penstrokes", "cost"),
)

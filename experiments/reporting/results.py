"""The results of every rung, read from models/, and its step over the rung below."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ml_engine_and_backend.model_folder.comparison import Predictions, read_predictions
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import read_metadata, read_report, version_paths
from ml_engine_and_backend.model_folder.metadata import FullMetadata
from ml_engine_and_backend.model_folder.record import Record, Share, read_record
from ml_engine_and_backend.model_folder.report import FullReport
from ml_engine_and_backend.model_folder.steps import Step, ladder_steps

SEEDS_FILE: Final = "spread.json"


class SeedResult(Record):
    """The accuracy of a training from one seed."""

    seed: int
    validation_accuracy: Share
    accuracy: Share
    training_seconds: float


class SeedVariance(Record):
    """`spread.json`: trainings from several seeds, by rung."""

    format: Literal[1]
    models: dict[str, list[SeedResult]]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One model's latest version: its documents, its predictions, its step, and its seeds."""

    folder: Path
    metadata: FullMetadata
    report: FullReport
    predictions: Predictions
    step: Step | None
    seeds: list[SeedResult]

    @property
    def name(self) -> str:
        """The model's name."""
        return self.metadata.name


def read_results(models_dir: Path, names: Sequence[str] = ()) -> list[Result]:
    """The latest versions, in ladder order; only those in `names`, where there are any.

    Steps are between neighbours of the list. Raises BrokenModelError when there is no model, or
    none of that name, or when a file is missing, malformed or of other digits.
    """
    # in rising order of versions, so the latest stays
    folders = {path.parent.name: path for path in version_paths(models_dir)}
    if not folders:
        raise BrokenModelError(f"{models_dir}: expected model folders, found none")
    for name in names:
        if name not in folders:
            known = ", ".join(sorted(folders))
            raise BrokenModelError(f"{models_dir}: there is no trained {name!r}; known: {known}")
    chosen = [folders[name] for name in dict.fromkeys(names or folders)]
    documents = [(read_metadata(folder), read_report(folder), folder) for folder in chosen]
    documents.sort(key=lambda document: (document[0].order, document[0].name))
    predictions = {metadata.name: read_predictions(folder) for metadata, _, folder in documents}
    steps = ladder_steps(predictions)
    seeds = read_seed_variance(models_dir)
    return [
        Result(folder, metadata, report, read, step, seeds.get(metadata.name, []))
        for (metadata, report, folder), read, step in zip(
            documents, predictions.values(), steps, strict=True
        )
    ]


def read_seed_variance(models_dir: Path) -> dict[str, list[SeedResult]]:
    """Trainings from several seeds by rung; none where there is no spread.json."""
    path = models_dir / SEEDS_FILE
    return read_record(path, SeedVariance).models if path.is_file() else {}


def row(result: Result) -> dict[str, Any]:
    """One model as a flat record: a line of results.csv. Shares are in 0..1."""
    report, step, canvas = result.report, result.step, result.report.penstrokes
    after = report.calibration.after
    low, high = report.accuracy_interval
    step_low, step_high = step.comparison.difference_interval if step else (None, None)
    accuracies = [seed.accuracy for seed in result.seeds]
    return {
        "name": result.name,
        "title": result.metadata.title,
        "version": result.metadata.version,
        "accuracy": report.accuracy,
        "accuracy_low": low,
        "accuracy_high": high,
        "validation_accuracy": report.validation.accuracy,
        "macro_f1": report.macro_f1,
        "weighted_f1": report.weighted_f1,
        "top2_accuracy": report.top2_accuracy,
        "negative_log_likelihood": after.negative_log_likelihood,
        "brier_score": after.brier_score,
        "expected_calibration_error": after.expected_calibration_error,
        "sure_coverage": report.test_sure.coverage,
        "sure_precision": report.test_sure.precision,
        "canvas_accuracy": canvas.accuracy if canvas else None,
        "canvas_writer_median": canvas.writer_median if canvas else None,
        "canvas_writer_worst_tenth": canvas.writer_worst_tenth if canvas else None,
        **report.cost.model_dump(exclude={"hardware"}),
        "seeds": len(accuracies) or None,
        "seeds_mean_accuracy": _mean(accuracies),
        "seeds_lowest_accuracy": min(accuracies, default=None),
        "seeds_highest_accuracy": max(accuracies, default=None),
        "below": step.below if step else None,
        "difference": step.comparison.difference if step else None,
        "difference_low": step_low,
        "difference_high": step_high,
        "fixed": len(step.comparison.fixed) if step else None,
        "broken": len(step.comparison.broken) if step else None,
        "p_value": step.comparison.p_value if step else None,
        "p_value_holm": step.p_value_holm if step else None,
        "sentence": step.sentence.replace("`", "") if step else None,
    }


def as_csv(results: Sequence[Result]) -> str:
    """results.csv: a heading and a line a rung; what was not measured stays empty.

    Excel needs the byte order mark, and an ASCII minus sign.
    """
    rows = [row(result) for result in results]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + text.getvalue().replace("\N{MINUS SIGN}", "-")


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None

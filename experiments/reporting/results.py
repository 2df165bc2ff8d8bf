"""The results of every rung, read from models/, and its step over the rung below."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml_engine_and_backend.model_folder.comparison import Predictions, read_predictions
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import read_metadata, read_report
from ml_engine_and_backend.model_folder.metadata import MNIST, FullMetadata
from ml_engine_and_backend.model_folder.record import Record
from ml_engine_and_backend.model_folder.report import FullReport, NotDigits, Read
from ml_engine_and_backend.model_folder.seeds import Spread, read_seed_variance, spread
from ml_engine_and_backend.model_folder.served import all_served
from ml_engine_and_backend.model_folder.steps import Step, ladder_steps


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One model's served version: its documents, its predictions, its step, and other seeds."""

    folder: Path
    metadata: FullMetadata
    report: FullReport
    predictions: Predictions
    step: Step | None
    seeds: Spread | None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.metadata.name


def read_results(models_dir: Path, names: Sequence[str] = ()) -> list[Result]:
    """The served versions, in ladder order; only those in `names`, where there are any.

    Steps are between neighbours of the list. Raises BrokenModelError when there is no model, or
    none of that name, or when a file is missing, malformed or of other pictures.
    """
    folders = all_served(models_dir)
    if not folders:
        raise BrokenModelError(f"{models_dir}: expected model folders, found none")
    for name in names:
        if name not in folders:
            known = ", ".join(sorted(folders))
            raise BrokenModelError(f"{models_dir}: there is no trained {name!r}; known: {known}")
    chosen = [folders[name] for name in dict.fromkeys(names or folders)]
    documents = [(read_metadata(folder), read_report(folder), folder) for folder in chosen]
    documents.sort(key=lambda document: (document[0].order, document[0].name))
    predictions = {
        metadata.name: replace(read_predictions(folder), test_sha256=metadata.test_sha256)
        for metadata, _, folder in documents
    }
    members = {
        metadata.name: [
            read_predictions(models_dir / member.name / str(member.version))
            for member in metadata.members
        ]
        for metadata, _, _ in documents
    }
    is_of_digits = documents[0][0].subject == MNIST
    steps = ladder_steps(predictions, members, "digits" if is_of_digits else "pictures")
    seeds = read_seed_variance(models_dir)
    return [
        Result(
            folder,
            metadata,
            report,
            read,
            step,
            spread([seed.accuracy for seed in seeds.get(metadata.name, [])]),
        )
        for (metadata, report, folder), read, step in zip(
            documents, predictions.values(), steps, strict=True
        )
    ]


def row(result: Result) -> dict[str, Any]:
    """One model as a flat record: a line of results.csv. Shares are in 0..1."""
    report, step, canvas = result.report, result.step, result.report.penstrokes
    after = report.calibration.after
    low, high = report.accuracy_interval
    step_low, step_high = step.comparison.difference_interval if step else (None, None)
    seeds, members = result.seeds, step.members if step else None
    beyond = report.beyond_mnist
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
        **_figures("two_digits", beyond and beyond.two_digits, NotDigits),
        **_figures("letters", beyond and beyond.letters, NotDigits),
        **_figures("numbers", beyond and beyond.numbers, Read),
        **{f"pictures_{kind.kind}": kind.accuracy for kind in (beyond.pictures if beyond else ())},
        **_figures("seeds", seeds, Spread),
        **_figures("members", members, Spread),
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


def _figures(name: str, record: Record | None, kind: type[Record]) -> dict[str, Any]:
    """The single numbers of a record, each under a name of its own; None where there is none."""
    values = {} if record is None else record.model_dump()
    return {
        f"{name}_{field}": values.get(field)
        for field in kind.model_fields
        if not isinstance(values.get(field), tuple)
    }

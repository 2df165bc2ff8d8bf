"""The shipped reports, read again where a file has changed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.schemas import reports as schemas
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.predictor import Ladder, Rung
from ml_engine_and_backend.model_folder.comparison import (
    PREDICTIONS_FILE,
    Comparison,
    Predictions,
    compare,
    holm,
    read_predictions,
    sentence,
)
from ml_engine_and_backend.model_folder.folder import REPORT_FILE, FileStamp, file_stamp

SHEET_IMAGE = "digits.png"
SHEET_INDEX = "digits.json"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Reports:
    """Reports of the served rungs, out of `models_dir`."""

    models_dir: Path

    def whole(self, rung: Rung) -> dict[str, Any]:
        """A rung's `report.json`.

        Raises:
            HTTPProblemError: 404 where this version was published without one we can read.
        """
        return _read_once(_report, self._folder(rung) / REPORT_FILE)

    def summaries(self, ladder: Ladder) -> list[schemas.ReportSummary]:
        """One row a rung, in ladder order, each with its step over the rung below."""
        pairs = list(zip(ladder.rungs, ladder.rungs[1:], strict=False))
        comparisons = [self._compared(below, rung) for below, rung in pairs]
        corrected = holm([comparison.p_value for comparison in comparisons])
        steps: list[schemas.Step | None] = [None]
        for (below, rung), comparison, p_value_holm in zip(
            pairs, comparisons, corrected, strict=True
        ):
            steps.append(
                schemas.Step(
                    below=below.metadata.name,
                    difference=comparison.difference,
                    difference_interval=comparison.difference_interval,
                    fixed=len(comparison.fixed),
                    broken=len(comparison.broken),
                    p_value=comparison.p_value,
                    p_value_holm=p_value_holm,
                    sentence=sentence(
                        below.metadata.name, rung.metadata.name, comparison, p_value_holm
                    ).replace("`", ""),  # the backquotes are for Markdown
                )
            )
        return [self._summary(rung, step) for rung, step in zip(ladder.rungs, steps, strict=True)]

    def comparison(self, a: Rung, b: Rung) -> schemas.Comparison:
        """Two rungs on the same test digits."""
        compared = self._compared(a, b)
        read_a, read_b = self._predictions(a), self._predictions(b)

        def digits(indices: NDArray[np.int64]) -> list[schemas.ComparedDigit]:
            return [
                schemas.ComparedDigit(
                    index=int(index),
                    label=int(read_a.labels[index]),
                    a=int(read_a.digits[index]),
                    b=int(read_b.digits[index]),
                )
                for index in indices
            ]

        return schemas.Comparison(
            a=_side(a, compared.accuracy_a),
            b=_side(b, compared.accuracy_b),
            n=compared.n,
            difference=compared.difference,
            difference_interval=compared.difference_interval,
            p_value=compared.p_value,
            fixed=digits(compared.fixed),
            broken=digits(compared.broken),
        )

    def sheet(self, ladder: Ladder, image: str) -> schemas.DigitSheet:
        """Which digit of the sprite sheet `image` is which, and what every rung reads in it."""
        index = _read_once(_sheet_index, self.models_dir / SHEET_INDEX)
        read = {rung.metadata.name: self._predictions(rung) for rung in ladder.rungs}
        labels = next(iter(read.values())).labels
        return schemas.DigitSheet(
            **index,
            labels=[int(labels[i]) for i in index["indices"]],
            read={
                name: [int(predictions.digits[i]) for i in index["indices"]]
                for name, predictions in read.items()
            },
            image=image,
        )

    def sheet_image(self) -> Path:
        """The sprite sheet's file.

        Raises:
            HTTPProblemError: 404 where there is none.
        """
        path = self.models_dir / SHEET_IMAGE
        if not path.is_file():
            raise _absent(path)
        return path

    def _summary(self, rung: Rung, step: schemas.Step | None) -> schemas.ReportSummary:
        report = self.whole(rung)
        calibration, cost = report["calibration"]["after"], report["cost"]
        penstrokes = report["penstrokes"]
        return schemas.ReportSummary(
            name=rung.metadata.name,
            title=rung.metadata.title,
            version=rung.metadata.version,
            **{
                key: report[key]
                for key in (
                    *("n_test", "accuracy", "accuracy_interval"),
                    *("macro_f1", "top2_accuracy"),
                )
            },
            negative_log_likelihood=calibration["negative_log_likelihood"],
            expected_calibration_error=calibration["expected_calibration_error"],
            sure_coverage=report["test_sure"]["coverage"],
            sure_precision=report["test_sure"]["precision"],
            canvas_accuracy=penstrokes and penstrokes["accuracy"],
            **{
                key: cost[key]
                for key in (
                    *("parameters", "multiply_adds", "size_bytes"),
                    *("training_seconds", "median_latency_us"),
                )
            },
            step=step,
        )

    def _compared(self, a: Rung, b: Rung) -> Comparison:
        return compare(self._predictions(a), self._predictions(b))

    def _predictions(self, rung: Rung) -> Predictions:
        return _read_once(_predictions, self._folder(rung) / PREDICTIONS_FILE)

    def _folder(self, rung: Rung) -> Path:
        return self.models_dir / rung.metadata.name / str(rung.metadata.version)


def _side(rung: Rung, accuracy: float) -> schemas.ComparedRung:
    return schemas.ComparedRung(
        name=rung.metadata.name, version=rung.metadata.version, accuracy=accuracy
    )


def _read_once(read: Callable[[Path, FileStamp], Content], path: Path) -> Content:
    """What the cached `read` makes of the file as it is now, or the 404 for a file that is gone."""
    stamp = file_stamp(path)
    if stamp is None:
        raise _absent(path)
    return read(path, stamp)


@lru_cache(maxsize=64)
def _report(path: Path, _: FileStamp) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _absent(path) from error
    if report.get("format") != 2:
        raise _absent(path)
    return report


@lru_cache(maxsize=64)
def _predictions(path: Path, _: FileStamp) -> Predictions:
    try:
        return read_predictions(path.parent)
    except BrokenModelError as error:
        raise _absent(path) from error


@lru_cache(maxsize=4)
def _sheet_index(path: Path, _: FileStamp) -> dict[str, Any]:
    try:
        index: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _absent(path) from error
    return index


def _absent(path: Path) -> HTTPProblemError:
    place = "/".join(path.parts[-3:])
    return HTTPProblemError(
        404, "no-report", "There is no such report", f"expected a readable {place}, got none"
    )

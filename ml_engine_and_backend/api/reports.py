"""The shipped reports, read again where a file has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.schemas import reports as schemas
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.comparison import (
    PREDICTIONS_FILE,
    Predictions,
    check_same_pictures,
    compare,
    read_predictions,
)
from ml_engine_and_backend.model_folder.digit_sheet import IMAGE_FILE, INDEX_FILE, SheetLayout
from ml_engine_and_backend.model_folder.folder import (
    CONTACT_SHEET_FILE,
    REPORT_FILE,
    FileStamp,
    file_stamp,
)
from ml_engine_and_backend.model_folder.hard_ones import HARD_ONES_FILE, HardOnes
from ml_engine_and_backend.model_folder.record import read_record
from ml_engine_and_backend.model_folder.report import CostFigures, Headline, Report
from ml_engine_and_backend.model_folder.seeds import SeedResult, read_seed_variance, spread
from ml_engine_and_backend.model_folder.steps import Step, ladder_steps

Content = TypeVar("Content")


@dataclass(frozen=True)
class Reports:
    """Reports of the served rungs, out of `models_dir`."""

    models_dir: Path

    def whole(self, model: Model) -> Report:
        """A rung's `report.json`.

        Raises:
            HTTPProblemError: 404 where this version was published without one we can read.
        """
        return _read_once(_report, self._folder(model) / REPORT_FILE)

    def summaries(self, ladder: Ladder) -> list[schemas.ReportSummary]:
        """One row a rung, in ladder order, each with its step over the rung below.

        Raises:
            HTTPProblemError: 404 where a report or predictions cannot be read or compared.
        """
        read = {model.metadata.name: self._predictions(model) for model in ladder.models}
        try:
            steps = ladder_steps(
                read,
                {model.metadata.name: self._members(model) for model in ladder.models},
                "digits" if ladder.is_of_digits else "pictures",
            )
            seeds = read_seed_variance(self.models_dir)
        except BrokenModelError as error:
            raise _no_report(str(error)) from error
        return [
            self._summary(model, step, seeds.get(model.metadata.name, []))
            for model, step in zip(ladder.models, steps, strict=True)
        ]

    def comparison(self, a: Model, b: Model) -> schemas.Comparison:
        """Two rungs on the same test digits.

        Raises:
            HTTPProblemError: 404 where predictions cannot be read or are of other digits.
        """
        read_a, read_b = self._predictions(a), self._predictions(b)
        try:
            compared = compare(read_a, read_b)
        except BrokenModelError as error:
            raise _no_report(str(error)) from error

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
        """Which digit of the sprite sheet `image` is which, and what every rung reads in it.

        Raises:
            HTTPProblemError: 404 where a file cannot be read, or rungs read other digits.
        """
        index = _read_once(_sheet_index, self.models_dir / INDEX_FILE)
        read = {model.metadata.name: self._predictions(model) for model in ladder.models}
        (lowest, first), *others = read.items()
        for name, predictions in others:
            try:
                check_same_pictures(first, predictions)
            except BrokenModelError as error:
                raise _no_report(f"{lowest} and {name}: {error}") from error
        labels = first.labels
        return schemas.DigitSheet(
            **index.model_dump(),
            labels=[int(labels[i]) for i in index.indices],
            read={
                name: [int(predictions.digits[i]) for i in index.indices]
                for name, predictions in read.items()
            },
            image=image,
        )

    def sheet_image(self) -> Path:
        """The sprite sheet's file.

        Raises:
            HTTPProblemError: 404 where there is none.
        """
        path = self.models_dir / IMAGE_FILE
        if not path.is_file():
            raise _absent(path)
        return path

    def contact_sheet(self, model: Model) -> Path:
        """The picture of the digits that a rung was trained on.

        Raises:
            HTTPProblemError: 404 where there is none.
        """
        path = self._folder(model) / CONTACT_SHEET_FILE
        if not path.is_file():
            raise _absent(path)
        return path

    def hard_ones(self) -> HardOnes:
        """The drawings on which the ladder can be taught.

        Raises:
            HTTPProblemError: 404 where there are none, or no readable ones.
        """
        return _read_once(_hard_ones, self.models_dir / HARD_ONES_FILE)

    def _summary(
        self, model: Model, step: Step | None, seeds: Sequence[SeedResult]
    ) -> schemas.ReportSummary:
        report = self.whole(model)
        calibration = report.calibration.after
        return schemas.ReportSummary(
            **report.model_dump(include=set(Headline.model_fields)),
            **report.cost.model_dump(include=set(CostFigures.model_fields)),
            title=model.metadata.title,
            negative_log_likelihood=calibration.negative_log_likelihood,
            expected_calibration_error=calibration.expected_calibration_error,
            sure_coverage=report.test_sure.coverage,
            sure_precision=report.test_sure.precision,
            canvas_accuracy=report.penstrokes.accuracy if report.penstrokes else None,
            seeds=spread([seed.accuracy for seed in seeds]),
            step=_step(step) if step else None,
        )

    def _predictions(self, model: Model) -> Predictions:
        read = _read_once(_predictions, self._folder(model) / PREDICTIONS_FILE)
        return replace(read, test_sha256=model.metadata.test_sha256)

    def _members(self, model: Model) -> list[Predictions]:
        return [
            _read_once(
                _predictions,
                self.models_dir / member.name / str(member.version) / PREDICTIONS_FILE,
            )
            for member in model.metadata.members
        ]

    def _folder(self, model: Model) -> Path:
        return self.models_dir / model.metadata.name / str(model.metadata.version)


def _step(step: Step) -> schemas.Step:
    found = step.comparison
    return schemas.Step(
        below=step.below,
        difference=found.difference,
        difference_interval=found.difference_interval,
        fixed=len(found.fixed),
        broken=len(found.broken),
        p_value=found.p_value,
        p_value_holm=step.p_value_holm,
        members=step.members,
        sentence=step.sentence.replace("`", ""),  # the backquotes are for Markdown
    )


def _side(model: Model, accuracy: float) -> schemas.ComparedModel:
    return schemas.ComparedModel(
        name=model.metadata.name, version=model.metadata.version, accuracy=accuracy
    )


def _read_once(read: Callable[[Path, FileStamp], Content], path: Path) -> Content:
    """What the cached `read` makes of the file as it is now, or the 404 for a file that is gone."""
    stamp = file_stamp(path)
    if stamp is None:
        raise _absent(path)
    return read(path, stamp)


@lru_cache(maxsize=64)
def _report(path: Path, _: FileStamp) -> Report:
    try:
        return read_record(path, Report)
    except BrokenModelError as error:
        raise _absent(path) from error


@lru_cache(maxsize=64)
def _predictions(path: Path, _: FileStamp) -> Predictions:
    try:
        return read_predictions(path.parent)
    except BrokenModelError as error:
        raise _absent(path) from error


@lru_cache(maxsize=4)
def _sheet_index(path: Path, _: FileStamp) -> SheetLayout:
    try:
        return read_record(path, SheetLayout)
    except BrokenModelError as error:
        raise _absent(path) from error


@lru_cache(maxsize=4)
def _hard_ones(path: Path, _: FileStamp) -> HardOnes:
    try:
        return read_record(path, HardOnes)
    except BrokenModelError as error:
        raise _absent(path) from error


def _absent(path: Path) -> HTTPProblemError:
    place = "/".join(path.parts[-3:])
    return _no_report(f"expected a readable {place}, got none")


def _no_report(detail: str) -> HTTPProblemError:
    return HTTPProblemError(404, "no-report", "There is no such report", detail)

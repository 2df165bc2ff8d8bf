"""What the API answers about how good the rungs are; shares are 0..1, on MNIST's test split."""

from typing import Annotated

from pydantic import BaseModel, Field

from ml_engine_and_backend.api.schemas.predictions import Share
from ml_engine_and_backend.model_folder.digit_sheet import SheetLayout
from ml_engine_and_backend.model_folder.report import CostFigures, Headline, Interval
from ml_engine_and_backend.model_folder.seeds import Spread


class Step(BaseModel):
    """What a rung brings over the one below it, and whether that could be chance."""

    below: str
    difference: Annotated[float, Field(description="Accuracy over the rung below, -1..1.")]
    difference_interval: Interval
    fixed: Annotated[int, Field(description="Digits that this rung reads and the other does not.")]
    broken: Annotated[int, Field(description="Digits that the other reads and this rung does not.")]
    p_value: Annotated[Share, Field(description="Exact McNemar test, two-sided.")]
    p_value_holm: Annotated[Share, Field(description="Holm-corrected over all steps.")]
    members: Annotated[Spread | None, Field(description="An ensemble's members, each alone.")]
    sentence: Annotated[str, Field(description="The same in words.")]


class ReportSummary(CostFigures, Headline):
    """One rung's row of the comparison."""

    title: str
    negative_log_likelihood: float
    expected_calibration_error: Share
    sure_coverage: Annotated[Share, Field(description="Share of digits with verdict `sure`.")]
    sure_precision: Annotated[Share | None, Field(description="Of those, the share read right.")]
    canvas_accuracy: Annotated[
        Share | None, Field(description="On people's pen strokes drawn on a canvas.")
    ]
    seeds: Annotated[
        Spread | None, Field(description="The same rung from several seeds, where it was tried.")
    ]
    step: Annotated[Step | None, Field(description="None for the lowest rung.")]


class ComparedModel(BaseModel):
    """One side of a comparison."""

    name: str
    version: int
    accuracy: Share


class ComparedDigit(BaseModel):
    """A test digit that the two rungs read differently, one of them right."""

    index: Annotated[int, Field(description="Place in MNIST's test split, from 0.")]
    label: int
    a: Annotated[int, Field(description="What a read.")]
    b: Annotated[int, Field(description="What b read.")]


class Comparison(BaseModel):
    """Two rungs on the same test digits."""

    a: ComparedModel
    b: ComparedModel
    n: int
    difference: Annotated[float, Field(description="Accuracy of b over that of a, -1..1.")]
    difference_interval: Interval
    p_value: Annotated[Share, Field(description="Exact McNemar test, two-sided.")]
    fixed: Annotated[list[ComparedDigit], Field(description="b reads them, a does not.")]
    broken: Annotated[list[ComparedDigit], Field(description="a reads them, b does not.")]


class DigitSheet(SheetLayout):
    """Which test digit is where in the sprite sheet, row by row, and what each rung reads in it."""

    labels: list[int]
    read: dict[str, list[int]]
    image: Annotated[str, Field(description="Where the sheet is.")]

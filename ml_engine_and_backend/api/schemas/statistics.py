"""How the models do on what people draw."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.model_folder.record import Share
from ml_engine_and_backend.model_folder.report import Interval, ReliabilityBin


class _Figures(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DayOfModel(_Figures):
    """A model's answers of one day."""

    model: str
    answers: int
    labelled: int
    right: int
    mean_confidence: Share
    unsure: Annotated[int, Field(description="Answers with this verdict.")]
    not_a_digit: Annotated[int, Field(description="Answers with this verdict.")]


class Day(_Figures):
    """What was drawn on one day, in UTC."""

    day: date
    drawings: int
    labelled: Annotated[int, Field(description="Drawings with a label.")]
    models: list[DayOfModel]


class DigitOfModel(_Figures):
    """How often a model read a digit, or would if the drawing were one."""

    model: str
    digit: int
    answers: int
    labelled: int
    right: int


class ModelFigures(_Figures):
    """A model, over all its versions or of one."""

    model: str
    version: Annotated[int | None, Field(description="Null over all versions.")]
    answers: int
    labelled: int
    right: int
    accuracy: Annotated[Share | None, Field(description="Of the labelled; null without any.")]
    interval: Annotated[Interval | None, Field(description="Wilson's, at 95 %.")]
    confusion: Annotated[
        list[list[int]],
        Field(description="By label and digit read, where both say that it is a digit."),
    ]
    calibration: Annotated[
        list[ReliabilityBin], Field(description="Of what the model took for a digit.")
    ]


class PairComparison(_Figures):
    """Two models on the labelled drawings that both have answered."""

    a: str
    b: str
    n: int
    fixed: Annotated[int, Field(description="b reads them, a does not.")]
    broken: Annotated[int, Field(description="a reads them, b does not.")]
    difference: Annotated[float, Field(description="Accuracy of b over that of a, -1..1.")]
    difference_interval: Interval
    p_value: Annotated[Share, Field(description="Exact McNemar test, two-sided.")]
    p_value_holm: Annotated[Share, Field(description="Holm-corrected over all pairs.")]


class DriftDay(_Figures):
    """The default model's answers of one day."""

    day: date
    answers: int
    mean_confidence: Share
    unsure: Annotated[Share, Field(description="Share of answers with this verdict.")]
    not_a_digit: Annotated[Share, Field(description="Share of answers with this verdict.")]
    warning: Annotated[
        str | None, Field(description="In what the day differs from the 28 before, if it does.")
    ]


class Shape(_Figures):
    """Some of the default model's answers; null where there are none."""

    answers: int
    mean_confidence: Share | None
    unsure: Share | None
    not_a_digit: Share | None


class Bias(_Figures):
    """Whether drawings with a label are unlike those without one."""

    is_biased: bool
    labelled: Shape
    unlabelled: Shape
    text: Annotated[str | None, Field(description="What that means, if they are.")]


class Statistics(_Figures):
    """Counts and figures; models in ladder order."""

    scope: Literal["mine", "all"]
    predictions: int
    drawings: int
    labelled: Annotated[int, Field(description="Drawings with a label.")]
    days: list[Day]
    digits: list[DigitOfModel]
    models: list[ModelFigures]
    comparisons: list[PairComparison]
    drift_model: Annotated[
        str | None, Field(description="Whose answers `drift` and `bias` are: the default model's.")
    ]
    drift: list[DriftDay]
    bias: Bias

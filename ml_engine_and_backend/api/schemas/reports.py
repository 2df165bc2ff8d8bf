"""What the API answers about how good the rungs are; shares are 0..1, on MNIST's test split."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.api.schemas.predictions import Share

Interval = Annotated[tuple[float, float], Field(description="Low and high end, at 95 %.")]
TrainingSeconds = Annotated[float, Field(description="Processor time, over all cores.")]
Matrix = Annotated[
    list[list[int]], Field(description="Counts; rows are the true digits, columns those read.")
]


class Step(BaseModel):
    """What a rung brings over the one below it, and whether that could be chance."""

    below: str
    difference: Annotated[float, Field(description="Accuracy over the rung below, -1..1.")]
    difference_interval: Interval
    fixed: Annotated[int, Field(description="Digits that this rung reads and the other does not.")]
    broken: Annotated[int, Field(description="Digits that the other reads and this rung does not.")]
    p_value: Annotated[Share, Field(description="Exact McNemar test, two-sided.")]
    p_value_holm: Annotated[Share, Field(description="Holm-corrected over all steps.")]
    sentence: Annotated[str, Field(description="The same in words.")]


class ReportSummary(BaseModel):
    """One rung's row of the comparison."""

    name: str
    title: str
    version: int
    n_test: Annotated[int, Field(description="Test digits that the figures are from.")]
    accuracy: Share
    accuracy_interval: Interval
    macro_f1: Share
    top2_accuracy: Share
    negative_log_likelihood: float
    expected_calibration_error: Share
    sure_coverage: Annotated[Share, Field(description="Share of digits with verdict `sure`.")]
    sure_precision: Annotated[Share | None, Field(description="Of those, the share read right.")]
    canvas_accuracy: Annotated[
        Share | None, Field(description="On people's pen strokes drawn on a canvas.")
    ]
    parameters: int
    multiply_adds: int
    size_bytes: int
    training_seconds: TrainingSeconds
    median_latency_us: float
    step: Annotated[Step | None, Field(description="None for the lowest rung.")]


class ReliabilityBin(BaseModel):
    """The answers whose confidence lies between `low` and `high`."""

    low: Share
    high: Share
    count: int
    confidence: Share | None
    accuracy: Share | None


class Calibration(BaseModel):
    """How far the probabilities can be believed, at one temperature."""

    temperature: float
    negative_log_likelihood: float
    brier_score: float
    expected_calibration_error: Share
    reliability: list[ReliabilityBin]


class BeforeAndAfter(BaseModel):
    """At temperature 1, and at the one fitted on validation."""

    before: Calibration
    after: Calibration


class Sure(BaseModel):
    """The answers with verdict `sure`: how many of all, and how many of them are right."""

    coverage: Share
    precision: Share | None


class ClassFigures(BaseModel):
    """One digit as a class of its own."""

    digit: int
    precision: Share
    recall: Share
    f1: Share
    support: int


class Validation(BaseModel):
    """On the validation split, where thresholds and temperatures were chosen."""

    n: int
    accuracy: Share
    accuracy_interval: Interval
    sure_coverage: Share
    sure_precision: Share | None


class LearningCurves(BaseModel):
    """One entry an epoch; `best_epoch` is the one whose weights are shipped."""

    epoch: list[int]
    loss: list[float]
    accuracy: list[Share]
    validation_loss: list[float]
    validation_accuracy: list[Share]
    learning_rate: list[float]
    best_epoch: int


class RobustnessCurve(BaseModel):
    """Accuracy at each level of one disturbance."""

    name: str
    title: str
    unit: str
    levels: list[float]
    accuracy: list[Share]


class Robustness(BaseModel):
    """On a fixed, seeded sample of test digits, disturbed in the 28×28 field itself."""

    n: int
    seed: int
    curves: list[RobustnessCurve]


class Penstrokes(BaseModel):
    """People's pen strokes drawn as the page draws them."""

    sha256: str
    n: int
    seed: int
    accuracy: Share
    accuracy_interval: Interval
    writers: int
    writer_median: Share
    writer_worst_tenth: Share
    sure: Sure
    confusion_matrix: Matrix


class Cost(BaseModel):
    """What a rung costs to train and to ask."""

    parameters: int
    multiply_adds: int
    size_bytes: int
    training_seconds: TrainingSeconds
    hardware: str
    median_latency_us: Annotated[float, Field(description="LiteRT, one thread, one digit.")]


class Report(BaseModel):
    """A rung's whole `report.json`."""

    model_config = ConfigDict(extra="allow")

    format: Literal[2]
    name: str
    version: int
    n_test: int
    accuracy: Share
    accuracy_interval: Interval
    macro_f1: Share
    weighted_f1: Share
    top2_accuracy: Share
    per_class: list[ClassFigures]
    confusion_matrix: Matrix
    calibration: BeforeAndAfter
    validation: Validation
    test_sure: Sure
    learning_curves: LearningCurves | None
    robustness: Robustness
    penstrokes: Penstrokes | None
    cost: Cost


class ComparedRung(BaseModel):
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

    a: ComparedRung
    b: ComparedRung
    n: int
    difference: Annotated[float, Field(description="Accuracy of b over that of a, -1..1.")]
    difference_interval: Interval
    p_value: Annotated[Share, Field(description="Exact McNemar test, two-sided.")]
    fixed: Annotated[list[ComparedDigit], Field(description="b reads them, a does not.")]
    broken: Annotated[list[ComparedDigit], Field(description="a reads them, b does not.")]


class DigitSheet(BaseModel):
    """Which test digit is where in the sprite sheet, row by row, and what each rung reads in it."""

    size_px: Annotated[int, Field(description="Side of a cell.")]
    columns: int
    indices: Annotated[list[int], Field(description="Places in MNIST's test split, ascending.")]
    labels: list[int]
    read: dict[str, list[int]]
    image: Annotated[str, Field(description="Where the sheet is.")]

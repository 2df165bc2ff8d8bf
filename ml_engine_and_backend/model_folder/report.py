"""`report.json`: how good a rung is; shares are 0..1, on the test split: MNIST's, or its own."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from ml_engine_and_backend.model_folder.record import Record, Sha256, Share

FORMAT: Final = 3

Interval = Annotated[tuple[float, float], Field(description="Low and high end, at 95 %.")]
Matrix = Annotated[
    list[list[int]], Field(description="Counts; rows are the true digits, columns those read.")
]


class Score(Record):
    """All that serving needs of a report."""

    accuracy: Share


class ReliabilityBin(Record):
    """The answers whose confidence lies between `low` and `high`."""

    low: Share
    high: Share
    count: int
    confidence: Share | None
    accuracy: Share | None


class Calibration(Record):
    """How far the probabilities can be believed, at one temperature."""

    temperature: float
    negative_log_likelihood: float
    brier_score: float
    expected_calibration_error: Share
    reliability: list[ReliabilityBin]


class BeforeAndAfter(Record):
    """At temperature 1, and at the one fitted on validation."""

    before: Calibration
    after: Calibration


class Sure(Record):
    """The answers with verdict `sure`: how many of all, and how many of them are right."""

    coverage: Share
    precision: Share | None


class ClassFigures(Record):
    """One class against all others; `digit` is its index."""

    digit: int
    precision: Share
    recall: Share
    f1: Share
    support: int


class Validation(Record):
    """On the validation split; `sure_…` on the same digits redrawn as people draw."""

    n: int
    accuracy: Share
    accuracy_interval: Interval
    sure_coverage: Share
    sure_precision: Share | None


class LearningCurves(Record):
    """One entry an epoch."""

    epoch: list[int]
    loss: list[float]
    accuracy: list[Share]
    validation_loss: list[float]
    validation_accuracy: list[Share]
    learning_rate: list[float]


class RobustnessCurve(Record):
    """Accuracy at each level of one disturbance."""

    name: str
    title: str
    unit: str
    levels: list[float]
    accuracy: list[Share]


class Robustness(Record):
    """On a fixed, seeded sample of test digits, disturbed in the 28×28 field itself."""

    n: int
    seed: int
    curves: list[RobustnessCurve]


class Penstrokes(Record):
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
    expected_calibration_error: Share
    confusion_matrix: Matrix


class NotDigits(Record):
    """What is not one digit, and how often a rung takes it for one without doubt."""

    n: int
    confident: Annotated[Share, Field(description="At or above the rung's own threshold.")]
    sure: Annotated[Share, Field(description="With verdict `sure`: like a digit too.")]
    auroc: Annotated[
        Share | None, Field(description="Of the rung's confidence, people's digits against these.")
    ]


class Read(Record):
    """Drawings that are read as they were meant, every digit of them."""

    n: int
    accuracy: Share
    accuracy_interval: Interval


class ReadPictures(Read):
    """Pictures of one kind; what is no digit is read rightly where no digit is found."""

    kind: str
    sure: Sure


class PredictionsRecord(Record):
    """A file with a rung's logits, from which figures can be computed again."""

    file: str
    sha256: Sha256


class BeyondMnist(Record):
    """What MNIST does not ask; parts whose drawings were not there are None or empty.

    `letters` are letters and symbols that nobody writes as a digit, `two_digits` test digits side
    by side. `gate` is the version of the gate that looked first, `sure_likeness` what it takes to
    be called sure.
    """

    gate: int | None
    sure_likeness: Share
    two_digits: NotDigits
    letters: NotDigits | None
    numbers: Read | None
    pictures: list[ReadPictures]
    predictions: PredictionsRecord


class CostFigures(Record):
    """What a rung costs to train and to ask, in figures."""

    parameters: int
    multiply_adds: int
    size_bytes: int
    training_seconds: Annotated[float, Field(description="Processor time, over all cores.")]
    median_latency_us: Annotated[float, Field(description="LiteRT, one thread, one digit.")]


class Cost(CostFigures):
    """What a rung costs to train and to ask."""

    hardware: str


class TrainedReport(Record):
    """What a report says of the training itself, in whichever format it was written."""

    learning_curves: LearningCurves | None
    cost: CostFigures


class Headline(Score):
    """The figures that rungs are first compared by."""

    name: str
    version: int
    n_test: Annotated[int, Field(description="Test digits that the figures are from.")]
    accuracy_interval: Interval
    macro_f1: Share
    top2_accuracy: Share


class Report(Headline):
    """A rung's whole `report.json`."""

    model_config = ConfigDict(extra="allow")

    format: Literal[3]
    weighted_f1: Share
    per_class: list[ClassFigures]
    confusion_matrix: Matrix
    calibration: BeforeAndAfter
    validation: Validation
    test_sure: Sure
    learning_curves: LearningCurves | None
    robustness: Robustness
    penstrokes: Penstrokes | None
    beyond_mnist: Annotated[
        BeyondMnist | None, Field(description="Null where the classes are not MNIST's digits.")
    ]
    cost: Cost
    contact_sheet: Annotated[
        str | None, Field(description="The file of digits after each transform of the training.")
    ]


class FullReport(Report):
    """`report.json` as evaluation writes it; `note` says why there are no pen strokes."""

    predictions: PredictionsRecord
    note: str | None = None

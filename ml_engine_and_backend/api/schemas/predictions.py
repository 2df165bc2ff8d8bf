"""What the API answers: the shapes that OpenAPI publishes and the page's types are made from."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from ml_engine_and_backend.model_folder.metadata import MOST_CLASSES

Share = Annotated[float, Field(ge=0, le=1)]
Shares = Annotated[list[Share], Field(min_length=2, max_length=MOST_CLASSES)]
ClassIndex = Annotated[int, Field(ge=0, lt=MOST_CLASSES)]
ClassNames = Annotated[list[str], Field(description="The names of the classes, by index.")]
Verdict = Literal["sure", "unsure", "not_a_digit", "several"]
Box = Annotated[
    tuple[int, int, int, int],
    Field(description="Left, top, right, bottom in pixels of the whole upright upload."),
]
Activation = Literal["sigmoid", "softmax"]

EXAMPLE_PREDICTION: JsonDict = {
    "model": "cnn",
    "version": 1,
    "digit": 7,
    "label": "7",
    "confidence": 0.97,
    "probabilities": [0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.97, 0.0, 0.02],
    "scores": [0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.97, 0.0, 0.02],
    "activation": "softmax",
    "verdict": "sure",
    "found": {"kind": "digit", "digit_likeness": 0.99, "count": 1},
    "preprocessing": {
        "inverted": True,
        "box": [61, 40, 215, 250],
        "image": "data:image/png;base64,iVBORw0KGgo…",
    },
}


class Preprocessing(BaseModel):
    """How the picture became what the model saw."""

    inverted: Annotated[bool, Field(description="The upload had dark ink on a light ground.")]
    box: Annotated[
        tuple[int, int, int, int],
        Field(description="Left, top, right, bottom of the ink in pixels of the upright upload."),
    ]
    image: Annotated[
        str, Field(description="The 28×28 picture that the model saw: a PNG as a data URL.")
    ]


class Found(BaseModel):
    """What there is to read in the picture, the same for every rung."""

    kind: Literal["digit", "none", "several"]
    digit_likeness: Annotated[
        Share, Field(description="How much all of it looks like one digit, by a network apart.")
    ]
    count: Annotated[int, Field(ge=0, description="How many digits were found.")]


class ReadDigit(BaseModel):
    """One digit of several."""

    digit: Annotated[ClassIndex, Field(description="The index of the likeliest class.")]
    label: Annotated[str, Field(description="The name of that class: of digits, the digit.")]
    confidence: Share
    probabilities: Annotated[
        Shares, Field(description="Index d: the probability of class d. They sum to 1.")
    ]
    verdict: Literal["sure", "unsure"]
    box: Box
    line: Annotated[int, Field(ge=0, description="Of the lines from the top, from 0.")]


class Number(BaseModel):
    """What several digits are together."""

    text: Annotated[str, Field(description="All digits; one line of them a line.")]
    lines: list[str]
    confidence: Annotated[Share, Field(description="That all digits are right.")]


class Read(Number):
    """One rung's reading of several digits."""

    verdict: Annotated[Literal["sure", "unsure"], Field(description="`sure` where every digit is.")]
    digits: list[ReadDigit]


class PicturedDigit(ReadDigit):
    """One digit, with the 28×28 picture that the model saw."""

    image: Annotated[str, Field(description="A PNG as a data URL.")]


class Reading(Number):
    """Every digit of a picture, in reading order, as one rung reads it."""

    model: str
    version: int
    digits: list[PicturedDigit]
    verdict: Annotated[
        Literal["sure", "unsure", "not_a_digit"],
        Field(description="`sure` where every digit is; `not_a_digit` where there is none."),
    ]
    ignored: Annotated[int, Field(ge=0, description="How much else there is, and is no digit.")]


class Prediction(BaseModel):
    """One rung's answer to one picture."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_PREDICTION]})

    model: str
    version: int
    digit: Annotated[ClassIndex, Field(description="The index of the likeliest class.")]
    label: Annotated[str, Field(description="The name of that class: of digits, the digit.")]
    confidence: Annotated[Share, Field(description="The largest of the probabilities.")]
    probabilities: Annotated[
        Shares, Field(description="Index d: the probability of class d. They sum to 1.")
    ]
    scores: Annotated[Shares, Field(description="Index d: the rung's own activation for class d.")]
    activation: Activation
    verdict: Annotated[
        Verdict,
        Field(
            description="`sure` takes the model's `unsure_threshold`, and likeness to a digit. "
            "`not_a_digit` and `several` come from `found`: the digit is then what it would be if "
            "it were one."
        ),
    ]
    found: Found
    read: Annotated[
        Read | None, Field(description="The number; only where there are several digits.")
    ] = None
    preprocessing: Preprocessing
    id: Annotated[
        str | None, Field(description="Names the prediction for feedback; only where it is kept.")
    ] = None


class PredictionAll(BaseModel):
    """Every rung's answer to one picture, in ladder order."""

    results: list[Prediction]
    agree: Annotated[
        bool, Field(description="Every rung reads the same: digit, or number where it is several.")
    ]


class ModelSummary(BaseModel):
    """A served model, as a picker shows it."""

    name: str
    title: str
    adds: Annotated[str, Field(description="What this rung adds to the one below.")]
    version: int
    parameters: int
    activation: Activation
    classes: ClassNames
    accuracy: Annotated[Share, Field(description="On the test split: MNIST's 10,000 digits.")]
    validation_accuracy: Annotated[
        Share,
        Field(
            description="On the validation split. The best is the default, of equals the higher "
            "rung, unless the service is told another."
        ),
    ]
    unsure_threshold: Annotated[
        Share, Field(description="The confidence from which an answer is sure.")
    ]
    size_bytes: Annotated[int, Field(description="Of the network that is served.")]
    default: Annotated[bool, Field(description="Answers where no model is named.")]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Every served model has answered once."""

    status: Literal["ready"] = "ready"
    models: list[str]
    database: Annotated[
        Literal["ok", "away", "none"],
        Field(description="`away`: predictions are answered and not kept; `none`: nothing is."),
    ]
    database_detail: Annotated[
        str | None, Field(description="Why the database does not answer.")
    ] = None
    limits: Annotated[
        Literal["process", "shared", "away"],
        Field(
            description="Where requests of a client are counted: by each process, or by a Redis "
            "for all; `away`: by each process, since Redis does not answer."
        ),
    ]
    limits_detail: Annotated[str | None, Field(description="Why Redis does not answer.")] = None


class Problem(BaseModel):
    """An error as RFC 9457 lays it out; `detail` says what was expected and what came."""

    type: Annotated[str, Field(examples=["urn:digit-ladder:problem:blank-drawing"])]
    title: str
    status: int
    detail: str
    known: Annotated[
        list[str] | None, Field(description="404 only: the models that are served.")
    ] = None
    error: Annotated[
        str | None,
        Field(description="Below /v2 only: `detail` again, as the Open Inference Protocol has it."),
    ] = None
    request_id: Annotated[
        str | None, Field(description="What the logs call this request; also X-Request-ID.")
    ] = None

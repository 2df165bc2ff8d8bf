"""`models/gate/<version>/metadata.json`: the network that says whether there is a digit at all."""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from ml_engine_and_backend.model_folder.record import FileRecord, Record, Share

GATE: Final = "gate"  # no model's name
CLASSES: Final = ("digit", "none", "several")  # what the network's outputs are the logits of


class GateMetadata(Record):
    """What serving relies on; the training's own fields pass through.

    The likeness is the softmax of the logits over `temperature`, at `digit`.
    """

    model_config = ConfigDict(extra="allow")

    format: Literal[1]
    name: Literal["gate"]
    version: Annotated[int, Field(ge=1)]
    parameters: Annotated[int, Field(ge=0)]
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    digit_from: Annotated[Share, Field(description="Likeness below which nothing is a digit.")]
    sure_from: Annotated[Share, Field(description="Likeness that a verdict of `sure` takes.")]
    created_at: AwareDatetime
    files: dict[str, FileRecord]


class GateReport(Record):
    """`report.json`: how well the gate tells digits from others, as people draw both.

    Letters and symbols are those that nobody writes as a digit, unless said; shares are 0..1.
    """

    format: Literal[1]
    version: Annotated[int, Field(ge=1)]
    digits: Annotated[int, Field(description="People's digits that the figures are from.")]
    letters: Annotated[int, Field(description="People's letters and symbols, likewise.")]
    auroc: Annotated[Share, Field(description="Of the likeness, digits against letters.")]
    accepted_at_95: Annotated[
        Share, Field(description="Letters that are as like as the likest 95 % of digits are.")
    ]
    digits_refused: Share
    letters_accepted: Share
    lookalikes_accepted: Annotated[
        Share, Field(description="Letters that people also write as digits: no mistake.")
    ]
    digits_like_enough: Annotated[Share, Field(description="To be called sure.")]
    letters_like_enough: Share
    pairs_accepted: Annotated[
        Share, Field(description="Of validation digits, two to four, taken for one.")
    ]
    size_bytes: int
    median_latency_us: float

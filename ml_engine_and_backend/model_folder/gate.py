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

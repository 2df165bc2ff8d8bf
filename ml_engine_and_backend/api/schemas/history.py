"""What somebody has drawn, and what was read in it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ml_engine_and_backend.api.schemas.feedback import TrueLabel
from ml_engine_and_backend.database.tables import ComputedBy
from ml_engine_and_backend.model_folder.record import Share

Next = Annotated[
    str | None, Field(description="The `cursor` of what follows; null on the last page.")
]
Computer = Annotated[ComputedBy, Field(description="Whose networks answered.")]
IsRight = Annotated[bool | None, Field(description="Null while the drawing has no label.")]


class KeptPrediction(BaseModel):
    """One answer to one drawing."""

    id: str
    drawing: Annotated[str, Field(description="The `id` of the drawing.")]
    timestamp: datetime
    model: str
    version: int
    predicted_digit: int
    confidence: Share
    probabilities: list[float]
    verdict: str
    computed_by: Computer
    true_label: TrueLabel | None
    is_right: IsRight
    image_data: Annotated[
        str | None,
        Field(description="The upload, where it was kept, or else the 28×28 field: a data: URL."),
    ]


class KeptPredictions(BaseModel):
    """A page of the caller's predictions, newest first."""

    items: list[KeptPrediction]
    next: Next


class KeptAnswer(BaseModel):
    """What a model read in a drawing."""

    id: str
    model: str
    version: int
    predicted_digit: int
    confidence: Share
    verdict: str
    is_right: IsRight


class KeptDrawing(BaseModel):
    """A drawing, and every model's answer to it in ladder order."""

    id: str
    timestamp: datetime
    true_label: TrueLabel | None
    decision: Annotated[
        TrueLabel | Literal["rejected", "conflict"] | None,
        Field(description="What reviewers settled; null while they have not."),
    ]
    image: Annotated[
        str | None, Field(description="The 28×28 field as a data: URL; null where it was not kept.")
    ]
    has_drawing: Annotated[bool, Field(description="Whether `/drawings/{id}/image` has it.")]
    found_kind: str
    computed_by: Computer
    results: list[KeptAnswer]


class KeptDrawings(BaseModel):
    """A page of the caller's drawings, newest first."""

    items: list[KeptDrawing]
    next: Next


class Forgotten(BaseModel):
    """How many drawings were deleted."""

    deleted: int


class ModelTally(BaseModel):
    """How a model did on the caller's labelled drawings."""

    model: str
    right: int
    labelled: int


class Tally(BaseModel):
    """The caller's drawings so far; models in ladder order."""

    drawn: int
    labelled: int
    models: list[ModelTally]

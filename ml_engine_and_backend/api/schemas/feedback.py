"""What people say of an answer, and what is then kept."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.model_folder.metadata import MOST_CLASSES

# the index of a class; strict, since Python takes True for a 1
TrueLabel = (
    Annotated[int, Field(strict=True, ge=0, lt=MOST_CLASSES)] | Literal["not_a_digit", "several"]
)


def as_label(kept: str | None) -> Any:
    """A label or decision as JSON has it: the database keeps text, digits are numbers."""
    return int(kept) if kept is not None and kept.isdecimal() else kept


class Feedback(BaseModel):
    """What was drawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"true_label": 4}]})

    true_label: Annotated[
        TrueLabel | None,
        Field(
            description="The index of a class: of digits, the digit; `not_a_digit` or `several`; "
            "null takes back."
        ),
    ]


class Label(BaseModel):
    """One model's answer, judged by the label."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    model: str
    version: int
    predicted_digit: int
    verdict: str
    is_right: bool | None


class Labelled(BaseModel):
    """What is now kept of a drawing."""

    id: str
    true_label: TrueLabel | None
    timestamp: datetime
    results: list[Label]

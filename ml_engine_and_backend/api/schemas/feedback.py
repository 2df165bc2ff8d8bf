"""What people say of an answer, and what is then kept."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _no_truth_value(value: object) -> object:
    """True is no 1, though Python takes it for one."""
    if isinstance(value, bool):
        raise ValueError(f"expected a digit, got {value}")  # noqa: TRY004  pydantic's errors
    return value


TrueLabel = Annotated[
    Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "not_a_digit", "several"],
    BeforeValidator(_no_truth_value),
]


def as_label(kept: str | None) -> Any:
    """A label or decision as JSON has it: the database keeps text, digits are numbers."""
    return int(kept) if kept is not None and kept.isdecimal() else kept


class Feedback(BaseModel):
    """What was drawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"true_label": 4}]})

    true_label: Annotated[
        TrueLabel | None, Field(description="A digit, `not_a_digit` or `several`; null takes back.")
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

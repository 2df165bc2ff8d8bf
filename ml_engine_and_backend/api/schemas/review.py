"""What reviewers see and say."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.api.schemas.feedback import TrueLabel
from ml_engine_and_backend.api.schemas.predictions import Share, Verdict

Opinion = TrueLabel | Literal["disagree", "skip"]
Decision = TrueLabel | Literal["rejected", "conflict"]


class ReviewedAnswer(BaseModel):
    """What one model read in the drawing."""

    model: str
    version: int
    predicted_digit: int
    confidence: Share
    verdict: Verdict
    is_right: Annotated[bool, Field(description="By the label of whoever drew it.")]


class Review(BaseModel):
    """What one reviewer said."""

    by: Annotated[str, Field(description="The reviewer's name at that time.")]
    decision: Opinion
    decided_at: datetime


class ReviewItem(BaseModel):
    """A labelled drawing; never whose it is."""

    id: str
    image: Annotated[str, Field(description="The 28×28 field: a PNG as a data URL.")]
    true_label: Annotated[TrueLabel, Field(description="What whoever drew it says.")]
    results: list[ReviewedAnswer]
    decision: Annotated[
        Decision | None,
        Field(description="What reviewers have settled: only a digit is trained on. null: open."),
    ]
    reviews: Annotated[
        list[Review], Field(description="While it is open, one's own alone; the first said first.")
    ]


class ReviewPage(BaseModel):
    """Drawings in one state, and how many there are in each."""

    items: list[ReviewItem]
    open: Annotated[int, Field(description="Those that you have not decided or skipped.")]
    conflicts: int
    decided: int
    required: Annotated[int, Field(description="So many reviewers must agree.")]


class ReviewDecision(BaseModel):
    """What a reviewer says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": 4}]})

    decision: Annotated[
        Opinion | None,
        Field(
            description="What is drawn; `disagree`: the label is wrong; `skip`: somebody else "
            "may say; null takes your own back."
        ),
    ]

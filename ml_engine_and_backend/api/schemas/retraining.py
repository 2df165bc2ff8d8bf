"""Retrainings that were started here."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class TrainingRun(BaseModel):
    """One retraining."""

    id: int
    models: Annotated[list[str], Field(description="None: every rung.")]
    by: Annotated[str, Field(description="Who started it.")]
    started_at: datetime
    ended_at: datetime | None
    status: Annotated[
        Literal["running", "done", "failed", "stopped", "lost"],
        Field(description="`lost`: it ended without a word, as when the machine went down."),
    ]
    log: Annotated[str, Field(description="The last lines that it wrote.")]


class Retraining(BaseModel):
    """Whether retraining is possible here, and what became of it."""

    available: bool
    how: Annotated[str, Field(description="How to retrain, here or elsewhere.")]
    runs: Annotated[list[TrainingRun], Field(description="Newest first, the latest 20.")]


class RetrainingRequest(BaseModel):
    """What is to be retrained."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"models": ["cnn"], "epochs": 5}]}
    )

    models: Annotated[
        list[Annotated[str, Field(max_length=64)]],
        Field(max_length=64, description="Rungs that are served; none: every rung."),
    ]
    epochs: Annotated[
        int | None, Field(ge=1, le=1_000, description="Without it, the rung's own recipe.")
    ] = None

"""Which versions are served, and who decided so."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ml_engine_and_backend.model_folder.promotion import PromotionReport

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class GateReport(BaseModel):
    """A version measured against the one that was served."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
    model: str
    version: int
    champion_version: int
    data_sha256: str
    passed: bool
    report: PromotionReport


class Candidate(BaseModel):
    """A version that could be promoted."""

    version: int
    gate: Annotated[
        GateReport | None,
        Field(description="The newest against the served version; null: not measured."),
    ]


class ServedModel(BaseModel):
    """One model's versions."""

    model: str
    version: Annotated[int, Field(description="The one that answers to the name alone.")]
    before: Annotated[int | None, Field(description="What a rollback brings back.")]
    versions: list[int]
    candidates: Annotated[
        list[Candidate],
        Field(description="Later versions than the served one, and those measured against it."),
    ]


class Promotion(BaseModel):
    """One promotion, refusal or rollback; none is ever changed."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    timestamp: datetime
    actor: str
    action: Literal["promote", "refuse", "rollback"]
    model: str
    version: int
    from_version: int
    reason: str
    data_sha256: str | None
    gate_report_id: int | None


class Promotions(BaseModel):
    """What is served, and how that came about."""

    served: list[ServedModel]
    items: Annotated[list[Promotion], Field(description="Newest first, the latest 100.")]
    test_split_asked: Annotated[
        dict[str, int],
        Field(description="How often the test split was asked for each model: it can only refuse."),
    ]


class PromotionRequest(BaseModel):
    """What is to be served from now on, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "promote", "model": "cnn", "version": 3, "reason": "slashed zeros"}
            ]
        },
    )

    action: Literal["promote", "rollback"]
    model: Annotated[str, Field(max_length=64)]
    version: Annotated[Version | None, Field(description="Only to promote.")] = None
    reason: Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]

    @model_validator(mode="after")
    def _version_of_promotion(self) -> "PromotionRequest":
        if (self.action == "promote") != (self.version is not None):
            raise ValueError("expected a version to promote, and none to roll back")
        return self

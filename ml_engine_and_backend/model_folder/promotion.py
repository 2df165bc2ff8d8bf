"""The report of a promotion's gate: challenger against champion, line by line."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from ml_engine_and_backend.model_folder.metadata import FeedbackCounts
from ml_engine_and_backend.model_folder.record import Record

Verdict = Literal["passed", "failed", "not_measured"]


class Line(Record):
    """One condition: `figure` is held against `bound`, whose meaning `text` gives in words."""

    name: str
    title: str
    verdict: Verdict
    champion: float | None = None
    challenger: float | None = None
    figure: float | None = None
    bound: float | None = None
    text: str


class PromotionReport(Record):
    """Whether a version may be served in place of the one that is; shares are in 0..1."""

    format: Literal[1]
    model: str
    version: Annotated[int, Field(ge=1)]
    champion_version: Annotated[int, Field(ge=1)]
    created_at: AwareDatetime
    hardware: str
    test_digits: int
    feedback: FeedbackCounts
    lines: list[Line]

    @property
    def failures(self) -> list[Line]:
        """The lines that refuse."""
        return [line for line in self.lines if line.verdict == "failed"]

    @property
    def passed(self) -> bool:
        """Whether no line refuses."""
        return not self.failures

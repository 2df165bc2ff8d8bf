"""What the page's own networks answered, to be kept."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ml_engine_and_backend.api.memory import Keep
from ml_engine_and_backend.api.schemas.predictions import Found, Shares, Verdict

# what probabilities, rounded or in single precision, may be off by together
SUM_WITHIN: Final = 1e-3
MOST_RESULTS: Final = 64
MOST_FOUND: Final = 1000


def _sums_to_one(probabilities: list[float]) -> list[float]:
    total = sum(probabilities)
    if not abs(total - 1) <= SUM_WITHIN:
        raise ValueError(f"expected numbers that sum to 1, got {total:.6g}")
    return probabilities


class BrowserFound(Found):
    """What the page's own gate found."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=0, le=MOST_FOUND, description="How many digits were found.")]


class BrowserResult(BaseModel):
    """One model's answer."""

    model_config = ConfigDict(extra="forbid")

    model: str
    version: Annotated[int, Field(ge=1)]
    probabilities: Annotated[
        Shares,
        AfterValidator(_sums_to_one),
        Field(description="Index d: the probability of class d. They sum to 1."),
    ]
    verdict: Verdict


class BrowserAnswer(BaseModel):
    """A drawing, and what was read in it."""

    model_config = ConfigDict(extra="forbid")

    image: Annotated[
        str, Field(description="The drawing as a PNG of up to 320 × 320 pixels: base64 or data:.")
    ]
    keep: Annotated[Keep, Field(description="As `keep` of `/predict/`.")] = "field"
    found: BrowserFound
    results: Annotated[list[BrowserResult], Field(min_length=1, max_length=MOST_RESULTS)]


class KeptResult(BaseModel):
    """What a model's answer is called."""

    model: str
    version: int
    id: Annotated[
        str | None, Field(description="Names the prediction for feedback; only where it is kept.")
    ]


class KeptBrowserAnswer(BaseModel):
    """The ids of the answers, in the order that they came in."""

    results: list[KeptResult]

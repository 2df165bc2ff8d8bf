"""Labels that strangers gave, looked at before anything learns from them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ml_engine_and_backend.api.accounts.identity import NOT_SIGNED_IN, ROLE_NEEDED, ReviewerDep
from ml_engine_and_backend.api.data_urls import kept_field_url
from ml_engine_and_backend.api.dependencies import DatabaseDep, SettingsDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas.feedback import as_label
from ml_engine_and_backend.api.schemas.review import ReviewDecision, ReviewItem, ReviewPage
from ml_engine_and_backend.database import review
from ml_engine_and_backend.database.tables import Account

PROBLEMS = (
    (
        404,
        "nothing-to-review",
        "There is no such drawing to review",
        "expected the id of a labelled drawing, got 'abc'",
    ),
    (
        409,
        "decided",
        "An admin has settled this",
        "expected an admin, who has settled this conflict as '4', got a reviewer",
    ),
)

router = APIRouter(
    prefix="/review",
    tags=["review"],
    responses=ANY_OTHER_PROBLEM | problems(NOT_SIGNED_IN, ROLE_NEEDED),
    route_class=JSONRoute,
)


@router.get("")
def list_drawings(
    database: DatabaseDep,
    settings: SettingsDep,
    account: ReviewerDep,
    state: Annotated[
        review.State, Query(description="`open`: labelled, and not seen by you yet.")
    ] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
) -> ReviewPage:
    """Labelled drawings, those that a decision teaches most first. For reviewers."""
    reviewer = _reviewer(account)
    with database.reading() as session:
        items = review.queue(session, state, reviewer, limit)
        counts = review.counts(session, reviewer)
    return ReviewPage(
        items=[_item(item) for item in items],
        open=counts.open,
        conflicts=counts.conflict,
        decided=counts.decided,
        required=settings.reviewers,
    )


@router.post("/{id}", responses=problems(NOT_SIGNED_IN, ROLE_NEEDED, *PROBLEMS))
def decide(
    id: Annotated[str, Path(description="Of a drawing.", max_length=64)],  # noqa: A002
    body: ReviewDecision,
    database: DatabaseDep,
    settings: SettingsDep,
    account: ReviewerDep,
) -> ReviewItem:
    """Say what is drawn; it is kept once this has answered. For reviewers.

    Who differs from another makes a conflict, which an admin settles.
    """
    said = None if body.decision is None else str(body.decision)
    with database.writing() as session:
        item = review.decide(session, id, _reviewer(account), said, settings.reviewers)
    return _item(item)


def _reviewer(account: Account) -> review.Reviewer:
    return review.Reviewer(account.id, account.name, account.role == "admin")


def _item(item: review.Item) -> ReviewItem:
    return ReviewItem.model_validate(
        {
            "id": item.id,
            "image": kept_field_url(item.field),
            "true_label": as_label(item.true_label),
            "results": [
                {name: getattr(reading, name) for name in review.Reading.__slots__}
                for reading in item.readings
            ],
            "decision": as_label(item.decision),
            "reviews": [
                {
                    "by": opinion.by,
                    "decision": as_label(opinion.decision),
                    "decided_at": opinion.decided_at,
                }
                for opinion in item.opinions
            ],
        }
    )

"""Whether an answer was right."""

import threading
import time
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter

from ml_engine_and_backend.api.accounts.identity import CallerDep
from ml_engine_and_backend.api.dependencies import MemoryDep, PredictionPath
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas.feedback import Feedback, Label, Labelled
from ml_engine_and_backend.database import feedback
from ml_engine_and_backend.database.tables import ID

# another process may still have to write the prediction
WAIT_FOR_OTHERS_S: Final = 1.0
LOOK_AGAIN_S: Final = 0.05

_waiting: Final = threading.BoundedSemaphore(4)

router = APIRouter(tags=["feedback"], responses=ANY_OTHER_PROBLEM, route_class=JSONRoute)

PROBLEMS = problems(
    (
        404,
        "unknown-prediction",
        "There is no such prediction",
        "expected the id of a prediction that is kept, got 'abc'",
    ),
    (409, "reviewed", "Reviewers have decided otherwise", "expected '4', got '9'"),
)


@router.post("/predictions/{id}/feedback", responses=PROBLEMS)
def give_feedback(
    id: PredictionPath,  # noqa: A002
    body: Feedback,
    memory: MemoryDep,
    caller: CallerDep,
) -> Labelled:
    """Say what was drawn: it labels the drawing, so every model's answer to it.

    Whoever was given the id may, but no account labels another's drawing. It is kept once this has
    answered.
    """
    label = None if body.true_label is None else str(body.true_label)

    def give() -> feedback.Labelled:
        with memory.database.writing() as session:
            return feedback.label(session, id, label, caller.owner)

    try:
        labelled = give()
    except feedback.UnknownPredictionError:
        if not ID.fullmatch(id):
            raise
        # it may have been answered a moment ago
        memory.writer.flush()
        labelled = _again(give)
    for answer in labelled.answers:
        if answer.is_right is not None:
            metrics.feedback(answer.model, answer.is_right)
    return Labelled(
        id=id,
        true_label=body.true_label,
        timestamp=labelled.timestamp,
        results=[Label.model_validate(answer) for answer in labelled.answers],
    )


def _again(give: Callable[[], feedback.Labelled]) -> feedback.Labelled:
    # only so many at once: whoever makes ids up must not keep others from the service
    may_wait = _waiting.acquire(blocking=False)
    deadline = time.monotonic() + (WAIT_FOR_OTHERS_S if may_wait else 0)
    try:
        while True:
            try:
                return give()
            except feedback.UnknownPredictionError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_AGAIN_S)
    finally:
        if may_wait:
            _waiting.release()

"""How the models do on what people draw and label."""

from collections import defaultdict
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from ml_engine_and_backend.api.accounts.identity import CallerDep
from ml_engine_and_backend.api.dependencies import DatabaseDep, LadderDep
from ml_engine_and_backend.api.errors.problems import (
    ANY_OTHER_PROBLEM,
    HTTPProblemError,
    documented,
)
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas import statistics as schemas
from ml_engine_and_backend.database import statistics
from ml_engine_and_backend.database.statistics import Selection

ROLE_NEEDED = documented(
    (
        403,
        "role-needed",
        "This account may not do that",
        "expected the role reviewer or admin for scope=all, got visitor",
    )
)

router = APIRouter(
    tags=["statistics"], responses=ANY_OTHER_PROBLEM | problems(), route_class=JSONRoute
)


@router.get("/statistics", responses=ROLE_NEEDED)
def show_statistics(
    database: DatabaseDep,
    ladder: LadderDep,
    caller: CallerDep,
    scope: Annotated[
        Literal["mine", "all"], Query(description="`all` is for reviewers and admins.")
    ] = "mine",
    since: Annotated[date | None, Query(description="From this day on, in UTC.")] = None,
    until: Annotated[date | None, Query(description="Up to this day and with it, in UTC.")] = None,
) -> schemas.Statistics:
    """Counts by day and digit, accuracy, calibration, comparisons, drift and bias."""
    role = caller.account.role if caller.account else "nobody signed in"
    if scope == "all" and role not in ("reviewer", "admin"):
        raise HTTPProblemError(
            403,
            "role-needed",
            "This account may not do that",
            f"expected the role reviewer or admin for scope=all, got {role}",
        )
    default = ladder.default.metadata.name if ladder.default else None
    selection = Selection(caller.owner, scope == "all", since, until)
    with database.reading() as session:
        found = statistics.everything(
            session, selection, ladder.names, default, len(ladder.classes)
        )
    models = defaultdict(list)
    for row in found.days:
        models[row.day].append(schemas.DayOfModel.model_validate(row))
    return schemas.Statistics(
        scope=scope,
        predictions=sum(row.answers for row in found.days),
        drawings=sum(day.drawings for day in found.drawn),
        labelled=sum(day.labelled for day in found.drawn),
        days=[
            schemas.Day(
                day=day.day,
                drawings=day.drawings,
                labelled=day.labelled,
                models=models[day.day],
            )
            for day in found.drawn
        ],
        digits=[schemas.DigitOfModel.model_validate(row) for row in found.digits],
        models=[_model(row) for row in found.models],
        comparisons=[
            schemas.PairComparison(
                a=step.a,
                b=step.b,
                fixed=step.fixed,
                broken=step.broken,
                n=step.figures.n,
                difference=step.figures.difference,
                difference_interval=step.figures.difference_interval,
                p_value=step.figures.p_value,
                p_value_holm=step.p_value_holm,
            )
            for step in found.comparisons
        ],
        drift_model=default,
        drift=[schemas.DriftDay.model_validate(row) for row in found.drift],
        bias=schemas.Bias.model_validate(found.bias),
    )


def _model(row: statistics.ModelFigures) -> schemas.ModelFigures:
    return schemas.ModelFigures(
        **asdict(row.accuracy),
        accuracy=row.accuracy.accuracy,
        interval=row.accuracy.interval,
        confusion=row.confusion,
        calibration=row.calibration,
    )

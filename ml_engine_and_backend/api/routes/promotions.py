"""Which version of a model is served: shown to reviewers, changed by admins."""

from pathlib import Path

from fastapi import APIRouter
from sqlalchemy.orm import Session

from ml_engine_and_backend.api.accounts.identity import (
    NOT_SIGNED_IN,
    ROLE_NEEDED,
    AdminDep,
    ReviewerDep,
)
from ml_engine_and_backend.api.dependencies import DatabaseDep, SettingsDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, HTTPProblemError
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas import promotions as schemas
from ml_engine_and_backend.database import promotions
from ml_engine_and_backend.engine.errors import UnknownModelError
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import version_paths
from ml_engine_and_backend.model_folder.served import read_served, served

PROBLEMS = (
    (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet'"),
    (
        409,
        "gate-refuses",
        "The gate refuses this version",
        "the gate refuses cnn@3 against @2: MNIST test: …",
    ),
    (
        409,
        "nothing-to-promote",
        "There is nothing to change",
        "expected a version that is not served, got 2",
    ),
    (
        409,
        "nothing-before",
        "There is no version to go back to",
        "cnn: expected a version that was served before, got none",
    ),
    (
        409,
        "broken-model",
        "This version cannot be served",
        "cnn/3/metadata.json: expected a valid record",
    ),
    (
        507,
        "models-not-writable",
        "The models folder cannot be written",
        "expected to write cnn/served.json, got: Read-only file system; nothing has changed",
    ),
)

router = APIRouter(
    prefix="/promotions",
    tags=["promotions"],
    responses=ANY_OTHER_PROBLEM | problems(NOT_SIGNED_IN, ROLE_NEEDED),
    route_class=JSONRoute,
)


@router.get("")
def list_promotions(
    database: DatabaseDep, settings: SettingsDep, _: ReviewerDep
) -> schemas.Promotions:
    """What is served, which versions could be, and every decision so far. For reviewers."""
    with database.reading() as session:
        return schemas.Promotions(
            served=[
                model
                for name, found in _versions(settings.models_dir).items()
                if (model := _served(session, settings.models_dir, name, found)) is not None
            ],
            items=[schemas.Promotion.model_validate(row) for row in promotions.history(session)],
            test_split_asked=promotions.times_asked(session),
        )


@router.post("", status_code=201, responses=problems(NOT_SIGNED_IN, ROLE_NEEDED, *PROBLEMS))
def change_served_version(
    body: schemas.PromotionRequest, database: DatabaseDep, settings: SettingsDep, account: AdminDep
) -> schemas.Promotion:
    """Serve another version, or the one before. For admins.

    The decision is kept and the file is written once this has answered; running services take it
    within LADDER_RELOAD_SECONDS. A refusal of the gate is kept too.
    """
    models_dir = settings.models_dir
    known = _versions(models_dir)
    if body.model not in known:
        raise UnknownModelError(body.model, list(known), list(known))
    if body.version is not None and body.version not in known[body.model]:
        versions = [f"{body.model}@{version}" for version in known[body.model]]
        raise UnknownModelError(f"{body.model}@{body.version}", versions, list(known))
    try:
        if body.version is None:
            row = promotions.rollback(database, models_dir, body.model, account.name, body.reason)
        else:
            row = promotions.promote(
                database, models_dir, body.model, body.version, account.name, body.reason
            )
    except BrokenModelError as error:
        raise HTTPProblemError(
            409, "broken-model", "This version cannot be served", str(error)
        ) from error
    except OSError as error:
        raise HTTPProblemError(
            507,
            "models-not-writable",
            "The models folder cannot be written",
            f"expected to write {body.model}/served.json, got: {error.strerror or error}; "
            "nothing has changed",
        ) from error
    return schemas.Promotion.model_validate(row)


def _versions(models_dir: Path) -> dict[str, list[int]]:
    """Every model's versions, ascending."""
    found: dict[str, list[int]] = {}
    for path in version_paths(models_dir):
        found.setdefault(path.parent.name, []).append(int(path.name))
    return found


def _served(
    session: Session, models_dir: Path, name: str, versions: list[int]
) -> schemas.ServedModel | None:
    """None where it cannot be said what is served; the log of the service says why."""
    try:
        version = int(served(models_dir, name).name)
        named = read_served(models_dir / name)
    except BrokenModelError:
        return None
    candidates = []
    for other in versions:
        report = promotions.newest_report(session, name, other, version)
        if other > version or (other != version and report is not None):
            gate = None if report is None else schemas.GateReport.model_validate(report)
            candidates.append(schemas.Candidate(version=other, gate=gate))
    return schemas.ServedModel(
        model=name,
        version=version,
        before=named.before if named else None,
        versions=versions,
        candidates=candidates,
    )

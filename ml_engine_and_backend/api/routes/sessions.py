"""Signing in and out."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from ml_engine_and_backend.api.accounts.attempts import Attempts
from ml_engine_and_backend.api.accounts.identity import (
    NOT_SIGNED_IN,
    SESSION_NEEDED,
    CallerDep,
    CallerIfKeptDep,
    SignedInDep,
    begin_session,
    client_address,
    has_ended_session,
)
from ml_engine_and_backend.api.dependencies import DatabaseDep, SettingsDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, HTTPProblemError
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas.accounts import (
    AccountDetails,
    Credentials,
    CurrentSession,
    Keeps,
    SessionDetails,
)
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.tables import Account

WRONG_CREDENTIALS: Final = (
    401,
    "wrong-credentials",
    "Name or password is wrong",
    "expected a name and its password, got others",
)
TOO_MANY_ATTEMPTS: Final = (
    429,
    "too-many-attempts",
    "Too many attempts",
    "expected at most 10 attempts per 600 s, got more; try again in 12 s",
)
UNKNOWN_SESSION: Final = (
    404,
    "unknown-session",
    "There is no such session",
    "expected one of your sessions, got none of these",
)

router = APIRouter(
    prefix="/sessions", tags=["accounts"], responses=ANY_OTHER_PROBLEM, route_class=JSONRoute
)


@router.post("", status_code=201, responses=problems(WRONG_CREDENTIALS, TOO_MANY_ATTEMPTS))
def sign_in(
    request: Request,
    response: Response,
    body: Credentials,
    database: DatabaseDep,
    caller: CallerDep,
) -> AccountDetails:
    """Sign in: the answer sets the session's cookie.

    What was drawn here before does not become the account's: somebody else may have drawn it.
    """
    attempts: Attempts = request.app.state.attempts
    attempts.password(body.name, client_address(request))
    account, token = accounts.sign_in(database, body.name, body.password, caller.token_hash)
    begin_session(request, response, token, account.id)
    return details_of(account)


@router.get("/current", responses=problems())
def show_current_session(
    request: Request, response: Response, settings: SettingsDep, caller: CallerIfKeptDep
) -> CurrentSession:
    """Who is signed in, if anybody, and what is kept."""
    if has_ended_session(request, caller):
        begin_session(request, response)
    is_kept = not settings.keeps_nothing
    return CurrentSession(
        account=None if caller.account is None else details_of(caller.account),
        keeps=Keeps(
            predictions=is_kept,
            drawings=is_kept and settings.keep_drawings,
            days=settings.keep_days,
        ),
    )


@router.delete("/current", status_code=204, responses=problems())
def sign_out(
    request: Request, response: Response, database: DatabaseDep, caller: CallerDep
) -> None:
    """Sign out; the answer sets the cookie of a new anonymous session."""
    if caller.account is not None and caller.token_hash is not None:
        accounts.end_session(database, caller.account.id, caller.token_hash)
        begin_session(request, response)
    elif has_ended_session(request, caller):
        begin_session(request, response)


@router.get("", responses=problems(NOT_SIGNED_IN, SESSION_NEEDED))
def list_sessions(database: DatabaseDep, caller: SignedInDep) -> list[SessionDetails]:
    """The browsers in which the account is signed in, the one used last first."""
    return [
        SessionDetails(
            id=session.token_hash,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            is_current=session.token_hash == caller.token_hash,
        )
        for session in accounts.list_sessions(database, caller.account.id)
    ]


@router.delete(
    "/{id}", status_code=204, responses=problems(NOT_SIGNED_IN, SESSION_NEEDED, UNKNOWN_SESSION)
)
def end_session(
    request: Request,
    response: Response,
    id: Annotated[str, Path(description="Of one of one's own sessions.", pattern="^[0-9a-f]{64}$")],  # noqa: A002
    database: DatabaseDep,
    caller: SignedInDep,
) -> None:
    """Sign a browser out."""
    if not accounts.end_session(database, caller.account.id, id):
        raise HTTPProblemError(*UNKNOWN_SESSION)
    if id == caller.token_hash:
        begin_session(request, response)


def details_of(account: Account) -> AccountDetails:
    """What is shown of an account."""
    return AccountDetails.model_validate(account)

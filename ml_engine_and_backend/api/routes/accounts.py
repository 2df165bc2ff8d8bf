"""Accounts, their API keys and roles."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from ml_engine_and_backend.api.accounts.attempts import Attempts
from ml_engine_and_backend.api.accounts.identity import (
    NOT_SIGNED_IN,
    ROLE_NEEDED,
    SESSION_NEEDED,
    AccountDep,
    AdminDep,
    CallerDep,
    SignedInDep,
    begin_session,
    client_address,
)
from ml_engine_and_backend.api.dependencies import DatabaseDep, MemoryDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, HTTPProblemError
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.routes.sessions import (
    TOO_MANY_ATTEMPTS,
    WRONG_CREDENTIALS,
    details_of,
)
from ml_engine_and_backend.api.schemas.accounts import (
    AccountChange,
    AccountDeletion,
    AccountDetails,
    Credentials,
    KeyDetails,
    KeyRequest,
    NewKey,
    RoleChange,
)
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.tables import Account

BAD_NAME: Final = (
    400,
    "bad-name",
    "This cannot be a name",
    "expected a name of 1 to 64 characters, got 0",
)
BAD_PASSWORD: Final = (
    400,
    "bad-password",
    "This cannot be a password",
    "expected a password of 8 to 1024 characters, got 3",
)
NAME_TAKEN: Final = (
    409,
    "name-taken",
    "The name is taken",
    "expected a name that is free, got 'Ada'",
)
LAST_ADMIN: Final = (
    409,
    "last-admin",
    "The last admin must stay",
    "expected another admin to remain, got the last one",
)
UNKNOWN_ACCOUNT: Final = (
    404,
    "unknown-account",
    "There is no such account",
    "expected the name of an account, got 'Eve'",
)
UNKNOWN_KEY: Final = (
    404,
    "unknown-key",
    "There is no such API key",
    "expected one of your API keys, got another",
)
TOO_MANY_KEYS: Final = (
    409,
    "too-many-keys",
    "There are too many API keys",
    "expected at most 20 API keys, got one more",
)
MINE: Final = (NOT_SIGNED_IN, SESSION_NEEDED)

router = APIRouter(
    prefix="/accounts", tags=["accounts"], responses=ANY_OTHER_PROBLEM, route_class=JSONRoute
)


@router.post(
    "", status_code=201, responses=problems(BAD_NAME, BAD_PASSWORD, NAME_TAKEN, TOO_MANY_ATTEMPTS)
)
def sign_up(
    request: Request, response: Response, body: Credentials, memory: MemoryDep, caller: CallerDep
) -> AccountDetails:
    """Make an account and sign in; what was drawn in this session becomes the account's."""
    attempts: Attempts = request.app.state.attempts
    attempts.sign_up(client_address(request))
    adopted = caller.owner if caller.how == "cookie" and caller.account is None else None
    if adopted is not None:
        memory.writer.flush()
    account, token = accounts.sign_up(memory.database, body.name, body.password, adopted)
    begin_session(request, response, token, account.id)
    return details_of(account)


@router.get("", responses=problems(BAD_NAME, NOT_SIGNED_IN, ROLE_NEEDED))
def list_accounts(
    database: DatabaseDep,
    _: AdminDep,
    after: Annotated[str, Query(description="The last name of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
) -> list[AccountDetails]:
    """Accounts by name. For admins."""
    return [details_of(account) for account in accounts.list_accounts(database, after, limit)]


@router.get("/me", responses=problems(NOT_SIGNED_IN))
def show_account(account: AccountDep) -> AccountDetails:
    """The account that asks."""
    return details_of(account)


@router.patch(
    "/me",
    responses=problems(
        BAD_NAME, BAD_PASSWORD, WRONG_CREDENTIALS, *MINE, NAME_TAKEN, TOO_MANY_ATTEMPTS
    ),
)
def change_account(
    request: Request,
    response: Response,
    body: AccountChange,
    database: DatabaseDep,
    caller: SignedInDep,
) -> AccountDetails:
    """Change name or password; a new password signs out every other browser."""
    _count_attempt(request, caller.account)
    account, token = accounts.change(
        database, caller.account.id, body.password, body.new_password, body.new_name
    )
    if token is not None:
        begin_session(request, response, token, account.id)
    return details_of(account)


@router.delete(
    "/me",
    status_code=204,
    responses=problems(WRONG_CREDENTIALS, *MINE, LAST_ADMIN, TOO_MANY_ATTEMPTS),
)
def delete_account(
    request: Request,
    response: Response,
    body: AccountDeletion,
    memory: MemoryDep,
    caller: SignedInDep,
) -> None:
    """Delete the account with its drawings, answers, sessions and API keys."""
    _count_attempt(request, caller.account)
    memory.writer.flush()
    accounts.delete_account(memory.database, caller.account.id, body.password)
    begin_session(request, response)


@router.get("/me/keys", responses=problems(*MINE))
def list_keys(database: DatabaseDep, caller: SignedInDep) -> list[KeyDetails]:
    """The account's API keys, newest first, without the keys themselves."""
    keys = accounts.list_keys(database, caller.account.id)
    return [KeyDetails.model_validate(key) for key in keys]


@router.post("/me/keys", status_code=201, responses=problems(BAD_NAME, *MINE, TOO_MANY_KEYS))
def create_key(body: KeyRequest, database: DatabaseDep, caller: SignedInDep) -> NewKey:
    """Make an API key; it is shown this once."""
    kept, key = accounts.create_key(database, caller.account.id, body.name)
    return NewKey(id=kept.id, name=kept.name, key=key, created_at=kept.created_at)


@router.delete("/me/keys/{id}", status_code=204, responses=problems(*MINE, UNKNOWN_KEY))
def delete_key(
    id: Annotated[int, Path(description="Of one of one's own keys.", ge=1, le=2**31 - 1)],  # noqa: A002
    database: DatabaseDep,
    caller: SignedInDep,
) -> None:
    """Revoke an API key: its next request is refused."""
    if not accounts.delete_key(database, caller.account.id, id):
        raise HTTPProblemError(*UNKNOWN_KEY)


@router.patch("/{name}", responses=problems(*MINE, ROLE_NEEDED, UNKNOWN_ACCOUNT, LAST_ADMIN))
def change_role(
    name: Annotated[str, Path(description="Of an account.", max_length=1_000)],
    body: RoleChange,
    database: DatabaseDep,
    _: AdminDep,
    __: SignedInDep,
) -> AccountDetails:
    """Give an account another role. For admins."""
    return details_of(accounts.set_role(database, name, body.role))


def _count_attempt(request: Request, account: Account) -> None:
    attempts: Attempts = request.app.state.attempts
    attempts.password(account.name, client_address(request))

"""Who asks: an account by its session or API key, an operator's key, a session, or nobody known.

`claim_of` looks at signatures alone, so that predictions need not wait for the database; the
dependencies ask the database too.
"""

from typing import Annotated, Final, Literal, NamedTuple

from fastapi import Depends, Request, Response
from starlette.types import Scope

from ml_engine_and_backend.api.accounts.rate_limit import client_of
from ml_engine_and_backend.api.accounts.session_cookie import HeldSession, SessionCookie
from ml_engine_and_backend.api.dependencies import DatabaseDep
from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.accounts import Claim
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Account

# in the request's state, where the middleware Access puts them
KEY_HOLDER: Final = "key_holder"
HELD_SESSION: Final = "held_session"
NOT_SIGNED_IN: Final = (
    401,
    "not-signed-in",
    "Nobody is signed in",
    "expected a session or an API key of an account, got none that holds",
)
SESSION_NEEDED: Final = (
    403,
    "session-needed",
    "This needs somebody who is signed in",
    "expected a session, since it is about the account itself, got an API key",
)
ROLE_NEEDED: Final = (
    403,
    "role-needed",
    "This account may not do that",
    "expected the role admin, got visitor",
)
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="digit-ladder"'}


class KeyHolder(NamedTuple):
    """Whose API key a request carries: an account's, or the operator's, which has none."""

    claim: Claim
    account: Account | None


class Caller(NamedTuple):
    """Who asks. `owner` is whose drawings they may see; None for nobody known."""

    owner: str | None
    account: Account | None
    how: Literal["key", "cookie", "nothing"]
    # of the account's session
    token_hash: str | None = None


def claim_of(request: Request) -> Claim:
    """Whose drawing it is, as far as the request itself tells."""
    holder = key_holder(request.scope)
    if holder is not None:
        return holder.claim
    held = _held(request)
    return Claim(None, None) if held is None else held.claim


def key_holder(scope: Scope) -> KeyHolder | None:
    """Whose API key the request carries, if any that is known."""
    holder: KeyHolder | None = scope.get("state", {}).get(KEY_HOLDER)
    return holder


def client_address(request: Request) -> str:
    """The address or network that attempts are counted by."""
    return client_of(request.client.host if request.client else "")


def begin_session(
    request: Request, response: Response, token: str | None = None, account: int | None = None
) -> None:
    """Set the cookie of a new session on the response, an anonymous one without an account."""
    cookie: SessionCookie | None = request.app.state.session_cookie
    if cookie is not None:
        cookie.set_on(response, request.scope, token, account)


def has_ended_session(request: Request, caller: Caller) -> bool:
    """Whether the cookie is of an account's session that is no more, so that it needs another."""
    held = _held(request)
    return caller.how == "nothing" and held is not None


def _held(request: Request) -> HeldSession | None:
    held: HeldSession | None = request.scope.get("state", {}).get(HELD_SESSION)
    return held


def _caller(request: Request, database: DatabaseDep) -> Caller:
    return _identified(request, database)


def _caller_if_kept(request: Request) -> Caller:
    memory: Memory | None = request.app.state.memory
    return (
        Caller(None, None, "nothing") if memory is None else _identified(request, memory.database)
    )


def _identified(request: Request, database: Database) -> Caller:
    holder = key_holder(request.scope)
    if holder is not None:
        return Caller(holder.claim.owner, holder.account, "key")
    held = _held(request)
    if held is None:
        return Caller(None, None, "nothing")
    if held.account_id is None:
        return Caller(held.claim.owner, None, "cookie")
    account = accounts.find_by_session(database, held.account_id, held.token_hash)
    if account is None:
        return Caller(None, None, "nothing")
    return Caller(held.claim.owner, account, "cookie", held.token_hash)


CallerDep = Annotated[Caller, Depends(_caller)]
# where nothing is kept too: nobody
CallerIfKeptDep = Annotated[Caller, Depends(_caller_if_kept)]


def _account(caller: CallerDep) -> Account:
    if caller.account is None:
        raise HTTPProblemError(*NOT_SIGNED_IN, CHALLENGE)
    return caller.account


AccountDep = Annotated[Account, Depends(_account)]


class SignedIn(NamedTuple):
    """An account in one of its sessions."""

    account: Account
    token_hash: str


def _signed_in(caller: CallerDep, account: AccountDep) -> SignedIn:
    """Whoever finds a program's key must not get more than what the program does."""
    if caller.token_hash is None:
        raise HTTPProblemError(*SESSION_NEEDED)
    return SignedIn(account, caller.token_hash)


SignedInDep = Annotated[SignedIn, Depends(_signed_in)]


def _reviewer(account: AccountDep) -> Account:
    return _with_role(account, "reviewer", "admin")


def _admin(account: AccountDep) -> Account:
    return _with_role(account, "admin")


def _with_role(account: Account, *roles: accounts.Role) -> Account:
    if account.role not in roles:
        status, kind, title, _ = ROLE_NEEDED
        detail = f"expected the role {' or '.join(roles)}, got {account.role}"
        raise HTTPProblemError(status, kind, title, detail)
    return account


ReviewerDep = Annotated[Account, Depends(_reviewer)]
AdminDep = Annotated[Account, Depends(_admin)]

"""People: accounts, the sessions in which they are signed in, their API keys and roles.

Each function is a transaction of its own: what it did is kept when it returns. Passwords are hashed
outside of transactions, since nobody else should wait for that.
"""

import hashlib
import secrets
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import (
    BadNameError,
    DatabaseAwayError,
    LastAdminError,
    NameTakenError,
    TooManyKeysError,
    UnknownAccountError,
    WrongCredentialsError,
)
from ml_engine_and_backend.database.passwords import hash_password, verify_password
from ml_engine_and_backend.database.tables import Account, AccountSession, APIKey, Drawing

Role = Literal["visitor", "reviewer", "admin"]
ADMIN: Final[Role] = "admin"

LONGEST_NAME: Final = 64
# a name is the end of a path below /accounts/, and these would be other paths
RESERVED: Final = frozenset(("me", ".", ".."))
# control characters, marks that turn or hide text, halves of characters, line separators
REFUSED_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))

SESSION_LIFETIME: Final = timedelta(days=30)  # since it was last used
# last use is written so often at most
TOUCH_EVERY: Final = timedelta(minutes=1)
KEY_PREFIX: Final = "dl_"
KEY_LENGTH: Final = len(KEY_PREFIX) + 40
MOST_KEYS: Final = 20
_ACCOUNT: Final = "account:"


class Claim(NamedTuple):
    """Who a request says that it is from.

    `token_hash` is that of the signed-in session or the API key by which `owner`, an account, is
    claimed; whether it still holds, the database knows.
    """

    owner: str | None
    token_hash: str | None


class SignedIn(NamedTuple):
    """An account and the token of its new session, which is told once."""

    account: Account
    token: str


class NewKey(NamedTuple):
    """An API key as it is kept, and the key itself, which is told once."""

    kept: APIKey
    key: str


def owner_of(account_id: int) -> str:
    """How an account's drawings name it."""
    return f"{_ACCOUNT}{account_id}"


def is_account(owner: str | None) -> bool:
    """Whether the owner of a drawing is an account."""
    return owner is not None and owner.startswith(_ACCOUNT)


def sha256(token: str) -> str:
    """What is kept of a token or key: it is random, so nobody can go through all of them."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_name(name: str) -> str:
    """`name` as it is kept: NFKC, without blanks around it.

    Raises:
        BadNameError: it is empty, too long, or has characters that cannot be seen.
    """
    checked = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(checked) <= LONGEST_NAME:
        raise BadNameError(f"expected a name of 1 to {LONGEST_NAME} characters, got {len(checked)}")
    for character in checked:
        if unicodedata.category(character) in REFUSED_CATEGORIES:
            raise BadNameError(
                f"expected a name of characters that can be seen, got U+{ord(character):04X}"
            )
    return checked


def name_key(name: str) -> str:
    """The same for names that differ only in case or in how they are encoded."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


# Signing up, in and out.


def sign_up(database: Database, name: str, password: str, adopted: str | None = None) -> SignedIn:
    """A new account, signed in; the drawings of the owner `adopted` become its own.

    Raises:
        BadNameError, BadPasswordError, NameTakenError, DatabaseAwayError.
    """
    kept_name, password_hash = _checked_account_name(name), hash_password(password)
    try:
        with database.writing() as session:
            account = _new_account(kept_name, password_hash, "visitor")
            session.add(account)
            session.flush()
            if adopted is not None:
                session.execute(
                    update(Drawing)
                    .where(Drawing.owner == adopted)
                    .values(owner=owner_of(account.id))
                )
            return SignedIn(account, _begin_session(session, account.id))
    except IntegrityError:
        raise _taken(kept_name) from None


def sign_in(database: Database, name: str, password: str, ended: str | None = None) -> SignedIn:
    """A new session; the one with the token hash `ended` ends, whose cookie it replaces.

    Raises:
        WrongCredentialsError: no such name, or not its password: which, nothing tells.
        DatabaseAwayError.
    """
    with database.reading() as session:
        account = _find(session, name)
    account, renewed = _verified(account, password)
    with database.writing() as session:
        current = _unchanged(session, account)
        if renewed is not None:
            current.password_hash = renewed
        session.execute(
            delete(AccountSession).where(
                AccountSession.account_id == current.id,
                (AccountSession.expires_at <= datetime.now(UTC))
                | (AccountSession.token_hash == ended),
            )
        )
        return SignedIn(current, _begin_session(session, current.id))


def find_by_session(database: Database, account_id: int, token_hash: str) -> Account | None:
    """Whose session it is; None once it has expired or was ended. It lives on from now.

    Raises:
        DatabaseAwayError.
    """
    now = datetime.now(UTC)
    mine = (AccountSession.token_hash == token_hash, AccountSession.account_id == account_id)
    with database.reading() as session:
        found = session.execute(
            select(Account, AccountSession.last_seen_at)
            .join(AccountSession, AccountSession.account_id == Account.id)
            .where(*mine, AccountSession.expires_at > now)
        ).one_or_none()
    if found is None:
        return None
    account, last_seen_at = found
    if now - last_seen_at >= TOUCH_EVERY:
        # whoever asks need not wait for a database that others write to
        with suppress(DatabaseAwayError), database.writing() as session:
            session.execute(
                update(AccountSession)
                .where(*mine, AccountSession.last_seen_at < now)
                .values(last_seen_at=now, expires_at=now + SESSION_LIFETIME)
            )
    return account


def confirmed(session: Session, token_hashes: set[str]) -> set[str]:
    """Those of sessions that have not ended, and of API keys that have not been revoked.

    Until the transaction ends, their account cannot be deleted.
    """
    good = (
        select(AccountSession.token_hash).where(
            AccountSession.token_hash.in_(token_hashes),
            AccountSession.expires_at > datetime.now(UTC),
        ),
        select(APIKey.key_hash).where(APIKey.key_hash.in_(token_hashes)),
    )
    return {
        token_hash
        for query in good
        for token_hash in session.scalars(query.with_for_update(read=True))
    }


def list_sessions(database: Database, account_id: int) -> list[AccountSession]:
    """An account's sessions that have not expired, the one used last first.

    Raises:
        DatabaseAwayError.
    """
    with database.reading() as session:
        return list(
            session.scalars(
                select(AccountSession)
                .where(
                    AccountSession.account_id == account_id,
                    AccountSession.expires_at > datetime.now(UTC),
                )
                .order_by(AccountSession.last_seen_at.desc(), AccountSession.token_hash)
            )
        )


def end_session(database: Database, account_id: int, token_hash: str) -> bool:
    """End one session of an account; False where it has none such.

    Raises:
        DatabaseAwayError.
    """
    with database.writing() as session:
        ended = session.scalar(
            delete(AccountSession)
            .where(AccountSession.token_hash == token_hash, AccountSession.account_id == account_id)
            .returning(AccountSession.token_hash)
        )
        return ended is not None


# An account itself.


def change(
    database: Database,
    account_id: int,
    password: str,
    new_password: str | None = None,
    new_name: str | None = None,
) -> tuple[Account, str | None]:
    """Change name or password, or both, of the account whose password it is.

    A new password ends every session, so a stolen one too: the second is a new session's token.

    Raises:
        BadNameError, BadPasswordError, NameTakenError, WrongCredentialsError, DatabaseAwayError.
    """
    kept_name = None if new_name is None else _checked_account_name(new_name)
    account, renewed = _verified(_by_id(database, account_id), password)
    if new_password is not None:
        renewed = hash_password(new_password)
    try:
        with database.writing() as session:
            current = _unchanged(session, account)
            if renewed is not None:
                current.password_hash = renewed
            if kept_name is not None:
                current.name, current.name_key = kept_name, name_key(kept_name)
            session.flush()
            if new_password is None:
                return current, None
            session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
            return current, _begin_session(session, account_id)
    except IntegrityError:
        raise _taken(str(kept_name)) from None


def delete_account(database: Database, account_id: int, password: str) -> None:
    """Delete an account with its drawings and their answers, its sessions and its keys.

    Raises:
        LastAdminError: nobody else is an admin.
        WrongCredentialsError, DatabaseAwayError.
    """
    account, _ = _verified(_by_id(database, account_id), password)
    with database.writing() as session:
        _leave_an_admin(session, account_id)
        _unchanged(session, account)
        # before the drawings: what is just being written for one of these is waited for
        session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
        session.execute(delete(APIKey).where(APIKey.account_id == account_id))
        session.execute(delete(Drawing).where(Drawing.owner == owner_of(account_id)))
        session.execute(delete(Account).where(Account.id == account_id))


# Roles.


def list_accounts(database: Database, after: str, limit: int) -> list[Account]:
    """Up to `limit` accounts by name, those whose name comes after `after`.

    Raises:
        BadNameError: `after` is neither empty nor a name.
        DatabaseAwayError.
    """
    key = name_key(checked_name(after)) if after else ""
    with database.reading() as session:
        return list(
            session.scalars(
                select(Account)
                .where(Account.name_key > key)
                .order_by(Account.name_key)
                .limit(limit)
            )
        )


def set_role(database: Database, name: str, role: Role) -> Account:
    """Give an account a role, which counts from its next request.

    Raises:
        UnknownAccountError: nobody has this name.
        LastAdminError: nobody else is an admin.
        DatabaseAwayError.
    """
    with database.writing() as session:
        account = _find(session, name)
        if account is not None and role != ADMIN:
            _leave_an_admin(session, account.id)
        account = account and session.get(Account, account.id, with_for_update=True)
        if account is None:
            raise UnknownAccountError(f"expected the name of an account, got {name[:80]!r}")
        account.role = role
        return account


def make_admin(database: Database, name: str, password: str) -> None:
    """A new account that is an admin.

    Raises:
        BadNameError, BadPasswordError, NameTakenError, DatabaseAwayError.
    """
    kept_name, password_hash = _checked_account_name(name), hash_password(password)
    try:
        with database.writing() as session:
            session.add(_new_account(kept_name, password_hash, ADMIN))
    except IntegrityError:
        raise _taken(kept_name) from None


def exists(database: Database, name: str) -> bool:
    """Whether an account has this name.

    Raises:
        DatabaseAwayError.
    """
    with database.reading() as session:
        return _find(session, name) is not None


# API keys.


def create_key(database: Database, account_id: int, name: str) -> NewKey:
    """A new API key of an account.

    Raises:
        BadNameError.
        TooManyKeysError: it has MOST_KEYS.
        UnknownAccountError: it has been deleted meanwhile.
        DatabaseAwayError.
    """
    kept_name = checked_name(name)
    key = KEY_PREFIX + secrets.token_urlsafe(30)
    with database.writing() as session:
        # locked: two requests at once must not count the same keys
        account = session.get(Account, account_id, with_for_update=True)
        if account is None:
            raise UnknownAccountError("expected an account, got one that was deleted")
        mine = APIKey.account_id == account_id
        count = session.scalar(select(func.count()).select_from(APIKey).where(mine)) or 0
        if count >= MOST_KEYS:
            raise TooManyKeysError(f"expected at most {MOST_KEYS} API keys, got one more")
        kept = APIKey(
            account_id=account_id,
            name=kept_name,
            key_hash=sha256(key),
            created_at=datetime.now(UTC),
            last_used_at=None,
        )
        session.add(kept)
    return NewKey(kept, key)


def list_keys(database: Database, account_id: int) -> list[APIKey]:
    """An account's API keys, newest first.

    Raises:
        DatabaseAwayError.
    """
    with database.reading() as session:
        return list(
            session.scalars(
                select(APIKey).where(APIKey.account_id == account_id).order_by(APIKey.id.desc())
            )
        )


def delete_key(database: Database, account_id: int, key_id: int) -> bool:
    """Revoke one API key of an account; False where it has none such.

    Raises:
        DatabaseAwayError.
    """
    with database.writing() as session:
        deleted = session.scalar(
            delete(APIKey)
            .where(APIKey.id == key_id, APIKey.account_id == account_id)
            .returning(APIKey.id)
        )
        return deleted is not None


def find_by_key(database: Database, key: str) -> Account | None:
    """Whose API key it is, if anybody's.

    Raises:
        DatabaseAwayError.
    """
    if len(key) != KEY_LENGTH:
        return None
    now = datetime.now(UTC)
    this = APIKey.key_hash == sha256(key)
    with database.reading() as session:
        found = session.execute(
            select(Account, APIKey.last_used_at)
            .join(APIKey, APIKey.account_id == Account.id)
            .where(this)
        ).one_or_none()
    if found is None:
        return None
    account, last_used_at = found
    if last_used_at is None or now - last_used_at >= TOUCH_EVERY:
        with suppress(DatabaseAwayError), database.writing() as session:
            session.execute(update(APIKey).where(this).values(last_used_at=now))
    return account


def _new_account(name: str, password_hash: str, role: Role) -> Account:
    return Account(
        name=name,
        name_key=name_key(name),
        password_hash=password_hash,
        role=role,
        created_at=datetime.now(UTC),
    )


def _checked_account_name(name: str) -> str:
    checked = checked_name(name)
    if name_key(checked) in RESERVED or "/" in checked:
        raise BadNameError(
            f"expected a name without / and other than {', '.join(sorted(RESERVED))}, "
            f"got {checked!r}"
        )
    return checked


def _begin_session(session: Session, account_id: int) -> str:
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    session.add(
        AccountSession(
            token_hash=sha256(token),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    return token


def _find(session: Session, name: str) -> Account | None:
    try:
        key = name_key(checked_name(name))
    except BadNameError:  # nobody's; PostgreSQL would not even take some of them
        return None
    return session.scalar(select(Account).where(Account.name_key == key))


def _by_id(database: Database, account_id: int) -> Account | None:
    with database.reading() as session:
        return session.get(Account, account_id)


def _verified(account: Account | None, password: str) -> tuple[Account, str | None]:
    """The account, if the password is its own, and the hash that should be kept instead."""
    is_right, renewed = verify_password(password, account.password_hash if account else None)
    if account is None or not is_right:
        raise _wrong()
    return account, renewed


def _unchanged(session: Session, verified: Account) -> Account:
    """The account, locked, unless its password was changed since it was verified."""
    current = session.get(Account, verified.id, with_for_update=True)
    if current is None or current.password_hash != verified.password_hash:
        raise _wrong()
    return current


def _leave_an_admin(session: Session, leaving: int) -> None:
    # locked, so that of two admins only one may go
    admins = select(Account.id).where(Account.role == ADMIN).order_by(Account.id)
    if session.scalars(admins.with_for_update(key_share=True)).all() == [leaving]:
        raise LastAdminError("expected another admin to remain, got the last one")


def _wrong() -> WrongCredentialsError:
    return WrongCredentialsError("expected a name and its password, got others")


def _taken(name: str) -> NameTakenError:
    return NameTakenError(f"expected a name that is free, got {name!r}")

"""Accounts, sessions, keys and roles, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select, text, update

from ml_engine_and_backend.database import accounts, passwords
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import (
    BadNameError,
    BadPasswordError,
    LastAdminError,
    NameTakenError,
    TooManyKeysError,
    UnknownAccountError,
    WrongCredentialsError,
)
from ml_engine_and_backend.database.tables import (
    Account,
    AccountSession,
    Answer,
    APIKey,
    Drawing,
)
from ml_engine_and_backend.database.writer import new_id

PASSWORD = "correct horse"  # noqa: S105
OTHER = "battery staple"
NASTY = (
    "<img src=x onerror=alert(1)>",
    "Robert'); DROP TABLE accounts;--",
    '" OR 1=1 --',
    "%_%",
    "{{7*7}} ${x} \\",
    "ä ö?#&",
    "𝕬𝖉𝖆 漢字 🙂",
)


def keep_drawing(database: Database, owner: str | None) -> str:
    drawing = new_id()
    with database.writing() as session:
        session.add(
            Drawing(
                id=drawing,
                timestamp=datetime.now(UTC),
                owner=owner,
                found_kind="digit",
                digit_likeness=1.0,
                found_count=1,
                computed_by="service",
            )
        )
        session.flush()
        session.add(
            Answer(
                id=new_id(),
                drawing_id=drawing,
                model="cnn",
                version=1,
                predicted_digit=7,
                confidence=1.0,
                probabilities=[0.1] * 10,
                verdict="sure",
            )
        )
    return drawing


def count(database: Database, table: type[Any]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def owners(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(Drawing.owner).order_by(Drawing.owner)))


def found(database: Database, account: Account, token: str) -> Account | None:
    return accounts.find_by_session(database, account.id, accounts.sha256(token))


def both(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """What two calls at once give, errors too."""
    barrier = threading.Barrier(2)

    def run(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return type(error)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (first, second)))


# Names and passwords.


@pytest.mark.parametrize("name", NASTY)
def test_any_text_that_can_be_seen_is_a_name(database: Database, name: str) -> None:
    account, token = accounts.sign_up(database, name, PASSWORD)
    assert accounts.sign_in(database, f"  {name.upper()} ", PASSWORD).account.id == account.id
    kept = found(database, account, token)
    assert kept is not None
    assert kept.name == accounts.checked_name(name)
    assert count(database, Account) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "x" * 65, "a\x00b", "a\nb", "a\x7fb", "a\u202eb", "a\u200bb", "a\u2028b"),
        *("\ud800", "a/b", "me", "ME", " me ", ".", "..", "ﷺ" * 5),
    ],
)
def test_other_names_are_refused(database: Database, name: str) -> None:
    with pytest.raises(BadNameError, match="expected"):
        accounts.sign_up(database, name, PASSWORD)
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, name, PASSWORD)
    with pytest.raises(UnknownAccountError):
        accounts.set_role(database, name, "admin")
    assert count(database, Account) == 0


@pytest.mark.parametrize(
    ("first", "second"), [("Ada", "ada"), ("Straße", "STRASSE"), ("Ａda", "Ada"), ("é", "e\u0301")]
)
def test_names_that_look_alike_are_one(database: Database, first: str, second: str) -> None:
    accounts.sign_up(database, first, PASSWORD)
    with pytest.raises(NameTakenError, match="expected a name that is free"):
        accounts.sign_up(database, second, OTHER)
    assert accounts.sign_in(database, second, PASSWORD).account.name == accounts.checked_name(first)


def test_of_two_who_sign_up_with_one_name_at_once_one_gets_it(database: Database) -> None:
    results = both(
        lambda: accounts.sign_up(database, "Ada", PASSWORD),
        lambda: accounts.sign_up(database, "ada", PASSWORD),
    )
    assert results.count(NameTakenError) == 1
    assert count(database, Account) == count(database, AccountSession) == 1


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025])
def test_passwords_have_8_to_1024_characters(database: Database, password: str) -> None:
    with pytest.raises(BadPasswordError, match=f"got {len(password)}"):
        accounts.sign_up(database, "Ada", password)


@pytest.mark.parametrize("password", ["eight888", "x" * 1024, "pässwörd\x00\n'--", "🙂" * 8])
def test_password_is_taken_as_it_is_and_no_other(database: Database, password: str) -> None:
    accounts.sign_up(database, "Ada", password)
    accounts.sign_in(database, "Ada", password)
    for wrong in (password + "x", password[:-1], password.swapcase() + " ", "", PASSWORD):
        with pytest.raises(WrongCredentialsError):
            accounts.sign_in(database, "Ada", wrong)


def test_password_is_the_same_from_every_keyboard(database: Database) -> None:
    accounts.sign_up(database, "Ada", "cafe\u0301cafe\u0301")
    accounts.sign_in(database, "Ada", "cafécafé")


def test_neither_password_nor_token_nor_key_is_in_the_database(database: Database) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    key = accounts.create_key(database, account.id, "laptop").key
    with database.reading() as session:
        kept = [
            str(tuple(row))
            for table in ("accounts", "sessions", "api_keys")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    assert len(kept) == 3
    assert not any(secret in row for secret in (PASSWORD, token, key, key[3:]) for row in kept)
    assert "$argon2id$" in kept[0]


class CountingHasher(Argon2Hasher):
    """Argon2 that counts what it does."""

    def __init__(self) -> None:
        super().__init__(memory_cost=8, time_cost=1, parallelism=1)
        self.hashed = self.verified = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002
        self.verified += 1
        return super().verify(password, hash)


def test_time_does_not_tell_whether_a_name_exists(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = CountingHasher()
    monkeypatch.setattr(passwords, "HASHER", PasswordHash((hasher,)))
    passwords._hash_of_nobody.cache_clear()
    accounts.sign_up(database, "Ada", PASSWORD)
    with pytest.raises(WrongCredentialsError):  # the hash of nobody is made the first time
        accounts.sign_in(database, "Ada", OTHER)
    work = {}
    for name in ("Ada", "nobody", "", "x" * 1000, "a\x00"):
        hasher.hashed = hasher.verified = 0
        with pytest.raises(WrongCredentialsError) as caught:
            accounts.sign_in(database, name, OTHER)
        work[name] = (hasher.hashed, hasher.verified, str(caught.value))
    assert set(work.values()) == {(0, 1, "expected a name and its password, got others")}
    passwords._hash_of_nobody.cache_clear()


def test_nobody_has_no_password(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hash_of_nobody", lambda: passwords.HASHER.hash(PASSWORD))
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "nobody", PASSWORD)


def test_hash_is_renewed_when_its_parameters_have_changed(database: Database) -> None:
    account, _ = accounts.sign_up(database, "Ada", PASSWORD)
    weak = PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)).hash(PASSWORD)
    with database.writing() as session:
        session.execute(update(Account).values(password_hash=weak))
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "Ada", OTHER)
    accounts.sign_in(database, "Ada", PASSWORD)
    with database.reading() as session:
        renewed = session.scalars(select(Account.password_hash)).one()
    assert renewed != weak
    assert "m=19456,t=2,p=1" in renewed
    assert accounts.sign_in(database, "Ada", PASSWORD).account.id == account.id


# Sessions.


def test_session_is_good_until_it_is_ended_and_only_for_its_account(database: Database) -> None:
    ada, ada_token = accounts.sign_up(database, "Ada", PASSWORD)
    eve, eve_token = accounts.sign_up(database, "Eve", OTHER)
    assert found(database, eve, ada_token) is None
    assert accounts.end_session(database, eve.id, accounts.sha256(ada_token)) is False
    still = found(database, ada, ada_token)
    assert still is not None
    assert still.name == "Ada"
    assert accounts.end_session(database, ada.id, accounts.sha256(ada_token)) is True
    assert found(database, ada, ada_token) is None
    assert found(database, eve, eve_token) is not None


def age(database: Database, by: timedelta) -> None:
    """Let all sessions have been used and begun so much earlier."""
    with database.writing() as session:
        for kept in session.scalars(select(AccountSession)):
            kept.last_seen_at -= by
            kept.expires_at -= by


@pytest.mark.parametrize(("days", "is_good"), [(29, True), (31, False)])
def test_session_expires_30_days_after_it_was_last_used(
    database: Database, days: int, is_good: bool
) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    for _ in range(2):  # used in between, it goes on
        age(database, timedelta(days=days))
        assert (found(database, account, token) is not None) is is_good
    assert len(accounts.list_sessions(database, account.id)) == is_good
    with database.reading() as session:
        confirmed = accounts.confirmed(session, {accounts.sha256(token)})
    assert bool(confirmed) is is_good


def test_use_of_a_session_is_written_at_most_once_a_minute(database: Database) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)

    def last_seen() -> datetime:
        (session,) = accounts.list_sessions(database, account.id)
        return session.last_seen_at

    first = last_seen()
    assert found(database, account, token)
    assert last_seen() == first
    age(database, timedelta(seconds=61))
    assert found(database, account, token)
    assert last_seen() > first


def test_signing_in_ends_the_session_that_it_replaces_and_those_that_have_expired(
    database: Database,
) -> None:
    account, first = accounts.sign_up(database, "Ada", PASSWORD)
    age(database, timedelta(days=31))
    _, second = accounts.sign_in(database, "Ada", PASSWORD)
    _, third = accounts.sign_in(database, "Ada", PASSWORD, accounts.sha256(second))
    _, fourth = accounts.sign_in(database, "Ada", PASSWORD)
    kept = {session.token_hash for session in accounts.list_sessions(database, account.id)}
    assert kept == {accounts.sha256(third), accounts.sha256(fourth)}
    assert count(database, AccountSession) == 2
    assert len({first, second, third, fourth}) == 4


def test_signing_in_ends_nobody_elses_session(database: Database) -> None:
    ada, token = accounts.sign_up(database, "Ada", PASSWORD)
    accounts.sign_up(database, "Eve", OTHER)
    accounts.sign_in(database, "Eve", OTHER, accounts.sha256(token))
    assert found(database, ada, token) is not None


# Changes.


def test_new_password_ends_every_session(database: Database) -> None:
    account, stolen = accounts.sign_up(database, "Ada", PASSWORD)
    _, other = accounts.sign_in(database, "Ada", PASSWORD)
    eve, eve_token = accounts.sign_up(database, "Eve", PASSWORD)
    changed, token = accounts.change(database, account.id, PASSWORD, new_password=OTHER)
    assert changed.name == "Ada"
    assert token is not None
    assert [found(database, account, each) for each in (stolen, other)] == [None, None]
    assert found(database, account, token) is not None
    assert found(database, eve, eve_token) is not None
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "Ada", PASSWORD)
    accounts.sign_in(database, "Ada", OTHER)


def test_new_name_leaves_sessions_as_they_are(database: Database) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    changed, new_token = accounts.change(database, account.id, PASSWORD, new_name=" Ada L. ")
    assert (changed.name, new_token) == ("Ada L.", None)
    assert found(database, account, token) is not None
    accounts.sign_in(database, "ada l.", PASSWORD)
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "Ada", PASSWORD)
    accounts.sign_up(database, "Ada", OTHER)  # free again


def test_nothing_changes_without_the_password_or_to_what_cannot_be(database: Database) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    accounts.sign_up(database, "Eve", PASSWORD)
    for error, password, new_password, new_name in (
        (WrongCredentialsError, OTHER, "another password", "Bea"),
        (BadPasswordError, PASSWORD, "short", "Bea"),
        (BadNameError, PASSWORD, "another password", "a\x00"),
        (BadNameError, PASSWORD, "another password", "me"),
        (NameTakenError, PASSWORD, "another password", "EVE"),
    ):
        with pytest.raises(error):
            accounts.change(database, account.id, password, new_password, new_name)
        assert found(database, account, token) is not None
        assert accounts.sign_in(database, "Ada", PASSWORD).account.name == "Ada"
    with pytest.raises(WrongCredentialsError):
        accounts.delete_account(database, account.id, OTHER)
    with pytest.raises(WrongCredentialsError):
        accounts.delete_account(database, 2**31 - 1, PASSWORD)
    assert count(database, Account) == 2


def test_password_that_is_changed_while_it_is_verified_signs_nobody_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = accounts.sign_up(database, "Ada", PASSWORD)

    def verified_too_late(password: str, kept: str | None) -> tuple[bool, str | None]:
        monkeypatch.undo()
        accounts.change(database, account.id, PASSWORD, new_password=OTHER)
        return True, None

    monkeypatch.setattr(accounts, "verify_password", verified_too_late)
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "Ada", PASSWORD)
    assert len(accounts.list_sessions(database, account.id)) == 1


# Drawings.


def test_signing_up_adopts_the_sessions_drawings_and_no_others(database: Database) -> None:
    for owner in ("session:a", "session:a", "session:b", None, "key:c"):
        keep_drawing(database, owner)
    account, _ = accounts.sign_up(database, "Ada", PASSWORD, "session:a")
    mine = accounts.owner_of(account.id)
    assert sorted(map(str, owners(database))) == sorted([mine, mine, "session:b", "None", "key:c"])


def test_account_is_deleted_with_all_that_it_has_and_nothing_else(database: Database) -> None:
    ada, _ = accounts.sign_up(database, "Ada", PASSWORD)
    eve, eve_token = accounts.sign_up(database, "Eve", OTHER)
    for account in (ada, eve):
        accounts.create_key(database, account.id, "laptop")
        keep_drawing(database, accounts.owner_of(account.id))
    keep_drawing(database, "session:a")
    accounts.delete_account(database, ada.id, PASSWORD)
    assert owners(database) == [accounts.owner_of(eve.id), "session:a"]
    assert count(database, Answer) == 2
    assert [count(database, table) for table in (Account, AccountSession, APIKey)] == [1, 1, 1]
    assert found(database, eve, eve_token) is not None
    # whoever comes next is somebody else
    assert accounts.sign_up(database, "Ada", PASSWORD).account.id not in (ada.id, eve.id)


def test_sessions_and_keys_confirm_what_is_claimed_by_them(database: Database) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    kept, key = accounts.create_key(database, account.id, "laptop")
    hashes = {accounts.sha256(each) for each in (token, key)}
    others = {accounts.sha256("another"), ""}
    with database.writing() as session:
        assert accounts.confirmed(session, hashes | others) == hashes
    accounts.delete_key(database, account.id, kept.id)
    accounts.end_session(database, account.id, accounts.sha256(token))
    with database.writing() as session:
        assert accounts.confirmed(session, hashes | others) == set()


def test_account_that_is_deleted_while_its_drawing_is_written_leaves_none(
    database: Database,
) -> None:
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    token_hash = accounts.sha256(token)
    confirmed, deleted = threading.Event(), threading.Event()

    def delete() -> None:
        confirmed.wait()
        accounts.delete_account(database, account.id, PASSWORD)
        deleted.set()

    with ThreadPoolExecutor(1) as pool:
        deleting = pool.submit(delete)
        with database.writing() as session:
            assert accounts.confirmed(session, {token_hash}) == {token_hash}
            confirmed.set()
            assert not deleted.wait(1)
            session.add(
                Drawing(
                    id=new_id(),
                    timestamp=datetime.now(UTC),
                    owner=accounts.owner_of(account.id),
                    found_kind="digit",
                    digit_likeness=1.0,
                    found_count=1,
                    computed_by="service",
                )
            )
        deleting.result(10)
    assert owners(database) == []


# Roles.


def test_roles_are_given_by_name(database: Database) -> None:
    accounts.make_admin(database, "Root", PASSWORD)
    account, token = accounts.sign_up(database, "Ada", PASSWORD)
    assert account.role == "visitor"
    for role in ("reviewer", "admin", "visitor"):
        assert accounts.set_role(database, "ADA", role).role == role
        kept = found(database, account, token)
        assert kept is not None
        assert kept.role == role
    with pytest.raises(UnknownAccountError, match="got 'Eve'"):
        accounts.set_role(database, "Eve", "admin")
    with pytest.raises(NameTakenError):
        accounts.make_admin(database, "root", OTHER)


def test_last_admin_can_neither_be_deleted_nor_demoted(database: Database) -> None:
    accounts.make_admin(database, "Root", PASSWORD)
    root, _ = accounts.sign_in(database, "Root", PASSWORD)
    keep_drawing(database, accounts.owner_of(root.id))
    for role in ("reviewer", "visitor"):
        with pytest.raises(LastAdminError, match="expected another admin to remain"):
            accounts.set_role(database, "Root", role)
    with pytest.raises(LastAdminError):
        accounts.delete_account(database, root.id, PASSWORD)
    assert accounts.set_role(database, "Root", "admin").role == "admin"
    assert count(database, Drawing) == 1
    accounts.make_admin(database, "Second", PASSWORD)
    accounts.set_role(database, "Root", "visitor")
    accounts.delete_account(database, root.id, PASSWORD)
    with pytest.raises(LastAdminError):
        accounts.set_role(database, "Second", "visitor")


def test_of_two_admins_who_go_at_once_one_stays(database: Database) -> None:
    ids = {}
    for name in ("Ada", "Eve"):
        accounts.make_admin(database, name, PASSWORD)
        ids[name] = accounts.sign_in(database, name, PASSWORD).account.id
    results = both(
        lambda: accounts.delete_account(database, ids["Ada"], PASSWORD),
        lambda: accounts.set_role(database, "Eve", "visitor"),
    )
    assert results.count(LastAdminError) == 1
    with database.reading() as session:
        assert session.scalars(select(Account.role)).all().count("admin") == 1


def test_accounts_are_listed_by_name_a_page_at_a_time(database: Database) -> None:
    for name in ("eve", "Ada", "Bob"):
        accounts.make_admin(database, name, PASSWORD)
    first = accounts.list_accounts(database, "", 2)
    assert [account.name for account in first] == ["Ada", "Bob"]
    rest = accounts.list_accounts(database, first[-1].name, 2)
    assert [account.name for account in rest] == ["eve"]
    with pytest.raises(BadNameError):
        accounts.list_accounts(database, "\x00", 2)


# API keys.


def test_key_is_its_accounts_until_it_is_revoked(database: Database) -> None:
    ada, _ = accounts.sign_up(database, "Ada", PASSWORD)
    eve, _ = accounts.sign_up(database, "Eve", OTHER)
    kept, key = accounts.create_key(database, ada.id, " my  laptop ")
    assert kept.name == "my  laptop"
    assert key.startswith("dl_")
    assert len(key) == 43
    owner = accounts.find_by_key(database, key)
    assert owner is not None
    assert owner.id == ada.id
    for wrong in ("", "dl_", key[:-1], key + "0", key.swapcase(), "dl_" + "0" * 40, "\x00" * 43):
        assert accounts.find_by_key(database, wrong) is None
    assert accounts.list_keys(database, eve.id) == []
    assert accounts.delete_key(database, eve.id, kept.id) is False
    assert accounts.find_by_key(database, key) is not None
    assert accounts.delete_key(database, ada.id, kept.id) is True
    assert accounts.find_by_key(database, key) is None


def test_use_of_a_key_is_written_at_most_once_a_minute(database: Database) -> None:
    account, _ = accounts.sign_up(database, "Ada", PASSWORD)
    key = accounts.create_key(database, account.id, "laptop").key

    def last_used() -> datetime | None:
        (kept,) = accounts.list_keys(database, account.id)
        return kept.last_used_at

    assert last_used() is None
    accounts.find_by_key(database, key)
    first = last_used()
    assert first is not None
    assert datetime.now(UTC) - first < timedelta(seconds=30)
    accounts.find_by_key(database, key)
    assert last_used() == first
    with database.writing() as session:
        session.execute(update(APIKey).values(last_used_at=first - timedelta(seconds=61)))
    accounts.find_by_key(database, key)
    assert last_used() != first - timedelta(seconds=61)


def test_account_has_at_most_20_keys_even_when_asked_at_once(database: Database) -> None:
    account, _ = accounts.sign_up(database, "Ada", PASSWORD)
    for number in range(accounts.MOST_KEYS - 1):
        accounts.create_key(database, account.id, str(number))
    create = lambda: accounts.create_key(database, account.id, "last")  # noqa: E731
    results = both(create, create)
    assert results.count(TooManyKeysError) == 1
    names = [key.name for key in accounts.list_keys(database, account.id)]
    assert names[:2] == ["last", "18"]
    assert len(names) == 20
    with pytest.raises(BadNameError):
        accounts.create_key(database, account.id, "\x00")
    with pytest.raises(UnknownAccountError):
        accounts.create_key(database, 2**31 - 1, "laptop")

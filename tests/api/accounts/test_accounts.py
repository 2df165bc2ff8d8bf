"""Accounts, sessions and API keys over HTTP, on both databases."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import select, update

from ml_engine_and_backend.api.accounts.session_cookie import COOKIE, RENEWED_AFTER_S
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.tables import AccountSession, Drawing
from tests.api.accounts.people import (
    PASSWORD,
    assert_problem,
    browser,
    cookie_of,
    delete,
    draw,
    name_of,
    new_key,
    person,
    program,
    sign_in,
    sign_up,
    with_cookie,
)
from tests.api.asgi import request
from tests.api.conftest import visitor
from tests.database.test_accounts import NASTY

OTHER = "battery staple"
Start = Callable[..., FastAPI]


def owners(app: FastAPI) -> list[str | None]:
    """Of all drawings, oldest first."""
    app.state.memory.writer.flush()
    database: Database = app.state.memory.database
    with database.reading() as session:
        return list(session.scalars(select(Drawing.owner).order_by(Drawing.timestamp)))


# Anonymous.


def test_page_begins_a_session_once(app: FastAPI) -> None:
    client = browser(app)
    first = cookie_of(client)
    for path in ("/", "/sessions/current", "/"):
        assert "set-cookie" not in client.get(path).headers
    assert "set-cookie" not in client.head("/").headers
    assert cookie_of(client) == first
    assert cookie_of(browser(app)) != first
    client.cookies.set(COOKIE, first + "x")
    assert COOKIE in client.get("/").headers["set-cookie"]


def test_whoever_comes_back_keeps_the_session_under_a_new_signature(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start()
    clients = {"Ada": person(app, "Ada"), None: browser(app)}
    drawn = {name: draw(client).json()["id"] for name, client in clients.items()}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + RENEWED_AFTER_S + 5)
    for name, client in clients.items():
        former = cookie_of(client)
        client.get("/")
        assert cookie_of(client) != former
        assert name_of(client) == name
        assert client.get(f"/predictions/{drawn[name]}").status_code == 200
        assert "set-cookie" not in client.get("/").headers


def test_anonymous_drawings_belong_to_the_session(app: FastAPI) -> None:
    first, second = browser(app), browser(app)
    for client in (first, second, first, program(app)):
        assert draw(client).status_code == 200
    one, two, again, nobody = owners(app)
    assert one == again
    assert str(one).startswith("session:")
    assert str(two).startswith("session:")
    assert one != two
    assert nobody is None


def test_current_session_tells_what_is_kept(start: Start) -> None:
    assert browser(start(keep_days=7)).get("/sessions/current").json() == {
        "account": None,
        "keeps": {"predictions": True, "drawings": True, "days": 7},
    }
    keeps = browser(start(keep_drawings=False)).get("/sessions/current").json()["keeps"]
    assert keeps == {"predictions": True, "drawings": False, "days": 90}


def test_where_nothing_is_kept_there_are_no_accounts() -> None:
    client = visitor()
    assert "set-cookie" not in client.get("/").headers
    response = client.get("/sessions/current")
    assert response.json() == {
        "account": None,
        "keeps": {"predictions": False, "drawings": False, "days": 90},
    }
    assert response.headers["cache-control"] == "no-store"
    assert_problem(sign_up(client, "Ada"), 404, "nothing-is-kept")
    assert_problem(sign_in(client, "Ada"), 404, "nothing-is-kept")
    assert_problem(client.get("/accounts/me"), 404, "nothing-is-kept")
    assert_problem(client.delete("/sessions/current"), 404, "nothing-is-kept")


# Signing up, in and out.


def test_sign_up_signs_in_and_takes_the_sessions_drawings(app: FastAPI) -> None:
    client, neighbour = browser(app), browser(app)
    draw(client), draw(neighbour)
    before = cookie_of(client)
    response = sign_up(client, " Ada ")
    assert response.status_code == 201
    assert response.json()["name"] == "Ada"
    assert response.json()["role"] == "visitor"
    assert response.headers["cache-control"] == "no-store"
    assert cookie_of(client) != before
    draw(client)
    mine, other, new = owners(app)
    assert (mine, new) == ("account:1", "account:1")
    assert str(other).startswith("session:")
    assert client.get("/accounts/me").json() == response.json()
    # whoever copied the cookie before has nothing of the account
    thief = with_cookie(app, before)
    assert name_of(thief) is None
    draw(thief)
    assert str(owners(app)[-1]).startswith("session:")


def test_sign_in_begins_a_new_session_and_takes_no_drawings(app: FastAPI) -> None:
    person(app, "Ada")
    client = browser(app)
    draw(client)
    fixed = cookie_of(client)
    response = sign_in(client, "ADA")
    assert (response.status_code, response.json()["name"]) == (201, "Ada")
    assert cookie_of(client) != fixed
    assert name_of(client) == "Ada"
    draw(client)
    assert [str(owner)[:8] for owner in owners(app)] == ["session:", "account:"]
    # fixation: the cookie that an attacker had planted is nobody's
    assert name_of(with_cookie(app, fixed)) is None


def test_sign_in_again_ends_the_session_that_was(app: FastAPI) -> None:
    client = person(app, "Ada")
    first = cookie_of(client)
    assert sign_in(client, "Ada").status_code == 201
    assert name_of(with_cookie(app, first)) is None
    assert len(client.get("/sessions").json()) == 1


def test_wrong_name_and_wrong_password_are_answered_alike(app: FastAPI) -> None:
    person(app, "Ada")
    client = browser(app)
    before = cookie_of(client)
    answers = []
    for name, password in (
        ("Ada", OTHER),
        ("Eve", PASSWORD),
        ("Ada", ""),
        ("", ""),
        ("\x00", OTHER),
    ):
        response = sign_in(client, name, password)
        assert_problem(response, 401, "wrong-credentials")
        answer = response.json()
        del answer["request_id"]
        answers.append((answer, sorted(response.headers)))
    assert answers == [answers[0]] * 5
    assert cookie_of(client) == before


def test_cookie_is_worth_nothing_after_signing_out(app: FastAPI) -> None:
    client = person(app, "Ada")
    stolen = cookie_of(client)
    assert name_of(with_cookie(app, stolen)) == "Ada"
    response = client.delete("/sessions/current")
    assert response.status_code == 204
    assert cookie_of(client) != stolen
    assert name_of(client) is None
    replayed = with_cookie(app, stolen)
    assert_problem(replayed.get("/accounts/me"), 401, "not-signed-in")
    assert_problem(replayed.get("/sessions"), 401, "not-signed-in")
    draw(replayed)
    assert owners(app) == []
    # the page gets a new anonymous session, which keeps what is drawn
    assert name_of(replayed) is None
    draw(replayed)
    assert str(owners(app)[-1]).startswith("session:")
    assert client.delete("/sessions/current").status_code == 204  # twice is once


def test_session_holds_in_every_process_and_ends_in_every_one(start: Start) -> None:
    first, second = start(), start()
    client = person(first, "Ada")
    elsewhere = with_cookie(second, cookie_of(client))
    assert name_of(elsewhere) == "Ada"
    elsewhere.delete("/sessions/current")
    assert name_of(client) is None


def test_expired_session_is_nobodys(app: FastAPI) -> None:
    client = person(app, "Ada")
    database: Database = app.state.memory.database
    with database.writing() as session:
        moment = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(AccountSession).values(expires_at=moment))
    assert_problem(client.get("/accounts/me"), 401, "not-signed-in")
    draw(client)
    assert owners(app) == []


def test_cookie_of_one_account_with_the_id_of_another_is_refused(app: FastAPI) -> None:
    ada, _ = person(app, "Ada"), person(app, "Eve")
    for forged in (
        cookie_of(ada).replace(":1.", ":2."),
        cookie_of(ada)[:-1],
        cookie_of(ada).rpartition(".")[0],
    ):
        assert forged != cookie_of(ada)
        client = with_cookie(app, forged)
        assert_problem(client.get("/accounts/me"), 401, "not-signed-in")
        assert COOKIE in client.get("/").headers["set-cookie"]
    # even whoever knows the secret needs the token
    setting = Response()
    app.state.session_cookie.set_on(setting, request(), "made-up", 1)
    made = setting.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert_problem(with_cookie(app, made).get("/accounts/me"), 401, "not-signed-in")


def test_own_sessions_are_listed_and_ended(app: FastAPI) -> None:
    laptop, eve = person(app, "Ada"), person(app, "Eve")
    phone = browser(app)
    sign_in(phone, "Ada")
    listed = phone.get("/sessions").json()
    assert [session["is_current"] for session in listed] == [True, False]
    assert set(listed[0]) == {"id", "created_at", "last_seen_at", "is_current"}
    (other,) = [session["id"] for session in listed if not session["is_current"]]
    for wrong in (other, "0" * 64):
        assert_problem(eve.delete(f"/sessions/{wrong}"), 404, "unknown-session")
    for odd in ("x", "%00", other + "%0A", "'; DROP TABLE sessions;--"):
        assert_problem(eve.delete(f"/sessions/{odd}"), 400, "bad-request")
    assert name_of(laptop) == "Ada"
    assert phone.delete(f"/sessions/{other}").status_code == 204
    assert name_of(laptop) is None
    assert name_of(phone) == "Ada"
    (mine,) = phone.get("/sessions").json()
    assert phone.delete(f"/sessions/{mine['id']}").status_code == 204
    assert name_of(phone) is None


# What is typed.


def test_any_text_is_kept_and_answered_as_it_is(app: FastAPI) -> None:
    root = person(app, "Root", "admin")
    for text in NASTY:
        client = browser(app)
        response = sign_up(client, text, text + PASSWORD)
        assert response.status_code == 201, text
        name = accounts.checked_name(text)
        assert response.json()["name"] == name
        assert response.headers["content-type"] == "application/json"
        assert sign_in(browser(app), text, text + PASSWORD).status_code == 201
        new_key(client, text)
        assert client.get("/accounts/me/keys").json()[0]["name"] == name
        role = root.patch(f"/accounts/{quote(text, safe='')}", json={"role": "reviewer"})
        assert (role.status_code, role.json()["role"]) == (200, "reviewer"), text
        assert_problem(sign_up(browser(app), text), 409, "name-taken")
    names = {account["name"] for account in root.get("/accounts").json()}
    assert names == {"Root", *map(accounts.checked_name, NASTY)}


BAD_BODIES: list[tuple[bytes, str]] = [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"[]", "application/json"),
    (b'{"name": "Ada"}', "application/json"),
    (b'{"name": 7, "password": "correct horse"}', "application/json"),
    (b'{"name": "Ada", "password": null}', "application/json"),
    (b'{"name": "\\ud800", "password": "correct horse"}', "application/json"),
    (
        b'{"name": "Ada", "password": "\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800"}',
        "application/json",
    ),
    (b'{"name": "a\\u0000b", "password": "correct horse"}', "application/json"),
    (b'{"name": "Ada", "password": "short"}', "application/json"),
    (b'{"name": "Ada", "password": "correct horse", "role": "admin"}', "application/json"),
    (b"\xff\xfe", "application/json"),
    (b"[" * 20_000, "application/json"),
    # a form of another site can send this without asking
    (b'{"name": "Ada", "password": "correct horse"}', "text/plain"),
    (b"name=Ada&password=correct+horse", "application/x-www-form-urlencoded"),
]


def test_bad_bodies_are_refused_with_400(app: FastAPI) -> None:
    client = browser(app)
    for body, media_type in BAD_BODIES:
        response = client.post("/accounts", content=body, headers={"Content-Type": media_type})
        assert response.status_code == 400, (body, response.text)
        assert response.json()["type"].endswith(("bad-request", "bad-name", "bad-password"))
        assert "correct horse" not in response.text
        assert "set-cookie" not in response.headers


def test_large_bodies_are_refused(app: FastAPI) -> None:
    body = b'{"name": "' + b"x" * 70_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    response = browser(app).post("/sessions", content=body, headers=headers)
    assert_problem(response, 413, "body-too-large")


# The account itself.


def test_new_password_signs_out_everywhere_else(app: FastAPI) -> None:
    client = person(app, "Ada")
    stolen = cookie_of(client)
    elsewhere = browser(app)
    sign_in(elsewhere, "Ada")
    body = {"password": PASSWORD, "new_password": OTHER, "new_name": "Ada L."}
    response = client.patch("/accounts/me", json=body)
    assert (response.status_code, response.json()["name"]) == (200, "Ada L.")
    assert name_of(client) == "Ada L."
    assert cookie_of(client) != stolen
    assert name_of(with_cookie(app, stolen)) is None
    assert name_of(elsewhere) is None
    assert_problem(sign_in(browser(app), "Ada L.", PASSWORD), 401, "wrong-credentials")
    assert sign_in(browser(app), "Ada L.", OTHER).status_code == 201


def test_changes_need_the_password(app: FastAPI) -> None:
    client = person(app, "Ada")
    person(app, "Eve")
    for body, status, kind in (
        ({"password": OTHER, "new_name": "Bea"}, 401, "wrong-credentials"),
        ({"new_name": "Bea"}, 400, "bad-request"),
        ({"password": PASSWORD, "new_name": "eve"}, 409, "name-taken"),
        ({"password": PASSWORD, "new_name": "me"}, 400, "bad-name"),
        ({"password": PASSWORD, "new_password": "short"}, 400, "bad-password"),
        ({"password": PASSWORD, "role": "admin"}, 400, "bad-request"),
    ):
        assert_problem(client.patch("/accounts/me", json=body), status, kind)
    assert_problem(delete(client, "/accounts/me", password=OTHER), 401, "wrong-credentials")
    assert delete(client, "/accounts/me").status_code == 400
    assert client.get("/accounts/me").json()["name"] == "Ada"


def test_deleted_account_leaves_nothing(app: FastAPI) -> None:
    client, eve = person(app, "Ada"), person(app, "Eve")
    key, stolen = new_key(client), cookie_of(client)
    draw(client), draw(eve), draw(program(app, key))
    assert delete(client, "/accounts/me", password=PASSWORD).status_code == 204
    assert owners(app) == ["account:2"]
    assert name_of(client) is None
    assert name_of(with_cookie(app, stolen)) is None
    assert_problem(program(app, key).get("/models"), 401, "unauthorized")
    assert_problem(sign_in(browser(app), "Ada"), 401, "wrong-credentials")
    # somebody else of that name gets nothing of it
    again = person(app, "Ada")
    assert again.get("/accounts/me/keys").json() == []
    assert name_of(with_cookie(app, stolen)) is None


# API keys.


def test_key_is_shown_once_and_is_its_account(app: FastAPI) -> None:
    client = person(app, "Ada")
    response = client.post("/accounts/me/keys", json={"name": "laptop"})
    made = response.json()
    assert response.status_code == 201
    assert set(made) == {"id", "name", "key", "created_at"}
    assert made["key"].startswith("dl_")
    (listed,) = client.get("/accounts/me/keys").json()
    assert listed == {
        **{name: made[name] for name in ("id", "name", "created_at")},
        "last_used_at": None,
    }
    for headers in ({"X-API-Key": made["key"]}, {"Authorization": f"Bearer {made['key']}"}):
        mine = program(app)
        assert mine.get("/accounts/me", headers=headers).json()["name"] == "Ada"
        assert draw(mine, **headers).status_code == 200
    assert owners(app) == ["account:1", "account:1"]
    (used,) = client.get("/accounts/me/keys").json()
    assert used["last_used_at"] is not None
    assert client.delete(f"/accounts/me/keys/{made['id']}").status_code == 204
    assert_problem(program(app, made["key"]).get("/models"), 401, "unauthorized")
    assert_problem(draw(program(app, made["key"])), 401, "unauthorized")


def test_unknown_account_key_is_refused_where_no_key_is_needed(app: FastAPI) -> None:
    for key in ("dl_" + "0" * 40, "dl_", "dl_x", "dl_'; DROP TABLE api_keys;--"):
        assert_problem(program(app, key).get("/models"), 401, "unauthorized")
        assert_problem(draw(program(app, key)), 401, "unauthorized")
    assert program(app, "anything else").get("/models").status_code == 200


def test_keys_of_others_can_be_neither_seen_nor_revoked(app: FastAPI) -> None:
    ada, eve = person(app, "Ada"), person(app, "Eve", "admin")
    key = new_key(ada)
    (mine,) = ada.get("/accounts/me/keys").json()
    assert eve.get("/accounts/me/keys").json() == []
    assert_problem(eve.delete(f"/accounts/me/keys/{mine['id']}"), 404, "unknown-key")
    assert program(app, key).get("/accounts/me").json()["name"] == "Ada"
    for odd in ("0", "-1", "x", str(2**31), "9" * 50):
        assert ada.delete(f"/accounts/me/keys/{odd}").status_code == 400


def test_no_account_labels_what_another_drew(app: FastAPI) -> None:
    ada = person(app, "Ada")
    path = f"/predictions/{draw(ada).json()['id']}/feedback"
    eve = person(app, "Eve", "admin")
    for other in (eve, program(app, new_key(eve))):
        refused = other.post(path, json={"true_label": 4})
        assert_problem(refused, 404, "unknown-prediction")
    # a program hands the id on to whoever drew
    for may in (ada, program(app, new_key(ada)), program(app)):
        assert may.post(path, json={"true_label": 7}).status_code == 200


def test_key_does_not_manage_the_account(app: FastAPI) -> None:
    client = person(app, "Root", "admin")
    mine = program(app, new_key(client))
    assert mine.get("/accounts").status_code == 200
    for method, path, body in (
        ("GET", "/sessions", None),
        ("DELETE", "/sessions/x", None),
        ("PATCH", "/accounts/me", {"password": PASSWORD, "new_password": OTHER}),
        ("DELETE", "/accounts/me", {"password": PASSWORD}),
        ("GET", "/accounts/me/keys", None),
        ("POST", "/accounts/me/keys", {"name": "another"}),
        ("DELETE", "/accounts/me/keys/1", None),
        ("PATCH", "/accounts/Root", {"role": "admin"}),
    ):
        assert_problem(mine.request(method, path, json=body), 403, "session-needed")
    assert mine.delete("/sessions/current").status_code == 204
    assert name_of(client) == "Root"


def test_key_counts_more_than_the_cookie(app: FastAPI) -> None:
    ada, eve = person(app, "Ada"), person(app, "Eve")
    key = {"X-API-Key": new_key(ada)}
    assert eve.get("/accounts/me", headers=key).json()["name"] == "Ada"
    draw(eve, **key)
    assert owners(app) == ["account:1"]


# Roles.


def test_only_admins_see_accounts_and_give_roles(app: FastAPI) -> None:
    visitor, reviewer = person(app, "Ada"), person(app, "Bob", "reviewer")
    admin = person(app, "Root", "admin")
    for method, path, body in (
        ("GET", "/accounts", None),
        ("PATCH", "/accounts/Ada", {"role": "admin"}),
    ):
        for client in (visitor, reviewer):
            assert_problem(client.request(method, path, json=body), 403, "role-needed")
        for client in (browser(app), program(app)):
            assert_problem(client.request(method, path, json=body), 401, "not-signed-in")
        assert visitor.get("/accounts/me").json()["role"] == "visitor"
        assert admin.request(method, path, json=body).status_code == 200


def test_role_counts_from_the_next_request(app: FastAPI) -> None:
    root, ada = person(app, "Root", "admin"), person(app, "Ada")
    assert ada.get("/accounts").status_code == 403
    assert root.patch("/accounts/ada", json={"role": "admin"}).json()["role"] == "admin"
    assert ada.get("/accounts").status_code == 200
    assert ada.patch("/accounts/Root", json={"role": "visitor"}).status_code == 200
    assert_problem(root.get("/accounts"), 403, "role-needed")
    assert_problem(ada.patch("/accounts/Ada", json={"role": "visitor"}), 409, "last-admin")
    assert_problem(delete(ada, "/accounts/me", password=PASSWORD), 409, "last-admin")
    assert_problem(ada.patch("/accounts/Eve", json={"role": "admin"}), 404, "unknown-account")
    assert ada.patch("/accounts/Root", json={"role": "god"}).status_code == 400


def test_nobody_signed_in_is_answered_with_401(app: FastAPI) -> None:
    for method, path, body in (
        ("GET", "/accounts/me", None),
        ("PATCH", "/accounts/me", {"password": PASSWORD, "new_name": "x"}),
        ("DELETE", "/accounts/me", {"password": PASSWORD}),
        ("GET", "/accounts/me/keys", None),
        ("POST", "/accounts/me/keys", {"name": "x"}),
        ("DELETE", "/accounts/me/keys/1", None),
        ("GET", "/sessions", None),
        ("DELETE", "/sessions/x", None),
    ):
        for client in (browser(app), program(app)):
            response = client.request(method, path, json=body)
            assert_problem(response, 401, "not-signed-in")
            assert response.headers["www-authenticate"].startswith("Bearer")


# Behind API keys of the operator.

KEY = "operators-key-0123456789"


def test_on_a_locked_service_an_accounts_key_opens_what_the_page_asks(start: Start) -> None:
    app = start(api_keys=KEY)
    client = browser(app)
    assert sign_up(client, "Ada").status_code == 201
    draw(client)
    key = new_key(client)
    assert program(app).get("/models").status_code == 401
    assert program(app, key).get("/models").status_code == 200
    # anybody may sign up: what the page does not ask is for the operator's keys
    for path in ("/v2", "/metrics"):
        assert_problem(program(app, key).get(path), 401, "unauthorized")
        assert program(app, KEY).get(path).status_code == 200
    draw(program(app, KEY)), draw(program(app, key))
    mine, operator, mine_too = owners(app)
    assert (mine, mine_too) == ("account:1", "account:1")
    assert str(operator).startswith("key:")
    assert KEY not in str(operator)
    assert_problem(program(app, KEY).get("/accounts/me"), 401, "not-signed-in")


def test_signed_out_page_still_asks_on_a_locked_service(start: Start) -> None:
    app = start(api_keys=KEY)
    client = person(app, "Ada")
    stolen = cookie_of(client)
    client.delete("/sessions/current")
    assert draw(client).status_code == 200
    # as every visitor may
    assert draw(with_cookie(app, stolen)).status_code == 200


def test_rate_limit_is_the_accounts_however_many_keys_it_has(start: Start) -> None:
    app = start(rate_limit="5/hour")
    client = browser(app)
    sign_up(client, "Ada")
    keys = [new_key(client, str(number)) for number in range(2)]
    statuses = [
        program(app, keys[number % 2], f"198.51.100.{number}").get("/models").status_code
        for number in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2


# While the database is away.


@pytest.fixture
def away(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the database be away from now on."""

    def refuse(self: Database) -> Iterator[None]:
        raise DatabaseAwayError("expected a database that answers, got none")

    def go() -> None:
        for name in ("reading", "writing"):
            monkeypatch.setattr(Database, name, contextmanager(refuse))

    return go


def test_while_the_database_is_away_everybody_may_draw_and_nobody_is_told_wrong(
    start: Start, away: Callable[[], None]
) -> None:
    app, locked = start(), start(api_keys=KEY)
    client, anonymous = person(app, "Ada"), browser(app)
    key = new_key(client)
    away()
    for each in (client, anonymous, program(app, key), program(locked, KEY), browser(locked)):
        assert draw(each).status_code == 200
    # nobody can tell whether it is one
    assert_problem(draw(program(locked, key)), 503, "database-away")
    assert_problem(program(locked).get("/models"), 401, "unauthorized")
    assert_problem(client.get("/accounts/me"), 503, "database-away")
    assert_problem(client.delete("/sessions/current"), 503, "database-away")
    assert_problem(sign_in(anonymous, "Ada"), 503, "database-away")
    assert_problem(sign_up(anonymous, "Eve"), 503, "database-away")
    assert name_of(anonymous) is None

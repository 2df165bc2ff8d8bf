"""The account page: signing up, in and out, sessions and API keys."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import NOBODY, NOW, Answer, FakeBackend, Received, problem
from tests.e2e.ladder_page import PHONE, LadderPage
from tests.e2e.test_accessibility import violations

PASSWORD = "correct horse"  # noqa: S105
HTML = "<img src=x onerror=alert(1)>"
ACCOUNT = {"name": HTML, "role": "visitor", "created_at": NOW}
BROWSERS = [
    {"id": letter, "created_at": NOW, "last_seen_at": NOW, "is_current": letter == "a"}
    for letter in "ab"
]
KEY = {"id": 3, "name": "laptop", "created_at": NOW}


@pytest.fixture
def accounts(backend: FakeBackend) -> FakeBackend:
    """A service on which anybody can sign in as ACCOUNT."""

    def sign_in(_: Received) -> Answer:
        backend.routes["GET /sessions/current"] = Answer(200, NOBODY | {"account": ACCOUNT})
        return Answer(201, ACCOUNT)

    def sign_out(_: Received) -> Answer:
        backend.routes["GET /sessions/current"] = Answer(200, NOBODY)
        return Answer(204, None)

    def make_key(_: Received) -> Answer:
        backend.routes["GET /accounts/me/keys"] = Answer(200, [KEY | {"last_used_at": None}])
        return Answer(201, KEY | {"key": "ladder_secret"})

    def revoke(_: Received) -> Answer:
        backend.routes["GET /accounts/me/keys"] = Answer(200, [])
        return Answer(204, None)

    backend.routes |= {
        "POST /sessions": sign_in,
        "POST /accounts": sign_in,
        "DELETE /sessions/current": sign_out,
        "GET /sessions": Answer(200, BROWSERS),
        "GET /accounts/me/keys": Answer(200, []),
        "POST /accounts/me/keys": make_key,
        "DELETE /accounts/me/keys/3": revoke,
    }
    return backend


def sign(ladder: LadderPage, form: str, password: str = PASSWORD) -> None:
    shown = ladder.page.get_by_role("form", name=form)
    shown.get_by_role("textbox").first.fill("Ada")
    shown.locator("[type=password]").fill(password)
    shown.locator("[type=password]").press("Enter")


def test_signs_in_and_out(accounts: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(accounts.url, "/?view=account")
    sign(ladder, "Sign in")
    heading = ladder.page.get_by_role("heading", name=f"Signed in as {HTML}")
    expect(heading).to_be_focused()  # the name's HTML is text
    sent = json.loads(accounts.asked("/sessions")[0].body)
    assert sent == {"name": "Ada", "password": PASSWORD}
    ladder.press("Sign out")
    expect(ladder.page.get_by_role("form", name="Sign in")).to_be_visible()


def test_problems_stand_beside_their_fields(accounts: FakeBackend, open_page: OpenPage) -> None:
    accounts.routes["POST /accounts"] = problem(409, "name-taken", "The name is taken", "Ada")
    accounts.routes["POST /sessions"] = problem(
        401, "wrong-credentials", "Name or password is wrong", ""
    )
    ladder = open_page(accounts.url, "/?view=account")
    sign(ladder, "Sign up", "short")
    form = ladder.page.get_by_role("form", name="Sign up")
    password = form.locator("[type=password]")
    expect(form).to_contain_text("At least 8 characters, please; these are 5.")
    expect(password).to_be_focused()
    assert accounts.asked("/accounts") == []
    sign(ladder, "Sign up")
    expect(form).to_contain_text("This name is taken")
    sign(ladder, "Sign in")
    expect(ladder.page.get_by_role("form", name="Sign in")).to_contain_text("password is wrong")
    # a wrong password is sent once
    assert len(accounts.asked("/sessions")) == 1


def test_key_is_shown_once_and_revoked(accounts: FakeBackend, open_page: OpenPage) -> None:
    accounts.routes["GET /sessions/current"] = Answer(200, NOBODY | {"account": ACCOUNT})
    ladder = open_page(accounts.url, "/?view=account")
    ladder.page.get_by_label("What it is for").fill("laptop")
    ladder.press("Make a key")
    expect(ladder.page.get_by_test_id("new-key")).to_have_text("ladder_secret")
    ladder.page.reload()
    expect(ladder.page.get_by_test_id("key")).to_contain_text("laptop")
    expect(ladder.page.get_by_test_id("new-key")).to_have_count(0)
    ladder.press("Revoke")
    ladder.press("Revoke the key")
    expect(ladder.page.get_by_test_id("key")).to_have_count(0)


@pytest.mark.parametrize("account", [None, ACCOUNT])
def test_axe_finds_nothing_on_account_page(
    accounts: FakeBackend, open_page: OpenPage, account: dict[str, str] | None
) -> None:
    accounts.routes["GET /sessions/current"] = Answer(200, NOBODY | {"account": account})
    ladder = open_page(accounts.url, "/?view=account", **PHONE)
    expect(ladder.page.get_by_role("form").first).to_be_visible()
    for width in (360, 1280):
        ladder.page.set_viewport_size({"width": width, "height": 800})
        ladder.page.wait_for_function("width => innerWidth === width", arg=width)
        assert violations(ladder) == []
        assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width

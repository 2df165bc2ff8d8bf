"""The page on a service that requires an API key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.ladder_page import ONE, SEVEN, LadderPage
from tests.e2e.test_docs import operation

KEY = "a-key-of-the-tests-0123"


@pytest.fixture(scope="module")
def locked(dist: Path) -> Iterator[str]:
    """A real service that requires KEY: its base URL."""
    with running_service(dist, LADDER_API_KEYS=KEY) as url:
        yield url


def test_page_works_without_api_key(locked: str, open_page: OpenPage) -> None:
    ladder = open_page(locked)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    # the reports, and the sheet, which the style sheet loads
    ladder.page.get_by_role("link", name="Compare").click()
    expect(ladder.page.get_by_test_id("sprite").first).to_be_visible()
    assert ladder.page.evaluate("document.cookie") == ""
    # a client without the cookie is refused
    assert ladder.page.request.get(f"{locked}/models").status == 401


def end_session(ladder: LadderPage) -> None:
    # wait for the first requests: one that came later would renew the session
    ladder.page.wait_for_load_state("networkidle")
    ladder.page.context.clear_cookies()


def test_expired_session_is_renewed_and_drawing_stays(locked: str, open_page: OpenPage) -> None:
    ladder = open_page(locked)
    end_session(ladder)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    ladder.expect_strokes(1)


def test_without_session_page_says_to_reload_and_keeps_drawing(
    locked: str, open_page: OpenPage
) -> None:
    ladder = open_page(locked, "/?engine=service")
    # a browser that takes no cookies
    ladder.page.route(f"{locked}/", lambda route: route.fulfill(status=200))
    end_session(ladder)
    ladder.draw(ONE)
    expect(ladder.notice).to_contain_text("Reload")
    ladder.expect_strokes(1)


def test_api_page_uses_the_given_key(locked: str, open_page: OpenPage) -> None:
    ladder = open_page(locked, "/docs")
    models = operation(ladder, "get", "/models").first
    models.locator(".opblock-summary-control").click()
    models.get_by_role("button", name="Try it out").click()
    models.get_by_role("button", name="Execute").click()
    expect(models.locator(".live-responses-table")).to_contain_text("401")
    ladder.page.get_by_role("button", name="Authorize").first.click()
    ladder.page.locator(".auth-container input").first.fill(KEY)
    ladder.page.locator(".auth-btn-wrapper .authorize").first.click()
    ladder.page.locator(".btn-done").first.click()
    models.get_by_role("button", name="Execute").click()
    expect(models.locator(".live-responses-table")).to_contain_text('"default": true')

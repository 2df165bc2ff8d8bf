"""The Compare page when reports are missing, late or out of reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.compare_page import COMPARE, ComparePage, opened
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend, problem
from tests.e2e.test_accessibility import violations

pytestmark = pytest.mark.usefixtures("six_rungs")
BROKEN = problem(500, "broken", "Broken", "Expected a report, got none.")
NOT_READY = problem(503, "not-ready", "Not ready", "Warming up.", Retry_After="1")


def test_failed_reports_are_shown_and_reloaded(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.reports_plan = {
        "/reports": [BROKEN],
        "/reports/cnn": [BROKEN],
        "/reports/digits": [BROKEN],
        "/reports/compare": [BROKEN],
    }
    page = ComparePage(open_page(backend.url, COMPARE))
    again = "Load the figures again"
    expect(page.notice("The reports could not be loaded")).to_contain_text(
        "Expected a report, got none."
    )
    assert violations(page.ladder) == []
    page.ladder.press(again)
    expect(page.rows).to_have_count(6)
    expect(page.notice("The report of Convolutional network could not be loaded")).to_be_visible()
    expect(page.notice("The pictures of the digits could not be loaded")).to_be_visible()
    expect(page.notice("These two rungs could not be compared")).to_be_visible()
    expect(page.lines("f1")).to_have_count(5)  # the others are there
    page.page.get_by_role("button", name=again).first.click()
    expect(page.page.get_by_test_id("notice")).to_have_count(0)
    expect(page.lines("f1")).to_have_count(6)
    expect(page.gallery(0).get_by_test_id("sprite").first).to_be_visible()


def test_retries_while_server_is_not_ready(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.reports_plan = {"/reports": [NOT_READY]}
    page = ComparePage(open_page(backend.url, COMPARE))
    expect(page.notice("Warming up.")).to_contain_text("Trying again in 1 second.")
    expect(page.rows).to_have_count(6)


def test_offline_and_back(backend: FakeBackend, open_page: OpenPage) -> None:
    compare = opened(backend, open_page, "&rungs=")
    compare.page.context.set_offline(True)
    compare.page.get_by_label("From", exact=True).select_option("single_layer")
    expect(compare.notice("You are offline")).to_contain_text("as soon as the network is back")
    compare.page.context.set_offline(False)
    expect(compare.page.get_by_test_id("difference")).to_be_visible()
    assert backend.asked("/reports/compare")


def test_failed_page_load_shows_notice(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.page.route("**/assets/ComparePage-*", lambda route: route.abort())
    ladder.page.get_by_role("link", name="Compare").click()
    expect(ladder.page.get_by_text("This page could not be loaded")).to_be_visible()
    ladder.page.unroute_all()
    ladder.press("Reload")
    expect(ComparePage(ladder).rows).to_have_count(6)

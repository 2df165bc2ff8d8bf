"""Links into the Compare page: the view they restore, and the part they scroll to."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.e2e import shipped_reports
from tests.e2e.compare_page import COMPARE, ComparePage, opened
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, Received, report_answer

pytestmark = pytest.mark.usefixtures("six_rungs")
NAMES = shipped_reports.NAMES


def test_link_restores_the_view(backend: FakeBackend, open_page: OpenPage) -> None:
    query = (
        "&rungs=cnn,deep_cnn&sort=-size&curves=accuracy&calibration=before&plot=blur"
        "&figures=robustness&cell=4-9&a=hidden_layer&b=cnn"
    )
    page = opened(backend, open_page, query)
    assert page.order()[0] == "ensemble"
    expect(page.lines("robustness")).to_have_count(2)
    for chosen in ("Accuracy", "Before scaling", "Blur"):
        expect(page.page.get_by_role("radio", name=chosen, exact=True)).to_be_checked()
    table = page.plot("robustness").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["Blur (px)", "Convolutional network", "Deep convolutional network"]
    )
    expect(table.get_by_role("row")).to_have_count(8)  # the header and seven levels
    expect(page.cell("cnn", "4-9")).to_have_attribute("aria-pressed", "true")
    expect(page.page.get_by_label("From", exact=True)).to_have_value("hidden_layer")
    expect(page.page.get_by_label("to", exact=True)).to_have_value("cnn")
    # and the link follows what is chosen next
    page.plot("robustness").get_by_text("Noise", exact=True).click()
    page.plot("f1").get_by_role("button", name="Show the figures").click()
    expect(page.page).to_have_url(re.compile(r"plot=noise&figures=robustness,f1&"))
    page.page.reload()
    expect(page.page.get_by_role("radio", name="Noise")).to_be_checked()
    expect(page.plot("f1").get_by_role("row")).to_have_count(11)


def test_link_to_missing_things_shows_notice(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(backend, open_page, "&rungs=perceptron&sort=beauty&cell=4-99&plot=rain")
    notice = page.notice("This link names something that does not exist")
    for words in ("“perceptron”", "“beauty”", "“4-99”", "“rain”"):
        expect(notice).to_contain_text(words)
    assert page.order() == NAMES
    expect(page.page.get_by_test_id("matrix")).to_have_count(6)
    page.page.goto(f"{backend.url}/?view=gallery")
    expect(page.page.get_by_text("There is no page “gallery”")).to_be_visible()
    expect(page.ladder.field).to_be_visible()


def test_link_scrolls_to_a_part_of_the_page(backend: FakeBackend, open_page: OpenPage) -> None:
    page = ComparePage(open_page(backend.url, f"{COMPARE}#matrices"))
    expect(page.page.get_by_role("heading", name="Confusion matrices")).to_be_in_viewport()
    page.page.get_by_role("link", name="Steps", exact=True).click()
    expect(page.page.get_by_role("heading", name="What each step bought")).to_be_in_viewport()
    expect(page.page).to_have_url(f"{backend.url}{COMPARE}#steps")
    expect(page.rows).to_have_count(6)


def held(path: str, until: threading.Event) -> list[Answer]:
    """The report at the path, sent after the event."""
    return [replace(report_answer(Received("GET", path)), after=until)]


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("how", ["opened", "clicked while loading"])
def test_link_to_last_part_waits_until_parts_above_are_loaded(
    backend: FakeBackend, open_page: OpenPage, width: int, how: str
) -> None:
    # the galleries arrive first, the parts above them later
    reports, sheet = threading.Event(), threading.Event()
    backend.reports_plan = {
        # one is enough: the plots wait for all reports, and a browser limits parallel requests
        "/reports/cnn": held("/reports/cnn", reports),
        "/reports/digits": held("/reports/digits", sheet),
    }
    link = f"{COMPARE}&cell=4-9&figures=robustness"
    anchor = "#galleries" if how == "opened" else ""
    viewport = {"width": width, "height": 500}
    page = ComparePage(open_page(backend.url, link + anchor, viewport=viewport))
    expect(page.page.get_by_test_id("difference")).to_be_visible()
    if how != "opened":
        page.page.get_by_role("link", name="Fixed and broken").click()
    reports.set()
    expect(page.page.get_by_test_id("cell-digits")).to_have_count(6)
    sheet.set()
    expect(page.gallery(1)).to_be_visible()
    page.expect_landed_on("galleries")


def test_link_target_does_not_override_scrolling(backend: FakeBackend, open_page: OpenPage) -> None:
    sheet = threading.Event()
    backend.reports_plan = {"/reports/digits": held("/reports/digits", sheet)}
    page = ComparePage(open_page(backend.url, f"{COMPARE}&cell=4-9#matrices"))
    expect(page.page.get_by_test_id("matrix")).to_have_count(6)
    page.expect_landed_on("matrices")
    page.page.keyboard.press("Home")
    top = page.page.get_by_role("heading", name="Digit Ladder")
    expect(top).to_be_in_viewport()
    sheet.set()
    expect(page.matrix("cnn").get_by_test_id("sprite").first).to_be_attached()
    expect(top).to_be_in_viewport()

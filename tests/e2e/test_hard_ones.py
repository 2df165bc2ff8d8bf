"""The shelf of drawings that some rungs misread."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend, problem
from tests.e2e.ladder_page import PHONE


def test_a_tap_puts_a_hard_one_on_the_field(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, **PHONE)
    shelf = ladder.page.get_by_test_id("hard-ones")
    strokes = shelf.get_by_role("button").first
    strokes.tap()
    ladder.expect_strokes(1)
    expect(strokes).to_have_attribute("aria-current", "true")
    expect(ladder.digit).to_have_text("7")
    ladder.page.wait_for_function(
        "document.querySelector('canvas').getBoundingClientRect().top >= 0"
    )
    digit = shelf.get_by_role("link").first
    sentence = digit.inner_text()
    digit.tap()
    label = "an 8" if sentence.startswith("An 8") else sentence[:3].lower()
    expect(ladder.page.get_by_role("img", name=f", {label}")).to_be_attached()
    expect(digit).to_have_attribute("aria-current", "true")
    expect(strokes).not_to_have_attribute("aria-current", "true")
    expect(shelf).to_contain_text("Creative Commons Attribution 4.0")


def test_without_hard_ones_there_is_no_shelf(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.reports_plan["/reports/hard"] = [problem(404, "no-report", "No report", "none")]
    ladder = open_page(backend.url)
    ladder.choose_sample(7)
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_test_id("hard-ones")).to_have_count(0)

"""models/report.html opened as a file, offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import REPOSITORY
from tests.e2e.test_accessibility import axe_source

REPORT = (REPOSITORY / "models" / "report.html").as_uri()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report at a phone's width; it must not request anything."""
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, color_scheme=request.param, offline=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(REPORT)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page) -> None:
    page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate("axe.run()")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.set_viewport_size({"width": 1280, "height": 900})
    tables = page.evaluate(
        "[...document.querySelectorAll('main > section > .scroll')]"
        ".map((part) => part.scrollWidth - part.clientWidth)"
    )
    assert max(tables) <= 0  # every table fits a desktop window


def test_error_count_links_to_its_digits(page: Page) -> None:
    link = page.get_by_role("link", name="4 read as 9").first
    name = str(link.get_attribute("href"))[1:]
    link.focus()
    page.keyboard.press("Enter")
    group = page.locator(f"[id='{name}']")
    expect(group).to_be_in_viewport()  # the collapsed gallery opens
    shown = group.locator(".d")
    assert shown.count() == int(link.inner_text())
    assert shown.first.evaluate("e => getComputedStyle(e).backgroundImage.length") > 1_000


def test_print_expands_plots_and_tables(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="Misread test digits by rung")).to_be_visible()
    expect(page.get_by_role("table", name="Accuracy", exact=True)).to_be_visible()
    expect(page.locator("summary").first).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()

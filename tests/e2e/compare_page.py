"""The Compare page as a person uses it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e import shipped_reports
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import LadderPage

COMPARE = "/?view=compare"
SIDE_PX = 56


class ComparePage:
    """An open Compare page."""

    def __init__(self, ladder: LadderPage) -> None:
        self.ladder = ladder
        self.page = ladder.page

    @property
    def rows(self) -> Locator:
        return self.page.get_by_test_id("compared-model")

    def order(self) -> list[str]:
        """The rungs' names, from the table's top down."""
        names: list[str] = self.rows.evaluate_all("rows => rows.map(row => row.dataset.model)")
        return names

    def header(self, title: str) -> Locator:
        return self.page.get_by_role("columnheader", name=title, exact=True)

    def tick(self, title: str) -> Locator:
        table = self.page.get_by_role("region", name="Table of the rungs")
        return table.get_by_role("checkbox", name=title, exact=True)

    def plot(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"plot-{name}")

    def lines(self, name: str) -> Locator:
        return self.plot(name).locator(".recharts-line")

    def matrix(self, model: str) -> Locator:
        return self.page.locator(f"[data-testid=matrix][data-model={model}]")

    def cell(self, model: str, cell: str) -> Locator:
        return self.matrix(model).locator(f"[data-cell='{cell}']")

    def gallery(self, place: int) -> Locator:
        return self.page.get_by_test_id("gallery").nth(place)

    def expect_landed_on(self, part: str) -> None:
        """The part is at the window's top, or the page is scrolled to its end."""
        self.page.wait_for_function(
            """part => {
                 const node = document.getElementById(part);
                 const top = node.getBoundingClientRect().top
                   - parseFloat(getComputedStyle(node).scrollMarginTop)
                   - parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
                 const left = document.documentElement.scrollHeight - innerHeight - scrollY;
                 return Math.abs(Math.min(top, left)) < 2; }""",
            arg=part,
        )

    def notice(self, text: str) -> Locator:
        return self.page.get_by_test_id("notice").filter(has_text=text)


def shown_places(sprites: Locator) -> list[int]:
    """The places in the sheet of these sprites, from their background positions."""
    positions: list[list[float]] = sprites.evaluate_all(
        """nodes => nodes.map(node => {
             const style = getComputedStyle(node);
             return [style.backgroundPositionX, style.backgroundPositionY].map(parseFloat); })"""
    )
    return [
        round(-top / SIDE_PX) * shipped_reports.sheet()["columns"] + round(-left / SIDE_PX)
        for left, top in positions
    ]


def opened(
    backend: FakeBackend, open_page: OpenPage, query: str = "", **context: Any
) -> ComparePage:
    page = ComparePage(open_page(backend.url, COMPARE + query, **context))
    expect(page.rows).to_have_count(6)
    return page

"""What the real service remembers of a visitor, from the first drawing to "Forget me"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.ladder_page import FOUR, SEVEN, LadderPage


@pytest.fixture
def remembering(dist: Path, tmp_path: Path) -> Iterator[str]:
    """A real service with a database of its own: its base URL."""
    database = f"sqlite:///{tmp_path / 'ladder.sqlite3'}"
    with running_service(dist, LADDER_DATABASE_URL=database) as url:
        yield url


def label(ladder: LadderPage, name: re.Pattern[str]) -> None:
    """Label the drawing on the field."""
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    ladder.page.get_by_test_id("feedback").get_by_role("button", name=name).click()
    expect(ladder.page.get_by_test_id("labelled")).to_contain_text("Labelled as")


def view(ladder: LadderPage, name: str) -> None:
    ladder.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()


def cards(ladder: LadderPage) -> Locator:
    return ladder.page.get_by_test_id("kept-drawing")


def test_remembers_drawings_until_they_are_forgotten(remembering: str, open_page: OpenPage) -> None:
    ladder = open_page(remembering)
    ladder.draw(SEVEN)
    label(ladder, re.compile("^Right"))
    expect(ladder.page.get_by_test_id("mark")).to_have_text(["Right"] * 6)
    ladder.page.keyboard.press("Escape")
    ladder.draw(FOUR)
    label(ladder, re.compile("^9$"))
    tally = ladder.page.get_by_test_id("tally")
    expect(tally).to_have_text("You: 2 drawn, 2 labelled. Right: Single layer 1, Ensemble 1.")

    view(ladder, "History")
    ladder.page.reload()
    expect(cards(ladder).get_by_test_id("label")).to_have_text(["It is a 9", "It is a 7"])
    cards(ladder).last.get_by_role("link", name="Open on Draw").click()
    expect(ladder.digit).to_have_text("7")
    # looked at again, it is not kept again, and its label stands in the history
    expect(ladder.page.get_by_test_id("feedback")).to_have_count(0)

    view(ladder, "Account")
    form = ladder.page.get_by_role("form", name="Sign up")
    form.get_by_label("Name").fill("Ada")
    form.get_by_label("New password").fill("correct horse")
    ladder.press("Make an account")
    expect(ladder.page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
    view(ladder, "Statistics")
    expect(ladder.page.get_by_test_id("total-labelled")).to_have_text("2")
    view(ladder, "History")
    expect(cards(ladder)).to_have_count(2)

    view(ladder, "Draw")
    ladder.page.keyboard.press("Escape")
    ladder.draw(SEVEN)
    label(ladder, re.compile("^Right"))
    ladder.page.get_by_role("button", name="What is kept?").click()
    ladder.press("Forget me")
    ladder.press("Delete them all")
    expect(ladder.page.get_by_test_id("privacy")).to_contain_text("3 drawings were deleted")
    expect(ladder.page.get_by_test_id("feedback")).to_have_count(0)
    expect(ladder.digit).to_have_text("7")
    view(ladder, "History")
    expect(ladder.page.get_by_test_id("notice")).to_be_visible()
    expect(cards(ladder)).to_have_count(0)

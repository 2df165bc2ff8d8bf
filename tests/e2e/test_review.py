"""The Review page: labelled drawings decided by keyboard, mouse and touch."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend, problem
from tests.e2e.kept_answers import MARKUP, ReviewQueue, review_item, signed_in
from tests.e2e.ladder_page import PHONE, LadderPage
from tests.e2e.test_accessibility import SCHEMES, violations

REVIEW = "/?view=review"


def queue(backend: FakeBackend, **lists: list[dict[str, Any]]) -> ReviewQueue:
    """Six open drawings, all labelled 4, unless a test has others."""
    signed_in(backend, "Bob", "reviewer")
    items = [review_item(number, (4, 9, 4), 4) for number in range(6)]
    return ReviewQueue(backend, "Bob", **{"open": items, **lists})


def tiles(page: Page) -> Locator:
    return page.get_by_role("option")


def opened(
    backend: FakeBackend, open_page: OpenPage, query: str = "", **context: Any
) -> LadderPage:
    ladder = open_page(backend.url, REVIEW + query, **context)
    expect(tiles(ladder.page).first).to_be_visible()
    return ladder


def chosen(page: Page, number: int) -> None:
    """Expect that the drawing with this number, from 1, is chosen."""
    expect(page.get_by_test_id("review-panel")).to_contain_text(f"Drawing {number} of")


def test_digit_keys_and_letters_decide_one_after_the_other(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    service = queue(backend)
    page = opened(backend, open_page).page
    expect(tiles(page).first).to_be_focused()
    for key in ("9", "Enter", "n", "m", "x", "s"):
        page.keyboard.press(key)
    expect(page.get_by_text("6 of 6 here")).to_be_visible()
    for tile, word in zip(
        tiles(page).all(), ("9", "4", "Not a digit", "Several", "Disagree", "Skip"), strict=True
    ):
        expect(tile).to_have_accessible_name(re.compile(f"you say {word}$"))
    expect(page.get_by_text("Open (0)")).to_be_visible()
    expect(page.get_by_text("Decided (5)")).to_be_visible()
    wait_until(lambda: service.decisions == [9, 4, "not_a_digit", "several", "disagree", "skip"])
    expect(page.get_by_role("button", name="Next drawings")).to_be_visible()


@pytest.mark.parametrize("key", ["u", "Control+z"])
def test_takes_back_the_last_decision(backend: FakeBackend, open_page: OpenPage, key: str) -> None:
    service = queue(backend)
    page = opened(backend, open_page).page
    page.keyboard.press("9")
    page.keyboard.press("8")
    chosen(page, 3)
    page.keyboard.press(key)
    chosen(page, 2)
    expect(tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("4")
    chosen(page, 3)
    expect(tiles(page).nth(1)).to_have_accessible_name(re.compile("you say 4$"))
    expect(page.get_by_text("Open (4)")).to_be_visible()
    wait_until(lambda: service.decisions == [9, 8, None, 4])


def test_arrow_keys_move_over_the_grid(backend: FakeBackend, open_page: OpenPage) -> None:
    queue(backend)
    page = opened(backend, open_page, viewport={"width": 360, "height": 740}).page
    for key, number in {"ArrowRight": 2, "ArrowDown": 5, "ArrowLeft": 4, "End": 6}.items():
        page.keyboard.press(key)
        chosen(page, number)
        expect(tiles(page).nth(number - 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    chosen(page, 6)


def test_decides_by_mouse(backend: FakeBackend, open_page: OpenPage) -> None:
    service = queue(backend)
    page = opened(backend, open_page).page
    tiles(page).nth(3).click()
    chosen(page, 4)
    panel = page.get_by_test_id("review-panel")
    panel.get_by_role("button", name="Right: it is a 4").click()
    chosen(page, 5)
    panel.get_by_role("button", name="Disagree").click()
    panel.get_by_role("button", name="Take back").click()
    chosen(page, 5)
    # the keys go on working with the focus on a button, but Enter presses it
    page.keyboard.press("7")
    expect(page.get_by_text("2 of 6 here")).to_be_visible()
    wait_until(lambda: service.decisions == [4, "disagree", None, 7])


def test_decides_by_touch(backend: FakeBackend, open_page: OpenPage) -> None:
    service = queue(backend)
    page = opened(backend, open_page, **PHONE).page
    tiles(page).nth(1).tap()
    panel = page.get_by_test_id("review-panel")
    panel.get_by_role("button", name="Several").tap()
    chosen(page, 3)
    expect(page.get_by_text("1 of 6 here")).to_be_visible()
    # the panel stays on the screen, and the grid above it
    box = panel.bounding_box()
    assert box is not None
    assert box["y"] >= 300
    assert box["y"] + box["height"] <= 741
    wait_until(lambda: service.decisions == ["several"])


def test_decision_that_could_not_be_kept_is_shown(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    queue(backend)
    first = f"{0:032x}"
    backend.routes[f"POST /review/{first}"] = problem(
        409, "decided", "An admin has settled this", "expected an admin, got a reviewer"
    )
    page = opened(backend, open_page).page
    page.keyboard.press("9")
    expect(tiles(page).first).to_have_accessible_name(re.compile("Not kept$"))
    expect(page.get_by_text("0 of 6 here")).to_be_visible()
    tiles(page).first.click()
    expect(page.get_by_role("alert")).to_have_text(
        "Not kept. An admin has settled this. expected an admin, got a reviewer"
    )


def test_slow_service_does_not_hold_up_the_keys(backend: FakeBackend, open_page: OpenPage) -> None:
    service = queue(backend)
    first = f"POST /review/{0:032x}"
    decide, go_on = backend.routes[first], threading.Event()

    def late(request: Any) -> Any:
        go_on.wait(30)
        return decide(request) if callable(decide) else decide

    backend.routes[first] = late
    page = opened(backend, open_page).page
    for key in "123":
        page.keyboard.press(key)
    expect(page.get_by_text("3 of 6 here")).to_be_visible()
    assert service.decisions == []
    go_on.set()
    expect(page.get_by_text("Open (3)")).to_be_visible()
    wait_until(lambda: service.decisions == [1, 2, 3])


def test_conflict_shows_who_said_what(backend: FakeBackend, open_page: OpenPage) -> None:
    said = [
        {"by": "Bob", "decision": 9, "decided_at": "2026-11-28T10:00:00Z"},
        {"by": MARKUP, "decision": "disagree", "decided_at": "2026-11-28T10:00:00Z"},
    ]
    queue(backend, conflict=[review_item(9, (4, 9, 4), 4, decision="conflict", reviews=said)])
    ladder = opened(backend, open_page)
    page = ladder.page
    page.get_by_text("Conflicts (1)").click()
    expect(page.get_by_test_id("reviews").get_by_role("listitem")).to_have_text(
        [re.compile("^Bob: 9"), re.compile("^" + re.escape(MARKUP) + ": Disagree")]
    )
    expect(page.locator("main b")).to_have_count(0)
    assert "state=conflict" in page.url
    assert violations(ladder) == []


def test_next_drawings_are_loaded(backend: FakeBackend, open_page: OpenPage) -> None:
    item = review_item(0, (4, 9, 4), 4)
    service = queue(backend, open=[item])
    kept = threading.Event()
    route = f"POST /review/{item['id']}"
    decide = backend.routes[route]
    assert callable(decide)
    backend.routes[route] = lambda request: replace(decide(request), after=kept)
    page = opened(backend, open_page).page
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 1 here")).to_be_visible()
    # not before the decision is kept
    expect(page.get_by_role("button", name="Keeping…")).to_be_disabled()
    service.items["open"] = [review_item(1, (7, 7, 7), 1)]
    kept.set()
    page.get_by_role("button", name="Next drawings").click()
    expect(tiles(page).first).to_have_accessible_name("Drawing 1, labelled as a 1")
    service.items["open"] = []
    page.reload()
    expect(page.get_by_test_id("notice")).to_contain_text("Every labelled drawing is reviewed")


@pytest.mark.parametrize(("role", "button"), [(None, "Sign in"), ("visitor", "To your account")])
def test_is_for_reviewers(
    backend: FakeBackend, open_page: OpenPage, role: str | None, button: str
) -> None:
    if role is not None:
        signed_in(backend, MARKUP, role)
    ladder = open_page(backend.url, REVIEW)
    expect(ladder.page.get_by_test_id("notice")).to_contain_text("Only reviewers see this page")
    expect(ladder.page.get_by_role("button", name=button)).to_be_visible()
    assert backend.asked("/review") == []


def test_axe_finds_nothing_and_page_fits(backend: FakeBackend, open_page: OpenPage) -> None:
    queue(backend)
    ladder = opened(backend, open_page)
    ladder.page.keyboard.press("9")
    for width in (320, 360, 768, 1280):
        ladder.page.set_viewport_size({"width": width, "height": 800})
        assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in SCHEMES if width in (360, 1280) else ():
            ladder.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(ladder) == [], f"{scheme}, {width} px"

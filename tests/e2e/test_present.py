"""The drawing page for a class: large, with the answers hidden until it has guessed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import SEVEN
from tests.e2e.test_accessibility import violations
from tests.e2e.test_answers import DISAGREEMENT


def test_class_guesses_first_and_climbs_the_ladder(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.standing = DISAGREEMENT
    ladder = open_page(backend.url, reduced_motion="reduce")
    ladder.press("Present")
    expect(ladder.page).to_have_url(f"{backend.url}/?present=1")
    expect(ladder.page.get_by_role("link", name="Compare")).to_be_hidden()
    ladder.page.get_by_label("Guess first").check()
    ladder.draw(SEVEN)
    guess = ladder.page.get_by_test_id("guess")
    for key in ("7", "1", "7"):
        ladder.page.keyboard.press(key)
    guess.get_by_role("button", name="One vote for 7").click()
    guess.get_by_role("button", name="1 for 1: one less").click()
    expect(guess.get_by_role("status")).to_have_text("3 say 7")
    wait_until(lambda: backend.answered("/predict/all") == 1)
    ladder.wait_for_frame()
    expect(ladder.page.get_by_test_id("model-digit")).to_have_count(0)
    expect(ladder.digit).to_have_count(0)
    assert violations(ladder) == []
    ladder.press("Show the answers")
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_test_id("votes")).to_have_text("The class: 3 say 7")
    for rung, digit in (("Hidden layers", "7"), ("Single layer", "1"), ("Single layer", "1")):
        ladder.page.keyboard.press("ArrowDown")
        expect(ladder.radio(rung)).to_be_checked()
        expect(ladder.digit).to_have_text(digit)
    assert violations(ladder) == []
    ladder.page.keyboard.press("Escape")
    expect(ladder.page).not_to_have_url(re.compile("present"))
    expect(ladder.page.get_by_role("link", name="Compare")).to_be_visible()
    ladder.expect_strokes(1)

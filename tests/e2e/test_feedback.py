"""Saying after an answer what was drawn: by mouse, finger and keyboard, and when it fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import (
    KEPT_ID,
    RUNGS,
    Answer,
    FakeBackend,
    all_say,
    kept,
    label_drawing,
    problem,
)
from tests.e2e.ladder_page import PHONE, SEVEN, LadderPage
from tests.e2e.test_accessibility import violations

FEEDBACK = f"/predictions/{KEPT_ID}/feedback"
ROUTE = f"POST {FEEDBACK}"
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def labelling(backend: FakeBackend) -> FakeBackend:
    """A service that keeps drawings; each is read as 7."""
    models = [{"model": rung["name"], "right": 9, "labelled": 12} for rung in RUNGS]
    tally = {"drawn": 14, "labelled": 12, "models": models}
    backend.standing = kept(all_say(7))
    backend.routes |= {ROUTE: label_drawing, "GET /drawings/tally": Answer(200, tally)}
    return backend


def answered(backend: FakeBackend, open_page: OpenPage, **context: Any) -> LadderPage:
    ladder = open_page(backend.url, **context)
    ladder.choose_sample(7)
    expect(ladder.page.get_by_test_id("feedback")).to_be_visible()
    return ladder


def labels(backend: FakeBackend) -> list[object]:
    return [json.loads(request.body)["true_label"] for request in backend.asked(FEEDBACK)]


def test_right_marks_every_rung_and_undo_takes_it_back(
    labelling: FakeBackend, open_page: OpenPage
) -> None:
    ladder = answered(labelling, open_page)
    ladder.press("Right (7)")
    text = ladder.page.get_by_test_id("labelled")
    expect(text).to_have_text("Labelled as a 7")
    expect(ladder.page.get_by_test_id("mark")).to_have_text(["Right"] * len(RUNGS))
    expect(ladder.page.get_by_test_id("tally")).to_contain_text("You: 14 drawn, 12 labelled")
    ladder.press("Undo the label")
    expect(text).to_have_text("Was it right?")
    expect(ladder.page.get_by_test_id("mark")).to_have_count(0)
    assert labels(labelling) == [7, None]


@pytest.mark.parametrize(
    ("button", "label"), [("4", 4), ("Not a digit", "not_a_digit"), ("Several", "several")]
)
def test_finger_says_what_was_drawn_and_nothing_moves(
    labelling: FakeBackend, open_page: OpenPage, button: str, label: object
) -> None:
    ladder = answered(labelling, open_page, **PHONE)
    row = ladder.page.get_by_test_id("feedback")
    expect(ladder.page.get_by_test_id("tally")).to_contain_text("You:")
    choice = row.get_by_role("button", name=button, exact=True)
    choice.scroll_into_view_if_needed()
    height = row.evaluate("row => row.offsetHeight")
    choice.tap()
    expect(choice).to_have_attribute("aria-pressed", "true")
    expect(ladder.page.get_by_test_id("mark")).to_have_text(["Wrong"] * len(RUNGS))
    assert row.evaluate("row => row.offsetHeight") == height
    assert labels(labelling) == [label]


def test_keyboard_labels_and_keeps_its_place(labelling: FakeBackend, open_page: OpenPage) -> None:
    ladder = answered(labelling, open_page)
    choice = ladder.page.get_by_test_id("feedback").get_by_role("button", name="4", exact=True)
    choice.press("Enter")
    expect(ladder.page.get_by_test_id("labelled")).to_have_text("Labelled as a 4")
    expect(choice).to_be_focused()
    ladder.page.keyboard.press("5")  # no shortcut
    ladder.page.get_by_role("button", name="Undo the label").press("Enter")
    expect(ladder.page.get_by_role("button", name="Right (7)")).to_be_focused()
    assert labels(labelling) == [4, None]


def test_next_drawing_begins_without_label(labelling: FakeBackend, open_page: OpenPage) -> None:
    ladder = answered(labelling, open_page)
    ladder.press("Right (7)")
    expect(ladder.page.get_by_test_id("labelled")).to_have_text("Labelled as a 7")
    other = kept(all_say(1))
    for result in other.body["results"]:
        result["id"] = "1" * 32
    labelling.plan = [other]
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("1")
    expect(ladder.page.get_by_test_id("labelled")).to_have_text("Was it right?")


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (problem(409, "reviewed", "Reviewers have decided otherwise", "expected 4"), "Reviewers"),
        (problem(404, "unknown-prediction", "There is no such", "abc"), "no longer keeps"),
        (problem(503, "database-away", "The database does not answer", ""), "cannot write"),
    ],
)
def test_failure_is_told_and_label_can_be_sent_again(
    labelling: FakeBackend, open_page: OpenPage, refusal: Answer, told: str
) -> None:
    labelling.routes[ROUTE] = refusal
    ladder = answered(labelling, open_page)
    ladder.press("Right (7)")
    alert = ladder.page.get_by_test_id("feedback").get_by_role("alert")
    expect(alert).to_contain_text(told)
    expect(ladder.digit).to_have_text("7")
    if refusal.status == 503:
        labelling.routes[ROUTE] = label_drawing
        ladder.press("Send it again")
        expect(ladder.page.get_by_test_id("labelled")).to_have_text("Labelled as a 7")


def test_no_feedback_where_nothing_is_kept(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.choose_sample(7)
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_test_id("feedback")).to_have_count(0)


@pytest.mark.parametrize("context", [PHONE, DESKTOP])
def test_axe_finds_nothing_in_labelled_answer(
    labelling: FakeBackend, open_page: OpenPage, context: dict[str, Any]
) -> None:
    ladder = answered(labelling, open_page, reduced_motion="reduce", **context)
    ladder.press("Right (7)")
    expect(ladder.page.get_by_test_id("mark").first).to_be_attached()
    assert violations(ladder) == []
    width = context["viewport"]["width"]
    assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width

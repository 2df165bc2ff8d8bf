"""Messages for no drawing, waiting, offline, not ready, blank and refused, and what helps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, all_say, problem
from tests.e2e.ladder_page import ONE, SEVEN

NOT_READY = problem(
    503, "not-ready", "Not ready", "The models are still warming up.", Retry_After="1"
)
# from the last stroke to the request, and to an answer that needs no sign of waiting
PAUSE_MS, QUICK_MS = 250, 60
TOO_MANY = problem(429, "too-many-requests", "Too many", "120 a minute.", Retry_After="1")


def test_empty_field_invites_to_draw(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    expect(ladder.notice).to_contain_text("Draw a digit, 0 to 9")
    assert backend.questions == []


def test_slow_answer_shows_waiting_message(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.plan = [all_say(7, delay_s=0.8)]
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.page.get_by_text("Reading…")).to_be_visible()
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_text("Reading…")).to_be_hidden()


def test_quick_answer_shows_no_waiting_message(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.page.evaluate(
        """() => new MutationObserver(() => {
             if (document.body.textContent.includes("Reading…")) window.waited = true;
           }).observe(document.body, { childList: true, subtree: true })"""
    )
    # the page's clock is the test's, however busy the machine is
    clock = ladder.page.clock
    clock.install()
    clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    with ladder.page.expect_response("**/predict/all*") as response:
        ladder.draw(SEVEN)
        clock.run_for(PAUSE_MS)
    response.value.finished()
    clock.run_for(QUICK_MS)
    expect(ladder.digit).to_have_text("7")
    assert ladder.page.evaluate("window.waited") is not True


def test_offline_and_back(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    expect(ladder.models).to_have_count(3)
    ladder.page.context.set_offline(True)
    ladder.draw(SEVEN)
    expect(ladder.notice).to_contain_text("You are offline")
    ladder.expect_strokes(1)
    ladder.page.context.set_offline(False)
    expect(ladder.digit).to_have_text("7")
    assert len(backend.questions) == 1


@pytest.mark.parametrize(
    ("refusal", "texts"),
    [
        (NOT_READY, ("The server is not ready yet", "The models are still warming up.")),
        (TOO_MANY, ("Too many requests",)),
    ],
    ids=["not ready", "rate limit"],
)
def test_retries_after_the_time_the_server_asks_for(
    backend: FakeBackend, open_page: OpenPage, refusal: Answer, texts: tuple[str, ...]
) -> None:
    backend.plan = [refusal, refusal]
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    for text in (*texts, "Trying again in 1 second."):
        expect(ladder.notice).to_contain_text(text)
    ladder.expect_strokes(1)
    expect(ladder.digit).to_have_text("7")
    assert len(backend.questions) == 3


@pytest.mark.parametrize("how", ["Try again", "draw"])
def test_person_need_not_wait_for_the_retry(
    backend: FakeBackend, open_page: OpenPage, how: str
) -> None:
    backend.plan = [problem(503, "over-capacity", "Busy", "Too many.", Retry_After="30")]
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.notice).to_contain_text("The server is busy")
    expect(ladder.notice).to_contain_text("Trying again in 30 seconds.")
    if how == "draw":
        ladder.draw([[(0.3, 0.3), (0.5, 0.2)]])
    else:
        ladder.press(how)
    expect(ladder.digit).to_have_text("7")


def test_blank_drawing_has_its_own_message(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.plan = [problem(422, "blank-drawing", "Blank drawing", "No ink was found.")]
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.notice).to_contain_text("There is nothing to read")
    ladder.press("Clear the field")
    ladder.expect_strokes(0)
    expect(ladder.notice).to_contain_text("Draw a digit")


def test_other_problems_show_their_detail(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.plan = [problem(413, "too-large", "Too large", "Expected 1 MiB at most, got 3 MiB.")]
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.notice).to_contain_text("Too large")
    expect(ladder.notice).to_contain_text("Expected 1 MiB at most, got 3 MiB.")
    expect(ladder.page.get_by_test_id("spoken")).to_have_text(re.compile("Too large"))
    ladder.draw([[(0.3, 0.3), (0.5, 0.2)]])
    expect(ladder.digit).to_have_text("7")


def test_malformed_answer_does_not_break_the_page(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.plan = [Answer(200, {"results": [{"digit": 7}]})]
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.notice).to_contain_text("The server sent an unexpected answer")
    backend.plan = [Answer(502, "Bad gateway", media_type="text/html")]
    ladder.draw(SEVEN)
    expect(ladder.notice).to_contain_text("The server answered 502")


def test_missing_model_list_is_reported_and_reloaded(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.models_plan = [problem(500, "broken", "Broken", "The list is broken.")]
    ladder = open_page(backend.url)
    expect(ladder.page.get_by_text("The list of rungs could not be loaded")).to_be_visible()
    ladder.choose_sample(7)
    expect(ladder.models).to_have_count(3)  # the answers have the rungs' names
    expect(ladder.digit).to_have_text("7")
    ladder.press("Load the rungs again")
    expect(ladder.page.get_by_text("The list of rungs could not be loaded")).to_be_hidden()
    expect(ladder.page.locator("[data-model=cnn]")).to_contain_text("Local features")


def test_models_load_once_the_server_is_ready(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.models_plan = [NOT_READY]
    ladder = open_page(backend.url)
    expect(ladder.page.get_by_text("The list of rungs could not be loaded")).to_be_visible()
    expect(ladder.models).to_have_count(3)

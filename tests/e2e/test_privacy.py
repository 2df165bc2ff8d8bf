"""What is kept, the switch that keeps nothing, and deleting at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import NOBODY, Answer, FakeBackend
from tests.e2e.ladder_page import PHONE
from tests.e2e.test_accessibility import violations

SWITCH = "Do not keep my drawings"


def test_switch_sends_nothing_to_keep_and_is_remembered(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.choose_sample(7)
    expect(ladder.digit).to_be_visible()
    ladder.page.get_by_label(SWITCH).check()
    ladder.page.reload()
    expect(ladder.page.get_by_label(SWITCH)).to_be_checked()
    ladder.choose_sample(4)
    expect(ladder.digit).to_be_visible()
    first, *others = [request.query for request in backend.questions]
    assert (first, set(others)) == ("keep=drawing", {"keep=nothing"})


def test_forget_me_asks_first_and_tells_what_it_did(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.routes["DELETE /predictions"] = Answer(200, {"deleted": 14})
    ladder = open_page(backend.url, **PHONE, reduced_motion="reduce")
    ladder.page.get_by_role("button", name="What is kept?").tap()
    note = ladder.page.get_by_test_id("privacy")
    expect(note).to_contain_text("90 days")
    ladder.press("Forget me")
    expect(ladder.page.get_by_role("button", name="Cancel")).to_be_focused()
    assert violations(ladder) == []
    ladder.press("Cancel")
    expect(ladder.page.get_by_role("button", name="Forget me")).to_be_focused()
    assert backend.asked("/predictions") == []
    ladder.press("Forget me")
    ladder.press("Delete them all")
    expect(note).to_contain_text("14 drawings were deleted")


def test_service_that_keeps_nothing_says_so(backend: FakeBackend, open_page: OpenPage) -> None:
    keeps = {"predictions": False, "drawings": False, "days": 90}
    backend.routes["GET /sessions/current"] = Answer(200, NOBODY | {"keeps": keeps})
    ladder = open_page(backend.url)
    expect(ladder.page.get_by_text("Nothing is kept here.")).to_be_visible()
    expect(ladder.page.get_by_label(SWITCH)).to_have_count(0)

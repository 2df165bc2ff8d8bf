"""The Admin page: gates, promotion and rollback, retraining, the log and roles."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, Received
from tests.e2e.kept_answers import (
    MARKUP,
    REFUSED,
    administration,
    promotions,
    retraining,
    signed_in,
    training_run,
)
from tests.e2e.ladder_page import LadderPage
from tests.e2e.test_accessibility import SCHEMES, violations

ADMIN = "/?view=admin"


def opened(backend: FakeBackend, open_page: OpenPage) -> LadderPage:
    ladder = open_page(backend.url, ADMIN)
    expect(served(ladder.page)).to_be_visible()
    expect(ladder.page.get_by_test_id("account")).to_have_count(3)
    return ladder


def served(page: Page) -> Locator:
    """The rung that has candidates."""
    return page.locator("[data-testid=served-model][data-model=cnn]")


def sent(backend: FakeBackend, path: str) -> list[Any]:
    """The bodies that the page has sent to a path."""
    return [json.loads(request.body) for request in backend.asked(path) if request.body]


def test_shows_every_line_of_the_gate(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    backend.routes["GET /promotions"] = Answer(200, promotions(passed=False))
    rung = served(opened(backend, open_page).page)
    expect(rung).to_contain_text(
        "Version 1 is served; there are versions 1, 2, 3; before it was 2. "
        "The test split was asked 3 times for it."
    )
    first, second = rung.get_by_test_id("candidate").all()
    expect(first).to_contain_text("Version 3: the gate refuses it")
    expect(first.get_by_test_id("gate-line")).to_have_text(
        [
            re.compile(r"MNIST test\s*Failed\s*0\.9936\s*0\.9702\s*-0\.0234\s*-0\.002\s*99\.36 %"),
            re.compile(r"Time for a drawing\s*Not measured\s*–"),
        ]
    )
    expect(second).to_contain_text("Version 4: not measured by the gate")


def test_promotes_for_a_reason_alone(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    backend.routes["POST /promotions"] = Answer(201, promotions()["items"][0])
    page = opened(backend, open_page).page
    served(page).get_by_role("button", name="Promote version 3").click()
    reason = page.get_by_label("Why?")
    expect(reason).to_be_focused()
    reason.fill("  ")
    reason.press("Enter")
    assert sent(backend, "/promotions") == []
    reason.fill(f" {MARKUP} ")
    # another version answers from now on
    with page.expect_request("**/models"):
        reason.press("Enter")
    expect(reason).to_have_count(0)
    assert sent(backend, "/promotions") == [
        {"action": "promote", "model": "cnn", "version": 3, "reason": MARKUP}
    ]


def test_rolls_back_and_says_when_the_gate_refuses(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    administration(backend)
    backend.routes["POST /promotions"] = REFUSED
    page = opened(backend, open_page).page
    served(page).get_by_role("button", name="Promote version 4").click()
    page.get_by_label("Why?").fill("I am in a hurry")
    served(page).get_by_role("button", name="Promote version 4").click()
    expect(served(page).get_by_role("alert")).to_have_text(
        "The gate refuses this version. the gate refuses cnn@3 against @1: …"
    )
    backend.routes["POST /promotions"] = Answer(201, promotions()["items"][0])
    page.get_by_role("button", name="Cancel").click()
    served(page).get_by_role("button", name="Roll back to version 2").click()
    page.get_by_label("Why?").fill("people complain")
    served(page).get_by_role("button", name="Roll back to version 2").click()
    expect(page.get_by_label("Why?")).to_have_count(0)
    assert sent(backend, "/promotions")[1] == {
        "action": "rollback",
        "model": "cnn",
        "reason": "people complain",
    }


def test_log_shows_reasons_as_text(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    page = opened(backend, open_page).page
    log = page.get_by_test_id("promotion-log")
    expect(log.get_by_role("row").nth(1)).to_contain_text("Refused")
    expect(log.get_by_role("row").nth(1)).to_contain_text(MARKUP)
    expect(page.get_by_test_id("account").last).to_contain_text(MARKUP)
    expect(page.locator("main b, main img")).to_have_count(0)
    assert page.title() == "Digit Ladder: administration"


def test_starts_watches_and_stops_a_retraining(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    runs: list[dict[str, Any]] = []
    backend.routes["GET /retraining"] = lambda _: Answer(200, retraining(*runs))

    def start(_: Received) -> Answer:
        runs.append(training_run("running"))
        return Answer(202, runs[0])

    def stop(_: Received) -> Answer:
        runs[0] = training_run("stopped", log="told to stop")
        return Answer(204, None)

    backend.routes["POST /retraining"] = start
    backend.routes["DELETE /retraining/5"] = stop
    page = opened(backend, open_page).page
    button = page.get_by_role("button", name="Start retraining")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.get_by_role("checkbox", name="Convolutional network").check()
    page.get_by_label("Epochs").fill("5")
    button.click()
    run = page.get_by_test_id("training-run")
    expect(run).to_have_attribute("data-status", "running")
    expect(run).to_contain_text("epoch 2 of 5")
    assert sent(backend, "/retraining") == [{"models": ["cnn"], "epochs": 5}]
    runs[0]["log"] = "epoch 3 of 5"
    expect(run).to_contain_text("epoch 3 of 5")
    run.get_by_role("button", name="Stop").click()
    run.get_by_role("button", name="Stop it").click()
    expect(run).to_have_attribute("data-status", "stopped")
    expect(run).to_contain_text("cnn was stopped")


def test_says_how_where_training_is_not_installed(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    administration(backend)
    backend.routes["GET /retraining"] = Answer(200, retraining(available=False))
    page = opened(backend, open_page).page
    expect(page.get_by_test_id("notice")).to_contain_text("run `make train-install`")
    expect(page.get_by_role("button", name="Start retraining")).to_have_count(0)


def test_gives_roles(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    path = "/accounts/" + quote(MARKUP, safe="!'()*~")
    backend.routes[f"PATCH {path}"] = Answer(200, {})
    page = opened(backend, open_page).page
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        page.get_by_label(f"Role of {MARKUP}").select_option("reviewer")
    assert sent(backend, path) == [{"role": "reviewer"}]


def test_is_for_admins(backend: FakeBackend, open_page: OpenPage) -> None:
    signed_in(backend, "Bob", "reviewer")
    ladder = open_page(backend.url, ADMIN)
    expect(ladder.page.get_by_test_id("notice")).to_contain_text("Only admins see this page")
    expect(ladder.page.get_by_test_id("notice")).to_contain_text("signed in as Bob, a reviewer")
    assert backend.asked("/promotions") == []


def test_axe_finds_nothing_and_page_fits(backend: FakeBackend, open_page: OpenPage) -> None:
    administration(backend)
    backend.routes["GET /retraining"] = Answer(
        200, retraining(training_run("running"), training_run("failed", id=4))
    )
    ladder = opened(backend, open_page)
    served(ladder.page).get_by_role("button", name="Promote version 3").click()
    for width in (320, 360, 768, 1280):
        ladder.page.set_viewport_size({"width": width, "height": 800})
        assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in SCHEMES if width in (360, 1280) else ():
            ladder.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(ladder) == [], f"{scheme}, {width} px"

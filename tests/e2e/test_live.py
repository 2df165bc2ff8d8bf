"""Who answers, and when: the browser while the pen moves, the service where the browser cannot."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from tests import drawings
from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.ladder_page import FOUR, SEVEN, LadderPage
from tests.e2e.test_memory import remembering as remembering

NO_WEBASSEMBLY = "delete globalThis.WebAssembly"
SAVE_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


def sent(ladder: LadderPage) -> list[str]:
    """The paths of what the page posts from now on."""
    paths: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            paths.append(request.url.split("/", 3)[3].partition("?")[0])

    ladder.page.on("request", note)
    return paths


def wait_for_engine(ladder: LadderPage) -> None:
    """Until the browser itself has answered."""
    by = ladder.page.get_by_test_id("computed-by")

    def has_answered() -> bool:
        ladder.choose_sample(3)
        expect(by).not_to_be_empty()
        text = by.inner_text()
        ladder.press("Clear")
        return text == "Computed in your browser"

    wait_until(has_answered)


def test_answers_while_the_pen_is_down_and_then_asks_nobody(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service, "/?engine=browser")
    wait_for_engine(ladder)
    paths = sent(ladder)
    box, (stroke,) = ladder.box(), SEVEN
    ladder.page.mouse.move(*box.at(stroke[0]))
    ladder.page.mouse.down()
    for point in stroke[1:]:
        ladder.page.mouse.move(*box.at(point), steps=4)
    expect(ladder.answer).to_have_attribute("data-phase", "live")
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_test_id("model-digit")).to_have_text(["7"] * 6)
    ladder.page.mouse.up()
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    expect(ladder.digit).to_have_text("7")
    ladder.page.wait_for_timeout(1_500)
    assert [path for path in paths if path.startswith("predict")] == []


def test_keeps_what_the_browser_answered_unless_told_not_to(
    remembering: str, open_page: OpenPage
) -> None:
    ladder = open_page(remembering, "/?engine=browser")
    ladder.page.get_by_label("Do not keep my drawings").check()
    wait_for_engine(ladder)
    paths = sent(ladder)
    ladder.draw(FOUR)
    expect(ladder.digit).to_have_text("4")
    ladder.page.wait_for_timeout(1_500)
    assert paths == []
    ladder.page.get_by_label("Do not keep my drawings").uncheck()
    ladder.press("Clear")
    ladder.draw(SEVEN)
    expect(ladder.page.get_by_test_id("feedback")).to_be_visible()
    assert paths == ["drawings"]
    kept = ladder.page.evaluate(
        """async () => { for (;;) {
             const { items } = await (await fetch("drawings")).json();
             if (items.length > 0) return items;
           } }"""
    )
    assert [(each["computed_by"], len(each["results"])) for each in kept] == [("browser", 6)]


@pytest.mark.parametrize(
    ("path", "script"),
    [("/?engine=service", ""), ("/", NO_WEBASSEMBLY), ("/", SAVE_DATA)],
    ids=["link", "no WebAssembly", "data saver"],
)
def test_service_answers_where_the_browser_must_not(
    service: str, open_page: OpenPage, path: str, script: str
) -> None:
    ladder = open_page(service, "/?engine=service")
    ladder.page.add_init_script(script)
    asked: list[str] = []
    ladder.page.on("request", lambda request: asked.append(request.url))
    ladder.page.goto(service + path)
    ladder.draw(SEVEN)
    expect(ladder.page.get_by_test_id("computed-by")).to_have_text("Computed by the service")
    expect(ladder.digit).to_have_text("7")
    assert [url for url in asked if url.endswith((".tflite", ".wasm"))] == []


def test_service_answers_to_pictures_and_to_several_digits(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service)
    wait_for_engine(ladder)
    by = ladder.page.get_by_test_id("computed-by")
    two_ones = [[(x, 0.25), (x, 0.5), (x, 0.75)] for x in (0.25, 0.75)]
    ladder.draw(two_ones)
    expect(ladder.digit).to_have_text("11")
    expect(by).to_have_text("Computed by the service")
    ladder.page.locator("input[type=file]").set_input_files(
        {
            "name": "seven.png",
            "mimeType": "image/png",
            "buffer": drawings.encode(drawings.draw(drawings.SEVEN)),
        }
    )
    expect(ladder.digit).to_have_text("7")
    expect(by).to_have_text("Computed by the service")

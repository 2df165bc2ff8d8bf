"""A drawing stays: over a reload, in a link, in this browser's list, and in what is saved."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.floor import load_ladder
from experiments.data.penstrokes import load_penstrokes
from tests.api.process import wait_until
from tests.conftest import REPOSITORY, leave_out
from tests.e2e.browser_engine import on_canvas
from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.fake_backend import Answer, FakeBackend
from tests.e2e.ladder_page import FOUR, ONE, SEVEN, LadderPage
from tests.e2e.test_accessibility import violations

FRONTEND = REPOSITORY / "frontend"
# links to a line down the middle, and to the same with a bar
LINE = "#draw=1gJEgmCgcAg0C"
CROSS = "#draw=1gJEgmCgcAg0CgJE_b_pBg4BA"


LINK_DRAWINGS = FRONTEND / "scripts" / "link-drawings.mjs"


def go(page: Page, fragment: str) -> None:
    page.evaluate("fragment => { location.hash = fragment; }", fragment)


def test_drawing_survives_reload_and_the_way_to_the_docs_and_back(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.draw(FOUR)
    expect(ladder.digit).to_be_visible()
    ladder.page.reload()
    ladder.expect_strokes(2)
    assert ladder.has_ink((0.35, 0.38))
    ladder.page.get_by_role("link", name="Use the API").click()
    ladder.page.wait_for_url("**/docs")
    ladder.page.go_back()
    ladder.expect_strokes(2)
    expect(ladder.digit).to_be_visible()
    # the service has it already
    assert {question.query for question in backend.questions[1:]} == {"keep=nothing"}
    # another tab has a drawing of its own
    other = LadderPage(ladder.page.context.new_page())
    other.page.goto(backend.url)
    other.expect_strokes(0)


def test_back_and_forward_lead_through_linked_drawings(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.draw(FOUR)
    ladder.expect_strokes(2)
    go(ladder.page, LINE)
    ladder.expect_strokes(1)
    go(ladder.page, CROSS)
    ladder.expect_strokes(2)
    ladder.page.go_back()
    ladder.expect_strokes(1)
    ladder.page.go_forward()
    ladder.expect_strokes(2)
    # a drawing that the link does not show takes it out of the address
    ladder.draw(ONE)
    ladder.expect_strokes(3)
    expect(ladder.page).to_have_url(backend.url + "/")


def test_keyboard_alone_draws_a_one_and_a_seven(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service)
    field = ladder.page.get_by_role("application", name="Draw with the keyboard")
    keyboard = ladder.page.keyboard

    def press(*keys: str) -> None:
        for key in keys:
            keyboard.press(key)

    def focused() -> bool:
        return bool(field.evaluate("node => node === document.activeElement"))

    for _ in range(20):
        press("Tab")
        if focused():
            break
    # beside the sign that a picture is being opened
    status = field.get_by_role("status").last
    expect(status).to_have_text("Pen up, column 10, row 10")
    press("Shift+ArrowUp", "Space", *["ArrowDown"] * 5, "Shift+ArrowDown")
    expect(status).to_have_text("Pen down, column 10, row 15")
    assert ladder.has_ink((9.5 / 20, 0.5))  # while the pen is down
    # Escape raises the pen, and does not clear the field as elsewhere on the page
    press("Escape")
    ladder.expect_strokes(1)
    expect(ladder.digit).to_have_text("1")

    press("Control+z")
    ladder.expect_strokes(0)
    press(*["Shift+ArrowUp"] * 2, *["ArrowLeft"] * 4, "Enter", *["ArrowRight"] * 8)
    press(*["ArrowDown", "ArrowDown", "ArrowLeft"] * 5, "Enter")
    ladder.expect_strokes(1)
    expect(ladder.digit).to_have_text("7")

    press("Escape")
    assert not focused()
    press("Escape")
    ladder.expect_strokes(0)


def test_mouse_on_the_field_leaves_the_arrow_keys_to_the_page(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, viewport={"width": 1280, "height": 400})
    ladder.draw(ONE)
    ladder.page.keyboard.press("ArrowDown")
    wait_until(lambda: ladder.scroll_top() > 0)
    expect(ladder.page.get_by_test_id("pen")).to_have_count(0)


def test_replaced_drawings_are_listed_reopened_and_deleted(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    recents = ladder.page.get_by_test_id("recents").get_by_role("listitem")
    for strokes in (ONE, SEVEN, FOUR):
        ladder.draw(strokes)
        expect(ladder.answer).to_have_attribute("data-phase", "answered")
        ladder.press("Clear")
    expect(recents).to_have_count(3)
    ladder.choose_sample(3)  # nobody's drawing
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    recents.first.get_by_role("button").click()
    ladder.expect_strokes(2)
    assert ladder.has_ink((0.35, 0.38))
    expect(recents).to_have_count(3)
    ladder.page.reload()
    expect(recents).to_have_count(3)
    ladder.press("Delete some")
    ladder.page.get_by_role("button", name="Save and share").click()
    expect(ladder.page.get_by_test_id("share")).to_be_visible()
    assert violations(ladder) == []
    recents.nth(1).get_by_role("button", name="Delete").click()
    expect(recents).to_have_count(2)
    backend.routes["DELETE /predictions"] = Answer(200, {"deleted": 4})
    ladder.page.get_by_role("button", name="What is kept?").click()
    ladder.press("Forget me")
    ladder.press("Delete them all")
    expect(recents).to_have_count(0)


def test_malformed_link_says_so_and_loses_nothing(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.draw(FOUR)
    ladder.expect_strokes(2)
    go(ladder.page, LINE[:-2])
    alert = ladder.page.get_by_role("alert")
    expect(alert).to_contain_text("The drawing in this link cannot be read")
    ladder.expect_strokes(2)
    ladder.page.reload()
    expect(alert).to_contain_text("cut off")
    ladder.expect_strokes(2)
    ladder.draw(ONE)
    expect(alert).to_have_count(0)


def test_copied_calls_ask_the_service(service: str, open_page: OpenPage, tmp_path: Path) -> None:
    ladder = open_page(service, permissions=["clipboard-read", "clipboard-write"])
    ladder.draw(SEVEN)
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    ladder.page.get_by_role("button", name="Save and share").click()
    share = ladder.page.get_by_test_id("share")

    def copied(label: str) -> str:
        share.get_by_role("button", name=label, exact=True).click()
        # and not what was copied before
        told = re.compile(rf"{label}.* is copied", re.IGNORECASE)
        expect(share.get_by_role("status")).to_contain_text(told)
        text: str = ladder.page.evaluate("navigator.clipboard.readText()")
        return text

    program = tmp_path / "call.py"
    program.write_text(copied("Python"))
    python = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert python.stdout.startswith("7 ")
    # curl itself may not be there; its words are a shell's
    words = shlex.split(copied("curl"))
    assert words[0] == "curl"
    request = Request(words[1], words[-1].encode(), {"Content-Type": "application/json"})
    with urlopen(request) as response:
        assert json.load(response)["digit"] == 7

    # a friend sees the same drawing and the same answers
    friend = open_page(copied("Link"), path="")
    friend.expect_strokes(1)
    expect(friend.digit).to_have_text("7")
    for label, name in (
        ("PNG with answers", "digit-ladder-7.png"),
        ("SVG", "digit-ladder-7.svg"),
        ("28×28 PNG", "digit-ladder-7-28x28.png"),
    ):
        with ladder.page.expect_download() as download:
            share.get_by_role("button", name=label, exact=True).click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    with Image.open(tmp_path / "digit-ladder-7-28x28.png") as field:
        assert field.size == (28, 28)
    assert "<path" in (tmp_path / "digit-ladder-7.svg").read_text()
    with Image.open(tmp_path / "digit-ladder-7.png") as saved:
        answers = saved.convert("L")
    # the drawing is on the left, and dark words are on the right
    for left, right in ((0, answers.width // 2), (answers.width // 2, answers.width)):
        assert np.asarray(answers)[:, left:right].min() < 64


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Another site, which serves the files in `tmp_path`: its origin."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("localhost", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_embed_shows_field_ladder_and_answer_in_another_sites_frame(
    dist: Path, open_page: OpenPage, site: str, tmp_path: Path
) -> None:
    with running_service(dist, LADDER_FRAME_ANCESTORS=site) as url:
        frame = f'<iframe src="{url}/?embed=1{LINE}" width="400" height="740"></iframe>'
        (tmp_path / "index.html").write_text(frame)
        embedded = open_page(site).page.frame_locator("iframe")
        expect(embedded.get_by_test_id("digit")).to_have_text("1")
        expect(embedded.get_by_test_id("model")).to_have_count(6)
        link = embedded.get_by_role("link", name="Digit Ladder")
        expect(link).to_have_attribute("href", "./")
        for absent in ("navigation", "contentinfo"):
            expect(embedded.get_by_role(absent)).to_have_count(0)
        expect(embedded.get_by_role("button", name="Save and share")).to_have_count(0)
        alone = open_page(url, f"/?embed=1{LINE}", viewport={"width": 400, "height": 740})
        expect(alone.digit).to_have_text("1")
        assert violations(alone) == []


def test_friends_see_what_was_drawn(
    full_data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (FRONTEND / "node_modules" / "vite").is_dir():
        leave_out("needs Vite: run `npm ci` in frontend")
    generator = np.random.default_rng(5)
    people = load_penstrokes(full_data_dir)
    chosen = generator.choice(len(people), 200, replace=False)
    drawings = [on_canvas(people[i], generator)["strokes"] for i in chosen]
    ran = subprocess.run(
        ["node", LINK_DRAWINGS],
        cwd=FRONTEND,
        input=json.dumps(drawings),
        capture_output=True,
        text=True,
        check=True,
    )
    linked = json.loads(ran.stdout)
    assert all(each["again"] == each["link"] for each in linked)
    lengths = [len(each["link"]) for each in linked]
    assert np.percentile(lengths, 95) < 2000

    pairs = [
        [np.frombuffer(b64decode(field), np.uint8).reshape(28, 28) for field in each["fields"]]
        for each in linked
        if all(each["fields"])
    ]
    assert len(pairs) >= 198  # a dot has no field
    models = load_ladder().models
    same = [
        model.predict(drawn).digit == model.predict(shown).digit
        for drawn, shown in pairs
        for model in models
    ]
    print(
        f"links: {np.median(lengths):.0f} characters, 95 % under "
        f"{np.percentile(lengths, 95):.0f}; the same digit in {np.mean(same):.2%}"
    )
    assert np.mean(same) >= 0.995

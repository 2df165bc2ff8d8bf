"""Pictures in place of drawings: opened, pasted, dropped, too large and unreadable."""

from __future__ import annotations

import base64
import io
import os

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, expect

from tests.api.process import wait_until
from tests.drawings import encode
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import ONE, LadderPage

MOST_BYTES = 1024 * 1024

# gives the page a file as a paste or a drop does
GIVE = """([kind, name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


def seven(form: str = "PNG") -> bytes:
    image = Image.new("L", (120, 160), 255)
    ImageDraw.Draw(image).line([(25, 30), (95, 30), (55, 135)], fill=0, width=14)
    return encode(image, form)


def give(ladder: LadderPage, how: str, name: str, media_type: str, content: bytes) -> None:
    if how == "open":
        file = FilePayload(name=name, mimeType=media_type, buffer=content)
        ladder.page.get_by_label("Open picture").set_input_files(file)
    else:
        encoded = base64.b64encode(content).decode()
        ladder.page.evaluate(GIVE, [how, name, media_type, encoded])


@pytest.mark.parametrize("how", ["open", "paste", "drop"])
def test_picture_is_shown_and_sent_unchanged(
    backend: FakeBackend, open_page: OpenPage, how: str
) -> None:
    ladder = open_page(backend.url)
    give(ladder, how, "seven.png", "image/png", seven())
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_role("img", name="showing the picture seven.png")).to_be_visible()
    assert ladder.pixel((0.5, 0.19))[:3] == [0, 0, 0]
    (question,) = backend.questions
    assert question.body == seven()
    assert question.media_type == "image/png"


def test_media_type_is_read_from_the_bytes(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP"):
        with ladder.page.expect_response("**/predict/all*"):
            give(ladder, "open", "scan", "", seven(form))
        assert backend.questions[-1].media_type == f"image/{form.lower()}"
        assert backend.questions[-1].body == seven(form)


def test_picture_above_one_mebibyte_is_reduced(backend: FakeBackend, open_page: OpenPage) -> None:
    noise = Image.frombytes("RGB", (1200, 900), os.urandom(1200 * 900 * 3))
    large = encode(noise)
    assert len(large) > MOST_BYTES
    ladder = open_page(backend.url)
    give(ladder, "open", "photo.png", "image/png", large)
    expect(ladder.digit).to_be_visible()
    expect(ladder.page.get_by_text("sent at a smaller size")).to_be_visible()
    (question,) = backend.questions
    assert len(question.body) <= MOST_BYTES
    with Image.open(io.BytesIO(question.body)) as sent:
        assert question.media_type == Image.MIME[sent.format or ""]
        assert sent.width / sent.height == pytest.approx(4 / 3, abs=0.01)


def test_stroke_replaces_picture_and_undo_restores_it(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    give(ladder, "paste", "seven.png", "image/png", seven())
    expect(ladder.digit).to_be_visible()
    ladder.draw(ONE)
    ladder.expect_strokes(1)
    assert not ladder.has_ink((0.35, 0.9))
    wait_until(lambda: len(backend.questions) == 2)
    ladder.page.keyboard.press("Control+z")
    expect(ladder.page.get_by_role("img", name="showing the picture seven.png")).to_be_visible()
    expect(ladder.digit).to_be_visible()
    assert len(backend.questions) == 2  # the picture's answer is known


@pytest.mark.parametrize("how", ["open", "drop"])
def test_refuses_file_that_is_not_a_picture(
    backend: FakeBackend, open_page: OpenPage, how: str
) -> None:
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.digit).to_be_visible()
    give(ladder, how, "notes.png", "image/png", b"these are only notes")
    expect(ladder.page.get_by_text("not a picture that this browser can open")).to_be_visible()
    ladder.expect_strokes(1)
    assert len(backend.questions) == 1


def test_same_file_can_be_opened_twice(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    for _ in range(2):
        give(ladder, "open", "seven.png", "image/png", seven())
        expect(ladder.digit).to_be_visible()
        ladder.press("Clear")
        expect(ladder.digit).to_be_hidden()
    assert len(backend.questions) == 2


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_any_page_takes_a_picture_to_the_field(
    backend: FakeBackend, open_page: OpenPage, how: str
) -> None:
    ladder = open_page(backend.url, "/?view=account")
    name = ladder.page.get_by_label("Name").first
    expect(name).to_be_visible()
    give(ladder, how, "seven.png", "image/png", seven())
    expect(ladder.page.get_by_role("img", name="showing the picture seven.png")).to_be_visible()
    assert "view=" not in ladder.page.url
    ladder.page.go_back()
    expect(name).to_be_visible()


def test_what_goes_into_a_text_field_is_left_there(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, "/?view=account")
    name = ladder.page.get_by_label("Name").first
    taken = name.evaluate(
        """input => ["paste", "drop"].map(kind => {
             const data = new DataTransfer();
             data.setData("text/plain", "ada");
             if (kind === "paste") data.items.add(new File(["x"], "x.png", { type: "image/png" }));
             const event = kind === "paste"
               ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
               : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
             return !input.dispatchEvent(event); })"""
    )
    assert taken == [False, False]
    expect(name).to_be_visible()


def test_slow_picture_is_announced_until_it_is_there(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.page.evaluate(
        """() => { const decode = window.createImageBitmap;
             window.createImageBitmap = async (...given) => {
               await new Promise((go) => { window.goOn = go; });
               return decode(...given); }; }"""
    )
    give(ladder, "open", "seven.png", "image/png", seven())
    sign = ladder.page.get_by_role("status").filter(has_text="Opening “seven.png”…")
    expect(sign).to_be_visible()
    busy = ladder.page.locator("[role=img][aria-busy=true]")
    expect(busy).to_have_count(1)
    ladder.page.evaluate("window.goOn()")
    expect(ladder.page.get_by_role("img", name="showing the picture seven.png")).to_be_visible()
    expect(sign).to_have_count(0)
    expect(busy).to_have_count(0)

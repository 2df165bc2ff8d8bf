"""The part of a picture that is read: found, moved, resized, and sizes that agree."""

from __future__ import annotations

import io
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect

from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import LadderPage

# as `prediction` has found it, in a picture whose pixels are then the field's 400ths
FOUND = (80, 60, 200, 220)
SIDE = 400


@pytest.fixture
def ladder(backend: FakeBackend, open_page: OpenPage) -> LadderPage:
    """The page with a picture in which a box was found."""
    buffer = io.BytesIO()
    Image.new("L", (SIDE, SIDE), 200).save(buffer, "PNG")
    page = open_page(backend.url)
    open_file(page, buffer.getvalue(), "image/png")
    expect(page.page.get_by_test_id("region")).to_be_visible()
    return page


def open_file(ladder: LadderPage, content: bytes, media_type: str) -> None:
    file = FilePayload(name="picture", mimeType=media_type, buffer=content)
    ladder.page.get_by_label("Open picture").set_input_files(file)


def frame(ladder: LadderPage) -> Locator:
    return ladder.page.get_by_role("button", name="The part that is read")


def last_box(backend: FakeBackend, questions: int) -> list[int]:
    """The box that the last of so many questions asks for."""
    wait_until(lambda: len(backend.questions) == questions)
    (box,) = parse_qs(backend.questions[-1].query)["box"]
    return [int(edge) for edge in box.split(",")]


def drag(ladder: LadderPage, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Between two places in pixels of the picture."""
    box = ladder.box()
    mouse = ladder.page.mouse
    mouse.move(*box.at((start[0] / SIDE, start[1] / SIDE)))
    mouse.down()
    mouse.move(*box.at((end[0] / SIDE, end[1] / SIDE)), steps=4)
    mouse.up()


def test_shows_the_box_that_was_found(ladder: LadderPage, backend: FakeBackend) -> None:
    field = ladder.box()
    found = ladder.page.get_by_test_id("region").bounding_box()
    assert found is not None
    assert found["x"] == pytest.approx(field.left + FOUND[0] / SIDE * field.side, abs=1)
    assert found["height"] == pytest.approx((FOUND[3] - FOUND[1]) / SIDE * field.side, abs=1)
    assert backend.questions[0].query == "keep=drawing"


def test_dragging_the_frame_asks_again(ladder: LadderPage, backend: FakeBackend) -> None:
    drag(ladder, (140, 140), (180, 100))
    assert last_box(backend, 2) == pytest.approx([120, 20, 240, 180], abs=2)
    expect(ladder.digit).to_be_visible()
    ladder.page.keyboard.press("Control+z")
    expect(ladder.page.get_by_role("button", name="Whole picture")).to_have_attribute(
        "aria-disabled", "true"
    )


def test_dragging_a_corner_resizes(ladder: LadderPage, backend: FakeBackend) -> None:
    drag(ladder, (FOUND[2], FOUND[3]), (300, 380))
    assert last_box(backend, 2) == pytest.approx([80, 60, 300, 380], abs=2)


def test_keyboard_moves_and_resizes_and_whole_picture_resets(
    ladder: LadderPage, backend: FakeBackend
) -> None:
    frame(ladder).focus()
    ladder.page.keyboard.press("ArrowRight")
    assert last_box(backend, 2) == [88, 60, 208, 220]
    expect(frame(ladder)).to_be_focused()
    ladder.page.keyboard.press("Shift+ArrowDown")
    assert last_box(backend, 3) == [88, 60, 208, 228]
    ladder.press("Whole picture")
    wait_until(lambda: len(backend.questions) == 4)
    assert backend.questions[-1].query == "keep=drawing"


def test_large_turned_photograph_is_sent_small_with_boxes_in_its_pixels(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (3000, 4000, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter: upright it is 3000 × 4000
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG", quality=92, exif=exif)
    assert len(buffer.getvalue()) > 10_000_000
    ladder = open_page(backend.url)
    open_file(ladder, buffer.getvalue(), "image/jpeg")
    expect(ladder.page.get_by_test_id("region")).to_be_visible()
    (question,) = backend.questions
    assert question.media_type == "image/jpeg"
    assert len(question.body) < 1_500_000
    with Image.open(io.BytesIO(question.body)) as sent:
        assert sent.getexif().get(0x0112, 1) == 1
        width, height = sent.size
    assert width / height == pytest.approx(3 / 4, abs=0.01)
    assert height <= 2048
    field = ladder.box()
    found = ladder.page.get_by_test_id("region").bounding_box()
    assert found is not None
    assert found["y"] == pytest.approx(field.top + FOUND[1] / height * field.side, abs=1)
    assert found["height"] == pytest.approx((220 - 60) / height * field.side, abs=1)


def test_picture_that_only_the_server_may_know_goes_as_it_is(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    buffer = io.BytesIO()
    Image.new("L", (40, 40), 200).save(buffer, "TIFF")
    ladder = open_page(backend.url)
    open_file(ladder, buffer.getvalue(), "image/tiff")
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_text("cannot show the picture")).to_be_visible()
    (question,) = backend.questions
    assert question.body == buffer.getvalue()
    expect(ladder.page.get_by_test_id("region")).to_be_hidden()

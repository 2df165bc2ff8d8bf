"""The field: mouse, touch, rotation, undo and the keyboard."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import FOUR, ONE, PHONE, SEVEN, Fingers, Point


def last_picture(backend: FakeBackend) -> Image.Image:
    """The drawing that the page sent last."""
    question = backend.questions[-1]
    assert question.media_type == "image/png"
    image = Image.open(io.BytesIO(question.body))
    image.load()
    return image.convert("RGB")


def has_ink(image: Image.Image, point: Point) -> bool:
    colour = image.getpixel((round(point[0] * 279), round(point[1] * 279)))
    assert isinstance(colour, tuple)
    return sum(colour) < 3 * 64


def test_mouse_drawing_is_sent_black_on_white_at_280_pixels(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    sent = last_picture(backend)
    assert sent.size == (280, 280)
    assert sent.getpixel((2, 2)) == (255, 255, 255)
    assert all(has_ink(sent, point) for point in SEVEN[0])
    assert ladder.has_ink((0.5, 0.24))


def test_sent_picture_does_not_depend_on_theme_or_screen(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    for context in (
        {"color_scheme": "light"},
        {"color_scheme": "dark", "device_scale_factor": 3, **PHONE},
    ):
        ladder = open_page(backend.url, **context)
        ladder.choose_sample(5)
        expect(ladder.digit).to_be_visible()
    first, second = backend.questions
    assert first.body == second.body


def test_tap_draws_a_dot(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.draw([[(0.5, 0.5)]])
    ladder.expect_strokes(1)
    expect(ladder.digit).to_be_visible()
    sent = last_picture(backend)
    assert has_ink(sent, (0.5, 0.5))
    assert not has_ink(sent, (0.5, 0.56))


def test_only_the_primary_button_draws(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    x, y = ladder.box().at((0.5, 0.5))
    ladder.page.mouse.move(x, y)
    ladder.page.mouse.down(button="right")
    ladder.page.mouse.move(x + 50, y)
    ladder.page.mouse.up(button="right")
    ladder.expect_strokes(0)


def test_stroke_continues_outside_the_field(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.draw([[(0.5, 0.5), (1.3, 0.5), (1.3, 0.8), (0.5, 0.8)]])
    ladder.expect_strokes(1)
    assert ladder.has_ink((0.8, 0.5))
    assert ladder.has_ink((0.7, 0.8))


@pytest.mark.parametrize(("pen", "width_px"), [("Thin", 12), ("Medium", 18), ("Thick", 26)])
def test_pen_widths(backend: FakeBackend, open_page: OpenPage, pen: str, width_px: int) -> None:
    ladder = open_page(backend.url)
    expect(ladder.page.get_by_role("radio", name="Medium pen")).to_be_checked()
    ladder.page.get_by_role("radio", name=f"{pen} pen").check(force=True)
    ladder.draw(ONE)
    expect(ladder.digit).to_be_visible()
    row = last_picture(backend).convert("L").crop((0, 140, 280, 141)).tobytes()
    assert sum(255 - grey for grey in row) / 255 == pytest.approx(width_px, abs=0.6)


def test_finger_draws_without_scrolling(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, **PHONE)
    fingers = Fingers(ladder)
    box = ladder.box()
    fingers.down(box.at((0.5, 0.85)))
    for k in range(1, 15):
        fingers.move(box.at((0.5, 0.85 - 0.05 * k)))
    fingers.up()
    ladder.expect_strokes(1)
    assert ladder.scroll_top() == 0
    expect(ladder.digit).to_have_text("7")
    sent = last_picture(backend)
    assert all(has_ink(sent, (0.5, y)) for y in (0.2, 0.5, 0.8))

    # the same gesture beside the field scrolls, so the browser treats these touches as real
    fingers.down((180, 700))
    for k in range(1, 15):
        fingers.move((180, 700 - 25 * k))
    fingers.up()
    ladder.page.wait_for_function("scrollY > 50")
    ladder.expect_strokes(1)


def test_second_finger_is_ignored(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, **PHONE)
    fingers = Fingers(ladder)
    box = ladder.box()
    fingers.down(box.at((0.3, 0.2)))
    fingers.move(box.at((0.3, 0.5)))
    fingers.down(box.at((0.8, 0.2)), finger=1)
    fingers.move(box.at((0.8, 0.8)), finger=1)
    fingers.move(box.at((0.3, 0.8)))
    fingers.up(finger=1)
    fingers.up()
    ladder.expect_strokes(1)
    expect(ladder.digit).to_be_visible()
    sent = last_picture(backend)
    assert has_ink(sent, (0.3, 0.7))
    assert not has_ink(sent, (0.8, 0.5))
    assert ladder.page.evaluate("visualViewport.scale") == 1


def test_cancelled_stroke_stays_and_cancelled_tap_is_removed(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, **PHONE)
    fingers = Fingers(ladder)
    box = ladder.box()
    fingers.down(box.at((0.5, 0.2)))
    fingers.cancel()
    ladder.expect_strokes(0)
    fingers.down(box.at((0.5, 0.2)))
    fingers.move(box.at((0.5, 0.6)))
    fingers.cancel()
    ladder.expect_strokes(1)
    assert ladder.has_ink((0.5, 0.4))
    # the next touch draws
    fingers.down(box.at((0.45, 0.2)))
    fingers.move(box.at((0.45, 0.6)))
    fingers.up()
    ladder.expect_strokes(2)


def test_rotation_during_a_stroke_keeps_it(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, viewport={"width": 360, "height": 740})
    mouse = ladder.page.mouse
    ladder.draw([[(0.2, 0.2), (0.2, 0.8)]])
    before = ladder.box()
    mouse.move(*before.at((0.4, 0.3)))
    mouse.down()
    mouse.move(*before.at((0.5, 0.3)), steps=3)
    ladder.page.set_viewport_size({"width": 740, "height": 360})
    ladder.page.wait_for_function("innerWidth === 740")
    after = ladder.box()
    assert after.side != before.side
    assert ladder.has_ink((0.2, 0.5))
    mouse.move(*after.at((0.8, 0.3)), steps=3)
    mouse.up()
    ladder.expect_strokes(2)
    points = ((0.2, 0.5), (0.45, 0.3), (0.7, 0.3))
    assert all(ladder.has_ink(point) for point in points)
    # the first stroke may have been sent alone
    wait_until(lambda: len(backend.questions) > 0 and has_ink(last_picture(backend), points[-1]))
    assert all(has_ink(last_picture(backend), point) for point in points)


def test_field_is_redrawn_when_pixel_ratio_or_scheme_changes(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, color_scheme="light")
    ladder.draw(ONE)
    assert ladder.pixel((0.5, 0.5))[0] < 64
    session = ladder.page.context.new_cdp_session(ladder.page)
    metrics = {"width": 1440, "height": 901, "deviceScaleFactor": 3, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    ladder.page.wait_for_function(
        "() => { const field = document.querySelector('canvas');"
        " return field.width === Math.round(field.clientWidth * 3); }"
    )
    assert ladder.has_ink((0.5, 0.5))
    ladder.page.emulate_media(color_scheme="dark")
    wait_until(lambda: ladder.pixel((0.5, 0.5))[0] > 192)


def test_a_pause_and_a_place_beside_the_ink_begin_a_new_drawing(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    offer = ladder.page.get_by_test_id("offer")
    beside: Point = (0.15, 0.5)
    ladder.draw(ONE)
    expect(offer.get_by_role("button", name="Draw a new one")).to_be_visible()  # 2 s later
    ladder.draw([[beside, (0.15, 0.7)]])
    expect(offer).to_contain_text("New drawing.")
    ladder.expect_strokes(1)
    assert ladder.has_ink(beside)
    assert not ladder.has_ink((0.5, 0.5))
    offer.get_by_role("button", name="Undo").click()
    ladder.wait_for_frame()
    assert ladder.has_ink((0.5, 0.5))
    assert not ladder.has_ink(beside)
    # whoever took it back wants it beside the first
    ladder.draw([[beside, (0.15, 0.7)]])
    ladder.expect_strokes(2)
    ladder.page.wait_for_timeout(2_100)
    ladder.draw([[(0.4, 0.3), (0.4, 0.7)]])
    ladder.expect_strokes(3)
    expect(offer).to_contain_text("Added to the drawing.")
    offer.get_by_role("button", name="Start a new one with it").click()
    ladder.expect_strokes(1)
    assert ladder.has_ink((0.4, 0.5))


@pytest.mark.parametrize("device", ["buttons", "keyboard"])
def test_undo_redo_and_clear(backend: FakeBackend, open_page: OpenPage, device: str) -> None:
    ladder = open_page(backend.url)
    keys = {"Undo": "Control+z", "Redo": "Control+Shift+z", "Clear": "Escape"}
    ladder.draw(FOUR)
    for action, strokes in (("Undo", 1), ("Redo", 2), ("Clear", 0), ("Undo", 2)):
        if device == "buttons":
            ladder.press(action)
        else:
            ladder.page.keyboard.press(keys[action])
        ladder.expect_strokes(strokes)
        if action == "Clear":
            expect(ladder.notice).to_contain_text("Draw a digit")
    expect(ladder.digit).to_be_visible()


def test_focused_button_takes_enter(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.digit).to_be_visible()
    ladder.page.get_by_role("button", name="Clear", exact=True).press("Enter")
    ladder.expect_strokes(0)
    ladder.page.keyboard.press("Meta+z")
    ladder.expect_strokes(1)
    expect(ladder.digit).to_be_visible()
    assert len(backend.questions) == 1


def test_escape_discards_the_current_stroke(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    box = ladder.box()
    ladder.page.mouse.move(*box.at((0.2, 0.5)))
    ladder.page.mouse.down()
    ladder.page.mouse.move(*box.at((0.6, 0.5)), steps=3)
    ladder.page.keyboard.press("Escape")
    ladder.page.mouse.move(*box.at((0.8, 0.5)), steps=3)
    ladder.page.mouse.up()
    ladder.expect_strokes(0)
    ladder.wait_for_frame()
    assert not ladder.has_ink((0.4, 0.5))

"""What is no digit, and what is several."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import RUNGS, FakeBackend, no_digit, number, predictions
from tests.e2e.ladder_page import ONE, SEVEN, LadderPage

# four digits from left to right in a drawing of 280 × 280 pixels
YEAR = {
    (20, 90, 70, 180): 2,
    (80, 90, 130, 180): 0,
    (140, 90, 190, 180): 2,
    (200, 90, 250, 180): 6,
}
MISREAD = dict(zip(YEAR, (2, 0, 2, 8), strict=True))
NUMBERS = predictions(
    number("single_layer", MISREAD, unsure=[3]),
    number("hidden_layer", YEAR),
    number("cnn", YEAR, unsure=[1]),
)
NO_DIGIT = predictions(no_digit("single_layer", 5), no_digit("hidden_layer", 0), no_digit("cnn", 0))


def draw_number(backend: FakeBackend, open_page: OpenPage) -> LadderPage:
    backend.standing = NUMBERS
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("2026")
    return ladder


def test_what_looks_like_no_digit_is_not_sold_as_one(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.standing = NO_DIGIT
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    expect(ladder.verdict).to_have_text("This looks like no digit. If it must be one: 0.")
    expect(ladder.answer).not_to_contain_text("Sure")
    expect(ladder.agreement).to_have_text("2 of 3 would say 0, 1 would say 5")
    expect(ladder.page.locator("[data-model=hidden_layer]")).to_contain_text("No digit")
    expect(ladder.page.get_by_test_id("spoken")).to_contain_text(
        "Convolutional network: This looks like no digit. If it must be one: 0."
    )


def test_number_is_shown_by_every_rung(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = draw_number(backend, open_page)
    expect(ladder.verdict).to_have_text("Not sure of every digit")
    expect(ladder.agreement).to_have_text("2 of 3 say 2026, 1 says 2028")
    readings = ladder.page.get_by_test_id("model-digit").all_inner_texts()
    assert readings == ["2026", "2026", "2028"]
    expect(ladder.page.locator("[data-model=single_layer]")).to_contain_text("Disagrees")
    ladder.page.locator("[data-model=hidden_layer]").click()
    expect(ladder.verdict).to_have_text("Sure")


def test_pointing_at_a_digit_shows_its_probabilities(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = draw_number(backend, open_page)
    chosen = ladder.page.get_by_test_id("chosen-digit")
    expect(chosen).to_have_text("Digit 1 of 4: 2, 99.0%")
    ladder.page.mouse.move(*ladder.box().at((225 / 280, 0.5)))
    expect(chosen).to_have_text("Digit 4 of 4: 6, 99.0%")
    ladder.page.get_by_test_id("digit-box").nth(1).focus()
    expect(chosen).to_have_text("Digit 2 of 4: 0, 60.0%")
    expect(ladder.page.get_by_test_id("pie-label").first).to_have_text("0")
    ladder.page.keyboard.press("Tab")
    expect(chosen).to_have_text("Digit 3 of 4: 2, 99.0%")
    ladder.digit.get_by_text("6").click()
    expect(chosen).to_have_text("Digit 4 of 4: 6, 99.0%")


def test_boxes_lie_on_the_digits_and_let_one_draw_on(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = draw_number(backend, open_page)
    field = ladder.box()
    boxes = ladder.page.get_by_test_id("digit-box")
    expect(boxes).to_have_count(4)
    found = boxes.first.bounding_box()
    assert found is not None
    assert found["x"] == pytest.approx(field.left + 20 / 280 * field.side, abs=1)
    assert found["y"] == pytest.approx(field.top + 90 / 280 * field.side, abs=1)
    assert found["width"] == pytest.approx(50 / 280 * field.side, abs=1)
    ladder.draw([[(0.15, 0.4), (0.2, 0.6)]])
    ladder.expect_strokes(2)


def test_tip_tells_the_threshold_of_the_api(backend: FakeBackend, open_page: OpenPage) -> None:
    assert {rung["unsure_threshold"] for rung in RUNGS} == {0.8}
    ladder = open_page(backend.url)
    ladder.choose_sample(7)
    ladder.page.get_by_role("button", name="When is it sure?").click()
    expect(ladder.page.get_by_test_id("verdict-tip")).to_contain_text(
        "at least 80.0% likely, whichever rung answers, and that the drawing looks enough like"
    )


def test_a_wide_picture_has_its_boxes_where_it_is_shown(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    buffer = io.BytesIO()
    Image.new("L", (560, 280), 200).save(buffer, "PNG")
    backend.standing = NUMBERS
    ladder = open_page(backend.url)
    picture = FilePayload(name="year.png", mimeType="image/png", buffer=buffer.getvalue())
    ladder.page.get_by_label("Open picture").set_input_files(picture)
    found = ladder.page.get_by_test_id("digit-box").first.bounding_box()
    field = ladder.box()
    assert found is not None
    # the picture is centred: its upper edge lies a quarter down
    assert found["y"] == pytest.approx(field.top + (0.25 + 90 / 560) * field.side, abs=1)
    assert found["x"] == pytest.approx(field.left + 20 / 560 * field.side, abs=1)

"""The page on the real service with the shipped models."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.drawings import encode
from tests.e2e.compare_page import ComparePage
from tests.e2e.conftest import OpenPage
from tests.e2e.ladder_page import FOUR, PHONE, SEVEN, Fingers, LadderPage, Stroke


def expect_best_rung_reads(ladder: LadderPage, digit: int) -> None:
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    expect(ladder.digit).to_have_text(str(digit))


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, 7), (FOUR, 4)])
def test_reads_digit_drawn_with_mouse(
    service: str, open_page: OpenPage, strokes: Sequence[Stroke], digit: int
) -> None:
    ladder = open_page(service)
    ladder.draw(strokes)
    expect_best_rung_reads(ladder, digit)
    expect(ladder.agreement).to_contain_text(f"say {digit}")


def test_reads_digit_drawn_with_finger(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, **PHONE)
    fingers = Fingers(ladder)
    box = ladder.box()
    for first, *rest in FOUR:
        fingers.down(box.at(first))
        for point in rest:
            fingers.move(box.at(point))
        fingers.up()
    expect_best_rung_reads(ladder, 4)
    assert ladder.scroll_top() == 0


def test_best_rung_reads_every_sample(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service)
    for digit in (3, 4, 5, 7):
        ladder.choose_sample(digit)
        expect_best_rung_reads(ladder, digit)


def test_every_rung_answers_and_can_be_chosen(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service)
    expect(ladder.models).not_to_have_count(0)
    ladder.choose_sample(3)
    for i in range(ladder.models.count()):
        model = ladder.models.nth(i)
        model.click()
        name = model.get_attribute("data-model")
        expect(ladder.page).to_have_url(f"{service}/?model={name}")
        expect(ladder.digit).to_have_text(model.get_by_test_id("model-digit").inner_text())


def test_every_rung_reads_test_digit_as_in_its_report(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service)
    sheet = ladder.page.context.request.get(f"{service}/reports/digits").json()
    readings = zip(*sheet["read"].values(), strict=True)
    place = next(i for i, reading in enumerate(readings) if len(set(reading)) > 1)
    ladder.page.goto(f"{service}/?digit={sheet['indices'][place]}")
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    for name, read in sheet["read"].items():
        model = ladder.page.locator(f"[data-testid=model][data-model={name}]")
        expect(model.get_by_test_id("model-digit")).to_have_text(str(read[place]))


def test_blank_picture_shows_message(service: str, open_page: OpenPage) -> None:
    content = encode(Image.new("L", (280, 280), 255))
    ladder = open_page(service)
    blank = FilePayload(name="blank.png", mimeType="image/png", buffer=content)
    ladder.page.get_by_label("Open picture").set_input_files(blank)
    expect(ladder.notice).to_contain_text("There is nothing to read")


def test_compare_page_shows_the_reports(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service)
    request = ladder.page.context.request
    reports = request.get(f"{service}/reports").json()
    ladder.page.get_by_role("link", name="Compare").click()
    page = ComparePage(ladder)
    expect(page.rows).to_have_count(len(reports))
    assert page.order() == [row["name"] for row in reports]
    expect(ladder.page.get_by_test_id("step")).to_have_count(len(reports) - 1)
    for row in reports:
        name = row["name"]
        matrix = request.get(f"{service}/reports/{name}").json()["confusion_matrix"]
        # the sheet has every digit that is misread
        page.cell(name, "4-9").click()
        digits = page.matrix(name).get_by_test_id("cell-digits").get_by_test_id("sprite")
        expect(digits).to_have_count(matrix[4][9])
    expect(page.gallery(0).get_by_test_id("sprite").first).to_be_visible()
    for plot in ("reliability", "robustness", "f1"):
        # reliability: a rung's strong points and its weak ones
        layers = 2 if plot == "reliability" else 1
        expect(page.lines(plot)).to_have_count(layers * len(reports))


# what a browser that resists fingerprinting does when a canvas is read back
RANDOMISED_READBACK = """
    const noise = (data) => data.forEach((_, i) => { data[i] = 255 * Math.random(); });
    const getImageData = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...area) {
      const image = getImageData.apply(this, area);
      noise(image.data);
      return image;
    };
    for (const name of ["toBlob", "toDataURL"]) {
      const original = HTMLCanvasElement.prototype[name];
      HTMLCanvasElement.prototype[name] = function (...options) {
        const context = this.getContext("2d");
        context.putImageData(context.getImageData(0, 0, this.width, this.height), 0, 0);
        return original.apply(this, options);
      };
    }
"""


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, 7), (FOUR, 4)])
def test_reads_drawing_when_browser_randomises_canvas_readback(
    service: str, open_page: OpenPage, strokes: Sequence[Stroke], digit: int
) -> None:
    ladder = open_page(service)
    ladder.page.add_init_script(RANDOMISED_READBACK)
    ladder.page.reload()
    ladder.draw(strokes)
    expect_best_rung_reads(ladder, digit)

"""Test digits of the Compare page on the drawing page: a link to each, and what ends it."""

from __future__ import annotations

import io
import re
import threading

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.api.process import wait_until
from tests.e2e import shipped_reports
from tests.e2e.compare_page import COMPARE, ComparePage, opened
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, all_say, problem
from tests.e2e.ladder_page import ONE, LadderPage
from tests.e2e.test_service import RANDOMISED_READBACK

SHEET = shipped_reports.sheet()
GALLERY = "&rungs=cnn&a=single_layer&b=cnn"


def tile(index: int) -> Image.Image:
    """The test digit, cut out of the shipped sheet."""
    with Image.open(io.BytesIO(shipped_reports.get(SHEET["image"]).content)) as sheet:
        side = SHEET["size_px"]
        row, column = divmod(SHEET["indices"].index(index), SHEET["columns"])
        left, top = column * side, row * side
        return sheet.crop((left, top, left + side, top + side))


def name_of(index: int) -> str:
    label = SHEET["labels"][SHEET["indices"].index(index)]
    return f"Test digit {index:,}, {'an' if label == 8 else 'a'} {label}"


def expect_on_field(ladder: LadderPage, index: int) -> None:
    expect(ladder.page.get_by_text(name_of(index), exact=True)).to_be_visible()
    name = f"Drawing field, showing the picture {name_of(index)}"
    expect(ladder.page.get_by_role("img", name=name, exact=True)).to_be_attached()
    expect(ladder.answer).to_have_attribute("data-phase", "answered")


@pytest.fixture(autouse=True)
def sevens(backend: FakeBackend, six_rungs: None) -> None:
    """Every one of the six rungs reads a 7."""
    backend.standing = all_say(7, models=shipped_reports.models())


def last_fixed(page: ComparePage) -> int:
    """The last digit of the first gallery, far down in its list; its link gets the focus."""
    page.gallery(0).get_by_role("link").last.focus()
    return int(shipped_reports.comparison("single_layer", "cnn")["fixed"][-1]["index"])


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_gallery_digit_opens_on_drawing_page_and_back_returns_to_it(
    backend: FakeBackend, open_page: OpenPage, how: str
) -> None:
    page = opened(backend, open_page, GALLERY, reduced_motion="reduce")
    index = last_fixed(page)
    link = page.gallery(0).get_by_role("link").last
    # not at an edge of the window, where the focus alone would scroll it to
    page.page.mouse.wheel(0, 200)
    page.ladder.wait_for_frame()
    seen_at = link.bounding_box()
    if how == "mouse":
        link.click()
    else:
        link.press("Enter")
    expect_on_field(page.ladder, index)
    expect(page.ladder.digit).to_have_text("7")
    expect(page.ladder.models).to_have_count(6)
    expect(page.page).to_have_url(f"{backend.url}/?{GALLERY[1:]}&digit={index}")
    (question,) = backend.questions
    with Image.open(io.BytesIO(question.body)) as sent, tile(index) as expected:
        assert question.media_type == "image/png"
        assert (sent.mode, sent.size) == (expected.mode, (28, 28))
        assert sent.tobytes() == expected.tobytes()

    page.page.go_back()
    expect(page.page).to_have_url(f"{backend.url}{COMPARE}{GALLERY}")
    expect(link).to_be_focused()
    # the list is scrolled until the digit is in sight, to less than a row from where it was
    assert link.bounding_box() == pytest.approx(seen_at, abs=40)


def test_cell_digit_opens_in_new_tab(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(backend, open_page, "&rungs=cnn&cell=4-9")
    link = page.matrix("cnn").get_by_role("link").first
    index = next(
        index
        for index, label, read in zip(
            SHEET["indices"], SHEET["labels"], SHEET["read"]["cnn"], strict=True
        )
        if (label, read) == (4, 9)
    )
    with page.page.context.expect_page() as opening:
        link.click(modifiers=["ControlOrMeta"])
    expect_on_field(LadderPage(opening.value), index)
    expect(page.rows).to_have_count(6)


def test_drawing_ends_the_link_and_undo_restores_it(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, "/?model=cnn&digit=8")
    expect_on_field(ladder, 8)
    ladder.draw(ONE)
    ladder.expect_strokes(1)
    expect(ladder.page).to_have_url(f"{backend.url}/?model=cnn")
    expect(ladder.page.get_by_text(name_of(8))).to_be_hidden()
    ladder.press("Undo")
    expect_on_field(ladder, 8)
    expect(ladder.page).to_have_url(f"{backend.url}/?model=cnn&digit=8")
    ladder.press("Clear")
    ladder.expect_strokes(0)
    expect(ladder.page).to_have_url(f"{backend.url}/?model=cnn")
    ladder.page.reload()
    expect(ladder.models).to_have_count(6)
    ladder.expect_strokes(0)


def test_next_digit_replaces_the_one_before(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(backend, open_page, GALLERY)
    indices = [
        digit["index"] for digit in shipped_reports.comparison("single_layer", "cnn")["fixed"]
    ]
    for place in (0, 1):
        page.gallery(0).get_by_role("link").nth(place).click()
        expect_on_field(page.ladder, indices[place])
        page.page.go_back()
        expect(page.rows).to_have_count(6)
    # the drawing page keeps its field, and the link names what is on it
    expect(page.page).to_have_url(f"{backend.url}{COMPARE}{GALLERY}")
    page.page.get_by_role("link", name="Draw", exact=True).click()
    expect_on_field(page.ladder, indices[1])
    expect(page.page).to_have_url(re.compile(rf"[?&]digit={indices[1]}\b"))
    assert len(backend.asked(SHEET["image"].partition("?")[0])) <= 2  # the list's and the field's


@pytest.mark.parametrize("named", ["999999", "five", "-1"])
def test_link_to_unknown_digit_is_told_and_field_stays_empty(
    backend: FakeBackend, open_page: OpenPage, named: str
) -> None:
    ladder = open_page(backend.url, f"/?digit={named}")
    notice = ladder.page.get_by_role("alert")
    expect(notice).to_contain_text(f"There is no picture of a test digit “{named}”")
    ladder.expect_strokes(0)
    assert backend.questions == []
    ladder.draw(ONE)
    expect(notice).to_be_hidden()
    expect(ladder.page).to_have_url(f"{backend.url}/")


def test_digit_that_fails_to_load_can_be_loaded_again(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    broken = problem(500, "broken", "Broken", "Expected a sheet, got none.")
    # the shelf of hard ones shows the sheet as well
    backend.reports_plan = {"/reports/digits.png": [broken, broken]}
    ladder = open_page(backend.url, "/?digit=8")
    notice = ladder.page.get_by_role("alert")
    expect(notice).to_contain_text("Test digit 8 could not be loaded")
    expect(notice).to_contain_text("Expected a sheet, got none.")
    ladder.press("Load the picture again")
    expect_on_field(ladder, 8)
    expect(notice).to_be_hidden()


def test_stroke_drawn_while_digit_loads_is_kept(backend: FakeBackend, open_page: OpenPage) -> None:
    sheet = threading.Event()
    backend.reports_plan = {"/reports/digits": [Answer(200, SHEET, after=sheet)]}
    ladder = open_page(backend.url, "/?digit=8")
    ladder.draw(ONE)
    ladder.expect_strokes(1)
    expect(ladder.page).to_have_url(f"{backend.url}/")
    sheet.set()
    wait_until(lambda: backend.answered("/reports/digits") == 1)
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    ladder.expect_strokes(1)


def test_digit_is_sent_unchanged_when_browser_randomises_canvas_readback(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    ladder.page.add_init_script(RANDOMISED_READBACK)
    ladder.page.goto(f"{backend.url}/?digit=8")
    expect_on_field(ladder, 8)
    (question,) = backend.questions
    with Image.open(io.BytesIO(question.body)) as sent, tile(8) as expected:
        assert sent.tobytes() == expected.tobytes()


def test_change_of_page_keeps_drawing_that_replaced_digit(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, "/?digit=8")
    expect_on_field(ladder, 8)
    links = ladder.page.get_by_role("navigation", name="Pages")
    links.get_by_role("link", name="Compare").click()
    expect(ladder.page).to_have_url(f"{backend.url}{COMPARE}")
    links.get_by_role("link", name="Draw").click()
    expect(ladder.page).to_have_url(f"{backend.url}/?digit=8")
    ladder.draw(ONE)
    ladder.page.go_back()
    expect(ladder.page).to_have_url(f"{backend.url}{COMPARE}")
    links.get_by_role("link", name="Draw").click()
    ladder.expect_strokes(1)
    expect(ladder.page).to_have_url(f"{backend.url}/")

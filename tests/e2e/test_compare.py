"""The Compare page: table, plots, matrices and galleries."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api.process import wait_until
from tests.e2e import shipped_reports
from tests.e2e.compare_page import COMPARE, ComparePage, opened, shown_places
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, all_say
from tests.e2e.ladder_page import SEVEN

pytestmark = pytest.mark.usefixtures("six_rungs")
NAMES = shipped_reports.NAMES


@pytest.fixture
def compare(backend: FakeBackend, open_page: OpenPage) -> ComparePage:
    return opened(backend, open_page)


def test_header_click_sorts(backend: FakeBackend, open_page: OpenPage) -> None:
    first, *others = shipped_reports.get("/reports").json()
    backend.reports_plan = {"/reports": [Answer(200, [first | {"canvas_accuracy": None}, *others])]}
    compare = opened(backend, open_page, "&rungs=")
    absent = compare.page.locator("[data-model=single_layer] [data-column=canvas]")
    expect(absent).to_have_text("–")
    assert compare.order() == NAMES
    accuracy = compare.header("Accuracy")
    expect(accuracy).to_have_attribute("aria-sort", "none")
    accuracy.get_by_role("button").click()
    expect(accuracy).to_have_attribute("aria-sort", "descending")
    assert compare.order() == shipped_reports.ranked("accuracy")
    accuracy.get_by_role("button").press("Enter")
    expect(accuracy).to_have_attribute("aria-sort", "ascending")
    # the lowest latency is the best, and missing figures come last
    compare.header("Latency").get_by_role("button").click()
    assert compare.order()[0] == "single_layer"
    compare.header("Canvas").get_by_role("button").click()
    known = [name for name in shipped_reports.ranked("canvas_accuracy") if name != "single_layer"]
    assert compare.order() == [*known, "single_layer"]
    expect(compare.page).to_have_url(re.compile(r"sort=-canvas"))
    for _ in range(4):
        compare.page.go_back()
    expect(compare.page).to_have_url(re.compile(r"rungs=$"))
    assert compare.order() == NAMES


def test_shows_figures_of_every_rung_and_gain_of_every_step(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    compare = opened(backend, open_page, "&rungs=")
    rows = {report["name"]: report for report in shipped_reports.get("/reports").json()}
    cnn, row = rows["cnn"], compare.page.locator("[data-testid=compared-model][data-model=cnn]")
    low, high = (f"{100 * end:.2f}" for end in cnn["accuracy_interval"])
    accuracy = f"{cnn['accuracy']:.2%}{low} to {high}%"
    expect(row.locator("[data-column=accuracy]")).to_have_text(accuracy)
    errors = f"{10_000 * (1 - cnn['accuracy']):.0f}"
    expect(row.locator("[data-column=errors]")).to_have_text(errors)
    operations = f"{cnn['multiply_adds'] / 1e6:.2f} M"
    expect(row.locator("[data-column=operations]")).to_have_text(operations)
    steps = compare.page.get_by_test_id("step")
    expect(steps).to_have_count(5)
    first, last = rows["hidden_layer"]["step"], rows["ensemble"]["step"]
    expect(steps.first).to_contain_text(f"+{100 * first['difference']:.2f} points")
    expect(steps.first).to_contain_text("Too large a difference for chance (p < 0.001)")
    more = first["fixed"] - first["broken"]
    expect(steps.first).to_contain_text(f"Hidden layers reads {more} of 10,000 digits more")
    expect(steps.last).to_contain_text(f"Could be chance (p = {last['p_value_holm']:.2f})")


def test_plots_and_matrices_show_the_ticked_rungs(
    backend: FakeBackend, compare: ComparePage
) -> None:
    expect(compare.lines("robustness")).to_have_count(6)
    expect(compare.lines("learning")).to_have_count(10)  # two a rung; the ensemble has none
    for title in ("Single layer", "Ensemble"):
        compare.tick(title).uncheck()
    expect(compare.lines("robustness")).to_have_count(4)
    expect(compare.page.get_by_test_id("matrix")).to_have_count(4)
    kept = ",".join(NAMES[1:5])
    expect(compare.page).to_have_url(f"{backend.url}{COMPARE}&rungs={kept}")
    for title in ("Hidden layers", "Convolutional network", "Deep convolutional network"):
        compare.tick(title).uncheck()
    compare.tick("Convolutional network, augmented").press("Space")
    expect(compare.notice("No rung is chosen")).to_be_visible()
    assert compare.page.url.endswith("rungs=")
    compare.tick("Convolutional network").check()
    expect(compare.lines("f1")).to_have_count(1)


def expect_one_sheet(backend: FakeBackend) -> None:
    # a background is fetched after what it lies behind
    wait_until(lambda: backend.asked("/reports/digits.png") != [])
    assert len(backend.asked("/reports/digits.png")) == 1


def test_cell_shows_its_digits_from_one_sheet(backend: FakeBackend, compare: ComparePage) -> None:
    cell = compare.cell("single_layer", "4-9")
    sheet = shipped_reports.sheet()
    for model in ("single_layer", "cnn"):
        read = zip(sheet["labels"], sheet["read"][model], strict=True)
        expected = [place for place, pair in enumerate(read) if pair == (4, 9)]
        words = f"4 read as 9: {len(expected)} digits"
        expect(compare.cell(model, "4-9")).to_have_accessible_name(words)
        cell.click()
        digits = compare.matrix(model).get_by_test_id("cell-digits")
        expect(digits).to_contain_text(words)
        expect(digits.get_by_test_id("sprite")).to_have_count(len(expected))
        assert shown_places(digits.get_by_test_id("sprite")) == expected
    expect(compare.page).to_have_url(re.compile(r"cell=4-9$"))
    sprite = compare.matrix("cnn").get_by_test_id("sprite").first
    assert sheet["image"] in sprite.evaluate("node => getComputedStyle(node).backgroundImage")
    # the sheet has only examples of the digits that are read right
    compare.cell("cnn", "4-4").click()
    digits = compare.matrix("cnn").get_by_test_id("cell-digits")
    expect(digits).to_contain_text("and examples of all others")
    expect_one_sheet(backend)


def test_galleries_show_fixed_and_broken_digits(backend: FakeBackend, open_page: OpenPage) -> None:
    compare = opened(backend, open_page, "&rungs=")
    compare.page.get_by_label("From", exact=True).select_option("single_layer")
    compare.page.get_by_label("to", exact=True).select_option("cnn")
    found = shipped_reports.comparison("single_layer", "cnn")
    places = {index: place for place, index in enumerate(shipped_reports.sheet()["indices"])}
    for number, kind in enumerate(("fixed", "broken")):
        sprites = compare.gallery(number).get_by_test_id("sprite")
        expect(sprites).to_have_count(len(found[kind]))
        assert shown_places(sprites) == [places[digit["index"]] for digit in found[kind]]
    first = found["fixed"][0]
    expect(compare.gallery(0).get_by_role("img").first).to_have_accessible_name(
        f"Test digit {first['index']} is {first['label']}: "
        f"Single layer reads {first['a']}, Convolutional network reads {first['b']}"
    )
    expect(compare.gallery(0).get_by_role("listitem").first).to_have_text(
        f"{first['label']} {first['a']}→{first['b']}"
    )
    difference = compare.page.get_by_test_id("difference")
    points = f"{100 * found['difference']:.2f} points"
    expect(difference).to_contain_text(f"+{points}")
    expect(difference).to_contain_text("Too large a difference for chance (p < 0.001, 95%")
    expect(compare.page).to_have_url(re.compile(r"a=single_layer&b=cnn$"))
    compare.page.get_by_role("button", name="Swap").click()
    expect(difference).to_contain_text(f"−{points}")
    expect(compare.page).to_have_url(re.compile(r"a=cnn&b=single_layer$"))
    compare.page.get_by_label("to", exact=True).select_option("cnn")
    # the other rung of the pair swaps the two
    expect(difference).to_contain_text(f"+{points}")
    expect_one_sheet(backend)


def test_copies_figures_as_tab_separated_text(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(
        backend,
        open_page,
        "&rungs=cnn&figures=f1",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.plot("f1").get_by_role("button", name="Copy the figures").click()
    expect(page.plot("f1").get_by_role("status")).to_contain_text("Copied")
    copied = page.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0] == "Digit\tConvolutional network"
    assert len(copied) == 11


def test_shows_what_mnist_does_not_ask(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(backend, open_page, "")
    table = page.page.get_by_role("table", name="Beyond MNIST")
    expect(table.get_by_role("row")).to_have_count(1 + len(shipped_reports.NAMES))
    for heading in ("Two digits: confident", "Letters: sure", "Letters: AUROC", "Pictures: photo"):
        expect(table.get_by_role("columnheader", name=heading)).to_be_visible()


def test_shows_further_figures_and_what_rungs_were_trained_on(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    page = opened(backend, open_page, "").page
    table = page.get_by_role("table", name="Further figures")
    expect(table.get_by_role("row")).to_have_count(1 + len(shipped_reports.NAMES))
    calibration = shipped_reports.get("/reports/cnn").json()["calibration"]
    brier = " → ".join(f"{calibration[when]['brier_score']:.4f}" for when in ("before", "after"))
    expect(table.get_by_role("cell", name=brier)).to_be_visible()
    sheet = page.get_by_role("img", name="training digits of Deep convolutional network")
    sheet.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 500", arg=sheet.element_handle())


def test_arrow_keys_move_through_a_matrix(backend: FakeBackend, open_page: OpenPage) -> None:
    compare = opened(backend, open_page, "&rungs=cnn")
    keyboard = compare.page.keyboard
    start = compare.cell("cnn", "0-0")
    expect(start).to_have_attribute("tabindex", "0")
    start.focus()
    for key, reached in (
        ("ArrowDown", "1-0"),
        ("ArrowRight", "1-1"),
        ("End", "1-9"),
        ("Control+End", "9-9"),
        ("ArrowDown", "9-9"),
        ("Control+Home", "0-0"),
        ("ArrowRight", "0-1"),
    ):
        keyboard.press(key)
        expect(compare.cell("cnn", reached)).to_be_focused()
    assert compare.matrix("cnn").locator("[tabindex='0']").count() == 1
    keyboard.press("Enter")
    expect(compare.page).to_have_url(re.compile(r"cell=0-1"))
    expect(compare.cell("cnn", "0-1")).to_have_attribute("aria-pressed", "true")
    expect(compare.cell("cnn", "0-1")).to_be_focused()


def test_tab_reaches_every_control(backend: FakeBackend, open_page: OpenPage) -> None:
    page = opened(backend, open_page, "&rungs=cnn&cell=4-9&figures=f1")
    expect(page.page.get_by_test_id("sprite").first).to_be_visible()
    stops = page.ladder.tab_stops()
    assert any(name.startswith("4 read as 9") for name in stops)
    assert set(stops) >= {
        *("Draw", "Compare", "Table of the rungs", "Accuracy", "Ensemble", "Loss"),
        *("Figures: F1 of each digit", "Copy the figures", "Swap", "Fixed"),
    }


def test_drawing_survives_change_of_page(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.standing = all_say(7, models=shipped_reports.models())
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    links = ladder.page.get_by_role("navigation", name="Pages")
    expect(links.get_by_role("link", name="Draw")).to_have_attribute("aria-current", "page")
    links.get_by_role("link", name="Compare").click()
    expect(ladder.page.get_by_test_id("compared-model")).to_have_count(6)
    expect(links.get_by_role("link", name="Compare")).to_have_attribute("aria-current", "page")
    assert ladder.page.title() == "Digit Ladder: compare the networks"
    ladder.page.keyboard.press("Escape")  # clears the field on the drawing page only
    ladder.page.go_back()
    ladder.expect_strokes(1)
    expect(ladder.digit).to_have_text("7")
    assert ladder.has_ink((0.5, 0.24))
    assert len(backend.questions) == 1

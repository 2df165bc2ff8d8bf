"""axe in every state, colour scheme and width; target sizes; keyboard; theme."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from tests.conftest import REPOSITORY, leave_out
from tests.e2e import shipped_reports
from tests.e2e.compare_page import opened
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, problem
from tests.e2e.ladder_page import LadderPage
from tests.e2e.test_answers import DISAGREEMENT
from tests.e2e.test_verdicts import NO_DIGIT, NUMBERS

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 360, 703, 704, 768, 1024, 1247, 1248, 1280, 1407, 1408, 1440, 1920)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STATES = (
    "empty",
    "answered",
    "no digit",
    "number",
    "failed",
    "nothing works",
    "test digit",
    "compare",
)
ANSWERS = {"answered": DISAGREEMENT, "no digit": NO_DIGIT, "number": NUMBERS}


@cache
def axe_source() -> str:
    if not AXE.is_file():
        leave_out("needs axe-core: run `npm ci` in frontend")
    return AXE.read_text()


def violations(ladder: LadderPage) -> list[str]:
    """What axe finds, one line per rule and element."""
    ladder.page.evaluate(axe_source())
    # without the rules that passed, most of the time is saved
    found: list[dict[str, Any]] = ladder.page.evaluate(
        "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"
    )
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def show(state: str, backend: FakeBackend, open_page: OpenPage) -> LadderPage:
    if state == "compare":
        backend.models_standing = Answer(200, shipped_reports.models())
        query = "&rungs=cnn&cell=4-9&figures=reliability,robustness&a=deep_cnn&b=ensemble"
        page = opened(backend, open_page, query)
        expect(page.lines("f1")).to_have_count(1)
        expect(page.gallery(1)).to_be_visible()
        return page.ladder
    if state == "test digit":
        ladder = open_page(backend.url, "/?digit=8")
        expect(ladder.answer).to_have_attribute("data-phase", "answered")
        return ladder
    broken = problem(500, "broken", "Broken", "Expected an answer, got none.")
    if state in ANSWERS:
        backend.standing = ANSWERS[state]
    elif state == "failed":
        backend.standing = broken
    elif state == "nothing works":
        backend.standing = backend.models_standing = broken
    ladder = open_page(backend.url, "/?model=perceptron" if state == "failed" else "/")
    if state != "empty":
        ladder.choose_sample(7)
        phase = "answered" if state in ANSWERS else "failed"
        expect(ladder.answer).to_have_attribute("data-phase", phase)
    return ladder


def expect_accessible_at_every_width(ladder: LadderPage) -> None:
    for width in WIDTHS:
        ladder.page.set_viewport_size({"width": width, "height": 800})
        ladder.page.wait_for_function("width => innerWidth === width", arg=width)
        assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in SCHEMES if width in (360, 1440) else ():
            ladder.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(ladder) == [], f"{scheme}, {width} px"


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_page_fits_every_width(
    backend: FakeBackend, open_page: OpenPage, state: str
) -> None:
    ladder = show(state, backend, open_page)
    expect_accessible_at_every_width(ladder)


def test_axe_finds_nothing_where_a_drawing_is_nudged(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, "/?view=nudge&nudge=erase6at10-14,centred,by-erase")
    ladder.choose_sample(7)
    expect(ladder.page.get_by_test_id("nudge")).to_have_attribute("data-phase", "swept")
    expect_accessible_at_every_width(ladder)


def test_phone_shows_answer_below_the_field(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.standing = DISAGREEMENT
    ladder = open_page(backend.url, viewport={"width": 360, "height": 740})
    ladder.choose_sample(7)
    expect(ladder.digit).to_be_visible()
    # the samples are further down; choosing one scrolls back to the field
    ladder.page.wait_for_function(
        "document.querySelector('canvas').getBoundingClientRect().top >= 0"
    )
    assert ladder.box().side >= 300
    for part in (ladder.digit, ladder.verdict):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 740


def test_axe_finds_nothing_inside_and_page_fits_a_phone(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, "/?view=inside&model=single_layer")
    ladder.choose_sample(7)
    schemes: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1280, "light"))
    for model in ("single_layer", "deep_cnn", "ensemble"):
        ladder.page.get_by_label("Look inside").select_option(model)
        expect(ladder.page.get_by_test_id("occlusion")).to_contain_text("square")
        for width, scheme in schemes:
            ladder.page.set_viewport_size({"width": width, "height": 740})
            ladder.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(ladder) == [], f"{model}, {scheme}, {width} px"
    ladder.page.get_by_role("link", name="calibration").first.click()
    expect(ladder.page.get_by_role("heading", name="Glossary")).to_be_visible()
    assert violations(ladder) == []


def test_targets_are_large_enough_for_a_finger(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, viewport={"width": 360, "height": 740})
    expect(ladder.models).to_have_count(3)
    ladder.page.get_by_role("button", name="choose a page").click()
    small = ladder.page.evaluate(
        """() => [...document.querySelectorAll("button, label, a")]
             .map((node) => [node.textContent || node.ariaLabel, node.getBoundingClientRect()])
             .filter(([, box]) => box.width < 44 || box.height < 44)
             .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
    )
    assert small == []


def test_page_works_by_keyboard(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    expect(ladder.models).to_have_count(3)
    stops = ladder.tab_stops()
    assert {"Draw", "Undo", "Clear"} <= set(stops), stops
    sample = ladder.page.get_by_role("button", name="Sample drawing of a 7")
    assert sample.get_attribute("aria-label") in stops
    sample.press("Enter")
    expect(ladder.digit).to_be_visible()


def test_theme_follows_the_system_until_chosen_and_is_remembered(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url, color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = ladder.page.evaluate(ground)
    ladder.press("Switch to light colours")
    light = ladder.page.evaluate(ground)
    assert light != dark
    ladder.page.reload()
    assert ladder.page.evaluate(ground) == light
    ladder.press("Switch to dark colours")
    assert ladder.page.evaluate(ground) == dark
    # a choice equal to the system's scheme is forgotten: the page follows the system again
    ladder.page.emulate_media(color_scheme="light")
    assert ladder.page.evaluate(ground) == light


def test_page_works_without_storage(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })"
    )
    ladder.page.reload()
    ladder.press("Switch to dark colours")
    expect(ladder.page.get_by_role("button", name="Switch to light colours")).to_be_visible()

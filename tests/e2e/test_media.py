"""The page on paper, in Windows' high contrast and on a phone: what a style sheet can lose."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.compare_page import ComparePage, opened
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import FakeBackend
from tests.e2e.ladder_page import PHONE

# A4 without its margins, in CSS pixels
PAPER = {"width": 718, "height": 1000}
EVERYTHING = "&cell=4-9&figures=reliability&a=single_layer&b=ensemble"


def complete(backend: FakeBackend, open_page: OpenPage, **context: Any) -> ComparePage:
    compare = opened(backend, open_page, EVERYTHING, **context)
    expect(compare.lines("f1")).to_have_count(6)
    expect(compare.gallery(1)).to_be_visible()
    return compare


def colours(page: Page, selector: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).backgroundColor)"
    )
    return found


def test_paper_shows_all_that_the_screen_scrolls_or_colours(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    page = complete(backend, open_page, viewport=PAPER, color_scheme="dark").page
    heat = "[data-testid=matrix] [data-cell='4-9']"
    dark = colours(page, heat)
    page.emulate_media(media="print")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("th, td, figure svg, [data-testid=sprite], dd")]
             .filter((node) => node.getClientRects().length === 0
               || node.getBoundingClientRect().right > innerWidth
               || node.closest("[role=region]")?.scrollHeight
                  > (node.closest("[role=region]")?.clientHeight ?? Infinity))
             .map((node) => node.outerHTML.slice(0, 100))"""
    )
    assert cut == []
    expect(page.get_by_text("Median time for one digit on one thread.")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Latency")).to_be_visible()
    for data in (heat, "[data-testid=sprite]"):
        expect(page.locator(data).first).to_have_css("print-color-adjust", "exact")
    # light, whatever the screen's scheme
    assert colours(page, "html") == ["rgb(255, 255, 255)"]
    assert set(colours(page, heat)).isdisjoint(dark)
    assert len(set(colours(page, heat))) > 1


def test_high_contrast_keeps_choices_and_data(backend: FakeBackend, open_page: OpenPage) -> None:
    compare = complete(backend, open_page, forced_colors="active")
    page = compare.page
    cells = colours(page, "[data-testid=matrix][data-model=single_layer] [data-cell^='4-']")
    assert len(set(cells)) > 3, cells
    outlined = """nodes => nodes.filter(node => getComputedStyle(node).outlineStyle === "solid")
                           .map(node => node.textContent)"""
    picker = page.get_by_role("group", name="Corruption of the digits").locator("label")
    assert picker.evaluate_all(outlined) == ["Shift"]
    page.get_by_role("link", name="Draw", exact=True).click()
    compare.ladder.choose_sample(7)
    expect(compare.ladder.digit).to_be_visible()
    chosen = page.locator("label:has([name=model])")
    assert len(chosen.evaluate_all(outlined)) == 1


def test_phone_fits_tooltips_and_keeps_the_section_links(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    compare = complete(backend, open_page, **PHONE)
    page = compare.page
    for name, figure in {"learning": r"^0\.\d{4}$", "robustness": r"^\d+\.\d\d%$"}.items():
        surface = compare.plot(name).locator(".recharts-surface").first
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        tooltip = compare.plot(name).locator(".recharts-tooltip-wrapper")
        expect(tooltip.locator("li").first).to_be_visible()
        # it slides to its place
        page.wait_for_function(
            """name => { const box = document.querySelector(
                 `[data-testid=plot-${name}] .recharts-tooltip-wrapper`).getBoundingClientRect();
               return box.left >= 0 && box.right <= innerWidth; }""",
            arg=name,
        )
        matched = tooltip.locator("li > :last-child").evaluate_all(
            "(nodes, figure) => nodes.every(node => node.textContent.match(figure))", figure
        )
        assert matched, tooltip.inner_text()
    links = page.get_by_role("navigation", name="On this page")
    place = links.bounding_box()
    assert place is not None
    assert place["y"] == 0
    links.get_by_role("link", name="Confusions").click()
    compare.expect_landed_on("matrices")
    heading = page.get_by_role("heading", name="Confusion matrices").bounding_box()
    assert heading is not None
    assert heading["y"] >= 44
    outside = page.evaluate(
        """() => [...document.querySelectorAll("figure svg.recharts-surface")].flatMap((svg) => {
             const frame = svg.getBoundingClientRect();
             return [...svg.querySelectorAll("path, circle, text")]
               .filter((mark) => {
                 const box = mark.getBoundingClientRect();
                 return box.left < frame.left || box.right > frame.right
                   || box.top < frame.top || box.bottom > frame.bottom; })
               .map((mark) => mark.outerHTML); })"""
    )
    assert outside == []


def test_arrow_keys_are_one_step_back_and_clicks_one_each(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    compare = complete(backend, open_page)
    page = compare.page
    group = page.get_by_role("group", name="Corruption of the digits")
    group.get_by_text("Rotation").click()
    group.get_by_text("Noise").click()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(group.get_by_role("radio", name="Rotation")).to_be_checked()
    for before in ("Noise", "Rotation", "Shift"):
        page.go_back()
        expect(group.get_by_role("radio", name=before)).to_be_checked()
    page.get_by_label("From", exact=True).select_option("ensemble")
    expect(page.get_by_label("to", exact=True)).to_have_value("single_layer")

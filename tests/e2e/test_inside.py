"""Inside: what a rung sees, on the page as people use it, with the real networks."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.ladder_page import SEVEN, LadderPage


def number(text: str) -> Decimal:
    """A number as the page writes it, with a minus sign."""
    return Decimal(text.strip().replace("\u2212", "-"))


def sums(ladder: LadderPage) -> list[list[Decimal]]:
    """For, against, constant and total of each sum, as they are printed."""
    tables: list[list[str]] = ladder.page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=sum]")]
             .map((table) => [...table.querySelectorAll("td")].map((cell) => cell.textContent))"""
    )
    return [[number(cell) for cell in table] for table in tables]


def answer(ladder: LadderPage) -> Locator:
    return ladder.page.get_by_test_id("inside-answer")


def heading(ladder: LadderPage, text: str) -> Locator:
    return ladder.page.get_by_role("heading", name=text, exact=True)


def test_single_layers_pixels_add_up_to_its_logits_while_the_pen_moves(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service, "/?view=inside&model=single_layer")
    expect(ladder.page.get_by_text("Then you see here, while you draw")).to_be_visible()
    mouse, box = ladder.page.mouse, ladder.box()
    mouse.move(*box.at((0.3, 0.24)))
    mouse.down()
    mouse.move(*box.at((0.68, 0.24)), steps=4)
    expect(answer(ladder)).to_contain_text(re.compile(r"says? \d"))
    expect(ladder.page.get_by_test_id("sum")).to_have_count(3)
    half = sums(ladder)
    for point in SEVEN[0][3:]:
        mouse.move(*box.at(point), steps=4)
    # the pen is still down
    expect(answer(ladder)).to_contain_text(re.compile("says? 7"))
    mouse.up()
    expect(ladder.page.get_by_test_id("occlusion")).to_contain_text("square")

    seven, other, lead = sums(ladder)
    assert [seven, other, lead] != half
    for pro, against, constant, total in (seven, other, lead):
        assert pro + against + constant == total
        assert pro >= 0 >= against
    assert lead[-1] == seven[-1] - other[-1]
    # the logits of the network itself
    template = ladder.page.get_by_role("button", name=re.compile("Template of 7"))
    assert number(template.locator("span").last.inner_text()) == seven[-1]


def test_link_names_rung_digits_and_map(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, "/?view=inside&model=cnn&why=7-1&map=2-3")
    ladder.choose_sample(7)
    expect(heading(ladder, "Why 7 and not 1?")).to_be_visible()
    expect(ladder.page.get_by_test_id("map")).to_contain_text("Map 3 of block 2")
    for pro, against, constant, total in sums(ladder):
        assert pro + against + constant == total
    ladder.page.get_by_role("button", name=re.compile("of block 1$")).first.click()
    expect(ladder.page.get_by_test_id("map")).to_contain_text("of block 1")
    ladder.page.get_by_label("and not", exact=True).select_option("7")  # the two change places
    expect(heading(ladder, "Why 1 and not 7?")).to_be_visible()
    assert "why=1-7" in ladder.page.url

    ladder.page.get_by_label("Look inside").select_option("ensemble")
    expect(ladder.page.get_by_test_id("members")).to_contain_text("All 3 members say 7.")
    expect(ladder.page.get_by_test_id("occlusion")).to_contain_text("square")
    ladder.page.get_by_label("Look inside").select_option("hidden_layer")
    table = ladder.page.get_by_role("region", name="What each unit says to each digit")
    columns: list[list[str]] = table.evaluate(
        """(region) => [...region.querySelectorAll("tbody tr, tfoot tr")].map((row) =>
             [...row.querySelectorAll("td")].slice(-10).map((cell) => cell.textContent))"""
    )
    for *amounts, total in zip(*columns, strict=True):
        assert sum(map(number, amounts)) == number(total)


def test_drawer_stays_open_while_one_draws_and_words_lead_to_the_glossary(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service, "/?model=single_layer")
    ladder.press("Inside: why?")
    drawer = ladder.page.get_by_role("complementary", name="Inside: Single layer")
    expect(drawer).to_contain_text("Draw a digit")
    ladder.draw(SEVEN)
    expect(drawer.get_by_test_id("sum")).to_have_count(3)
    drawer.get_by_role("link", name="logit").first.click()
    expect(heading(ladder, "Logit")).to_be_focused()
    ladder.page.go_back()
    expect(drawer.get_by_test_id("sum")).to_have_count(3)
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_have_count(0)
    expect(ladder.page.get_by_role("button", name="Inside: why?")).to_be_focused()


def test_says_why_it_cannot_look_inside(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, "/?view=inside&engine=service")
    notice = ladder.page.get_by_test_id("notice")
    expect(notice).to_contain_text("The networks do not run in this browser")
    expect(notice).to_contain_text("The link asks for the service")
    notice.get_by_role("link").click()
    expect(ladder.page.get_by_text("Then you see here, while you draw")).to_be_visible()

"""A drawing is nudged until rungs lose it, in the browser, with the shipped networks."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.ladder_page import LadderPage


class NudgePage:
    """The view with a drawing on it, once its strips are there."""

    def __init__(self, ladder: LadderPage) -> None:
        self.ladder = ladder
        self.expect_swept()

    def expect_swept(self) -> None:
        nudge = self.ladder.page.get_by_test_id("nudge")
        expect(nudge).to_have_attribute("data-phase", "swept")

    def slider(self, name: str) -> Locator:
        return self.ladder.page.get_by_role("slider", name=name, exact=True)

    def digit(self, model: str) -> Locator:
        return self._rung(model).get_by_test_id("rung-digit")

    def readings(self, model: str) -> str:
        return self._rung(model).get_by_test_id("strip").get_attribute("aria-label") or ""

    @property
    def order(self) -> Locator:
        return self.ladder.page.get_by_test_id("break-order")

    def _rung(self, model: str) -> Locator:
        return self.ladder.page.locator(f'[data-testid=rung][data-model="{model}"]')


def link_of(ladder: LadderPage) -> str:
    """What "Copy link" copies, from the page's root."""
    ladder.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ladder.press("Copy link")
    expect(ladder.page.get_by_text("Copied.")).to_be_visible()
    link = urlsplit(ladder.page.evaluate("navigator.clipboard.readText()"))
    return f"{link.path}?{link.query}#{link.fragment}"


def linked(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("nudge", [""])[0]


def test_strip_tells_where_the_single_layer_loses_a_turned_digit(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service, "/?view=nudge")
    ladder.choose_sample(7)
    page = NudgePage(ladder)
    expect(page.digit("single_layer")).to_have_text("7")
    lost = re.search(
        r"Turning to the right, Single layer loses it at ([\d.]+)°", page.order.inner_text()
    )
    assert lost, page.order.inner_text()
    limit = float(lost[1])
    assert f"to {limit - 2.5:g}° to the right" in page.readings("single_layer")

    # a key is a step of 2.5 degrees
    slider = page.slider("Turn")
    for _ in range(round(limit / 2.5) - 1):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", f"{limit - 2.5:g}° to the right")
    expect(page.digit("single_layer")).to_have_text("7")
    slider.press("ArrowRight")
    expect(page.digit("single_layer")).not_to_have_text("7")
    expect(page.digit("ensemble")).to_have_text("7")
    page.expect_swept()

    ladder.page.wait_for_url(lambda url: linked(url) == f"turn{limit:g}")

    friend = NudgePage(open_page(service, link_of(ladder)))
    expect(friend.slider("Turn")).to_have_value(f"{limit:g}")
    read = page.digit("single_layer").inner_text()
    expect(friend.digit("single_layer")).to_have_text(read)


def test_centring_undoes_a_shift_that_no_rung_ignores(service: str, open_page: OpenPage) -> None:
    # `is12` names no class, and is passed over
    ladder = open_page(service, "/?view=nudge&nudge=x3,by-x,is12")
    ladder.choose_sample(7)
    page = NudgePage(ladder)
    slider = page.slider("Shift across")
    expect(slider).to_have_value("3")
    expect(ladder.page.get_by_label("The digit is")).to_have_value("7")
    field = ladder.page.get_by_test_id("nudged-field").bounding_box()
    assert field
    middle, mouse = field["x"] + field["width"] / 2, ladder.page.mouse
    mouse.move(middle, field["y"] + field["height"] / 2)
    mouse.down()
    # farther than the slider goes
    mouse.move(middle + field["width"] / 2, field["y"] + field["height"] / 2, steps=4)
    mouse.up()
    expect(slider).to_have_value("6")
    expect(page.digit("single_layer")).not_to_have_text("7")
    ladder.page.get_by_role("checkbox", name="Centre it again").check()
    expect(page.digit("single_layer")).to_have_text("7")
    page.expect_swept()
    assert page.readings("single_layer").endswith(
        "reads 7 from 6 px to the left to 6 px to the right"
    )

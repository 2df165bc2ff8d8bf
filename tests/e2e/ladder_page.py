"""The drawing page as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, ConsoleMessage, Error, Locator, Page, expect

# far more than the page needs, on a busy machine too
PATIENCE_MS = 30_000

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}

# the browser reports every 4xx, 5xx and lost connection, for which the page has words; LiteRT.js
# looks for a graphics card, which no test machine has
EXPECTED = re.compile(
    "Failed to load resource|No available adapters|Failed to create default WebGPU device"
)

Point = tuple[float, float]
Stroke = Sequence[Point]

# strokes in the unit square of the field, x to the right, y down
ONE: list[Stroke] = [[(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)]]
SEVEN: list[Stroke] = [
    [(0.3, 0.24), (0.5, 0.24), (0.68, 0.24), (0.6, 0.45), (0.52, 0.65), (0.47, 0.82)]
]
# two strokes, as most people write it
FOUR: list[Stroke] = [
    [(0.42, 0.2), (0.35, 0.38), (0.3, 0.54), (0.5, 0.54), (0.7, 0.53)],
    [(0.6, 0.32), (0.58, 0.6), (0.55, 0.84)],
]


@dataclass(frozen=True)
class Box:
    """The field on the screen, in CSS pixels."""

    left: float
    top: float
    side: float

    def at(self, point: Point) -> Point:
        return self.left + point[0] * self.side, self.top + point[1] * self.side


class LadderPage:
    """One browser tab with the page in it, and the errors on its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.errors.append(f"{message.type}: {message.text}")

    def _on_page_error(self, error: Error) -> None:
        self.errors.append(f"uncaught: {error}")

    @property
    def field(self) -> Locator:
        return self.page.get_by_test_id("field")

    @property
    def digit(self) -> Locator:
        return self.page.get_by_test_id("digit")

    @property
    def verdict(self) -> Locator:
        return self.page.get_by_test_id("verdict")

    @property
    def answer(self) -> Locator:
        return self.page.get_by_test_id("answer")

    @property
    def notice(self) -> Locator:
        return self.answer.get_by_test_id("notice")

    @property
    def agreement(self) -> Locator:
        return self.page.get_by_test_id("agreement")

    @property
    def models(self) -> Locator:
        return self.page.get_by_test_id("model")

    def radio(self, title: str) -> Locator:
        return self.page.get_by_role("radio", name=title, exact=True)

    def expect_strokes(self, count: int) -> None:
        """The count in the field's accessible name."""
        label = (
            "Drawing field, empty"
            if count == 0
            else f"Drawing field with {count} {'stroke' if count == 1 else 'strokes'}"
        )
        expect(self.page.get_by_role("img", name=label, exact=True)).to_be_attached()

    def pixel(self, point: Point) -> list[int]:
        """The field's red, green, blue and alpha at a point of the unit square."""
        colour: list[int] = self.field.evaluate(
            """(field, [x, y]) => {
                 const copy = new OffscreenCanvas(1, 1).getContext("2d");
                 const [left, top] = [x, y].map((place) => Math.round(place * (field.width - 1)));
                 copy.drawImage(field, -left, -top);
                 return [...copy.getImageData(0, 0, 1, 1).data]; }""",
            list(point),
        )
        return colour

    def has_ink(self, point: Point) -> bool:
        return self.pixel(point)[3] > 128

    def scroll_top(self) -> float:
        return float(self.page.evaluate("scrollY"))

    def wait_for_frame(self) -> None:
        """Wait until the browser has painted."""
        self.page.evaluate(
            "() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))"
        )

    def tab_stops(self) -> list[str]:
        """The names of what the Tab key reaches, each with a visible focus."""
        stops: list[str] = []
        while len(stops) < 100:
            self.page.keyboard.press("Tab")
            tag, name, outlined = self.page.evaluate(
                """() => { const node = document.activeElement;
                     const ring = (element) => getComputedStyle(element).outlineStyle !== "none";
                     const label = node.closest("label") ?? node;
                     return [node.tagName, node.ariaLabel || node.labels?.[0]?.textContent
                               || node.textContent, ring(node) || ring(label)]; }"""
            )
            if tag == "BODY":
                return stops
            assert outlined, f"expected a visible focus on {name!r}"
            stops.append(name)
        raise AssertionError(f"expected fewer than 100 stops, got {stops}")

    def box(self) -> Box:
        found = self.field.bounding_box()
        assert found is not None
        return Box(found["x"], found["y"], found["width"])

    def draw(self, strokes: Sequence[Stroke], steps: int = 4) -> None:
        """Draw with the mouse."""
        box = self.box()
        mouse = self.page.mouse
        for first, *rest in strokes:
            mouse.move(*box.at(first))
            mouse.down()
            for point in rest:
                mouse.move(*box.at(point), steps=steps)
            mouse.up()

    def choose_sample(self, digit: int) -> None:
        article = "an" if digit == 8 else "a"
        name = f"Sample drawing of {article} {digit}"
        self.page.get_by_role("button", name=name, exact=True).click()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()


class Fingers:
    """Touches through the browser's input pipeline, so that they can scroll."""

    def __init__(self, ladder: LadderPage) -> None:
        self._session: CDPSession = ladder.page.context.new_cdp_session(ladder.page)
        self._down: dict[int, Point] = {}

    def down(self, at: Point, finger: int = 0) -> None:
        self._down[finger] = at
        self._send("touchStart")

    def move(self, to: Point, finger: int = 0) -> None:
        self._down[finger] = to
        self._send("touchMove")

    def up(self, finger: int = 0) -> None:
        del self._down[finger]
        self._send("touchEnd" if not self._down else "touchMove")

    def cancel(self) -> None:
        self._down.clear()
        self._send("touchCancel")

    def _send(self, kind: str) -> None:
        points: list[dict[str, Any]] = [
            {"x": x, "y": y, "id": finger} for finger, (x, y) in self._down.items()
        ]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

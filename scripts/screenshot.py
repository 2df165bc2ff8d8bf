"""Make the README's picture from the running page: a drawing, and every rung's answer.

python scripts/screenshot.py --url http://127.0.0.1:8000 --out docs/ladder.png
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

WIDTH_PX = 1280
# a 2 that leans back: the lowest rung is fooled by it, so the picture shows what the others add
DRAWING = "31,36 36,25 49,20 62,26 64,38 56,51 43,64 31,77 46,77 70,76"
LEAN_DEGREES = -25
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MARGIN_PX = 28


def chromium() -> str:
    """The browser's path, from DIGIT_LADDER_CHROMIUM or the search path."""
    named = os.environ.get("DIGIT_LADDER_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("expected Chromium on the search path or in DIGIT_LADDER_CHROMIUM")
    return found


def content_height(page: Page) -> int:
    """Down to the lowest thing on the page, without the empty window below it."""
    height: float = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main > *')]"
        ".flatMap((area) => [...area.children])"
        ".map((part) => part.getBoundingClientRect().bottom))"
    )
    return round(height) + MARGIN_PX


def leaning(drawing: str, degrees: float) -> list[tuple[float, float]]:
    """Waypoints in hundredths of the field, turned about its middle, in the unit square."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    points = [
        tuple(int(place) / 100 - 0.5 for place in pair.split(",")) for pair in drawing.split()
    ]
    return [(0.5 + x * cos - y * sin, 0.5 + x * sin + y * cos) for x, y in points]


def draw(page: Page) -> None:
    """Draw with the mouse, as a person does."""
    box = page.get_by_test_id("field").bounding_box()
    if box is None:
        raise SystemExit("expected the page to show its drawing field")
    places = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in leaning(DRAWING, LEAN_DEGREES)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def take(url: str, out: Path, scheme: str) -> None:
    """Draw, and photograph the page once every rung has answered."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": WIDTH_PX, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page.goto(url)
        rungs = page.get_by_test_id("model")
        expect(rungs).not_to_have_count(0)
        draw(page)
        expect(page.get_by_test_id("digit")).to_be_visible()
        expect(page.get_by_test_id("model-digit")).to_have_count(rungs.count())
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(300)
        height = content_height(page)
        page.set_viewport_size({"width": WIDTH_PX, "height": height})
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=out, clip={"x": 0, "y": 0, "width": WIDTH_PX, "height": height})
        browser.close()
    print(f"{out}: {WIDTH_PX} × {height} px, {out.stat().st_size // 1024} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the page runs")
    parser.add_argument("--out", type=Path, default=Path("docs/ladder.png"))
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    take(arguments.url, arguments.out, arguments.scheme)


if __name__ == "__main__":
    main()

"""Make the README's picture from the running page: a drawing, and every rung's answer.

python scripts/screenshot.py --url http://127.0.0.1:8000 --out docs/ladder.png
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

WIDTH_PX = 1280
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


def take(url: str, out: Path, digit: int, scheme: str) -> None:
    """Draw the sample of `digit` and photograph the page once every rung has answered."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": WIDTH_PX, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page.goto(url)
        page.get_by_role("button", name=f"Sample drawing of a {digit}").click()
        rungs = page.get_by_test_id("rung")
        expect(page.get_by_test_id("digit")).to_be_visible()
        expect(page.get_by_test_id("rung-digit")).to_have_count(rungs.count())
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
    parser.add_argument("--digit", type=int, choices=range(10), default=7)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    take(arguments.url, arguments.out, arguments.digit, arguments.scheme)


if __name__ == "__main__":
    main()

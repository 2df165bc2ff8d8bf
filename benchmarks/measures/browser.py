"""How soon the page answers while the pen moves, in headless Chromium."""

import shutil
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from playwright.sync_api import Error, Page, sync_playwright

from benchmarks import server
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, at_most
from benchmarks.plan import Plan

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FRAME: Final = at_most(16)
MOVES: Final = 60
# the pen's way through each digit, in hundredths of the field
DIGITS: Final = (
    "56,22 46,20 36,28 30,44 31,62 39,76 51,79 62,70 67,53 65,35 57,23 50,21",
    "31,36 36,25 49,20 62,26 64,38 56,51 43,64 31,77 46,77 70,76",
    "33,27 44,20 58,22 63,32 56,43 45,48 58,50 66,61 61,74 47,80 32,75",
    "60,19 49,29 40,43 35,60 39,75 51,80 62,72 62,60 53,53 43,57 36,67",
    "31,25 46,24 66,22 59,38 52,56 46,80",
    "62,28 51,20 39,27 42,39 54,48 64,59 61,74 49,79 37,72 39,58 52,46 62,36 62,28",
)
WATCH: Final = """() => {
  window.took = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name === "live answer") window.took.push(duration);
    }
  }).observe({ entryTypes: ["measure"] });
}"""
RUNTIME_LOADED: Final = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(".tflite")).length >= 8"""


def measure(plan: Plan) -> Section:
    """Draw digits with the mouse; the page itself times its answers to the movements."""
    with server.service(plan.upload) as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            service.answer_one()  # it listens
            page.goto(f"{service.url}/?engine=browser")
            page.wait_for_function(RUNTIME_LOADED)
            page.evaluate(WATCH)
            _draw(page, DIGITS[0])  # warm up
            page.evaluate("window.took.length = 0")
            turns = []
            for _ in range(plan.repeats):
                for digit in DIGITS:
                    _draw(page, digit)
                turns.append(page.evaluate("window.took.splice(0)"))
        except Error as error:
            raise BenchmarkError(f"expected the page to answer ({error.message})") from error
        finally:
            browser.close()
    return summarise(turns)


def chromium() -> str:
    """The path of the installed browser.

    Raises:
        BenchmarkError: there is none.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise BenchmarkError("expected Chromium on the search path, got none")
    return path


def summarise(turns: Sequence[Sequence[float]]) -> Section:
    """Times in milliseconds, of all movements of each turn."""
    if not all(turns):
        raise BenchmarkError("expected answers while the pen moves, got none")
    figures = [
        Figure("95th percentile", [float(np.percentile(turn, 95)) for turn in turns], "ms", FRAME),
        Figure("median", [float(np.median(turn)) for turn in turns], "ms"),
        Figure("answers timed", [len(turn) for turn in turns], ""),
    ]
    how = (
        f"{len(DIGITS)} digits drawn with the mouse in {MOVES} movements each, in headless "
        "Chromium without a graphics card. Timed are rasterising, centring, the gate and every "
        "rung, from the frame in which the pen has moved; the goal is one frame at 60 Hz."
    )
    return Section("In the browser, while drawing", how, figures)


def _draw(page: Page, digit: str) -> None:
    box = page.get_by_test_id("field").bounding_box()
    if box is None:
        raise BenchmarkError("expected a field to draw on, got none")
    page.keyboard.press("Escape")
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in _way(digit)]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()


def _way(digit: str) -> Iterator[tuple[float, float]]:
    """MOVES places along the digit's way, in field sides."""
    points = np.array([[int(n) / 100 for n in pair.split(",")] for pair in digit.split()])
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, lengths[-1], MOVES)
    yield from zip(
        np.interp(at, lengths, points[:, 0]).tolist(),
        np.interp(at, lengths, points[:, 1]).tolist(),
        strict=True,
    )

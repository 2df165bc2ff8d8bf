"""Field, answer and all rungs stand on the first screen, and stay where they are."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e import shipped_reports
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import (
    KEPT_ID,
    NOW,
    Answer,
    FakeBackend,
    Received,
    kept,
    no_digit,
    number,
    prediction,
    predictions,
)
from tests.e2e.ladder_page import FOUR, LadderPage

SCREENS = ((1280, 720), (1024, 700), (360, 740))
NAMES = [str(rung["name"]) for rung in shipped_reports.models()]
Boxes = dict[str, list[float]]

# two lines of two digits, in a drawing of 280 × 280 pixels
PAGE = {
    (20, 30, 70, 120): 2,
    (80, 30, 130, 120): 0,
    (140, 150, 190, 240): 2,
    (200, 150, 250, 240): 6,
}


def two_lines(name: str, last: int) -> dict[str, object]:
    """A rung that reads 20 / 26, or another last digit."""
    answer = number(name, dict(zip(PAGE, (2, 0, 2, last), strict=True)), unsure=[3])
    answer["read"] |= {"text": f"20\n2{last}", "lines": ["20", f"2{last}"]}
    return answer


UNSURE = [
    prediction(name, 1 if name == NAMES[0] else 7, 0.46, {7 if name == NAMES[0] else 1: 0.33})
    for name in NAMES
]
LONGEST = {
    "unsure": kept(predictions(*UNSURE)),
    "no digit": predictions(*(no_digit(name, i % 2 * 5) for i, name in enumerate(NAMES))),
    "several": predictions(*(two_lines(name, 8 if name == "cnn" else 6) for name in NAMES)),
}


def boxes(ladder: LadderPage) -> Boxes:
    """Left, top, right and bottom of what must be seen; of all rungs by name."""
    found: Boxes = ladder.page.evaluate(
        """() => Object.fromEntries(
             [...document.querySelectorAll("[data-testid=field], [data-testid=model],"
                + " [data-testid=digit], [data-testid=confidence], [data-testid=verdict]")]
               .map((node) => [node.dataset.model ?? node.dataset.testid,
                               node.getBoundingClientRect()])
               .map(([name, box]) => [name, [box.left, box.top, box.right, box.bottom]]))"""
    )
    return found


def wrong(request: Received) -> Answer:
    """The service's answer to a label that the first rung alone has read."""
    results = [
        {"id": KEPT_ID, "model": name, "version": 1, "predicted_digit": 7, "verdict": "sure"}
        | {"is_right": name == NAMES[0]}
        for name in NAMES
    ]
    label = json.loads(request.body)["true_label"]
    return Answer(200, {"id": KEPT_ID, "true_label": label, "timestamp": NOW, "results": results})


@pytest.mark.usefixtures("six_rungs")
@pytest.mark.parametrize("answer", LONGEST)
def test_everything_is_on_the_first_screen_and_no_rung_moves(
    backend: FakeBackend, open_page: OpenPage, answer: str
) -> None:
    backend.standing = LONGEST[answer]
    backend.routes[f"POST /predictions/{KEPT_ID}/feedback"] = wrong
    ladder = open_page(backend.url)
    expect(ladder.models).to_have_count(6)
    empty = {screen: at(ladder, screen) for screen in SCREENS}
    ladder.draw(FOUR)
    expect(ladder.page.get_by_test_id("model-digit")).to_have_count(6)
    if answer == "unsure":
        ladder.press("Right (7)")
        expect(ladder.page.get_by_test_id("mark")).to_have_count(6)
    for screen in SCREENS:
        shown = at(ladder, screen)
        assert {"digit", "verdict", *NAMES} <= set(shown)
        assert ("confidence" in shown) == (answer != "no digit")
        for name, (left, top, right, bottom) in shown.items():
            assert 0 <= left < right <= screen[0], (screen, name)
            assert 0 <= top < bottom <= screen[1], (screen, name)
        for name, box in empty[screen].items():
            assert shown[name] == box, (screen, name)
        assert spilled(ladder) == [], screen


def at(ladder: LadderPage, screen: tuple[int, int]) -> Boxes:
    """The boxes on a screen of this size, not scrolled."""
    ladder.page.set_viewport_size({"width": screen[0], "height": screen[1]})
    ladder.page.wait_for_function("width => innerWidth === width", arg=screen[0])
    ladder.page.evaluate("scrollTo(0, 0)")
    return boxes(ladder)


def spilled(ladder: LadderPage) -> list[str]:
    """Texts of a rung that are cut off, or lie outside its row or over each other."""
    texts: list[str] = ladder.page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=model]")].flatMap((rung) => {
             const row = rung.getBoundingClientRect();
             const parts = [...rung.querySelectorAll(
                 ".rung-name, [data-testid=model-digit], .rung-share, .rung-state > *")]
               .filter((part) => part.getBoundingClientRect().width > 2);
             const ink = parts.map((part) => { const range = document.createRange();
               range.selectNodeContents(part); return range.getBoundingClientRect(); });
             return parts.filter((part, i) => {
               const box = ink[i];
               const cut = part.scrollWidth > part.clientWidth + 1 && part.matches(".rung-name");
               const outside = box.left < row.left || box.right > row.right
                 || box.top < row.top - 1 || box.bottom > row.bottom + 1;
               const over = ink.some((other, k) => k > i
                 && box.left < other.right - 1 && other.left < box.right - 1
                 && box.top < other.bottom - 3 && other.top < box.bottom - 3);
               return cut || outside || over;
             }).map((part) => `${rung.dataset.model}: ${part.textContent}`); })"""
    )
    return texts

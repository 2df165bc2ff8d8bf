"""The Statistics page: live figures, few data, and whose drawings they are of."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, Received, problem
from tests.e2e.kept_answers import signed_in, statistics
from tests.e2e.ladder_page import LadderPage
from tests.e2e.test_accessibility import SCHEMES, violations

STATISTICS = "/?view=statistics"
SECTIONS = ("Rungs", "Days", "Calibration", "Differences", "Confusions", "Drift")


def opened(backend: FakeBackend, open_page: OpenPage, query: str = "") -> LadderPage:
    ladder = open_page(backend.url, STATISTICS + query)
    expect(ladder.page.get_by_test_id("statistics")).to_have_attribute("data-phase", "loaded")
    return ladder


def total(page: Page, name: str) -> Locator:
    return page.get_by_test_id(f"total-{name}")


def test_shows_every_figure(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.routes["GET /statistics"] = Answer(200, statistics())
    page = opened(backend, open_page).page
    expect(total(page, "drawings")).to_have_text("80")
    expect(total(page, "labelled")).to_have_text("60")
    expect(page.get_by_role("navigation", name="On this page").get_by_role("link")).to_have_text(
        list(SECTIONS)
    )
    rungs = page.get_by_role("region", name="Figures: The rungs on what was labelled")
    expect(rungs.get_by_role("row").nth(1)).to_have_text(
        re.compile(r"Single layer\s*80\s*60\s*48\s*80\.00%\s*72\.00 to 86\.00")
    )
    expect(page.get_by_test_id("calibration").first).to_contain_text(
        "Of 98% it was right 96%, on 40 drawings."
    )
    expect(page.get_by_test_id("pair").first).to_contain_text("+11.67 points")
    expect(page.get_by_test_id("pair").first).to_contain_text("it fixes 9 and breaks 2")
    expect(page.get_by_test_id("pair").first).to_contain_text("p = 0.13")
    expect(page.get_by_test_id("plot-drift")).to_contain_text("of Convolutional network")
    expect(page.get_by_test_id("matrix")).to_have_count(3)
    for plot in ("days", "accuracy", "calibration", "digits", "drift"):
        expect(page.get_by_test_id(f"plot-{plot}").locator(".recharts-line")).to_have_count(3)
    page.get_by_test_id("plot-drift").get_by_role("button").click()
    drift = page.get_by_role("region", name="Figures: Drift")
    expect(drift.get_by_role("row").last).to_have_text(
        re.compile(r"28 Nov\s*82\.00%\s*13\.00%\s*2\.00%")
    )


def test_keeps_the_figures_up_to_date(backend: FakeBackend, open_page: OpenPage) -> None:
    drawn = iter(range(80, 200))
    backend.routes["GET /statistics"] = lambda _: Answer(200, statistics(drawings=next(drawn)))
    page = opened(backend, open_page).page
    expect(total(page, "drawings")).to_have_text("80")
    expect(total(page, "drawings")).to_have_text("81")
    expect(total(page, "drawings")).to_have_text("82")
    backend.routes["GET /statistics"] = problem(503, "database-away", "Away", "Later.")
    expect(page.get_by_test_id("as-of")).to_contain_text("The server is not ready yet.")
    expect(total(page, "drawings")).to_have_text("82")


def test_cell_leads_to_its_drawings(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.routes["GET /statistics"] = Answer(200, statistics())
    backend.routes["GET /drawings"] = Answer(200, {"items": [], "next": None})
    page = opened(backend, open_page).page
    matrix = page.get_by_test_id("matrix").first
    matrix.get_by_role("button", name="4 read as 9: 12 digits").click()
    matrix.get_by_role("link", name="Show them in the history").click()
    expect(page.get_by_test_id("history")).to_be_visible()
    query = parse_qs(backend.asked("/drawings")[-1].query)
    assert (query["label"], query["digit"], query["model"]) == (["4"], ["9"], ["single_layer"])


def test_says_what_is_wrong_with_the_figures(backend: FakeBackend, open_page: OpenPage) -> None:
    drift = statistics()["drift"]
    drift[-1]["warning"] = "confidence fell"
    bias = {"is_biased": True, "text": "Labelled drawings are the harder ones."}
    backend.routes["GET /statistics"] = Answer(200, statistics(drift=drift, bias=bias))
    page = opened(backend, open_page).page
    expect(page.get_by_test_id("notice")).to_have_text(
        [
            re.compile("biased sample.*Labelled drawings are the harder ones"),
            re.compile("28 Nov: confidence fell"),
        ]
    )


def test_says_that_there_are_no_labels_yet(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.routes["GET /statistics"] = Answer(200, statistics(labelled=0))
    ladder = opened(backend, open_page)
    expect(ladder.page.get_by_test_id("notice")).to_contain_text("No drawing has a label yet")
    expect(ladder.page.get_by_test_id("plot-days")).to_be_visible()
    expect(ladder.page.get_by_test_id("plot-calibration")).to_have_count(0)
    assert violations(ladder) == []


def test_says_that_nothing_was_drawn(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.routes["GET /statistics"] = Answer(200, statistics(predictions=0, drawings=0))
    page = opened(backend, open_page, "&since=2026-11-28").page
    expect(page.get_by_test_id("notice")).to_contain_text("Nothing was drawn in these days.")
    assert "since=2026-11-28" in backend.asked("/statistics")[0].query


def test_everybodys_figures_are_for_reviewers(backend: FakeBackend, open_page: OpenPage) -> None:
    def by_scope(request: Received) -> Answer:
        scope = parse_qs(request.query)["scope"][0]
        return Answer(200, statistics(scope, drawings=80 if scope == "mine" else 5_000))

    backend.routes["GET /statistics"] = by_scope
    stranger = opened(backend, open_page).page
    expect(stranger.get_by_text("Everybody’s")).to_have_count(0)
    signed_in(backend, "Bob", "reviewer")
    page = opened(backend, open_page).page
    page.get_by_text("Everybody’s").click()
    expect(total(page, "drawings")).to_have_text("5,000")
    page.wait_for_url(re.compile("scope=all"))
    backend.routes["GET /statistics"] = problem(
        403, "role-needed", "This is for reviewers", "expected a reviewer, got a visitor"
    )
    ladder = open_page(backend.url, STATISTICS + "&scope=all")
    expect(ladder.page.get_by_test_id("notice")).to_contain_text("This is for reviewers")


def test_axe_finds_nothing_and_page_fits(backend: FakeBackend, open_page: OpenPage) -> None:
    signed_in(backend, "Bob", "reviewer")
    backend.routes["GET /statistics"] = Answer(200, statistics())
    ladder = opened(backend, open_page, "&cell=4-9&figures=days,drift,calibration")
    expect(ladder.page.get_by_test_id("plot-drift").locator(".recharts-line")).to_have_count(3)
    for width in (320, 360, 768, 1280):
        ladder.page.set_viewport_size({"width": width, "height": 800})
        assert ladder.page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in SCHEMES if width in (360, 1280) else ():
            ladder.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(ladder) == [], f"{scheme}, {width} px"

"""The History page: one's own drawings, filtered, labelled, deleted, downloaded and drawn again."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import Answer, FakeBackend, problem, seen_picture
from tests.e2e.kept_answers import PAGE, KeptDrawings, drawing
from tests.e2e.ladder_page import PHONE, LadderPage
from tests.e2e.test_accessibility import SCHEMES, violations

HISTORY = "/?view=history"
# read 4 9 4, 7 7 7 and 1 1 1 by the three rungs; the convolutional network is the default
FOUR = drawing(0, (4, 9, 4), 4)
SEVEN = drawing(1, (7, 7, 7), 1)
ONE = drawing(2, (1, 1, 1))
THREE = (FOUR, SEVEN, ONE)


def kept(backend: FakeBackend, *drawings: dict[str, object]) -> KeptDrawings:
    # each test has drawings of its own to change
    return KeptDrawings(backend, json.loads(json.dumps(drawings or THREE)))


def cards(page: Page) -> Locator:
    return page.get_by_test_id("kept-drawing")


def opened(backend: FakeBackend, open_page: OpenPage, query: str = "") -> LadderPage:
    ladder = open_page(backend.url, HISTORY + query)
    expect(ladder.page.get_by_test_id("history")).to_have_attribute("data-phase", "loaded")
    return ladder


def asked(backend: FakeBackend) -> dict[str, list[str]]:
    """The query of the last request for drawings."""
    return parse_qs(backend.asked("/drawings")[-1].query)


def test_shows_every_answer_and_whether_it_was_right(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    kept(backend)
    page = opened(backend, open_page).page
    expect(cards(page)).to_have_count(3)
    first, second, third = cards(page).all()
    expect(first.get_by_test_id("label")).to_have_text("It is a 4")
    expect(first.get_by_role("listitem")).to_have_text(
        [re.compile("Single layer4.*right"), re.compile("9.*wrong"), re.compile("4.*right")]
    )
    expect(second.get_by_role("listitem").filter(has_text="wrong")).to_have_count(3)
    expect(third.get_by_test_id("label")).to_have_text("Without a label")
    expect(third.get_by_text(re.compile("right|wrong"))).to_have_count(0)
    expect(first.get_by_role("img")).to_have_attribute("src", FOUR["image"])


def test_filters_are_asked_of_the_service_and_stand_in_the_link(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    kept(backend)
    page = opened(backend, open_page).page
    page.get_by_text("Wrong", exact=True).click()
    expect(cards(page)).to_have_count(1)
    assert asked(backend)["right"] == ["false"]
    expect(page.get_by_text("Wrong is what Convolutional network read")).to_be_visible()
    page.get_by_label("By", exact=True).select_option("hidden_layer")
    expect(cards(page)).to_have_count(2)
    page.get_by_label("Label", exact=True).select_option("4")
    page.get_by_label("Read as").select_option("9")
    expect(cards(page)).to_have_count(1)
    page.get_by_label("From").fill("2026-11-01")
    page.get_by_label("To", exact=True).fill("2026-11-28")
    page.wait_for_url(re.compile("until=2026-11-28"))
    link = page.url.partition("?")[2]
    assert parse_qs(link) == {
        "view": ["history"],
        "right": ["false"],
        "label": ["4"],
        "read": ["9"],
        "rung": ["hidden_layer"],
        "since": ["2026-11-01"],
        "until": ["2026-11-28"],
    }
    again = opened(backend, open_page, "&" + link.partition("&")[2]).page
    expect(cards(again)).to_have_count(1)
    expect(again.get_by_label("From")).to_have_value("2026-11-01")
    wanted = {
        "right": ["false"],
        "label": ["4"],
        "digit": ["9"],
        "model": ["hidden_layer"],
        "since": ["2026-11-01"],
        "until": ["2026-11-28"],
    }
    assert asked(backend) == wanted | {"limit": [str(PAGE)]}
    for name, kind in (("PNG files and JSON lines", "zip"), ("MNIST’s IDX files", "idx")):
        href = again.get_by_role("link", name=name).get_attribute("href") or ""
        path, _, query = href.partition("?")
        assert (path, parse_qs(query)) == ("drawings/export", wanted | {"format": [kind]})
    again.get_by_role("button", name="Show all drawings").click()
    expect(cards(again)).to_have_count(3)


def test_link_with_senseless_filters_says_so(backend: FakeBackend, open_page: OpenPage) -> None:
    kept(backend)
    page = opened(backend, open_page, "&label=12&since=yesterday").page
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("There is no label “12”.")
    expect(notice).to_contain_text("“yesterday” is no date.")
    expect(cards(page)).to_have_count(3)


def test_labels_in_place_and_takes_it_back(backend: FakeBackend, open_page: OpenPage) -> None:
    service = kept(backend)
    page = opened(backend, open_page).page
    card = cards(page).nth(2)
    card.get_by_role("button", name=re.compile("^Label")).press("Enter")
    panel = card.get_by_role("group", name=re.compile("^Label of the drawing"))
    expect(panel.get_by_role("button", name="0", exact=True)).to_be_focused()
    panel.get_by_role("button", name="7", exact=True).press("Enter")
    expect(card.get_by_test_id("label")).to_have_text("It is a 7")
    expect(card.get_by_role("listitem").filter(has_text="wrong")).to_have_count(3)
    expect(card).to_be_focused()
    card.get_by_role("button", name=re.compile("^Relabel")).click()
    card.get_by_role("button", name="Not a digit").click()
    expect(card.get_by_test_id("label")).to_have_text("It is not a digit")
    card.get_by_role("button", name=re.compile("^Relabel")).click()
    card.get_by_role("button", name="Take the label back").click()
    expect(card.get_by_test_id("label")).to_have_text("Without a label")
    assert [label for _, label in service.labels] == [7, "not_a_digit", None]


def test_label_that_a_reviewer_has_settled_is_refused_in_words(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    kept(backend)
    backend.routes[f"POST /predictions/{FOUR['results'][0]['id']}/feedback"] = problem(
        409, "reviewed", "A reviewer has decided", "expected 4, as was decided, got 9"
    )
    page = opened(backend, open_page).page
    card = cards(page).first
    card.get_by_role("button", name=re.compile("^Relabel")).click()
    card.get_by_role("button", name="9", exact=True).click()
    expect(card.get_by_role("alert")).to_have_text(
        "A reviewer has decided. expected 4, as was decided, got 9"
    )
    expect(card.get_by_test_id("label")).to_have_text("It is a 4")


def test_deletes_after_a_question_in_place(backend: FakeBackend, open_page: OpenPage) -> None:
    service = kept(backend)
    page = opened(backend, open_page).page
    delete = cards(page).first.get_by_role("button", name=re.compile("^Delete"))
    delete.click()
    keep = page.get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    keep.click()
    expect(cards(page).first).to_be_focused()
    assert len(service.drawings) == 3
    delete.click()
    page.get_by_role("button", name="Delete it").click()
    expect(cards(page)).to_have_count(2)
    expect(cards(page).first.get_by_test_id("label")).to_have_text("It is a 1")
    expect(cards(page).first).to_be_focused()
    assert [one["id"] for one in service.drawings] == [SEVEN["id"], ONE["id"]]


def test_loads_more_by_cursor(backend: FakeBackend, open_page: OpenPage) -> None:
    kept(backend, *(drawing(number, (1, 1, 1)) for number in range(PAGE + 3)))
    page = opened(backend, open_page).page
    expect(cards(page)).to_have_count(PAGE)
    page.get_by_role("button", name="Load more").click()
    expect(cards(page)).to_have_count(PAGE + 3)
    assert asked(backend)["cursor"] == [str(PAGE)]
    expect(page.get_by_role("button", name="Load more")).to_have_count(0)


def image_route(number: int) -> str:
    return f"GET /drawings/{number:032x}/image"


@pytest.mark.parametrize("upload_is_kept", [True, False], ids=["upload", "field"])
def test_opens_a_drawing_on_the_field(
    backend: FakeBackend, open_page: OpenPage, upload_is_kept: bool
) -> None:
    kept(backend)
    png = base64.b64decode(seen_picture(8).partition(",")[2])
    backend.routes[image_route(0)] = (
        Answer(200, png, media_type="image/png")
        if upload_is_kept
        else problem(404, "not-kept", "Not kept", "expected a drawing with its picture")
    )
    ladder = opened(backend, open_page)
    ladder.page.get_by_role("link", name="Open on Draw").first.click()
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    assert f"drawing={FOUR['id']}" in ladder.page.url
    expect(ladder.page.get_by_text("A drawing from your history")).to_be_visible()
    field = base64.b64decode(FOUR["image"].partition(",")[2])
    assert backend.questions[-1].body == (png if upload_is_kept else field)
    # it is kept already
    assert backend.questions[-1].query == "keep=nothing"
    ladder.press("Clear")
    ladder.page.wait_for_url(lambda url: "drawing=" not in url)


def test_link_opens_a_drawing_and_says_when_there_is_none(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    png = base64.b64decode(seen_picture(8).partition(",")[2])
    backend.routes[image_route(0)] = Answer(200, png, media_type="image/png")
    ladder = open_page(backend.url, f"/?drawing={FOUR['id']}")
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    assert backend.questions[0].body == png
    backend.routes[image_route(1)] = problem(404, "unknown-drawing", "Not here", "expected yours")
    missing = open_page(backend.url, f"/?drawing={SEVEN['id']}")
    expect(missing.page.get_by_test_id("notice").first).to_contain_text(
        "There is no such drawing of yours"
    )


@pytest.mark.parametrize(
    ("answer", "title", "text"),
    [
        (
            problem(404, "nothing-is-kept", "Nothing is kept", "This service keeps no drawings."),
            "Nothing is kept",
            "This service keeps no drawings.",
        ),
        (
            problem(503, "database-away", "Away", "The database is away.", Retry_After="20"),
            "Your drawings could not be loaded",
            "The database is away. Trying again in 20 seconds.",
        ),
        (Answer(200, {"items": [], "next": None}), "Nothing is kept yet", "Only you can see it."),
    ],
)
def test_says_why_no_drawing_is_shown(
    backend: FakeBackend, open_page: OpenPage, answer: Answer, title: str, text: str
) -> None:
    backend.routes["GET /drawings"] = answer
    ladder = open_page(backend.url, HISTORY)
    notice = ladder.page.get_by_test_id("notice")
    expect(notice).to_contain_text(title)
    expect(notice).to_contain_text(text)
    assert violations(ladder) == []


def test_says_when_no_drawing_passes_the_filters(backend: FakeBackend, open_page: OpenPage) -> None:
    kept(backend)
    page = opened(backend, open_page, "&label=several&rung=cnn").page
    expect(page.get_by_test_id("notice")).to_contain_text(
        "You asked for drawings labelled several, by Convolutional network."
    )
    page.get_by_role("button", name="Show all of them").click()
    expect(cards(page)).to_have_count(3)


def test_axe_finds_nothing_and_page_fits(backend: FakeBackend, open_page: OpenPage) -> None:
    kept(backend, *THREE, drawing(3, (4, 4, 4), image=None, has_drawing=False))
    ladder = opened(backend, open_page)
    page = ladder.page
    cards(page).nth(0).get_by_role("button", name=re.compile("^Relabel")).click()
    cards(page).nth(1).get_by_role("button", name=re.compile("^Delete")).click()
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in SCHEMES if width in (360, 1280) else ():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(ladder) == [], f"{scheme}, {width} px"


def test_works_by_touch(backend: FakeBackend, open_page: OpenPage) -> None:
    service = kept(backend)
    ladder = open_page(backend.url, HISTORY, **PHONE)
    card = cards(ladder.page).nth(2)
    card.get_by_role("button", name=re.compile("^Label")).tap()
    card.get_by_role("button", name="1", exact=True).tap()
    expect(card.get_by_test_id("label")).to_have_text("It is a 1")
    assert [label for _, label in service.labels] == [1]

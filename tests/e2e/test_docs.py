"""The API documentation page of the real service."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Locator, expect

from tests.drawings import SEVEN, draw, encode
from tests.e2e.conftest import OpenPage
from tests.e2e.ladder_page import LadderPage


def operation(ladder: LadderPage, method: str, path: str) -> Locator:
    """The block of one operation."""
    return ladder.page.locator(f".opblock-{method}").filter(
        has=ladder.page.locator(f"[data-path='{path}']")
    )


def test_shows_every_operation_and_loads_nothing_from_other_hosts(
    service: str, open_page: OpenPage
) -> None:
    ladder = open_page(service, "/docs")
    asked: list[str] = []
    ladder.page.on("request", lambda request: asked.append(request.url))
    ladder.page.reload()
    predict = operation(ladder, "post", "/predict/")
    expect(predict.locator(".opblock-summary")).to_contain_text("POST")
    document = ladder.page.context.request.get(f"{service}/openapi.json").json()
    count = sum(len(operations) for operations in document["paths"].values())
    expect(ladder.page.locator(".opblock")).to_have_count(count)
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(service).netloc}


def test_leads_back_in_the_pages_theme(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, color_scheme="light")
    ladder.press("Switch to dark colours")
    ladder.page.get_by_role("link", name="Use the API").click()
    expect(ladder.page.locator("html")).to_have_class("dark-mode")
    expect(ladder.page.locator(".swagger-ui").first).to_have_css(
        "background-color", "rgb(28, 32, 34)"
    )
    ladder.page.get_by_role("link", name="Digit Ladder").click()
    expect(ladder.field).to_be_visible()


def test_sends_and_shows_pictures(service: str, open_page: OpenPage) -> None:
    ladder = open_page(service, "/docs")
    predict = operation(ladder, "post", "/predict/all")
    predict.locator(".opblock-summary-control").click()
    predict.get_by_role("button", name="Try it out").click()
    seven = FilePayload(name="7.png", mimeType="image/png", buffer=encode(draw(SEVEN)))
    predict.locator("input[type=file]").set_input_files(seven)
    predict.get_by_role("button", name="Execute").click()
    expect(predict.locator(".live-responses-table")).to_contain_text('"digit": 7')

    sheet = operation(ladder, "get", "/reports/digits.png")
    sheet.locator(".opblock-summary-control").click()
    sheet.get_by_role("button", name="Try it out").click()
    sheet.get_by_role("button", name="Execute").click()
    picture = sheet.locator(".live-responses-table img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0

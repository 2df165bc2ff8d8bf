"""The page below a path, through a real nginx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.deploy import nginx
from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.ladder_page import SEVEN

PATH = "/digits/"


@pytest.fixture(scope="module", params=["", PATH.rstrip("/")], ids=["unaware", "aware"])
def proxied(
    request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The service behind nginx, once without LADDER_ROOT_PATH: its base URL."""
    with running_service(dist, LADDER_ROOT_PATH=request.param) as service:
        address = service.removeprefix("http://")
        folder = tmp_path_factory.mktemp("nginx")
        with nginx.running(folder, (address, address), PROXY_PATH=PATH) as proxy:
            yield proxy.url


def test_drawing_is_read_below_a_path(proxied: str, open_page: OpenPage) -> None:
    ladder = open_page(proxied, PATH)
    ladder.draw(SEVEN)
    expect(ladder.answer).to_have_attribute("data-phase", "answered")
    expect(ladder.digit).to_have_text("7")


def test_compare_page_loads_its_reports_below_a_path(proxied: str, open_page: OpenPage) -> None:
    ladder = open_page(proxied, PATH)
    ladder.page.get_by_role("link", name="Compare").click()
    expect(ladder.page.get_by_role("table").first).to_contain_text("99.")
    assert ladder.page.url.startswith(proxied + PATH)


def test_api_description_loads_below_a_path(proxied: str, open_page: OpenPage) -> None:
    docs = open_page(proxied, PATH + "docs").page
    expect(docs.get_by_text("/predict/all").first).to_be_visible()

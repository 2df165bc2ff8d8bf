"""The static site below a path of a plain file server, with and without a network."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.site import write_site, write_worker

BELOW = "some/where"
# all that waits for the service worker, which keeps 20 MB first
TIMEOUT_MS = 60_000


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Site:
    """The files, and where a browser finds them."""

    folder: Path
    url: str


@pytest.fixture(scope="module")
def site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("host")
    folder = root / BELOW
    folder.parent.mkdir(parents=True)
    # Playwright keeps an event loop running in this thread
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write_site, folder, Settings()).result()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}/{BELOW}/")
        server.shutdown()


@pytest.fixture(scope="module")
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """The site after its first visit, kept by its service worker."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=TIMEOUT_MS)
    yield page
    context.close()


def draw_a_one(page: Page) -> None:
    box = page.get_by_test_id("field").bounding_box()
    assert box is not None
    x, y, height = box["x"] + box["width"] / 2, box["y"], box["height"]
    page.mouse.move(x, y + 0.2 * height)
    page.mouse.down()
    page.mouse.move(x, y + 0.8 * height, steps=8)
    page.mouse.up()


def test_answers_and_compares_offline_after_the_first_visit(site: Site, page: Page) -> None:
    failures: list[str] = []
    page.on(
        "console",
        lambda m: failures.append(f"{m.text} {m.location}") if m.type == "error" else None,
    )
    page.context.set_offline(True)
    try:
        page.reload()
        draw_a_one(page)
        rungs = page.get_by_test_id("model")
        expect(rungs).to_have_count(6, timeout=TIMEOUT_MS)
        for rung in rungs.all():
            expect(rung.get_by_test_id("model-digit")).to_have_text("1", timeout=TIMEOUT_MS)
        page.get_by_role("link", name="Compare").click()
        expect(page.get_by_role("row", name="Ensemble").first).to_be_visible(timeout=TIMEOUT_MS)
        # a pair, and digits from the sprite sheet
        expect(page.get_by_test_id("sprite").first).to_be_visible(timeout=TIMEOUT_MS)
    finally:
        page.context.set_offline(False)
    assert failures == []


def test_what_takes_a_service_is_not_linked_and_says_so(site: Site, page: Page) -> None:
    page.goto(site.url)
    expect(page.get_by_text("Nothing is sent")).to_be_visible()
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert {"History", "Statistics", "Account"}.isdisjoint(links.all_text_contents())
    expect(page.get_by_role("link", name="API")).to_have_count(0)
    page.goto(f"{site.url}?view=history")
    expect(page.get_by_text("History takes the service")).to_be_visible()


def test_new_version_is_offered_and_shown_when_asked(site: Site, page: Page) -> None:
    page.goto(site.url)
    index = site.folder / "index.html"
    former = index.read_text("utf-8")
    try:
        index.write_text(former.replace("<title>", "<title>New: "), "utf-8")
        write_worker(site.folder)
        page.reload()  # the version that is kept is shown, and the browser looks for another
        assert not page.title().startswith("New")
        offer = page.get_by_role("status").filter(has_text="A new version is there")
        offer.get_by_role("button", name="Reload").click(timeout=TIMEOUT_MS)
        page.wait_for_function("caches.keys().then((keys) => keys.length === 1)")
        assert page.evaluate("fetch('./').then((page) => page.text())").count("<title>New: ") == 1
    finally:
        index.write_text(former, "utf-8")
        write_worker(site.folder)

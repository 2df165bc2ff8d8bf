"""The browser, the page in it, and the service behind it: a fake or the real one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.api.process import running
from tests.conftest import REPOSITORY, leave_out
from tests.e2e import shipped_reports
from tests.e2e.fake_backend import Answer, FakeBackend
from tests.e2e.ladder_page import PATIENCE_MS, LadderPage

expect.set_options(timeout=PATIENCE_MS)

# the shell is the same browser without its windows, at half the cost
BROWSERS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DIST = REPOSITORY / "frontend" / "dist"


class OpenPage(Protocol):
    """Opens the page at a base URL; the keywords go to the browser's context."""

    def __call__(self, url: str, path: str = "/", **context: Any) -> LadderPage: ...


def chromium() -> str:
    """The browser's path, from the environment or the search path."""
    named = os.environ.get("DIGIT_LADDER_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None or not Path(found).exists():
        leave_out("needs Chromium: install it, or name it in DIGIT_LADDER_CHROMIUM")
    return found


@pytest.fixture(scope="package")
def dist() -> Path:
    """The built page."""
    if not (DIST / "index.html").is_file():
        leave_out("needs the built page: run `make page`")
    return DIST


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the package, not for the session: Playwright keeps an event loop running."""
    path = chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages; an error on a console fails the test."""
    opened: list[LadderPage] = []

    def open_one(url: str, path: str = "/", **context: Any) -> LadderPage:
        options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, **context}
        ladder = LadderPage(browser.new_context(**options).new_page())
        opened.append(ladder)
        ladder.page.goto(url + path)
        return ladder

    yield open_one
    errors = [error for ladder in opened for error in ladder.errors]
    for ladder in opened:
        ladder.page.context.close()
    assert errors == []


@pytest.fixture
def backend(dist: Path) -> Iterator[FakeBackend]:
    """A fake backend whose answers each test scripts."""
    with FakeBackend(dist) as running:
        yield running


@pytest.fixture
def six_rungs(backend: FakeBackend) -> None:
    """The fake service has the six shipped rungs."""
    backend.models_standing = Answer(200, shipped_reports.models())


@pytest.fixture(scope="package")
def service(dist: Path) -> Iterator[str]:
    """The real service with the shipped models: its base URL."""
    with running_service(dist) as url:
        yield url


@contextmanager
def running_service(dist: Path, **settings: str) -> Iterator[str]:
    """A real service with the shipped models and these `settings`: its base URL."""
    assert dist
    with TemporaryDirectory() as folder, running(Path(folder) / "log", settings) as service:
        yield service.url

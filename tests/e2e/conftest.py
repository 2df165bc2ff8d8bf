"""The browser, the page in it, and the service behind it: a fake or the real one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.conftest import REPOSITORY, leave_out
from tests.e2e import shipped_reports
from tests.e2e.fake_backend import Answer, FakeBackend
from tests.e2e.ladder_page import PATIENCE_MS, LadderPage

expect.set_options(timeout=PATIENCE_MS)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
READY_WITHIN_S = 60.0


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
    """A service that answers what the test plans."""
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {name: v for name, v in os.environ.items() if not name.startswith("LADDER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ml_engine_and_backend"],
        cwd=REPOSITORY,
        env=environment | {"LADDER_PORT": str(port), "LADDER_LOG_LEVEL": "warning"} | settings,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or is_ready(url))
        assert process.poll() is None, f"the service stopped with status {process.returncode}"
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


def is_ready(url: str) -> bool:
    """Whether /ready answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_until(condition: Callable[[], bool], within_s: float = READY_WITHIN_S) -> None:
    """Poll until the condition holds.

    Raises:
        TimeoutError: it did not hold in time.
    """
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"expected the condition within {within_s} s")
        time.sleep(0.05)

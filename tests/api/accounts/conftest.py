"""The application with a database that remembers people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.conftest import application

SECRET = "s" * 32


@pytest.fixture
def start(database_url: str) -> Iterator[Callable[..., FastAPI]]:
    """Starts applications with these settings on one database, as processes of one service."""
    with ExitStack() as running:

        def start(**settings: Any) -> FastAPI:
            app = application(database_url=database_url, secret_key=SECRET, **settings)
            running.enter_context(TestClient(app))
            return app

        yield start


@pytest.fixture
def app(start: Callable[..., FastAPI]) -> FastAPI:
    """One application."""
    return start()

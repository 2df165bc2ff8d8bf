"""The whole application over a fake ladder, and clients of it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database import passwords, writer
from tests.drawings import SEVEN, draw, encode
from tests.fakes import fake_ladder

PNG = encode(draw(SEVEN))


def application(**settings: Any) -> FastAPI:
    """Models low (reads 1), middle (versions 1 and 2: 7 and 2) and high (7, the default)."""
    return create_app(Settings(**settings), ModelRegistry(fake_ladder()))


def visitor(
    address: str = "192.0.2.7", base_url: str = "http://testserver", **settings: Any
) -> TestClient:
    """A client at `address` of an application of its own; it follows no redirects."""
    return TestClient(
        application(**settings),
        base_url=base_url,
        client=(address, 50_000),
        raise_server_exceptions=False,
        follow_redirects=False,
    )


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """The application configures logging when it starts; no test leaves that to another."""
    names = (None, "uvicorn", "uvicorn.error", "uvicorn.access")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    yield
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of people sign up here, and applications stop while their database is away."""
    hasher = Argon2Hasher(memory_cost=64, time_cost=1, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", PasswordHash((hasher,)))
    monkeypatch.setattr(writer, "STOP_TIMEOUT_S", 1.0)


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of the application with its default settings."""
    with visitor() as client:
        yield client

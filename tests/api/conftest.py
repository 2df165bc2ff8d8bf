"""A client of the whole application over a fake ladder."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import Settings
from tests.drawings import SEVEN, draw, encode
from tests.fakes import fake_ladder

PNG = encode(draw(SEVEN))


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Rungs low (reads 1), middle (versions 1 and 2: 7 and 2) and high (7, the default)."""
    app = create_app(Settings(), Serving(fake_ladder()))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client

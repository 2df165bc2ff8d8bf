import asyncio
import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.model_reloader import ModelReloader
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.engine.model_repository import ModelRepository
from tests.api.asgi import call, request
from tests.api.conftest import application
from tests.api.scraping import Labels, Scrape
from tests.fakes import fake_ladder, reads
from tests.tiny_networks import network_file, write_model


@pytest.fixture
def _no_models_left() -> Iterator[None]:
    yield
    metrics.models_loaded([])
    metrics.model_folders_refused(0)


def test_metrics_are_in_the_text_format(client: TestClient) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    # the request that asks is itself in flight
    assert Scrape(response.text).of("http_requests_in_flight") == 1
    # OpenMetrics' _created samples would double the series
    assert "_created" not in response.text


def test_no_path_and_no_method_becomes_a_label() -> None:
    app = application()
    dice = random.Random(4)  # noqa: S311  no secret
    letters = string.ascii_letters + string.digits + '%"\\{}\n\x00é'

    async def ask_for_anything(times: int) -> None:
        for _ in range(times):
            word = "".join(dice.choices(letters, k=dice.randint(1, 30)))
            method = "".join(dice.choices(string.ascii_uppercase, k=dice.randint(8, 12)))
            await call(app, request(method, f"/{word}"))
            await call(app, request("GET", f"/models/{word}"))
            await call(app, request("POST", f"/{word}/{word}"))

    before = Scrape()
    asyncio.run(ask_for_anything(1000))
    grown = Scrape().since(before, "http_requests_total")

    def counted(method: str, route: str, status: int) -> Labels:
        return frozenset({"method": method, "route": route, "status": str(status)}.items())

    assert grown == {
        counted("other", "unmatched", 404): 1000,
        counted("GET", "/models/{name}", 404): 1000,
        counted("POST", "unmatched", 404): 1000,
    }


@pytest.mark.usefixtures("_no_models_left")
def test_models_that_are_served_are_1_and_those_that_went_away_0() -> None:
    metrics.models_loaded([("gone", 3)])
    registry = ModelRegistry()
    registry.publish(fake_ladder(), "")
    scrape = Scrape()
    assert scrape.of("ladder_models_loaded") == 4
    for model, version, value in [
        *(("low", 1, 1), ("middle", 1, 1), ("middle", 2, 1), ("high", 1, 1)),
        ("gone", 3, 0),
    ]:
        assert scrape.of("ladder_model_info", model=model, version=version) == value, model
    registry.publish(None, "none is left")
    scrape = Scrape()
    assert scrape.of("ladder_models_loaded") == 0
    assert scrape.of("ladder_model_info", model="high", version=1) == 0


@pytest.mark.usefixtures("_no_models_left")
def test_loaded_and_refused_folders_are_counted(
    tmp_path: Path,
) -> None:
    write_model(tmp_path, "low", 1, network_file(reads(1)))
    (write_model(tmp_path, "low", 2, network_file(reads(2))) / "report.json").unlink()
    reloader = ModelReloader(ModelRegistry(), ModelRepository(tmp_path), 0)
    reloader.start()
    reloader.wait_for_first_look()
    reloader.stop()
    scrape = Scrape()
    assert scrape.of("ladder_models_loaded") == 1
    assert scrape.of("ladder_model_info", model="low", version=1) == 1
    assert scrape.of("ladder_model_info", model="low", version=2) == 0
    assert scrape.of("ladder_model_folders_refused") == 1

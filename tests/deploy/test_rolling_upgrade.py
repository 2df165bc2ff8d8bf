"""A model and the program are upgraded behind the real nginx, and nobody gets an error."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ml_engine_and_backend.model_folder.served import pin, promote
from tests.api.process import wait_until
from tests.deploy.application import Pair, pair
from tests.deploy.load import Load
from tests.deploy.nginx import Proxy, running
from tests.drawings import SEVEN, draw, encode
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

# between two requests of one client, so that the processes need not share the machine with them
PAUSE_S = 0.02
# shorter than docs/operations.md has it: here no client sends slowly
DRAINING_S = 1
PNG = encode(draw(SEVEN))

Service = tuple[Proxy, Pair, Path]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two processes with the model live, version 1 of which is served and reads a 1."""
    folder = tmp_path_factory.mktemp("rolling")
    models = folder / "models"
    write_model(models, "live", 1, network_file(reads(1)))
    pin(models, "live")
    settings = {
        "LADDER_MODELS_DIR": str(models),
        "LADDER_RELOAD_SECONDS": "0.2",
        "LADDER_TRUSTED_PROXIES": "127.0.0.1",
        # on one machine, both may use one file
        "LADDER_DATABASE_URL": f"sqlite:///{folder}/ladder.sqlite3",
        "LADDER_SECRET_KEY": "s" * 32,
    }
    with (
        pair(folder, **settings) as (first, second),
        running(folder / "nginx", (first.address, second.address)) as proxy,
    ):
        yield proxy, (first, second), models


def came_of(answer: httpx.Response, said: str) -> str:
    return said if answer.is_success else answer.text


def predict(client: httpx.Client) -> Iterator[str]:
    answer = client.post("/predict/", files={"file": PNG})
    yield came_of(answer, f"version {answer.json().get('version')}")


def label(client: httpx.Client) -> Iterator[str]:
    """By POSTs that nginx must not send twice."""
    drawn = client.post("/predict/", files={"file": PNG}).json()["id"]
    for _ in range(20):
        answer = client.post(f"/predictions/{drawn}/feedback", json={"true_label": 7})
        yield came_of(answer, "labelled")
        time.sleep(PAUSE_S)


def load(proxy: Proxy) -> Load:
    return Load(proxy.url, [predict, predict, label, label, label, label], PAUSE_S)


def version_at(url: str) -> int:
    return int(httpx.get(f"{url}/models/live", verify=False).json()["version"])  # noqa: S501


def asked(proxy: Proxy, since: int) -> set[str]:
    """The processes that nginx has asked after so many requests."""
    return {entry["upstream"] for entry in proxy.access_log[since:]}


def test_program_is_upgraded_without_a_failed_request(service: Service) -> None:
    proxy, applications, _ = service
    with load(proxy) as clients:
        for number, application in enumerate(applications, 1):
            clients.wait_for(50, "version 1", "labelled")
            assert application.address in asked(proxy, 0)
            alone = proxy.leave_alone(number)
            time.sleep(DRAINING_S)
            left = len(proxy.access_log)
            assert application.end(signal.SIGTERM) in (0, -signal.SIGTERM)
            clients.wait_for(50, "version 1", "labelled")
            assert application.address not in asked(proxy, left)
            application.start()
            application.wait_until_ready()
            before = len(proxy.access_log)
            alone.unlink()
            wait_until(lambda: application.address in asked(proxy, before))  # noqa: B023
    assert set(clients.answers) == {"version 1", "labelled"}, clients.answers
    # nothing was sent twice, either
    assert all("," not in entry["upstream"] for entry in proxy.access_log)


def test_model_is_upgraded_without_a_failed_request(service: Service) -> None:
    proxy, applications, models = service
    with load(proxy) as clients:
        clients.wait_for(20, "version 1", "labelled")
        write_model(models, "live", 2, network_file(reads(2)))
        promote(models, "live", 2)
        clients.wait_for(1, "version 2")
        for application in applications:
            wait_until(lambda: version_at(application.url) == 2)  # noqa: B023
        clients.wait_for(20, "version 2")
        # what was in flight has ended, and nobody gets the old one any more
        old = clients.answers["version 1"]
        clients.wait_for(20, "version 2")
        assert clients.answers["version 1"] == old
    assert set(clients.answers) == {"version 1", "version 2", "labelled"}, clients.answers

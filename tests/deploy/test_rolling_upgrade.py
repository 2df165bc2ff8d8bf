"""A model is upgraded behind the real nginx, and nobody gets an error."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ml_engine_and_backend.model_folder.served import pin, promote
from tests.api.process import wait_until
from tests.deploy.application import Pair, pair
from tests.deploy.nginx import Proxy, running
from tests.drawings import SEVEN, draw, encode
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

# between two requests of one client, so that the processes need not share the machine with them
PAUSE_S = 0.05
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


def client_of(url: str) -> httpx.Client:
    """One without certificates, which take long to load."""
    return httpx.Client(base_url=url, timeout=30, verify=False)  # noqa: S501


class Clients:
    """Ask for predictions and label them, one after the other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        asked = (self._predict, self._predict, self._label, self._label)
        self._threads = [threading.Thread(target=ask) for ask in asked]
        self.versions: Counter[int] = Counter()
        self.labelled = 0
        self.failures: Counter[str] = Counter()

    def _predict(self) -> None:
        with client_of(self._url) as client:
            while not self._stopped.is_set():
                answer = self._ask(client, "/predict/", {"files": {"file": PNG}})
                if answer is not None:
                    self.versions[answer.json()["version"]] += 1

    def _label(self) -> None:
        """By POSTs that nginx must not send twice."""
        with client_of(self._url) as client:
            first = client.post("/predict/", files={"file": PNG}).json()["id"]
            while not self._stopped.is_set():
                path = f"/predictions/{first}/feedback"
                self.labelled += self._ask(client, path, {"json": {"true_label": 7}}) is not None

    def _ask(
        self, client: httpx.Client, path: str, body: dict[str, object]
    ) -> httpx.Response | None:
        self._stopped.wait(PAUSE_S)
        try:
            answer = client.post(path, **body)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self.failures[f"{path}: {error!r}"] += 1
            return None
        if not answer.is_success:
            self.failures[f"{path}: {answer.text}"] += 1
            return None
        return answer

    def answered(self) -> int:
        return self.versions.total() + self.labelled

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def _version(client: httpx.Client) -> int:
    return int(client.get("/models/live").json()["version"])


def test_model_is_upgraded_without_a_failed_request(service: Service) -> None:
    proxy, applications, models = service
    with Clients(proxy.url) as clients:
        wait_until(lambda: clients.versions[1] >= 20 and clients.labelled >= 5)
        write_model(models, "live", 2, network_file(reads(2)))
        promote(models, "live", 2)
        wait_until(lambda: clients.versions[2] > 0)
        for application in applications:
            with client_of(application.url) as client:
                wait_until(lambda: _version(client) == 2)
        before = clients.versions.total()
        wait_until(lambda: clients.versions.total() >= before + 20)
        # what was in flight has ended, and nobody gets the old one any more
        clients.versions.clear()
        wait_until(lambda: clients.versions.total() >= 20)
    assert set(clients.versions) == {2}
    assert clients.failures == {}

"""The image, as far as it can be tested without a container engine."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.model_folder.folder import version_paths
from tests.api.process import free_port
from tests.conftest import REPOSITORY
from tests.deploy.application import Application
from tests.deploy.dockerfile import DOCKERFILE, Ignore, Stage, copy_context, read_stages
from tests.drawings import SEVEN, draw, encode

READY = REPOSITORY / "deploy" / "ready.py"
STAGES = read_stages(DOCKERFILE.read_text())
FINAL = STAGES[-1]
IGNORE = Ignore((REPOSITORY / ".dockerignore").read_text())


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name or "final")
def test_copied_files_exist_and_are_sent_to_the_builder(stage: Stage) -> None:
    names = {earlier.name for earlier in STAGES[: STAGES.index(stage)]}
    for value in stage.values("COPY"):
        if value.startswith("--from="):
            assert value.split()[0].removeprefix("--from=") in names
    assert stage.copied, "expected something from the repository"
    for source, _ in stage.copied:
        assert (REPOSITORY / source).exists(), source
        assert Path(source) not in IGNORE, source


def test_image_runs_unprivileged_and_without_a_shell() -> None:
    assert FINAL.values("USER") == ["10001:10001"]
    command, health = FINAL.values("CMD")[-1], FINAL.values("HEALTHCHECK")[0]
    assert json.loads(command) == ["python", "-m", "ml_engine_and_backend"]
    assert json.loads(health[health.index("CMD ") + 4 :]) == ["python", "deploy/ready.py"]
    # after USER, nothing can be installed
    names = [name for name, _ in FINAL.instructions]
    assert not {"RUN", "COPY"} & set(names[names.index("USER") :])


def test_image_has_a_folder_for_the_database() -> None:
    (made,) = (run for run in FINAL.values("RUN") if run.startswith("install "))
    assert "--owner ladder" in made
    default = make_url(Settings.model_fields["database_url"].default.get_secret_value())
    assert default.database is not None
    assert made.split()[-1] == Path(default.database).relative_to(REPOSITORY).parent.as_posix()


def test_image_installs_the_lock_by_hash() -> None:
    (packages,) = (stage for stage in STAGES if stage.name == "packages")
    (install,) = (run for run in packages.values("RUN") if "pip" in run and "install" in run)
    assert "--require-hashes" in install
    assert install.endswith("-r requirements-serve.lock")
    # both stages, or the virtual environment's interpreter would be missing
    assert packages.base == FINAL.base


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's working folder, with a page that needs no building."""
    folder = tmp_path_factory.mktemp("image")
    copy_context(FINAL, IGNORE, folder)
    page = folder / "frontend" / "dist" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<title>Digit Ladder</title>")
    return folder


def test_copied_files_suffice_to_serve_read_only(image: Path, tmp_path: Path) -> None:
    def files() -> set[tuple[Path, int]]:
        return {(path, path.stat().st_mtime_ns) for path in image.rglob("*")}

    settings = {name: value for name, value in FINAL.environment.items() if name != "PATH"}
    before = files()
    database = tmp_path / "data" / "ladder.sqlite3"
    settings["LADDER_DATABASE_URL"] = f"sqlite:///{database}"
    application = Application(free_port(), tmp_path / "log", root=image, **settings)
    with application:
        application.wait_until_ready()
        assert httpx.get(application.url).text == "<title>Digit Ladder</title>"
        headers = {"Content-Type": "image/png"}
        picture = encode(draw(SEVEN))
        answer = httpx.post(f"{application.url}/predict/all", content=picture, headers=headers)
        served = {result["model"] for result in answer.json()["results"]}
        assert served == {path.parent.name for path in version_paths(image / "models")}
        reports = httpx.get(f"{application.url}/reports")
        assert reports.status_code == 200
        assert httpx.get(f"{application.url}/ready").json()["database"] == "ok"
        assert ask(application.address) == (0, "")
    assert files() == before


def ask(address: str, **environment: str) -> tuple[int, str]:
    """The health check's exit status and reason."""
    port = {"LADDER_PORT": address.rpartition(":")[2]}
    result = subprocess.run(
        [sys.executable, READY],
        env=os.environ | port | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return result.returncode, result.stderr.strip()


class _NotReady(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(b"still loading")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def not_ready() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _NotReady)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_health_check_gives_the_reason(not_ready: str) -> None:
    assert ask(not_ready) == (1, "expected status 200, got 503: still loading")
    status, reason = ask(f"127.0.0.1:{free_port()}")
    assert status == 1
    assert "ConnectionRefusedError" in reason


@pytest.mark.parametrize("ours", ["", "tcp://10.0.0.1:8000"])
def test_health_check_takes_the_port_of_the_platform(not_ready: str, ours: str) -> None:
    port = not_ready.rpartition(":")[2]
    assert "got 503" in ask("", LADDER_PORT=ours, PORT=port)[1]

"""The page, the networks and the reports as files for a host that runs nothing.

What the service would answer to the page's GET requests lies below `data/`, made by its own routes;
`frontend/src/shared/api/staticSite.ts` says which file is which answer.
"""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.types import Message

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.middleware.page_headers import POLICY
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.routes import page
from ml_engine_and_backend.api.settings import NO_DATABASE, REPOSITORY, Settings
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.model_folder.errors import LadderError

WORKER_FILE: Final = "sw.js"
WORKER: Final = REPOSITORY / "frontend" / "worker" / WORKER_FILE
DATA: Final = "data"
# the API's description, which tells nothing where there is no API; hosts compress by themselves
LEFT_OUT: Final = shutil.ignore_patterns("docs*.*", "*.br", "*.gz")
# what no page loads, or what browsers look at by themselves
NOT_KEPT: Final = (WORKER_FILE, "404.html", ".nojekyll", "licenses.md")
# only a header can forbid frames
META_POLICY: Final = POLICY.replace("; frame-ancestors 'none'", "")


class SiteError(LadderError):
    """The static site cannot be written."""


def write_site(out: Path, settings: Settings) -> int:
    """Write the site into the folder `out`, in place of one that is there; how many bytes it has.

    Raises:
        SiteError: the page is not built, no model can be served, or `out` holds something else.
    """
    if not (page.DIST / "index.html").is_file():
        raise SiteError(page.NOT_BUILT)
    if out.exists() and any(out.iterdir()) and not (out / WORKER_FILE).is_file():
        raise SiteError(f"expected an empty folder or a former site, got {out}")
    repository = ModelRepository(settings.models_dir, settings.default_model)
    repository.poll()
    if repository.ladder is None:
        raise SiteError(repository.reason)
    open_to_all = {
        "database_url": SecretStr(NO_DATABASE),
        "api_keys": (),
        "rate_limit": None,
        "root_path": "",
        "trusted_proxies": (),
    }
    app = create_app(settings.model_copy(update=open_to_all), ModelRegistry(repository.ladder))
    if out.exists():
        shutil.rmtree(out)
    shutil.copytree(page.DIST, out, ignore=LEFT_OUT)
    for name in ("index.html", "404.html"):
        _mark(out / name)
    asyncio.run(_write_data(app, out / DATA))
    (out / ".nojekyll").touch()  # GitHub Pages would build a branch's files anew
    write_worker(out)
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def write_worker(out: Path) -> None:
    """Write the service worker, whose version changes with any file of the site."""
    names = sorted(
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file() and path.name not in NOT_KEPT
    )
    version = hashlib.sha256()
    for name in names:
        version.update(f"{name}\n".encode() + hashlib.sha256((out / name).read_bytes()).digest())
    site = json.dumps({"version": version.hexdigest()[:16], "files": names})
    code = f"const SITE = {site};\n{WORKER.read_text('utf-8')}"
    (out / WORKER_FILE).write_text(code, "utf-8")


def _mark(path: Path) -> None:
    """Tell the page that there is no service, and browsers what they may load."""
    html = path.read_text("utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{META_POLICY}" />'
    for start, marked in (("<html", "<html data-static"), ("<head>", f"<head>\n    {policy}")):
        if html.count(start) != 1:
            raise SiteError(f"expected one {start} in {path.name}, got {html.count(start)}")
        html = html.replace(start, marked)
    path.write_text(html, "utf-8")


async def _write_data(app: FastAPI, data: Path) -> None:
    models = json.loads(await _written(app, data, "models") or "[]")
    networks = json.loads(await _written(app, data, "networks") or "{}")
    for path, query in _paths([model["name"] for model in models], networks):
        await _written(app, data, path, query)


def _paths(names: list[str], networks: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """What the page asks for, beside `/models` and `/networks`."""
    for name in names:
        yield f"models/{name}", {}
        yield f"reports/{name}", {}
        yield f"reports/{name}/contact_sheet.png", {}
    for a, b in permutations(names, 2):
        yield "reports/compare", {"a": a, "b": b}
    for path in ("reports", "reports/digits", "reports/digits.png", "reports/hard"):
        yield path, {}
    files = [networks["gate"]]
    for rung in networks["rungs"]:
        files += [*rung["networks"], rung["inside"]]
    for sha256 in sorted({file["sha256"] for file in files if file}):
        yield f"networks/{sha256}.tflite", {}


async def _written(
    app: FastAPI, data: Path, path: str, query: dict[str, str] | None = None
) -> bytes | None:
    """The answer to GET `path`, which is then a file; None for a 404, as of a rung unreported.

    Raises:
        SiteError: any other answer.
    """
    query = query or {}
    status, content = await _get(app, f"/{path}", urlencode(query))
    if status == 404:
        return None
    if status != 200:
        raise SiteError(f"/{path}: expected 200, got {status}: {content[:200].decode()}")
    name = "/".join([path, *query.values()])
    target = data / (name if Path(name).suffix else f"{name}.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return content


async def _get(app: FastAPI, path: str, query: str) -> tuple[int, bytes]:
    """Status and body of the application's answer, as a server would ask for it."""
    status, body = 0, b""
    requests: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    answered = asyncio.Event()

    async def receive() -> Message:
        if requests:
            return requests.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            answered.set()

    scope = dict.fromkeys(("client", "server")) | {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
    }
    await app(scope, receive, send)
    return status, body

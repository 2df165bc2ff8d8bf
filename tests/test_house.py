"""The rules between the rooms."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.drawings import SEVEN, draw, encode
from tests.house_rules import openapi_assignments, violations


def modules(room: str) -> list[Path]:
    return sorted((REPOSITORY / room).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: expected absolute imports"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_serving_imports_neither_experiments_nor_training_libraries() -> None:
    for path in modules("ml_engine_and_backend"):
        rooms = {name.partition(".")[0] for name in imports(path)}
        assert not rooms & {"experiments", "tensorflow", "keras", "sklearn", "rich"}, path


def test_the_engine_imports_nothing_of_http() -> None:
    for path in modules("ml_engine_and_backend/engine"):
        names = imports(path)
        assert not any(name.startswith("ml_engine_and_backend.api") for name in names), path
        assert not {name.partition(".")[0] for name in names} & {"fastapi", "starlette", "uvicorn"}


def test_experiments_import_nothing_of_http() -> None:
    for path in modules("experiments"):
        used = {name for name in imports(path) if name.startswith("ml_engine_and_backend")}
        rooms = tuple(
            f"ml_engine_and_backend.{room}" for room in ("engine", "model_folder", "database")
        )
        assert all(name.startswith(rooms) for name in used), path


def test_the_database_imports_nothing_of_http() -> None:
    for path in modules("ml_engine_and_backend/database"):
        names = imports(path)
        assert not any(name.startswith("ml_engine_and_backend.api") for name in names), path
        assert not {name.partition(".")[0] for name in names} & {"fastapi", "starlette", "uvicorn"}


def run_python(code: str, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


SERVE_ONE = """
import json, sys
from fastapi.testclient import TestClient
from ml_engine_and_backend.api.app import app
picture = bytes.fromhex({picture!r})
with TestClient(app) as client:
    while client.get("/ready").status_code != 200:
        pass
    answer = client.post("/predict/all", files={{"file": picture}})
print(json.dumps([answer.status_code, sorted(sys.modules)]))
"""


def test_the_serving_process_loads_neither_tensorflow_nor_keras() -> None:
    picture = encode(draw(SEVEN)).hex()
    status, loaded = json.loads(run_python(SERVE_ONE.format(picture=picture)))
    assert status == 200
    assert "ai_edge_litert" in loaded  # it did predict
    assert not {name.partition(".")[0] for name in loaded} & {"tensorflow", "keras", "sklearn"}


IMPORT_AND_WATCH = """
import importlib, json, os, sys
# what is not ours is loaded once; each module of ours is then the first of its process
import alembic.command, fastapi.testclient, limits.strategies, numpy, PIL.Image, prometheus_client
import psycopg, pwdlib, pydantic_settings, rich.progress, scipy.ndimage, scipy.stats, sqlalchemy.orm
import pwdlib.hashers.argon2, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite, uvicorn

opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        opened.append(arguments[0])

sys.addaudithook(watch)
for module in sys.argv[1:]:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    else:
        opened.clear()
        importlib.import_module(module)
        print(json.dumps([module, opened, sorted(sys.modules)]), flush=True)
        os._exit(0)
"""
NAMES = [
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
    for room in ("ml_engine_and_backend", "experiments")
    for path in modules(room)
    if path.name not in ("__init__.py", "env.py")  # Alembic runs env.py, nobody imports it
]


@pytest.fixture(scope="module")
def imported() -> dict[str, tuple[list[str], list[str]]]:
    """The files that importing each module opens, and the modules that are then loaded."""
    lines = run_python(IMPORT_AND_WATCH, *NAMES).splitlines()
    return {module: (opened, loaded) for module, opened, loaded in map(json.loads, lines)}


@pytest.mark.parametrize("module", NAMES)
def test_importing_reads_no_file_and_loads_no_framework(
    module: str, imported: dict[str, tuple[list[str], list[str]]]
) -> None:
    assert module in imported, f"python -c 'import {module}' fails"
    opened, loaded = imported[module]
    ours = [
        path
        for path in opened
        if path.startswith(str(REPOSITORY)) and "/.venv/" not in path and ".py" not in path
    ]
    assert ours == []
    assert "tensorflow" not in loaded
    assert "ai_edge_litert.interpreter" not in loaded


SERVING = modules("ml_engine_and_backend")


@pytest.mark.parametrize("path", SERVING, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_libraries_are_used_by_their_public_members_and_left_as_they_are(path: Path) -> None:
    assert violations(path.read_text()) == []


def test_openapi_is_extended_once() -> None:
    assert sum(openapi_assignments(path.read_text()) for path in SERVING) == 1
    twice = "app.openapi = f\nself.app.openapi = g\nopenapi = app.openapi\n"
    assert openapi_assignments(twice) == 2


VIOLATIONS = {
    "from uvicorn._types import Scope": "private uvicorn._types.Scope",
    "from starlette.routing import _Route": "private starlette.routing._Route",
    "import pydantic._internal": "private pydantic._internal",
    "import fastapi._compat as c": "private fastapi._compat",
    "from pydantic_settings.sources import _x as x": "private pydantic_settings.sources._x",
    "from uvicorn.protocols.http.h11_impl import H11Protocol": (
        "below ASGI uvicorn.protocols.http.h11_impl.H11Protocol"
    ),
    "import uvicorn\nuvicorn.Server(c)._serve()": "private uvicorn.Server()._serve",
    "app.router._on_startup.append(f)": "private app.router._on_startup",
    "def f(model): return model._private": "private model._private",
    "getattr(server, '_serve')()": "private _serve",
    "setattr(server, '_serve', f)": "private _serve",
    "app._stack = None": "private app._stack",
    "from fastapi import FastAPI\nclass A(FastAPI):\n def build_middleware_stack(self): 0": (
        "override of fastapi.FastAPI.build_middleware_stack"
    ),
    "from pydantic_settings import EnvSettingsSource as E\nclass S(E):\n _load_env_vars = 0": (
        "override of pydantic_settings.EnvSettingsSource._load_env_vars"
    ),
    "import uvicorn\nclass S(uvicorn.Server):\n async def _serve(self, s): 0": (
        "override of uvicorn.Server._serve"
    ),
    "import uvicorn\nclass S(uvicorn.Server):\n def f(self): return self._serve()": (
        "private self._serve of uvicorn.Server"
    ),
    "import uvicorn\nclass S(uvicorn.Server):\n def f(self): super()._serve()": (
        "private super()._serve"
    ),
    "import uvicorn\nclass S(uvicorn.Server):\n _serve = f": "override of uvicorn.Server._serve",
    "import sys\nsys.modules['x'] = None": "sys.modules",
    "import sys as s\nprint(s.modules)": "sys.modules",
    "from sys import modules": "sys.modules",
    "from PIL import Image\nImage.MAX_IMAGE_PIXELS = None": "change to Image.MAX_IMAGE_PIXELS",
    "import uvicorn\nuvicorn.config.LOGGING['x'] = 1": "change to uvicorn.config.LOGGING",
    "import gc, PIL.Image\nPIL.Image.OPEN['x'] = 1": "change to PIL.Image.OPEN",
    "import uvicorn as u\nu.x += 1": "change to u.x",
    "import uvicorn\ndel uvicorn.x": "change to uvicorn.x",
    "from starlette.routing import Route\nsetattr(Route, 'matches', f)": "change to Route.matches",
    "app.build_middleware_stack = f": "replaceable build_middleware_stack",
    "app.router.default = f": "replaceable router.default",
    "app.router.routes = []": "replaceable router.routes",
    "router.routes[:] = []": "replaceable router.routes",
}


@pytest.mark.parametrize("source", VIOLATIONS)
def test_a_violation_is_found(source: str) -> None:
    assert VIOLATIONS[source] in [found.partition(": ")[2] for found in violations(source)]


ALLOWED = [
    "class A:\n def __init__(self): self._own = 1\n def f(self): return self._own",
    "from starlette.middleware.cors import CORSMiddleware as C\nclass A(C):\n def _own(self): 0",
    "from pydantic import BaseModel\nclass M(BaseModel):\n _own: int = 0\n",
    "import os\nos.environ['X'] = 'y'",
    "from ml_engine_and_backend.api import app\napp.x = 1",
    "row._asdict(); app.state.x = 1; app.openapi = f; self.__class__.__name__",
    "for _ in (1, 2): pass",
]


@pytest.mark.parametrize("source", ALLOWED)
def test_ordinary_code_is_no_violation(source: str) -> None:
    assert violations(source) == []

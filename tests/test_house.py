"""The rules between the rooms."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.drawings import SEVEN, draw, encode


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


def test_serving_imports_neither_experiments_nor_what_only_they_need() -> None:
    for path in modules("ml_engine_and_backend"):
        rooms = {name.partition(".")[0] for name in imports(path)}
        assert not rooms & {"experiments", "tensorflow", "keras", "sklearn", "rich"}, path


def test_the_engine_knows_nothing_of_http() -> None:
    for path in modules("ml_engine_and_backend/engine"):
        names = imports(path)
        assert not any(name.startswith("ml_engine_and_backend.api") for name in names), path
        assert not {name.partition(".")[0] for name in names} & {"fastapi", "starlette", "uvicorn"}


def test_experiments_use_the_engine_alone() -> None:
    for path in modules("experiments"):
        used = {name for name in imports(path) if name.startswith("ml_engine_and_backend")}
        rooms = ("ml_engine_and_backend.engine", "ml_engine_and_backend.model_folder")
        assert all(name.startswith(rooms) for name in used), path


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


def test_the_process_that_serves_imports_neither_tensorflow_nor_keras() -> None:
    picture = encode(draw(SEVEN)).hex()
    status, loaded = json.loads(run_python(SERVE_ONE.format(picture=picture)))
    assert status == 200
    assert "ai_edge_litert" in loaded  # it did predict
    assert not {name.partition(".")[0] for name in loaded} & {"tensorflow", "keras", "sklearn"}


IMPORT_AND_WATCH = """
import importlib, json, os, sys
# what is not ours is loaded once; each module of ours is then the first of its process
import fastapi.testclient, numpy, PIL.Image, pydantic_settings, rich.progress, scipy.stats, uvicorn

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
    if path.name != "__init__.py"
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


def test_no_file_is_left_to_grow() -> None:
    for room in ("ml_engine_and_backend", "experiments"):
        for path in modules(room):
            assert len(path.read_text().splitlines()) <= 300, f"{path} holds more than one noun"

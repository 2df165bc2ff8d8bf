"""The Makefile's set-up, whatever the shell was set up for, in a project of one tiny package."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, leave_out

SERVE = ".venv/.serve"
PAGE_ALL = "frontend/node_modules/.all"
# each sends packages elsewhere, leaves some out or breaks Python
HOSTILE = {
    "NODE_ENV": "production",
    "npm_config_omit": "dev",
    "PIP_USER": "1",
    "PIP_PREFIX": "/nowhere",
    "PIP_ROOT": "/nowhere",
    "PIP_TARGET": "/nowhere",
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "/nowhere",
}


class Project:
    """A copy of the Makefile, with a wheel and a script package to install, offline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "programs"
        for source in ("Makefile", "scripts/check-node", "frontend/.npmrc"):
            (folder / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / source, folder / source)
        self.programs.mkdir()
        (folder / "home").mkdir()
        write_lock(folder, "tiny")
        write_package(folder / "frontend")

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(("LADDER_", "MAKE", "MFLAGS", "NPM_", "PIP_", "PORT"))
        }
        ours = {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "PIP_FIND_LINKS": str(self.folder / "wheels"),
            "PIP_NO_INDEX": "1",
        }
        return subprocess.run(
            ["make", f"PYTHON={sys.executable}", *arguments],
            cwd=self.folder,
            env=inherited | ours | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def add_program(self, name: str, script: str) -> None:
        """Put `script` before the real program on the search path."""
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)


def write_lock(folder: Path, name: str) -> None:
    """A wheel without contents, and the lock that names it."""
    wheel = folder / "wheels" / f"{name}-1.0-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements-serve.lock").write_text(f"{name}==1.0 --hash=sha256:{digest}\n")


def write_package(frontend: Path) -> None:
    """A page whose one development dependency lies beside it."""
    dependency = {"name": "tiny", "version": "1.0.0"}
    (frontend / "tiny").mkdir()
    (frontend / "tiny" / "package.json").write_text(json.dumps(dependency))
    engines = json.loads((REPOSITORY / "frontend" / "package.json").read_text())["engines"]
    page = {"name": "page", "devDependencies": {"tiny": "file:tiny"}, "engines": engines}
    (frontend / "package.json").write_text(json.dumps(page))
    packages = {
        "": page,
        "tiny": {"version": "1.0.0", "dev": True},
        "node_modules/tiny": {"resolved": "tiny", "link": True},
    }
    lock = {"name": "page", "lockfileVersion": 3, "requires": True, "packages": packages}
    (frontend / "package-lock.json").write_text(json.dumps(lock))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    if shutil.which("npm") is None:
        leave_out("needs Node with npm")
    return Project(tmp_path)


def test_sets_up_python_whatever_the_environment_says(project: Project) -> None:
    done = project.make(SERVE, **HOSTILE)
    assert done.returncode == 0, done.stderr
    subprocess.run([project.folder / ".venv" / "bin" / "python", "-c", "import tiny"], check=True)


def test_sets_up_the_page_whatever_the_environment_says(project: Project) -> None:
    done = project.make(PAGE_ALL, **HOSTILE)
    assert done.returncode == 0, done.stderr
    assert (project.folder / PAGE_ALL).exists()
    assert (project.folder / "frontend" / "node_modules" / "tiny" / "package.json").is_file()


def check_node(project: Project, path: str) -> str:
    """What `scripts/check-node` says about the Node on this search path."""
    result = subprocess.run(
        ["scripts/check-node"],
        cwd=project.folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode == 0) == (result.stderr == "")
    return result.stderr


def pretend_node(project: Project, version: str) -> None:
    """Put a Node of this version before the real one."""
    pretend = project.folder / "pretend.cjs"
    pretend.write_text(
        "Object.defineProperty(process, 'versions',"
        f" {{ value: {{ ...process.versions, node: '{version}' }} }});"
    )
    project.add_program("node", f'exec {shutil.which("node")} -r {pretend} "$@"')


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        ("18.20.1", False),
        ("20.19.0", True),
        ("22.11.0", False),
        ("22.12.0", True),
    ],
)
def test_node_is_as_new_as_package_json_asks(
    project: Project, version: str, accepted: bool
) -> None:
    pretend_node(project, version)
    told = check_node(project, f"{project.programs}:{os.environ['PATH']}")
    sentence = f"expected Node ^20.19.0 || >=22.12.0, got {version}: https://nodejs.org\n"
    assert told == ("" if accepted else sentence)


def test_missing_node_gets_a_sentence(project: Project) -> None:
    told = check_node(project, str(project.programs))
    assert told == "expected Node 20.19 or newer with npm on the PATH: https://nodejs.org\n"


def test_old_python_gets_a_sentence(project: Project) -> None:
    # called as `python3 -c code`
    pretend = "import sys; sys.version_info = (3, 9, 18)"
    project.add_program("python3", f'exec {sys.executable} -c "{pretend}; $2"')
    done = project.make("PYTHON=python3", SERVE)
    assert done.returncode != 0
    assert "expected Python 3.11 or newer, got 3.9: make PYTHON=python3.12" in done.stderr
    assert not (project.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "port"),
    [
        ((), {}, 8000),
        ((), {"PORT": "8123"}, 8123),
        ((), {"LADDER_PORT": "8124"}, 8124),
        (("PORT=8123",), {"LADDER_PORT": "8124"}, 8123),
    ],
)
def test_run_listens_on_the_port(
    project: Project, arguments: tuple[str, ...], environment: dict[str, str], port: int
) -> None:
    python = project.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$* on $LADDER_PORT"\n')
    python.chmod(0o755)
    for name in ("src", "public", "dist", "node_modules", "scripts"):
        (project.folder / "frontend" / name).mkdir()
    for path in (
        "index.html",
        "docs.html",
        "404.html",
        "scripts/precompress.mjs",
        "vite.config.ts",
        "node_modules/.build",
    ):
        (project.folder / "frontend" / path).touch()
    (project.folder / "frontend/dist/index.html").touch()
    (project.folder / SERVE).touch()
    done = project.make("run", *arguments, **environment)
    assert done.stdout.splitlines()[-2:] == [
        f"Digit Ladder: http://localhost:{port}",
        f"-m ml_engine_and_backend on {port}",
    ], done.stderr

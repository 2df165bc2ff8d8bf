"""The readable list and the hash lock name the same packages."""

import re
from typing import NamedTuple

from tests.conftest import REPOSITORY

READABLE = REPOSITORY / "requirements-serve.txt"
LOCK = REPOSITORY / "requirements-serve.lock"
# as pip reads it: a name, an exact version, a marker, hashes
REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>[\w.]+)\s*(;\s*(?P<marker>[^-]+?))?\s*"
    r"(?P<hashes>(--hash=sha256:[0-9a-f]{64}\s*)*)"
)


class Pin(NamedTuple):
    version: str
    marker: str


def read_requirements(text: str) -> dict[str, tuple[Pin, int]]:
    """Normalised name -> pin and number of hashes."""
    lines = text.replace("\\\n", "").splitlines()
    found = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        match = REQUIREMENT.fullmatch(line.strip())
        assert match, f"expected name==version, got {line!r}"
        # PEP 503: the same package under every spelling
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        marker = (match["marker"] or "").replace("'", '"')
        found[name] = (Pin(match["version"], marker), match["hashes"].count("--hash="))
    return found


def test_lock_and_list_name_the_same_versions() -> None:
    readable = read_requirements(READABLE.read_text())
    locked = read_requirements(LOCK.read_text())
    assert {name: pin for name, (pin, _) in locked.items()} == {
        name: pin for name, (pin, _) in readable.items()
    }, "make lock"


def test_locked_packages_have_hashes() -> None:
    hashes = {name: count for name, (_, count) in read_requirements(LOCK.read_text()).items()}
    assert {name for name, count in hashes.items() if count == 0} == set()
    # a compiled package has wheels for several systems and interpreters
    for name in ("ai-edge-litert", "numpy", "scipy", "pydantic-core"):
        assert hashes[name] >= 12, name


def test_serving_needs_no_tensorflow() -> None:
    assert not {"tensorflow", "keras"} & set(read_requirements(LOCK.read_text()))

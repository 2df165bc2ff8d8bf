"""The readable list and the hash lock name the same packages."""

import re
from typing import NamedTuple

import pytest

from tests.conftest import REPOSITORY

READABLE = REPOSITORY / "requirements-serve.txt"
LOCK = REPOSITORY / "requirements-serve.lock"
# as pip reads it: a name, an exact version, a marker, hashes
REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)\s*(;\s*(?P<marker>[^-]+?))?\s*"
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


def test_the_lock_holds_what_the_list_names_and_nothing_else() -> None:
    readable = read_requirements(READABLE.read_text())
    locked = read_requirements(LOCK.read_text())
    assert {name: pin for name, (pin, _) in locked.items()} == {
        name: pin for name, (pin, _) in readable.items()
    }, "make lock"


def test_every_package_of_the_lock_has_hashes() -> None:
    hashes = {name: count for name, (_, count) in read_requirements(LOCK.read_text()).items()}
    assert {name for name, count in hashes.items() if count == 0} == set()
    # a compiled package has wheels for several systems and interpreters
    for name in ("ai-edge-litert", "numpy", "orjson", "pydantic-core"):
        assert hashes[name] >= 12, name


def test_serving_needs_no_tensorflow() -> None:
    assert not {"tensorflow", "keras"} & set(read_requirements(LOCK.read_text()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a==1\n", {"a": (Pin("1", ""), 0)}),
        (
            'A_b.c==1.2; sys_platform != "win32"\n',
            {"a-b-c": (Pin("1.2", 'sys_platform != "win32"'), 0)},
        ),
        (
            f"a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64} \\\n"
            f"    --hash=sha256:{'1' * 64}\n# via b\n",
            {"a": (Pin("1", 'sys_platform == "win32"'), 2)},
        ),
    ],
)
def test_requirements_are_read(text: str, expected: dict[str, tuple[Pin, int]]) -> None:
    assert read_requirements(text) == expected


def test_a_loose_requirement_is_refused() -> None:
    with pytest.raises(AssertionError, match="expected name==version, got 'a>=1'"):
        read_requirements("a>=1")

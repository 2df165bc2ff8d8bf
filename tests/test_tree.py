"""The tree can be checked out, and passes its own checks, on every system."""

import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from tests.conftest import REPOSITORY, leave_out

# an import without its suffix may mean any of these, where a file system ignores case
SCRIPTS = {".ts", ".tsx", ".js", ".jsx", ".mjs"}


def git(*arguments: str, folder: Path = REPOSITORY) -> str:
    result = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Every file of the tree."""
    if not (REPOSITORY / ".git").exists():
        leave_out("needs a clone with its .git")
    # those removed from the working tree, but not yet from the index, are gone already
    names = git("ls-files", "-z").split("\0")
    return [name for name in names if name and (REPOSITORY / name).is_file()]


def case_clashes(paths: Iterable[str]) -> list[list[str]]:
    """Groups of files and folders that differ only in case; scripts without their suffix."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name in paths:
        path = PurePosixPath(name)
        places = {path, *path.parents}
        if path.suffix in SCRIPTS:
            places.add(path.with_suffix(""))
        for place in places:
            groups[str(place).lower()].add(str(place))
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


@pytest.mark.parametrize(
    ("paths", "clashes"),
    [
        (["a/b.py", "a/c.py"], []),
        (["a/b.py", "a/B.py"], [["a/B.py", "a/b.py"]]),
        (["a/b.py", "A/c.py"], [["A", "a"]]),
        (["a/ladder.ts", "a/Ladder.tsx"], [["a/Ladder", "a/ladder"]]),
        (["a/ladder.ts", "a/ladder.test.ts", "b/Ladder.tsx"], []),
    ],
)
def test_case_clashes_are_found(paths: list[str], clashes: list[list[str]]) -> None:
    assert case_clashes(paths) == clashes


def test_no_two_names_differ_only_in_case(tracked: list[str]) -> None:
    assert case_clashes(tracked) == []


@pytest.mark.usefixtures("tracked")
def test_no_symbolic_link_is_tracked() -> None:
    # on Windows one is checked out as a text file; elsewhere it may point outside
    modes = [line.split()[0] for line in git("ls-files", "--stage").splitlines()]
    assert "120000" not in modes


@pytest.mark.usefixtures("tracked")
def test_clone_with_autocrlf_has_lf_everywhere_and_is_clean(tmp_path: Path) -> None:
    git("clone", "-q", "--shared", "-c", "core.autocrlf=true", str(REPOSITORY), str(tmp_path))
    lines = git("ls-files", "--eol", folder=tmp_path).splitlines()
    assert len(lines) > 100
    assert [line for line in lines if "crlf" in line or "mixed" in line] == []
    assert b"\r" not in (tmp_path / ".ci" / "run").read_bytes()
    assert git("status", "--porcelain", folder=tmp_path) == ""

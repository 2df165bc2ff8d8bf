"""The page in a Firefox that resists fingerprinting, on the real service."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, leave_out
from tests.e2e.conftest import running_service
from tests.e2e.ladder_page import SEVEN

SCRIPT = REPOSITORY / "frontend" / "scripts" / "draw-in-firefox.mjs"


@pytest.fixture
def firefox() -> str:
    """The browser's path, from the search path."""
    found = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if found is None:
        leave_out("needs Firefox")
    return found


def test_reads_and_keeps_digit_where_firefox_resists_fingerprinting(
    dist: Path, tmp_path: Path, firefox: str
) -> None:
    database = f"sqlite:///{tmp_path / 'ladder.sqlite3'}"
    with running_service(dist, LADDER_DATABASE_URL=database) as url:
        run = subprocess.run(
            ["node", str(SCRIPT), firefox, f"{url}/?engine=browser", json.dumps(SEVEN)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    # the field itself cannot be read back there
    by = "Computed in your browser"
    assert json.loads(run.stdout) == {"digit": "7", "by": by, "label": "7", "isNoise": True}

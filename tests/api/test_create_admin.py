"""`python -m ml_engine_and_backend create-admin`: with standard input, and on a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import WrongCredentialsError
from tests.api.process import environment

PASSWORD = "correct horse"  # noqa: S105
COMMAND = (sys.executable, "-m", "ml_engine_and_backend", "create-admin")


def run(url: str, name: str, given: str) -> tuple[int, str]:
    """Exit status, and all that was written."""
    result = subprocess.run(
        [*COMMAND, name],
        cwd=REPOSITORY,
        env=environment({"LADDER_DATABASE_URL": url}),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def run_on_terminal(url: str, name: str, *typed: str) -> tuple[int, str]:
    """The same on a terminal, at which each line is typed when something is asked."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, name],
        cwd=REPOSITORY,
        env=environment({"LADDER_DATABASE_URL": url}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # getpass opens the terminal that the process belongs to
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
    )
    os.close(theirs)
    shown = ""
    lines = list(typed)
    while True:
        try:
            came = os.read(ours, 1024).decode()
        except OSError:  # the process has ended
            break
        shown += came
        if came.endswith((": ", "] ")) and lines:
            os.write(ours, lines.pop(0).encode() + b"\n")
    os.close(ours)
    return process.wait(30), shown


def test_admin_is_made_of_nothing_with_the_password_from_standard_input(database_url: str) -> None:
    status, told = run(database_url, "Ada", f"{PASSWORD}\n")
    assert (status, told) == (0, "Ada is an admin now\n")
    database = Database(database_url)
    assert accounts.sign_in(database, "ada", PASSWORD).account.role == "admin"
    database.close()


def test_existing_account_becomes_an_admin_and_keeps_its_password(database: Database) -> None:
    accounts.sign_up(database, "Ada", PASSWORD)
    url = database.url.render_as_string(hide_password=False)
    assert run(url, "ADA", "another password\n") == (0, "ADA is an admin now\n")
    assert accounts.sign_in(database, "Ada", PASSWORD).account.role == "admin"
    with pytest.raises(WrongCredentialsError):
        accounts.sign_in(database, "Ada", "another password")


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("Ada", "", "expected a password of 8 to 1024 characters, got 0"),
        ("Ada", "short\n", "expected a password of 8 to 1024 characters, got 5"),
        ("me", f"{PASSWORD}\n", "expected a name without /"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    tmp_path: Path, name: str, given: str, told: str
) -> None:
    status, written = run(f"sqlite:///{tmp_path / 'ladder.sqlite3'}", name, given)
    assert status == 1
    assert written.startswith(told)
    assert len(written.splitlines()) == 1


def test_without_a_database_there_is_no_admin() -> None:
    status, written = run("none", "Ada", f"{PASSWORD}\n")
    assert status == 1
    assert written.startswith("expected LADDER_DATABASE_URL")


def test_terminal_asks_twice_and_shows_no_password(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ladder.sqlite3'}"
    status, shown = run_on_terminal(url, "Ada", PASSWORD, PASSWORD + "x")
    assert status == 1
    assert "expected the same password twice" in shown
    status, shown = run_on_terminal(url, "Ada", PASSWORD, PASSWORD)
    assert status == 0, shown
    assert shown.count("assword") == 1
    assert PASSWORD not in shown
    # somebody else may have been faster with the name
    for answer, status in (("", 1), ("n", 1), ("y", 0)):
        assert run_on_terminal(url, "ada", answer)[0] == status

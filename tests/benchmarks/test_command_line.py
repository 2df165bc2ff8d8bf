"""`python -m benchmarks`."""

import shutil
import sys
from pathlib import Path

import pytest

import benchmarks.__main__ as command_line
from benchmarks import conditions
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, at_most
from benchmarks.picture import Upload
from benchmarks.plan import Plan
from benchmarks.server import Server
from tests.conftest import leave_out


def costly(plan: Plan) -> Section:
    return Section("Costly", f"{plan.seconds} s", [Figure("cost", [3], "×", at_most(2))])


def broken(plan: Plan) -> Section:
    raise BenchmarkError(f"expected {plan.repeats} servers, got none")


@pytest.fixture
def two_measures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command_line, "MEASURES", {"costly": costly, "broken": broken})
    monkeypatch.setattr(command_line, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(conditions, "gather", lambda *_: {"processor": "X"})


@pytest.mark.usefixtures("two_measures")
def test_named_measure_is_printed_and_leaves_the_page_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["costly", "--seconds", "2"]) == 0
    output = capsys.readouterr()
    assert "## Costly\n\n2 s\n" in output.out
    assert "costly: 0 s, missed: cost" in output.err
    assert not (tmp_path / "page.md").exists()


@pytest.mark.usefixtures("two_measures")
def test_full_run_writes_the_page_and_says_what_failed(tmp_path: Path) -> None:
    assert command_line.main(["--repeats", "4"]) == 1
    page = (tmp_path / "page.md").read_text()
    assert "## Broken\n\nNot measured: expected 4 servers, got none" in page
    assert "0 of 1 goals met." in page


def test_quick_run_measures_the_real_service(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if shutil.which("wrk") is None:
        leave_out("needs wrk (Debian: apt install wrk)")
    monkeypatch.setenv("LADDER_DEFAULT_MODEL", "inherited")  # would stop the start
    assert command_line.main(["--quick", "overload", "soak"]) == 0
    page = capsys.readouterr().out
    assert "| command | python -m benchmarks --quick overload soak |" in page
    for name in ("64 connections: best throughput kept", "grew by"):
        assert name in page
    assert page.count("| failed requests | 0 |") == 2


def test_server_that_ends_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no models on port {port}')"]
    upload = Upload(b"", tmp_path)
    with (
        Server(command, upload, {"raw PNG": "/"}) as failing,
        pytest.raises(BenchmarkError, match=r"expected 200 from POST /, .*no models on port \d+"),
    ):
        failing.answer_one()

"""`python -m benchmarks`."""

from pathlib import Path

import pytest

import benchmarks.__main__ as command_line
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, at_most
from benchmarks.plan import Plan


def quick(plan: Plan) -> Section:
    return Section("Quick", f"{plan.seconds} s", [Figure("cost", 3, "×", at_most(2))])


def broken(plan: Plan) -> Section:
    raise BenchmarkError(f"expected {plan.repeats} servers, got none")


@pytest.fixture(autouse=True)
def measures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command_line, "MEASURES", {"quick": quick, "broken": broken})
    monkeypatch.setattr(command_line, "PAGE", tmp_path / "page.md")


def test_a_choice_is_printed_and_leaves_the_page_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["quick", "--seconds", "2"]) == 0
    output = capsys.readouterr()
    assert "## Quick\n\n2 s\n" in output.out
    assert "quick: 0 s, missed: cost" in output.err
    assert not (tmp_path / "page.md").exists()


def test_a_full_run_writes_the_page_with_what_failed(tmp_path: Path) -> None:
    assert command_line.main(["--repeats", "5"]) == 1
    page = (tmp_path / "page.md").read_text()
    assert "## Quick" in page
    assert "Not measured: expected 5 servers, got none" in page
    assert "0 of 2 goals met." in page


def test_an_unknown_name_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["slow"])
    assert "expected some of quick, broken, got slow" in capsys.readouterr().err

"""The conditions of a run."""

import platform
from pathlib import Path

import pytest

from benchmarks.conditions import PACKAGES, cpu_model, gather, load_average
from benchmarks.picture import Upload
from benchmarks.plan import Plan


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("processor\t: 0\nmodel name\t: AMD EPYC: 2.6 GHz\nprocessor\t: 1\n", "AMD EPYC: 2.6 GHz"),
        ("processor\t: 0\nBogoMIPS\t: 50\n", platform.machine()),
    ],
)
def test_the_processors_name(cpuinfo: str, expected: str) -> None:
    assert cpu_model(cpuinfo) == expected


def test_a_busy_machine_is_marked() -> None:
    assert load_average((0.1, 9, 9)) == "0.10"
    assert "not quiet" in load_average((1.2, 0, 0))


def test_everything_that_decides_the_figures_is_named(tmp_path: Path) -> None:
    found = gather(Plan(Upload(b"12345", tmp_path)), ["python", "-m", "benchmarks", "speed"])
    assert found["command"] == "python -m benchmarks speed"
    assert found["picture"].startswith("PNG of 5 bytes")
    assert all(name in found["libraries"] for name in PACKAGES)

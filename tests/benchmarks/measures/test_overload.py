"""Overload: what is kept, refused and recovered."""

from math import inf
from typing import Any

import pytest

from benchmarks.measures.overload import STREAK, Sample, accepted_rate, recovery_s, summarise
from tests.benchmarks.measures.found import figure


def report(
    accepted: float, rejected: float = 0, rejected_ms: float = 5, **more: Any
) -> dict[str, Any]:
    def answers(per_s: float, ms: float) -> dict[str, float]:
        return {"count": per_s * 2, "per_s": per_s, "median_ms": ms, "p99_ms": ms, "max_ms": ms}

    came = {"200": answers(accepted, 10)} | (
        {"503": answers(rejected, rejected_ms)} if rejected else {}
    )
    counts = {"sent": 100, "unsent": 0, "lost": 0, "refused": 0}
    return {"seconds": 2, "cpu_s": 1.0, "answers": came} | counts | more


def test_only_what_is_answered_in_time_is_kept() -> None:
    kept = figure(summarise(report(1000), {"flood": (report(790, 50), 0.1)}), "kept")
    assert kept.value == pytest.approx(79)
    assert kept.missed
    assert accepted_rate(report(790)) == 790
    assert accepted_rate({"seconds": 2, "answers": {}}) == 0


@pytest.mark.parametrize(("refused_ms", "missed"), [(50, False), (51, True)])
def test_refusals_have_a_bound(refused_ms: float, missed: bool) -> None:
    section = summarise(report(1000), {"flood": (report(900, 500, refused_ms), 0.1)})
    assert figure(section, "503").missed is missed


def test_without_refusals_there_is_no_figure_of_them() -> None:
    section = summarise(report(1000), {"flood": (report(900), 0.1)})
    assert not [each for each in section.figures if "503" in each.what]


@pytest.mark.parametrize("more", [{"lost": 1}, {"refused": 1}])
def test_lost_connections_are_failures(more: dict[str, int]) -> None:
    section = summarise(report(1000), {"flood": (report(900, **more), 0.1)})
    assert figure(section, "other answers").missed


def test_other_statuses_are_failures() -> None:
    flood = report(900)
    flood["answers"]["500"] = {"count": 3, "per_s": 1.5, "median_ms": 1, "p99_ms": 1, "max_ms": 1}
    assert figure(summarise(report(1000), {"flood": (flood, 0.1)}), "other answers").value == 3


def samples(*latencies_ms: float, status: int = 200) -> list[Sample]:
    return [(0.1 * (n + 1), ms, status) for n, ms in enumerate(latencies_ms)]


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (samples(*[1.0] * 30), 0.1 * STREAK),
        # one slow answer in ten is no overload
        (samples(9.0, *[1.0] * 29), 0.1 * STREAK),
        # six of the first ten are too slow: five of ten are within the bound one later
        (samples(*[9.0] * 6, *[1.0] * 24), 0.1 * (STREAK + 2)),
        (samples(*[9.0] * 30), inf),
        (samples(*[1.0] * (STREAK - 1)), inf),
        (samples(*[1.0] * 30, status=503), inf),
    ],
)
def test_recovery_is_ten_in_a_row_at_the_usual_speed(came: list[Sample], expected: float) -> None:
    assert recovery_s(came, bound_ms=2) == pytest.approx(expected)


def test_a_refusal_starts_the_streak_anew() -> None:
    came = samples(*[1.0] * 30)
    came[4] = (0.5, 1.0, 503)
    assert recovery_s(came, bound_ms=2) == pytest.approx(0.1 * (5 + STREAK))

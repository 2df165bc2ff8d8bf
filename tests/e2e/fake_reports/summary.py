"""The rows of the comparison's table."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.e2e.fake_reports.comparison import step
from tests.e2e.fake_reports.ladder import LADDER, NAMES
from tests.e2e.fake_reports.whole import report


@cache
def summaries() -> tuple[dict[str, Any], ...]:
    """The rows of /reports."""
    rows: list[dict[str, Any]] = []
    for place, facts in enumerate(LADDER):
        whole = report(facts[0])
        after = whole["calibration"]["after"]
        shared = (
            *("name", "version", "n_test", "accuracy", "accuracy_interval"),
            *("macro_f1", "top2_accuracy"),
        )
        cost = {key: value for key, value in whole["cost"].items() if key != "hardware"}
        rows.append(
            {key: whole[key] for key in shared}
            | cost
            | {
                "title": facts[1],
                "negative_log_likelihood": after["negative_log_likelihood"],
                "expected_calibration_error": after["expected_calibration_error"],
                "sure_coverage": whole["test_sure"]["coverage"],
                "sure_precision": whole["test_sure"]["precision"],
                "canvas_accuracy": whole["penstrokes"] and whole["penstrokes"]["accuracy"],
                "step": step(NAMES[place - 1], facts[0]) if place else None,
            }
        )
    return tuple(rows)

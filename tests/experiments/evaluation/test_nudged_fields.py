"""The cases of the page's own transforms are what the curves' functions give."""

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.experiments.evaluation.nudged_fields import CASES, cases


def levels(case: dict[str, Any]) -> NDArray[np.int64]:
    return np.frombuffer(base64.b64decode(case["field"]), np.uint8).astype(np.int64)


def test_cases_are_up_to_date() -> None:
    stored, found = json.loads(CASES.read_text(encoding="utf-8")), cases()
    for case, anew in zip(stored["cases"], found["cases"], strict=True):
        # processors that fuse multiplications and additions round some pixels otherwise
        assert np.abs(levels(case) - levels(anew)).max() <= 1, case["nudge"]
        case["field"] = anew["field"]
    assert stored == found

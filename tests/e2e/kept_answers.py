"""What the service answers of kept drawings: their list, figures, review and administration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs

from tests.e2e.fake_backend import RUNGS, Answer, FakeBackend, Received, problem, seen_picture

NEWEST = datetime(2026, 11, 28, 17, 4, tzinfo=UTC)
PAGE = 24
# a name, a reason or a label that would do harm as HTML
MARKUP = "<img src=x onerror=\"document.title='pwned'\"><b>bold</b>"


def signed_in(backend: FakeBackend, name: str, role: str) -> None:
    """Someone of this name and role has a session."""
    account = {"name": name, "role": role, "created_at": "2026-11-01T08:00:00Z"}
    keeps = {"predictions": True, "drawings": True, "days": 90}
    backend.routes["GET /sessions/current"] = Answer(200, {"account": account, "keeps": keeps})


def is_right(label: int | str | None, verdict: str, digit: int) -> bool | None:
    """Whether an answer is what the label says; None without a label."""
    if label is None:
        return None
    if isinstance(label, int):
        return verdict in ("sure", "unsure") and digit == label
    return verdict == label


def drawing(
    number: int,
    reads: Sequence[int],
    label: int | str | None = None,
    verdict: str = "sure",
    **said: Any,
) -> dict[str, Any]:
    """The drawing with a number, `number` hours old: what each rung reads, and its label."""
    return {
        "id": f"{number:032x}",
        "timestamp": (NEWEST - timedelta(hours=number)).isoformat(),
        "true_label": label,
        "decision": None,
        "image": seen_picture(reads[0]),
        "has_drawing": True,
        "found_kind": "digit",
        "computed_by": "service",
        "results": [
            {
                "id": f"{number:016x}{place:016x}",
                "model": rung["name"],
                "version": 1,
                "predicted_digit": digit,
                "confidence": 0.97,
                "verdict": verdict,
                "is_right": is_right(label, verdict, digit),
            }
            for place, (rung, digit) in enumerate(zip(RUNGS, reads, strict=True))
        ],
        **said,
    }


class KeptDrawings:
    """Somebody's drawings behind a fake service, which lists, labels and deletes them."""

    def __init__(self, backend: FakeBackend, drawings: Sequence[dict[str, Any]]) -> None:
        self.drawings = list(drawings)
        self.labels: list[tuple[str, Any]] = []
        backend.routes["GET /drawings"] = self._list
        for kept in drawings:
            backend.routes[f"DELETE /drawings/{kept['id']}"] = self._delete
            for answer in kept["results"]:
                backend.routes[f"POST /predictions/{answer['id']}/feedback"] = self._label

    def _list(self, request: Received) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        found = [kept for kept in self.drawings if matches(kept, query)]
        start = int(query.get("cursor", "0"))
        end = start + PAGE
        following = str(end) if end < len(found) else None
        return Answer(200, {"items": found[start:end], "next": following})

    def _delete(self, request: Received) -> Answer:
        gone = request.path.rpartition("/")[2]
        self.drawings = [kept for kept in self.drawings if kept["id"] != gone]
        return Answer(204, None)

    def _label(self, request: Received) -> Answer:
        answer_id = request.path.split("/")[2]
        label = json.loads(request.body)["true_label"]
        self.labels.append((answer_id, label))
        kept = next(
            kept
            for kept in self.drawings
            if answer_id in [answer["id"] for answer in kept["results"]]
        )
        kept["true_label"] = label
        for answer in kept["results"]:
            answer["is_right"] = is_right(label, answer["verdict"], answer["predicted_digit"])
        return Answer(
            200,
            {
                "id": answer_id,
                "true_label": label,
                "timestamp": NEWEST.isoformat(),
                "results": kept["results"],
            },
        )


def matches(kept: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a drawing is one of those that a query asks for."""
    rung = next(rung["name"] for rung in RUNGS if rung["default"])
    by = query.get("model", rung)
    answer = next(answer for answer in kept["results"] if answer["model"] == by)
    return (
        ("label" not in query or str(kept["true_label"]) == query["label"])
        and ("digit" not in query or str(answer["predicted_digit"]) == query["digit"])
        and ("right" not in query or answer["is_right"] is (query["right"] == "true"))
    )


def matrix(right: int, **wrong: int) -> list[list[int]]:
    """A confusion matrix: `right` on the diagonal, and cells such as `_4_9` of 4 read as 9."""
    counts = [[right if label == read else 0 for read in range(10)] for label in range(10)]
    for cell, count in wrong.items():
        label, read = (int(digit) for digit in cell.strip("_").split("_"))
        counts[label][read] = count
    return counts


def statistics(scope: str = "mine", **said: Any) -> dict[str, Any]:
    """Five days of drawings that three rungs have read."""
    days = [f"2026-11-{day}" for day in range(24, 29)]
    names = [rung["name"] for rung in RUNGS]
    rights = dict(zip(names, (48, 55, 58), strict=True))
    bins = [(low / 10, (low + 1) / 10) for low in range(10)]
    return {
        "scope": scope,
        "predictions": 240,
        "drawings": 80,
        "labelled": 60,
        "days": [
            {
                "day": day,
                "drawings": 12 + place,
                "labelled": 9 + place,
                "models": [
                    {
                        "model": name,
                        "answers": 12 + place,
                        "labelled": 9 + place,
                        "right": 7 + place + (name == names[2]),
                        "mean_confidence": 0.9,
                        "unsure": 1,
                        "not_a_digit": 1,
                    }
                    for name in names
                ],
            }
            for place, day in enumerate(days)
        ],
        "digits": [
            {"model": name, "digit": digit, "answers": 8, "labelled": 6, "right": 5}
            for name in names
            for digit in range(10)
        ],
        "models": [
            {
                "model": name,
                "version": None,
                "answers": 80,
                "labelled": 60,
                "right": right,
                "accuracy": right / 60,
                "interval": [right / 60 - 0.08, min(1.0, right / 60 + 0.06)],
                "confusion": matrix(5, _4_9=60 - right),
                "calibration": [
                    {
                        "low": low,
                        "high": high,
                        "count": 40 if high == 1.0 else 0,
                        "confidence": 0.98 if high == 1.0 else None,
                        "accuracy": 0.96 if high == 1.0 else None,
                    }
                    for low, high in bins
                ],
            }
            for name, right in rights.items()
        ],
        "comparisons": [
            {
                "a": a,
                "b": b,
                "n": 60,
                "fixed": 9,
                "broken": 2,
                "difference": 7 / 60,
                "difference_interval": [0.01, 0.22],
                "p_value": 0.065,
                "p_value_holm": 0.13,
            }
            for a, b in pairwise(names)
        ],
        "drift_model": names[2],
        "drift": [
            {
                "day": day,
                "answers": 12 + place,
                "mean_confidence": 0.9 - place / 50,
                "unsure": 0.05 + place / 50,
                "not_a_digit": 0.02,
                "warning": None,
            }
            for place, day in enumerate(days)
        ],
        "bias": {"is_biased": False, "text": None},
        **said,
    }


def review_item(number: int, reads: Sequence[int], label: int | str, **said: Any) -> dict[str, Any]:
    """A labelled drawing as a reviewer sees it."""
    kept = drawing(number, reads, label)
    return {name: kept[name] for name in ("id", "image", "true_label", "results", "decision")} | {
        "reviews": [],
        **said,
    }


class ReviewQueue:
    """Drawings under review by one reviewer."""

    def __init__(self, backend: FakeBackend, by: str, **items: Sequence[dict[str, Any]]) -> None:
        self.by = by
        self.items = {"open": [], "conflict": [], "decided": [], **items}
        self.decisions: list[Any] = []
        backend.routes["GET /review"] = self._list
        for item in (item for state in self.items.values() for item in state):
            backend.routes[f"POST /review/{item['id']}"] = self._decide

    def _list(self, request: Received) -> Answer:
        state = parse_qs(request.query)["state"][0]
        return Answer(
            200,
            {
                "items": self.items[state],
                "open": len(self.items["open"]),
                "conflicts": len(self.items["conflict"]),
                "decided": len(self.items["decided"]),
                "required": 1,
            },
        )

    def _decide(self, request: Received) -> Answer:
        decision = json.loads(request.body)["decision"]
        self.decisions.append(decision)
        wanted = request.path.rpartition("/")[2]
        item = next(item for state in self.items.values() for item in state if item["id"] == wanted)
        others = [review for review in item["reviews"] if review["by"] != self.by]
        mine = {"by": self.by, "decision": decision, "decided_at": NEWEST.isoformat()}
        settled = None if decision in (None, "skip") else decision
        return Answer(
            200,
            item
            | {
                "decision": "rejected" if settled == "disagree" else settled,
                "reviews": others if decision is None else [*others, mine],
            },
        )


def gate_report(version: int, passed: bool) -> dict[str, Any]:
    """The report of a gate that found a gain, and a loss where it has not passed."""
    return {
        "id": 7,
        "created_at": NEWEST.isoformat(),
        "model": "cnn",
        "version": version,
        "champion_version": 1,
        "data_sha256": "0123456789abcdef" * 4,
        "passed": passed,
        "report": {
            "lines": [
                {
                    "name": "mnist",
                    "title": "MNIST test",
                    "verdict": "passed" if passed else "failed",
                    "champion": 0.9936,
                    "challenger": 0.9935 if passed else 0.9702,
                    "figure": -0.0001 if passed else -0.0234,
                    "bound": -0.002,
                    "text": "99.36 % before, and no loss beyond 0.2 points",
                },
                {
                    "name": "latency",
                    "title": "Time for a drawing",
                    "verdict": "not_measured",
                    "champion": None,
                    "challenger": None,
                    "figure": None,
                    "bound": None,
                    "text": "not measured on this machine",
                },
            ]
        },
    }


def promotions(passed: bool = True, **said: Any) -> dict[str, Any]:
    """One rung with a candidate that the gate has measured, and two without."""
    rows = [
        {"id": 2, "action": "refuse", "actor": "Ada", "reason": MARKUP, "gate_report_id": 6},
        {"id": 1, "action": "promote", "actor": "Ada", "reason": "first", "gate_report_id": None},
    ]
    return {
        "served": [
            {
                "model": rung["name"],
                "version": 1,
                "before": None,
                "versions": [1],
                "candidates": [],
            }
            | (
                {
                    "versions": [1, 2, 3],
                    "before": 2,
                    "candidates": [
                        {"version": 3, "gate": gate_report(3, passed)},
                        {"version": 4, "gate": None},
                    ],
                }
                if rung["name"] == "cnn"
                else {}
            )
            for rung in RUNGS
        ],
        "items": [
            {
                "timestamp": NEWEST.isoformat(),
                "model": "cnn",
                "version": 2,
                "from_version": 1,
                "data_sha256": "fedcba9876543210" * 4,
                **row,
            }
            for row in rows
        ],
        "test_split_asked": {"cnn": 3},
        **said,
    }


def training_run(status: str = "done", **said: Any) -> dict[str, Any]:
    """A retraining of one rung."""
    return {
        "id": 5,
        "models": ["cnn"],
        "by": "Ada",
        "started_at": NEWEST.isoformat(),
        "ended_at": None if status == "running" else NEWEST.isoformat(),
        "status": status,
        "log": "epoch 1 of 5\nepoch 2 of 5\n",
        **said,
    }


def retraining(*runs: dict[str, Any], available: bool = True) -> dict[str, Any]:
    """Whether training is installed, and what became of it so far."""
    how = "Training is not installed here: run `make train-install`, then start again."
    return {"available": available, "how": how, "runs": list(runs)}


def accounts() -> list[dict[str, Any]]:
    """Three accounts, one of which has a name like HTML."""
    since = "2026-11-01T08:00:00Z"
    return [
        {"name": "Ada", "role": "admin", "created_at": since},
        {"name": "Bob", "role": "reviewer", "created_at": since},
        {"name": MARKUP, "role": "visitor", "created_at": since},
    ]


def administration(backend: FakeBackend) -> None:
    """An admin is signed in, and there is something to decide."""
    signed_in(backend, "Ada", "admin")
    backend.routes["GET /promotions"] = Answer(200, promotions())
    backend.routes["GET /retraining"] = Answer(200, retraining(training_run()))
    backend.routes["GET /accounts"] = Answer(200, accounts())


REFUSED = problem(
    409, "gate-refuses", "The gate refuses this version", "the gate refuses cnn@3 against @1: …"
)

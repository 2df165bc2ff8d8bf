"""Every figure of every shipped report, computed once more: plain NumPy, from predictions.npz."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_engine_and_backend.model_folder.folder import read_metadata, read_report, version_paths

MODELS_DIR = Path(__file__).resolve().parents[3] / "models"
FOLDERS = version_paths(MODELS_DIR)
EVERY_FOLDER = pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}@{f.name}")
N = 10_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stored(folder: Path) -> tuple[dict[str, Any], Floats, Ints]:
    """The report, and the logits and labels of the test split."""
    report = read_report(folder).model_dump()
    content = (folder / report["predictions"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == report["predictions"]["sha256"]
    with np.load(folder / report["predictions"]["file"]) as arrays:
        assert sorted(arrays.files) == ["labels", "logits"]
        assert (arrays["labels"].dtype, arrays["logits"].dtype) == (np.uint8, np.float16)
        return report, arrays["logits"].astype(np.float64), arrays["labels"].astype(np.int64)


def by_softmax(logits: Floats, temperature: float) -> Floats:
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    table: Floats = powers / powers.sum(axis=1, keepdims=True)
    return table


def by_wilson(share: float, n: int) -> list[float]:
    # the two shares whose score statistic is 1.96: roots of (p - x)² = z² x (1 - x) / n
    z2 = 1.959963984540054**2
    roots = np.roots([1 + z2 / n, -(2 * share + z2 / n), share**2])
    return sorted(float(root) for root in roots.real)


@EVERY_FOLDER
def test_accuracy_and_classes(folder: Path) -> None:
    report, logits, labels = stored(folder)
    assert (report["name"], report["version"]) == (folder.parent.name, int(folder.name))
    assert report["n_test"] == len(labels) == N
    read = np.array([int(np.flatnonzero(row == row.max())[0]) for row in logits])
    right = read == labels
    assert report["accuracy"] == right.sum() / N
    assert list(report["accuracy_interval"]) == pytest.approx(by_wilson(right.mean(), N), abs=1e-9)

    matrix = [[int(np.sum((labels == t) & (read == r))) for r in range(10)] for t in range(10)]
    assert report["confusion_matrix"] == matrix
    f1s, support = [], []
    for digit, told in enumerate(report["per_class"]):
        hits = matrix[digit][digit]
        answered, asked = sum(row[digit] for row in matrix), sum(matrix[digit])
        f1s.append(2 * hits / (answered + asked))
        support.append(asked)
        assert told["digit"] == digit
        assert told["support"] == asked
        assert told["precision"] == pytest.approx(hits / answered)
        assert told["recall"] == pytest.approx(hits / asked)
        assert told["f1"] == pytest.approx(f1s[-1])
    assert report["macro_f1"] == pytest.approx(sum(f1s) / 10)
    assert report["weighted_f1"] == pytest.approx(np.dot(f1s, support) / N)
    # the label has at most one better; halves where half precision leaves two second places equal
    own = logits[np.arange(N), labels][:, None]
    better, equal = (logits > own).sum(axis=1), (logits == own).sum(axis=1) - 1
    surely, perhaps = np.mean(better + equal < 2), np.mean(better < 2)
    assert surely <= report["top2_accuracy"] <= perhaps
    assert perhaps - surely < 0.001


@EVERY_FOLDER
@pytest.mark.parametrize("moment", ["before", "after"])
def test_calibration(folder: Path, moment: str) -> None:
    report, logits, labels = stored(folder)
    told = report["calibration"][moment]
    metadata = read_metadata(folder).model_dump()
    assert told["temperature"] == (1.0 if moment == "before" else metadata["temperature"])
    table = by_softmax(logits, told["temperature"])
    own = table[np.arange(N), labels]
    assert told["negative_log_likelihood"] == pytest.approx(-np.log(own).mean(), rel=1e-6)
    # sum of (p - y)² over the digits: Σ p² - 2 p(label) + 1
    brier = ((table**2).sum(axis=1) - 2 * own + 1).mean()
    assert told["brier_score"] == pytest.approx(brier)

    confidence, right = table.max(axis=1), table.argmax(axis=1) == labels
    error, counted = 0.0, 0
    assert len(told["reliability"]) == 15
    for number, place in enumerate(told["reliability"]):
        assert (place["low"], place["high"]) == pytest.approx((number / 15, (number + 1) / 15))
        inside = (confidence > place["low"]) & (confidence <= place["high"])
        assert place["count"] == inside.sum()
        counted += place["count"]
        if place["count"]:
            assert place["confidence"] == pytest.approx(confidence[inside].mean())
            assert place["accuracy"] == pytest.approx(right[inside].mean())
            error += abs(right[inside].sum() - confidence[inside].sum()) / N
        else:
            assert place["confidence"] is place["accuracy"] is None
    assert counted == N
    assert told["expected_calibration_error"] == pytest.approx(error)


@EVERY_FOLDER
def test_sure_answers(folder: Path) -> None:
    report, logits, labels = stored(folder)
    metadata = read_metadata(folder).model_dump()
    table = by_softmax(logits, metadata["temperature"])
    sure = table.max(axis=1) >= metadata["unsure_threshold"]
    # half precision may move a digit that lies on the threshold
    assert report["test_sure"]["coverage"] == pytest.approx(sure.mean(), abs=1e-9)
    right = (table.argmax(axis=1) == labels)[sure]
    assert report["test_sure"]["precision"] == pytest.approx(right.mean())


@EVERY_FOLDER
def test_beyond_mnist(folder: Path) -> None:
    report, metadata = read_report(folder).model_dump(), read_metadata(folder).model_dump()
    told = report["beyond_mnist"]
    content = (folder / told["predictions"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == told["predictions"]["sha256"]
    with np.load(folder / told["predictions"]["file"]) as arrays:
        stored = {name: arrays[name] for name in arrays.files}
    table = by_softmax(stored["logits"].astype(np.float64), metadata["temperature"])
    rows = iter(table)
    columns = (stored[name] for name in ("part", "kind", "label", "found", "likeness", "fields"))
    cases: dict[str, list[dict[str, Any]]] = {}
    for part, kind, label, found, likeness, fields in zip(*columns, strict=True):
        whole, *glyphs = (next(rows) for _ in range(fields))
        read = {"digit": [whole], "none": [], "several": glyphs}[found]
        confident = whole.max() >= metadata["unsure_threshold"]
        case = {
            "kind": kind,
            "confidence": whole.max(),
            "confident": confident,
            "sure": confident and found == "digit" and likeness >= told["sure_likeness"],
            "right": "".join(str(int(row.argmax())) for row in read) == label,
        }
        cases.setdefault(str(part), []).append(case)
    assert next(rows, None) is None

    def share(cases: list[dict[str, Any]], figure: str) -> float:
        return sum(bool(case[figure]) for case in cases) / len(cases)

    digits = np.sort([case["confidence"] for case in cases["digits"]])
    for part in ("two_digits", "letters"):
        assert told[part]["n"] == len(cases[part])
        assert told[part]["confident"] == pytest.approx(share(cases[part], "confident"))
        assert told[part]["sure"] == pytest.approx(share(cases[part], "sure"))
        others = np.array([case["confidence"] for case in cases[part]])
        below, above = (np.searchsorted(digits, others, side) for side in ("left", "right"))
        beaten = len(digits) - (below + above) / 2
        assert told[part]["auroc"] == pytest.approx(beaten.mean() / len(digits))
    assert told["numbers"]["accuracy"] == pytest.approx(share(cases["numbers"], "right"))
    assert {each["kind"] for each in told["pictures"]} >= {"photo", "several", "no_digit"}
    for each in told["pictures"]:
        mine = [case for case in cases["pictures"] if case["kind"] == each["kind"]]
        assert (each["n"], each["accuracy"]) == (len(mine), pytest.approx(share(mine, "right")))
        sure = [case for case in mine if case["sure"]]
        assert each["sure"]["coverage"] == pytest.approx(len(sure) / len(mine))
        if sure:
            assert each["sure"]["precision"] == pytest.approx(share(sure, "right"))

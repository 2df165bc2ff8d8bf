"""The gate beside simpler ways, on made data: ways that must tell, and the command's table."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from experiments.__main__ import main
from experiments.console import Reporter
from experiments.gate import alternatives, compare
from experiments.gate.alternatives import Fields, Way
from experiments.gate.compare import Compared, People
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field

QUIET = Reporter(quiet=True)


def bars(down: bool, count: int) -> Fields:
    """Bars of many lengths and places, all upright or all level."""
    generator = np.random.default_rng(count)
    fields = np.zeros((count, 28, 28), np.uint8)
    for field in fields:
        place, start, end = generator.integers([4, 2, 18], [24, 10, 26])
        field[start:end, place : place + 2] = generator.integers(150, 256)
    return fields if down else fields.transpose(0, 2, 1).copy()


def people(blank: int = 0) -> People:
    """40 upright bars for digits and 30 level ones for letters, the first `blank` of them blank."""
    fields = np.concatenate([bars(True, 40), bars(False, 30)])
    fields[:blank] = 0
    return People(fields, np.arange(70) < blank, np.arange(70) < 40)


def is_upright(fields: Fields) -> NDArray[np.float64]:
    """The answer: an upright bar covers more rows than columns."""
    covered = fields.any(axis=2).sum(axis=1) - fields.any(axis=1).sum(axis=1)
    return np.asarray(covered, np.float64)


def network(field: Field) -> Logits:
    """Certain of upright bars, undecided about the others."""
    logits = np.zeros(10, np.float32)
    logits[1] = max(0.0, float(is_upright(field[np.newaxis])[0]))
    return logits


def fitted(make: Callable[[Fields, NDArray[np.int64]], Way]) -> Way:
    training = bars(True, 300)
    return make(training, (training.sum(axis=(1, 2)) % 2).astype(np.int64))


WAYS: dict[str, Callable[[], Way]] = {
    "the answer": lambda: is_upright,
    "confidence": lambda: alternatives.confidence(network, 1.5),
    "energy": lambda: alternatives.energy(network),
    "reconstruction": lambda: fitted(lambda f, y: alternatives.reconstruction(f, y, 20)),
    "Mahalanobis": lambda: fitted(
        lambda f, y: alternatives.mahalanobis(lambda g: is_upright(g)[:, np.newaxis], f, y)
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_way_that_can_tell_gets_an_auroc_of_one(way: Callable[[], Way]) -> None:
    (row,) = compare.compare({"way": way()}, people(), QUIET)
    assert row == Compared("way", 1.0, 0.0, 0.0)


def test_blank_drawings_count_as_unlike_digits() -> None:
    # four of forty digits are blank: every letter is as like as the likest 95 % of them
    (row,) = compare.compare({"way": is_upright}, people(blank=4), QUIET)
    assert row == Compared("way", 0.9, 1.0, 1.0)


def test_mahalanobis_distance_is_to_the_nearest_mean_in_units_of_the_spread() -> None:
    values = np.array([9, 11, 99, 101], np.uint8)
    fields = np.repeat(values, 784).reshape(4, 28, 28)
    labels = np.array([0, 0, 1, 1])

    def level(fields: Fields) -> NDArray[np.float64]:
        return fields[:, 0, :1].astype(np.float64)

    score = alternatives.mahalanobis(level, fields, labels)
    assert score(np.full((1, 28, 28), 97, np.uint8)) == pytest.approx([-9])


def test_table_is_markdown_in_files_and_drawn_on_terminals() -> None:
    rows = [Compared("`cnn`", 0.98765, 0.05, 0.125)]
    file, terminal = io.StringIO(), io.StringIO()
    compare.show(rows, Console(file=file))
    assert file.getvalue().splitlines() == [
        "Ways to tell digits from letters:",
        "",
        "| way | AUROC | letters accepted where 95 % of digits are | where 99.5 % are |",
        "| --- | ---: | ---: | ---: |",
        "| `cnn` | 0.9877 | 5.0 % | 12.5 % |",
        "",
    ]
    compare.show(rows, Console(file=terminal, force_terminal=True, width=100))
    assert "0.9877" in terminal.getvalue()
    assert "|" not in terminal.getvalue()


def test_command_prints_every_way(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare, "load_people", lambda *_: people())
    monkeypatch.setattr(alternatives, "ways", lambda *_: {"upright": is_upright, "level": level})

    def level(fields: Fields) -> NDArray[np.float64]:
        return -is_upright(fields)

    command = ["gate", "--compare", "--data-dir", str(data_dir)]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[4:-1] == [
        "| upright | 1.0000 | 0.0 % | 0.0 % |",
        "| level | 0.0000 | 100.0 % | 100.0 % |",
    ]
    assert main([*command, "--json"]) == 0
    assert [row["auroc"] for row in json.loads(capsys.readouterr().out)] == [1, 0]


def test_command_says_which_recordings_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "--compare", "--data-dir", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "dev.jsonl.gz: expected recorded pen strokes, found no file" in told.err
    assert told.out == ""

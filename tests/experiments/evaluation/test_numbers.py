"""How often numbers are read, on one written number and a few strings."""

import gzip
import json
from pathlib import Path

import pytest

from experiments.data.dataset import Dataset
from experiments.data.penstrokes import NUMBERS_FILE, PenStrokesAbsentError
from experiments.evaluation.numbers import measure_numbers
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.folder import latest, read_folder
from ml_engine_and_backend.model_folder.gate import GATE
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO

MODELS = REPOSITORY / "models"
MODEL = Model.load(read_folder(latest(MODELS, "deep_cnn")))
GATE_NETWORK = Gate.load(latest(MODELS, GATE))


def test_numbers_are_read_and_counted(small_mnist: Dataset, tmp_path: Path) -> None:
    two = [[(x + 1.3, y) for x, y in stroke] for stroke in TWO]
    strokes = [[[round(1000 * at) for at in point] for point in line] for line in [*SEVEN, *two]]
    rows = [
        {"label": "72", "writer": 1, "strokes": strokes},
        {"label": "27", "writer": 1, "strokes": strokes, "touching": True},
    ]
    path = tmp_path / NUMBERS_FILE
    path.parent.mkdir()
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    found = measure_numbers(
        MODEL, GATE_NETWORK, small_mnist, tmp_path, seeds=[1, 2], strings=4, pairs=4
    )
    assert (found.people, found.people_exact) == (2, 0.5)
    assert (found.touching, found.touching_exact) == (1, 0.0)
    assert found.made.keys() == {1, 2}
    assert max(found.made.values()) >= 0.5
    assert found.pairs_as_one_sure <= found.pairs_as_one <= 0.25
    assert found.page_ms > 0


def test_without_numbers_there_is_nothing_to_measure(small_mnist: Dataset, tmp_path: Path) -> None:
    with pytest.raises(PenStrokesAbsentError):
        measure_numbers(MODEL, GATE_NETWORK, small_mnist, tmp_path)

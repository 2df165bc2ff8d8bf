"""Drawings -> rows."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.evaluation.pictures import served_ladder
from experiments.reading.inputs import Piece, Shard, shards_of
from experiments.reading.reader import Reader, Row
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Logits, Model, Prediction
from ml_engine_and_backend.engine.preprocessing import Field
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode
from tests.experiments.reading.containers import write_idx, write_lines
from tests.fakes import fake_metadata

Served = tuple[Model, Gate | None]


@pytest.fixture(scope="module")
def shipped() -> Served:
    """The shipped `hidden_layer`, and the gate."""
    ladder = served_ladder(REPOSITORY / "models")
    return ladder.find("hidden_layer"), ladder.gate


def rows(shipped: Served, shards: list[Shard]) -> list[Row]:
    reader = Reader(*shipped)
    return [row for shard in shards for piece in shard for row in reader.read(piece)]


def test_a_row_is_what_the_service_answers(shipped: Served, tmp_path: Path) -> None:
    drawn = {
        "seven.png": draw(SEVEN),
        "two.jpg": draw(TWO, ink=255, paper=20),
        "pair.png": draw(
            [*SEVEN, *[[(x + 1.2, y) for x, y in s] for s in TWO]], field_px=(460, 280)
        ),
        "bar.png": draw([[(0, 0), (1, 0)]], pen_px=4),
    }
    model, gate = shipped
    verdicts = []
    for name, image in drawn.items():
        data = encode(image, "JPEG" if name.endswith("jpg") else "PNG")
        (tmp_path / name).write_bytes(data)
        _, (expected,) = asyncio.run(PredictionService().predict(data, [model], gate))
        (row,) = rows(shipped, [[Piece(str(tmp_path / name))]])
        assert row == {
            "path": str(tmp_path / name),
            "place": None,
            "digit": expected.digit,
            "label": expected.label,
            "confidence": expected.confidence,
            "probabilities": expected.probabilities,
            "verdict": expected.verdict,
            "found": expected.found.kind,
            "digit_likeness": expected.found.digit_likeness,
            "box": list(expected.preprocessing.box),
        }
        verdicts.append(row["verdict"])
    assert verdicts[0] == "sure"
    assert verdicts[2] == "several"


def test_own_classes_are_read_as_the_service_reads_them(tmp_path: Path) -> None:
    def row_of_the_first_column(field: Field) -> Logits:
        return field[:10, 0].astype(np.float32)

    clothes = tuple(f"garment {n}" for n in range(10))
    what = fake_metadata(classes=clothes, preprocessing="as_is")
    model = Model(what, 0.9, 1000, row_of_the_first_column)
    levels = np.zeros((28, 28), np.uint8)
    levels[7, 0] = levels[20:26, 3:25] = 255
    data = encode(Image.fromarray(levels))
    (tmp_path / "1.png").write_bytes(data)
    idx = write_idx(tmp_path / "one.idx", levels[None])
    _, (expected,) = asyncio.run(PredictionService().predict(data, [model]))
    found = rows((model, None), shards_of([str(tmp_path / "1.png"), idx], 2))
    assert (expected.digit, expected.label) == (7, "garment 7")
    for row in found:
        assert (row["digit"], row["label"]) == (expected.digit, expected.label)
        assert row["probabilities"] == expected.probabilities


def test_what_cannot_be_read_is_a_row_with_its_error(
    shipped: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {
        "1.png": encode(draw(SEVEN)),
        "2.png": b"not a picture",
        "3.png": encode(draw([])),
        "5.png": encode(draw(SEVEN)),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    pieces = [Piece(str(tmp_path / f"{n}.png")) for n in range(1, 6)]
    predict, calls = Model.predict, [1, 2]

    def stumbles(model: Model, field: Field) -> Prediction:
        return predict(model, field) if calls.pop() == 2 else [][0]  # whatever it stumbles over

    monkeypatch.setattr(Model, "predict", stumbles)
    found = rows(shipped, [pieces, [Piece("c.jsonl.gz", error="breaks off")]])
    assert [row["verdict"] for row in found] == [
        "sure",
        *["unreadable", "blank"],
        *["unreadable"] * 3,
    ]
    told = [str(row.get("error")) for row in found]
    assert told[0] == "None"
    assert told[1].startswith("expected a PNG, JPEG, WEBP, GIF or BMP picture, got 13 bytes")
    assert told[2].startswith("expected a digit, got ")
    assert "No such file" in told[3]
    assert told[4] == "IndexError: list index out of range"
    assert told[5] == "breaks off"


def test_containers_are_read_drawing_by_drawing(shipped: Served, tmp_path: Path) -> None:
    pictures = [draw(SEVEN), draw(TWO), draw(SEVEN, left_px=20)]
    for n, image in enumerate(pictures):
        (tmp_path / f"{n}.png").write_bytes(encode(image))
    alone = rows(shipped, [[Piece(str(tmp_path / f"{n}.png"))] for n in range(3)])
    idx = write_idx(tmp_path / "three.idx.gz", np.stack([np.asarray(each) for each in pictures]))
    found = rows(shipped, shards_of([idx], 2))
    assert [row["place"] for row in found] == [0, 1, 2]
    for row, expected in zip(found, alone, strict=True):
        assert row | {"path": "", "place": 0} == expected | {"path": "", "place": 0}

    plain = tmp_path / "three.idx"
    write_idx(plain, np.stack([np.asarray(each) for each in pictures]))
    plain.write_bytes(plain.read_bytes()[:-1])
    cut = rows(shipped, shards_of([str(plain)], 2))
    assert [row["digit"] for row in cut[:2]] == [row["digit"] for row in alone[:2]]
    assert "expected 280 × 280 bytes of picture 2, got 78399" in cut[2]["error"]

    strokes = [[[round(100 * x), round(100 * y)] for x, y in stroke] for stroke in SEVEN]
    record = {"label": "7", "writer": 1, "strokes": strokes}
    lines = write_lines(tmp_path / "pen.jsonl", [record, "{", record])
    first, broken, last = rows(shipped, shards_of([lines], 2))
    assert (first["digit"], first["place"], last["digit"], last["place"]) == (7, 0, 7, 2)
    assert "pen.jsonl, line 2: expected label, writer and strokes" in broken["error"]

"""Drawings as files that others can read."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta

import numpy as np
from PIL import Image

from experiments.data.idx import IdxFile, parse
from ml_engine_and_backend.database import export, history
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.history import Filters
from tests.database.rows import ANN, BOB, NOON, PNG, drawing, keep

RANDOM = np.random.default_rng(5)
DIGITS = [*"0123456789"]


def some_field() -> bytes:
    return RANDOM.integers(0, 256, 784, np.uint8).tobytes()


def unpacked(parts: Iterable[bytes]) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert archive.testzip() is None
    return archive


def test_zip_has_every_picture_and_all_that_is_known(database: Database) -> None:
    fields = [some_field(), some_field()]
    text = '<script>alert("ä")</script>\n'
    late, early, bare = keep(
        database,
        drawing(field=fields[0], image_data=PNG, true_label="7", labelled_at=NOON, request_id=text),
        drawing(
            timestamp=NOON - timedelta(days=1),
            field=fields[1],
            reads=[{"model": "deep_cnn", "version": 2, "verdict": "unsure"}, {"model": "cnn"}],
        ),
        drawing(timestamp=NOON - timedelta(hours=1), field=None),
    )
    keep(database, drawing(BOB, field=some_field()), drawing(None))
    archive = unpacked(export.as_zip(history.all_drawings(database, ANN, Filters()), DIGITS))
    names = [
        f"fields/2026-11-27T12-00-00_{early}.png",
        f"fields/2026-11-28T12-00-00_{late}.png",
        f"drawings/2026-11-28T12-00-00_{late}.png",
    ]
    assert archive.namelist() == [*names, "drawings.jsonl", "classes.txt"]
    assert archive.read(names[2]) == PNG
    for name, field in zip(names, reversed(fields), strict=False):
        with Image.open(io.BytesIO(archive.read(name))) as picture:
            assert (picture.mode, picture.size) == ("L", (28, 28))
            assert picture.tobytes() == field
    lines = [json.loads(line) for line in archive.read("drawings.jsonl").splitlines()]
    assert [line["id"] for line in lines] == [early, bare, late]
    assert [line["field"] for line in lines] == [names[0], None, names[1]]
    assert [line["drawing"] for line in lines] == [None, None, names[2]]
    assert lines[2]["request_id"] == text
    assert (lines[2]["true_label"], lines[2]["labelled_at"]) == ("7", NOON.isoformat())
    read = [(each["model"], each["version"], each["verdict"]) for each in lines[0]["results"]]
    assert read == [("cnn", 1, "sure"), ("deep_cnn", 2, "unsure")]
    assert lines[2]["results"][0]["is_right"] is True
    assert len(lines[2]["results"][0]["probabilities"]) == 10
    # an export is passed on: it does not say whose session it was
    assert ANN not in archive.read("drawings.jsonl").decode()


def test_idx_files_are_read_as_mnists_are(database: Database) -> None:
    labels = ["3", "not_a_digit", "0", None, "9", "several"]
    fields = [some_field() for _ in labels]
    keep(
        database,
        *(
            drawing(timestamp=NOON + timedelta(seconds=place), field=field, true_label=label)
            for place, (field, label) in enumerate(zip(fields, labels, strict=True))
        ),
        drawing(field=None, true_label="5"),
        drawing(BOB, field=some_field(), true_label="5"),
    )
    archive = unpacked(export.as_idx(history.all_drawings(database, ANN, Filters()), DIGITS))
    assert archive.namelist() == ["images-idx3-ubyte", "labels-idx1-ubyte", "classes.txt"]
    images, digits, names = (archive.read(name) for name in archive.namelist())
    assert names.decode().splitlines() == DIGITS

    def read(content: bytes, *shape: int) -> bytes:
        expected = IdxFile("", shape, hashlib.sha256(content).hexdigest())
        return parse(content, expected, "here").tobytes()

    assert read(images, 3, 28, 28) == fields[0] + fields[2] + fields[4]
    assert read(digits, 3) == bytes([3, 0, 9])


def test_nothing_to_export_is_an_empty_file(database: Database) -> None:
    assert unpacked(export.as_zip([], DIGITS)).read("drawings.jsonl") == b""
    drawings = history.all_drawings(database, None, Filters())
    archive = unpacked(export.as_idx(drawings, DIGITS))
    assert archive.read("images-idx3-ubyte") == bytes([0, 0, 8, 3, *bytes(7), 28, 0, 0, 0, 28])
    assert archive.read("labels-idx1-ubyte") == bytes([0, 0, 8, 1, 0, 0, 0, 0])


def test_a_long_export_comes_in_parts(database: Database) -> None:
    big = RANDOM.bytes(50_000)
    keep(database, *(drawing(image_data=big) for _ in range(450)))
    drawings = history.all_drawings(database, ANN, Filters())
    parts = [len(part) for part in export.as_zip(drawings, DIGITS)]
    assert sum(parts) > 450 * len(big)
    assert max(parts) < 201 * (len(big) + 2_000)

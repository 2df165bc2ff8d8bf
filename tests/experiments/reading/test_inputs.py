"""Files -> shards."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from experiments.errors import DataError
from experiments.reading.inputs import Piece, find_inputs, open_container, shards_of
from tests.experiments.reading.containers import write_idx, write_lines


def touch(folder: Path, *names: str) -> list[str]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return [str(folder / name) for name in names]


def test_folders_are_searched_and_named_files_taken_as_they_are(tmp_path: Path) -> None:
    wanted = touch(tmp_path, "a/2.PNG", "a/b/1.jpeg", "a/t10k-images-idx3-ubyte.gz", "c.jsonl")
    touch(tmp_path, "a/README.md", "a/.3.png", "a/labels.csv", "a/t10k-labels-idx1-ubyte.gz")
    touch(tmp_path, "a/train-labels.idx1-ubyte")
    (odd,) = touch(tmp_path, "scan.upload")
    found = find_inputs([tmp_path / "a", tmp_path / "c.jsonl", tmp_path, tmp_path / "scan.upload"])
    assert found.paths == sorted([*wanted, odd])
    with pytest.raises(DataError, match=r"gone: expected a file or a folder, found nothing"):
        find_inputs([tmp_path / "gone"])
    with pytest.raises(DataError, match=r"labels\.idx1-ubyte: expected drawings, got .* labels"):
        find_inputs([tmp_path / "a" / "train-labels.idx1-ubyte"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"expected pictures .* found none in 0 files"):
        find_inputs([tmp_path / "empty"])


def test_a_file_that_comes_goes_or_grows_is_another_input(tmp_path: Path) -> None:
    touch(tmp_path, "1.png", "2.png")
    before = find_inputs([tmp_path])
    assert find_inputs([tmp_path / "2.png", tmp_path]) == before
    (tmp_path / "1.png").write_bytes(b"longer than it was")
    grown = find_inputs([tmp_path])
    touch(tmp_path, "3.png")
    more = find_inputs([tmp_path])
    assert len({each.sha256 for each in (before, grown, more)}) == 3


def test_shards_hold_every_drawing_once_and_no_more_than_their_size(tmp_path: Path) -> None:
    idx = write_idx(tmp_path / "b-idx3-ubyte", np.zeros((7, 2, 3), np.uint8))
    lines = [{"n": n, "padding": "x" * n} for n in range(5)]
    packed = write_lines(tmp_path / "c.jsonl.gz", lines)
    pictures = touch(tmp_path, "a1.png", "a2.png", "a3.png", "a4.png")
    shards = shards_of([*pictures, idx, packed], 3)
    assert [sum(piece.drawings for piece in shard) for shard in shards] == [3, 1, 3, 3, 1, 3, 2]
    assert shards[0] == [Piece(path) for path in pictures[:3]]
    assert shards[3] == [Piece(idx, 3, 3, offset=16 + 3 * 6)]
    last = shards[6][0]
    assert (last.first, last.drawings) == (3, 2)
    with open_container(packed) as file:
        file.seek(last.offset)
        assert json.loads(file.readline()) == lines[3]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.jsonl.gz", gzip.compress(b"[]\n" * 9, mtime=0)[:-4], "ended before"),
        ("a.idx.gz", b"no gzip", "Not a gzipped file"),
        ("a-ubyte", b"\0\0\x08\x01\0\0\0\x05rest of it", "IDX file that begins 00 00 08 03"),
        ("gone.idx", None, "No such file"),
    ],
    ids=["cut off", "no gzip", "no pictures", "gone"],
)
def test_a_broken_container_is_one_piece_that_says_why(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ((piece,),) = shards_of([str(tmp_path / name)], 3)
    assert (piece.first, piece.drawings) == (None, 1)
    assert piece.error is not None
    assert told in piece.error

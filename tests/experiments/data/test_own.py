"""Somebody's own pictures: the three layouts, and what is refused, each with its sentence."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.own import load_own
from experiments.errors import DataError
from tests.experiments.data.mnist_fakes import idx_bytes

QUIET = Reporter(quiet=True)
NOISE = np.random.default_rng(5)


def _write(folder: Path, name: str, count: int, side: int = 28) -> None:
    (folder / name).mkdir(parents=True)
    for number in range(count):
        pixels = NOISE.integers(1, 256, (side, side), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name / f"{number}.png")


def _write_idx(folder: Path, part: str, labels: list[int]) -> None:
    images = NOISE.integers(1, 256, (len(labels), 28, 28), dtype=np.uint8)
    (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(images)))
    values = np.array(labels, np.uint8)
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(values))


def _contents(data: Dataset) -> list[bytes]:
    parts = (data.train, data.validation, data.test)
    return [image.tobytes() for split in parts for image in split.images]


def test_a_folder_a_class_is_split_by_a_fixed_seed(tmp_path: Path) -> None:
    _write(tmp_path, "b", 20)
    _write(tmp_path, "a", 40)
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    data, again = load_own(tmp_path, QUIET), load_own(tmp_path, QUIET)
    assert (data.classes, data.preprocessing) == (("a", "b"), "as_is")
    # 15 % of each class, and as many again
    assert np.bincount(data.test.labels).tolist() == [6, 3]
    assert np.bincount(data.validation.labels).tolist() == [6, 3]
    assert len(set(_contents(data))) == len(_contents(data)) == 60
    assert data.sha256 == again.sha256
    first = np.asarray(Image.open(tmp_path / "a" / "0.png")).tobytes()
    assert first in _contents(data)


def test_a_picture_counts_once_and_none_that_is_tested_on_is_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part, count in (("train", 20), ("test", 5)):
        for name in ("a", "b"):
            _write(tmp_path / part, name, count)
    for source, copy in (("test/a/0.png", "train/a/x.png"), ("train/b/0.png", "train/b/x.png")):
        (tmp_path / copy).write_bytes((tmp_path / source).read_bytes())
    data = load_own(tmp_path, Reporter())
    assert len(data.test) == 10
    assert len(data.train) + len(data.validation) == 40
    assert len(set(_contents(data))) == 50
    assert "2 pictures come a second time" in capsys.readouterr().err


def test_idx_files_are_read_with_and_without_names(tmp_path: Path) -> None:
    _write_idx(tmp_path, "train", [0, 1, 2] * 15)
    _write_idx(tmp_path, "t10k", [2, 1, 0])
    data = load_own(tmp_path, QUIET)
    assert (data.classes, data.test.labels.tolist()) == (("0", "1", "2"), [2, 1, 0])
    (tmp_path / "classes.txt").write_text("Bag\nDress\n\nCoat\n", "utf-8")
    assert load_own(tmp_path, QUIET).classes == ("Bag", "Dress", "Coat")


def test_transparent_and_deep_pictures_become_grey_levels(tmp_path: Path) -> None:
    _write(tmp_path, "a", 20)
    _write(tmp_path, "b", 20)
    clear = Image.new("RGBA", (28, 28), (255, 255, 255, 0))
    clear.putpixel((3, 4), (255, 255, 255, 255))
    clear.save(tmp_path / "a" / "clear.png")
    Image.fromarray(np.full((28, 28), 257 * 70, np.uint16)).save(tmp_path / "b" / "deep.png")
    expected = np.zeros((28, 28), np.uint8)
    expected[4, 3] = 255
    found = _contents(load_own(tmp_path, QUIET))
    assert expected.tobytes() in found
    assert np.full((28, 28), 70, np.uint8).tobytes() in found


def _two(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b", 10)


def _of_other_size(folder: Path) -> None:
    _two(folder)
    Image.new("L", (32, 32)).save(folder / "a" / "big.png")


def _damaged(folder: Path) -> None:
    _two(folder)
    (folder / "b" / "0.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")


def _few(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b", 9)


def _long_name(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b" * 41, 10)


def _without_test(folder: Path) -> None:
    _two(folder / "train")


def _other_classes(folder: Path) -> None:
    _two(folder / "train")
    _write(folder / "test", "a", 1)
    _write(folder / "test", "c", 1)


def _too_few_names(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1, 2] * 15)
    (folder / "classes.txt").write_text("a\nb\n", "utf-8")


def _same_names(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1] * 15)
    (folder / "classes.txt").write_text("a\na\n", "utf-8")


def _without_labels(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1] * 15)
    (folder / "train-labels-idx1-ubyte").unlink()


def _cut_off(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1] * 15)
    path = folder / "train-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder.rmdir(), "expected a folder of pictures, got none"),
        (lambda folder: None, "expected a folder for each of 2 to 256 classes, .* got 0 folders"),
        (lambda folder: _write(folder, "a", 10), "got 1 folders"),
        (_of_other_size, "big.png: expected a picture of 28 × 28 pixels, got 32 × 32"),
        (_damaged, "0.png: expected a readable picture"),
        (_few, "at least 10 different pictures to train on of the class 'b', got 9"),
        (_long_name, "expected class names of 1 to 40 printable characters, got 'bbb"),
        (_without_test, "got 0 folders"),
        (_other_classes, "expected the classes of train, a, b, got a, c"),
        (_too_few_names, "expected 3 names, a line each, got 2"),
        (_same_names, "expected class names that differ, got 'a' twice"),
        (_without_labels, "expected train-labels-idx"),
        (_cut_off, "expected 38 bytes, got 37"),
    ],
)
def test_what_is_no_such_set_is_refused(
    tmp_path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    make(folder)
    with pytest.raises(DataError, match=sentence):
        load_own(folder, QUIET)

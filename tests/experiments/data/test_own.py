"""Somebody's own pictures: the three layouts, and what is refused, each with its sentence."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.labelled import open_labelled
from experiments.data.own import load_own
from experiments.errors import DataError
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import encode
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
    data, again = load_own(tmp_path, QUIET), load_own(tmp_path, QUIET)
    assert (data.classes, data.preprocessing) == (("a", "b"), "as_is")
    # 15 % of each class, and as many again
    assert np.bincount(data.test.labels).tolist() == [6, 3]
    assert np.bincount(data.validation.labels).tolist() == [6, 3]
    assert len(set(_contents(data))) == len(_contents(data)) == 60
    assert data.sha256 == again.sha256
    first = np.asarray(Image.open(tmp_path / "a" / "0.png")).tobytes()
    assert first in _contents(data)


def test_files_are_found_and_passed_over_as_evaluation_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tmp_path / "download"
    _write(whole / "set", "a", 10)
    _write(whole / "set", "b", 10)
    _write(whole / "set" / "a", "more", 5)
    for name in ("a/._0.png", ".DS_Store", "b/Thumbs.db", "__MACOSX/a/x.png", "a/.git/0.png"):
        path = whole / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"hidden")
    (whole / "README.txt").write_text("hello")
    (whole / "set" / "loose.png").write_bytes((whole / "set" / "a" / "0.png").read_bytes())
    (whole / "set" / "b" / "notes.txt").write_text("no picture")
    (whole / "set" / "b" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    Image.new("L", (28, 28), 90).save(whole / "set" / "b" / "blank.png")
    (whole / "set" / "b" / "link.png").symlink_to(whole / "set" / "a" / "0.png")
    data = load_own(whole, Reporter())
    assert data.classes == ("a", "b")
    assert len(_contents(data)) == 25
    told = capsys.readouterr().err
    assert "hidden files passed over: 5" in told
    assert "in no folder of a class (2): README.txt, set/loose.png" in told
    assert "got a link (1): set/b/link.png" in told
    for name in ("notes.txt", "broken.png", "blank.png"):
        assert f"(1): set/b/{name}\n" in told
    with open_labelled(whole, data.classes) as evaluated:
        # but for a picture without ink: no rung reads it, and it counts so
        assert {each.name for each in evaluated if b"PNG" in each.data[:8]} - {
            "set/b/broken.png",
            "set/b/blank.png",
        } == {
            f"set/{home}/{number}.png"
            for home, count in (("a", 10), ("a/more", 5), ("b", 10))
            for number in range(count)
        }


def test_names_that_look_equal_are_one_class(tmp_path: Path) -> None:
    composed, decomposed = "Caf\u00e9", "Cafe\u0301"
    _write(tmp_path, "Tee", 20)
    _write(tmp_path, f"{composed}/a", 10)
    _write(tmp_path, f"{decomposed}/b", 10)
    data = load_own(tmp_path, QUIET)
    assert (data.classes, len(_contents(data))) == ((composed, "Tee"), 40)
    for name in (composed, decomposed):
        with open_labelled(tmp_path, (name, "Tee")) as evaluated:
            assert np.bincount([each.label for each in evaluated]).tolist() == [20, 20]


def test_names_in_classes_txt_that_look_equal_are_one_class(tmp_path: Path) -> None:
    _write_idx(tmp_path, "train", [0, 1] * 15)
    names = tmp_path / "classes.txt"
    names.write_text("Tee\nCafe\u0301\n", "utf-8")
    assert load_own(tmp_path, QUIET).classes == ("Tee", "Caf\u00e9")
    names.write_text("Caf\u00e9\nCafe\u0301\n", "utf-8")
    with pytest.raises(DataError, match="expected class names that differ, got 'Caf\u00e9' twice"):
        load_own(tmp_path, QUIET)


@pytest.mark.parametrize("parts", [("train", "val", "test"), ("Training", "VALID", "testing")])
def test_a_validation_split_that_is_given_is_taken(tmp_path: Path, parts: tuple[str, ...]) -> None:
    for part, count in zip(parts, (20, 6, 5), strict=True):
        for name in ("a", "b"):
            _write(tmp_path / part, name, count)
    train, validation, test = (tmp_path / part for part in parts)
    # what is tested on validates nothing, and what validates is not learnt
    (validation / "a" / "0.png").write_bytes((test / "a" / "0.png").read_bytes())
    (train / "a" / "0.png").write_bytes((validation / "a" / "1.png").read_bytes())
    data = load_own(tmp_path, QUIET)
    assert [np.bincount(split.labels).tolist() for split in (data.train, data.validation)] == [
        [19, 20],
        [5, 6],
    ]
    assert len(data.test) == 10
    assert len(set(_contents(data))) == len(_contents(data))


def test_a_folder_train_alone_is_a_set_in_one_more_folder(tmp_path: Path) -> None:
    _write(tmp_path / "train", "a", 20)
    _write(tmp_path / "train", "b", 20)
    data = load_own(tmp_path, QUIET)
    assert (data.classes, len(data.test)) == (("a", "b"), 6)


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
    assert (
        "2 pictures to train on come a second time, or in another part" in capsys.readouterr().err
    )


def test_a_picture_with_several_labels_is_learnt_under_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "a", 20)
    _write(tmp_path, "b", 20)
    for copy in ("a/x.png", "b/x.png", "b/y.png"):
        (tmp_path / copy).write_bytes((tmp_path / "a" / "0.png").read_bytes())
    (tmp_path / "b" / "z.png").write_bytes((tmp_path / "b" / "1.png").read_bytes())
    data = load_own(tmp_path, Reporter())
    assert len(_contents(data)) == 39
    doubtful = np.asarray(Image.open(tmp_path / "a" / "0.png")).tobytes()
    assert doubtful not in _contents(data)
    told = capsys.readouterr().err
    assert (
        "left out: the same picture with several labels, of which one at least is wrong (1): "
        "a/0.png as a = a/x.png as a = b/x.png as b = b/y.png as b\n" in told
    )
    assert "1 pictures to train on come a second time, and are left out\n" in told


def test_a_test_split_stays_as_given_and_its_repeats_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part, count in (("train", 20), ("test", 5)):
        for name in ("a", "b"):
            _write(tmp_path / part, name, count)
    for source, copy in (
        ("test/a/0.png", "test/a/x.png"),
        ("test/a/1.png", "test/b/x.png"),
        ("test/a/2.png", "train/b/x.png"),
        ("train/a/0.png", "train/b/y.png"),
    ):
        (tmp_path / copy).write_bytes((tmp_path / source).read_bytes())
    data = load_own(tmp_path, Reporter())
    assert (len(data.test), len(data.train) + len(data.validation)) == (12, 39)
    told = capsys.readouterr().err
    assert "2 pictures to test come a second time, and stay as given\n" in told
    assert (
        "one at least is wrong, but for the test split, which stays as given (2): "
        "test/a/1.png as a = test/b/x.png as b, test/a/2.png as a = train/b/x.png as b\n" in told
    )
    assert "one at least is wrong (1): train/a/0.png as a = train/b/y.png as b\n" in told


@pytest.mark.parametrize(("train", "test"), [("train", "t10k"), ("my-train", "my-test")])
def test_idx_files_are_read_with_and_without_names(tmp_path: Path, train: str, test: str) -> None:
    _write_idx(tmp_path, train, [0, 1, 2] * 15)
    _write_idx(tmp_path, test, [2, 1, 0])
    data = load_own(tmp_path, QUIET)
    assert (data.classes, data.test.labels.tolist()) == (("0", "1", "2"), [2, 1, 0])
    # unpacked beside its archive, it is the same file
    archive = tmp_path / f"{train}-images-idx3-ubyte.gz"
    archive.with_suffix("").write_bytes(gzip.decompress(archive.read_bytes()))
    assert load_own(tmp_path, QUIET).sha256 == data.sha256
    (tmp_path / "classes.txt").write_text("Bag\nDress\nCoat\n\n", "utf-8")
    assert load_own(tmp_path, QUIET).classes == ("Bag", "Dress", "Coat")


LETTERS = list(range(1, 27))
CLOTHES = [0, 1, 3, 5, 7, 8, 9]


@pytest.mark.parametrize(
    ("labels", "lines", "names"),
    [
        (LETTERS, None, [str(label) for label in LETTERS]),
        (LETTERS, "-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (CLOTHES, None, "0135789"),
        (CLOTHES, "abcdefghij", "abdfhij"),
    ],
)
def test_labels_that_occur_are_the_classes(
    tmp_path: Path, labels: list[int], lines: str | None, names: Sequence[str]
) -> None:
    _write_idx(tmp_path, "train", labels * 10)
    _write_idx(tmp_path, "t10k", labels[::-1])
    if lines is not None:
        (tmp_path / "classes.txt").write_text("\n".join(lines), "utf-8")
    data = load_own(tmp_path, QUIET)
    assert data.classes == tuple(names)
    assert data.test.labels.tolist() == list(range(len(labels)))[::-1]
    assert np.bincount(data.train.labels).tolist() == [9] * len(labels)
    # and evaluation takes them for the same ones
    with open_labelled(tmp_path / "t10k-images-idx3-ubyte.gz", data.classes) as pictures:
        assert [picture.label for picture in pictures] == data.test.labels.tolist()


COLOURS = NOISE.integers(0, 256, (28, 28, 3), dtype=np.uint8)


def _ink(colour: tuple[int, int, int]) -> Image.Image:
    """Ink of a colour on a transparent ground."""
    ink = Image.new("RGBA", (28, 28), (255, 255, 255, 0))
    ink.paste((*colour, 255), (8, 4, 14, 24))
    return ink


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(Image.fromarray(COLOURS[..., 0]), "JPEG", exif=exif)


@pytest.mark.parametrize(
    "file",
    [
        encode(Image.fromarray(COLOURS[..., 0])),
        encode(Image.fromarray(COLOURS)),
        encode(Image.fromarray(COLOURS).quantize(200)),
        encode(_ink((0, 0, 0))),
        encode(_ink((200, 30, 40))),
        encode(_ink((255, 255, 255))),
        encode(Image.fromarray(COLOURS[..., 1].astype(np.uint16) * 250)),
        _turned(),
    ],
    ids=["grey", "RGB", "palette", "black ink", "red ink", "white ink", "16 bits", "turned"],
)
def test_the_field_that_is_learnt_is_the_one_that_is_served(tmp_path: Path, file: bytes) -> None:
    _write(tmp_path, "a", 20)
    _write(tmp_path, "b", 20)
    before = _contents(load_own(tmp_path, QUIET))
    (tmp_path / "a" / "it.png").write_bytes(file)
    (learnt,) = set(_contents(load_own(tmp_path, QUIET))).difference(before)
    assert learnt == preprocess(decode(file), "as_is").field.tobytes()


def _two(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b", 10)


def _of_other_size(folder: Path) -> None:
    _two(folder)
    Image.new("L", (32, 32)).save(folder / "a" / "big.png")


def _few(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b", 9)


def _long_name(folder: Path) -> None:
    _write(folder, "a", 10)
    _write(folder, "b" * 41, 10)


def _without_test(folder: Path) -> None:
    _two(folder / "train")
    _write(folder / "val", "a", 1)


def _beside_the_parts(folder: Path) -> None:
    for name in ("train", "test", "more"):
        _two(folder / name)


def _twice_validated(folder: Path) -> None:
    for name in ("train", "test", "val", "validation"):
        _two(folder / name)


def _unvalidated_class(folder: Path) -> None:
    for name in ("train", "test", "val"):
        _two(folder / name)
    for path in (folder / "val" / "b").iterdir():
        path.write_bytes((folder / "test" / "b" / path.name).read_bytes())


def _other_classes(folder: Path) -> None:
    _two(folder / "train")
    _write(folder / "test", "a", 1)
    _write(folder / "test", "c", 1)


def _too_few_names(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1, 2] * 15)
    (folder / "classes.txt").write_text("a\nb\n", "utf-8")


def _names_of_another_set(folder: Path) -> None:
    _write_idx(folder, "train", LETTERS * 10)
    (folder / "classes.txt").write_text("a\nb\n", "utf-8")


def _only_tested(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1] * 10)
    _write_idx(folder, "t10k", [0, 1, 4])


def _without_pictures(folder: Path) -> None:
    _write_idx(folder, "train", [])
    (folder / "classes.txt").write_text("a\n", "utf-8")


def _two_sets(folder: Path) -> None:
    for name in ("a-train", "b-train"):
        _write_idx(folder, name, [0, 1] * 15)


def _same_names(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1] * 15)
    (folder / "classes.txt").write_text("a\na\n", "utf-8")


def _empty_line(folder: Path) -> None:
    _write_idx(folder, "train", [0, 1, 2] * 15)
    (folder / "classes.txt").write_text("a\n\nb\nc\n", "utf-8")


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
        (lambda folder: _write(folder, "a", 10), "set/a: expected a folder for each .* got 0"),
        (_of_other_size, "big.png: expected a picture of 28 × 28 pixels, got 32 × 32"),
        (_few, "at least 10 different pictures to train on of the class 'b', got 9"),
        (_long_name, "expected class names of 1 to 40 printable characters, got 'bbb"),
        (_without_test, "expected folders train and test, also val, and no others, got train, val"),
        (_beside_the_parts, "and no others, got more, test, train"),
        (_twice_validated, "and no others, got test, train, val, validation"),
        (_unvalidated_class, "at least 1 different pictures to validate of the class 'b', got 0"),
        (_other_classes, "expected the classes of train, a, b, got a, c"),
        (_too_few_names, "expected 3 lines, a name for each label from 0 to 2, .* got 2"),
        (_names_of_another_set, "expected 27 lines, a name for each label from 0 to 26, .* got 2"),
        (_only_tested, "at least 10 different pictures to train on of the class '4', got 0"),
        (_without_pictures, "expected 2 to 256 classes, got 0"),
        (_two_sets, "expected one file of train-images, got a-train-images.*, b-train-images"),
        (_same_names, "expected class names that differ, got 'a' twice"),
        (_empty_line, "classes.txt, line 2: expected a name, .* got an empty line"),
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

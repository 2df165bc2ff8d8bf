"""Labelled pictures in every form that people have them in, and in some that they should not."""

import base64
import csv
import gzip
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.data import labelled, named_files
from experiments.data.labelled import open_labelled
from experiments.errors import DataError
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.plain_png import grey_png
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode

DIGITS = tuple("0123456789")
PNG_2, PNG_7 = (
    encode(draw(strokes, field_px=(40, 40), size_px=24, left_px=8, top_px=8, pen_px=3))
    for strokes in (TWO, SEVEN)
)
FIELDS = np.zeros((3, 28, 28), np.uint8)
FIELDS[:, 4:24, 10:14] = [[[250]], [[200]], [[150]]]

Read = tuple[list[tuple[str, int]], list[tuple[str, str]]]


def read(path: Path, classes: Sequence[str] = DIGITS) -> Read:
    """Names and labels of what counts; names and reasons of what is left out."""
    with open_labelled(path, classes) as found:
        counted = [(each.name, each.label) for each in found]
    return counted, [(each.name, each.reason) for each in found.left_out]


def write(folder: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def idx(array: NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


def kaggle(*, names: bool) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    if names:
        rows.writerow(["label", *(f"pixel{i}" for i in range(784))])
    rows.writerows([label, *field.ravel()] for label, field in zip((1, 1, 4), FIELDS, strict=True))
    return file.getvalue()


FORMS: dict[str, tuple[dict[str, bytes | str], list[tuple[str, int]]]] = {
    "a folder a label": (
        {"7/a.PNG": PNG_7, "2/b.png": PNG_2, "7/writer 1/c.jpeg": PNG_7},
        [("2/b.png", 2), ("7/a.PNG", 7), ("7/writer 1/c.jpeg", 7)],
    ),
    "all of it in one more folder": (
        {"my digits/7/a.png": PNG_7, "my digits/2/b.png": PNG_2},
        [("my digits/2/b.png", 2), ("my digits/7/a.png", 7)],
    ),
    "CSV of files": (
        {"index.csv": "\ufeffLabel;File\n7;pictures\\a.png\n", "pictures/a.png": PNG_7},
        [("pictures\\a.png (index.csv, line 2)", 7)],
    ),
    "Kaggle's CSV": (
        {"train.csv": kaggle(names=True)},
        [("train.csv, line 2", 1), ("train.csv, line 3", 1), ("train.csv, line 4", 4)],
    ),
    "CSV without names": (
        {"train.csv": kaggle(names=False)},
        [("train.csv, line 1", 1), ("train.csv, line 2", 1), ("train.csv, line 3", 4)],
    ),
    "JSON lines": (
        {
            "a.jsonl": "\n".join(
                json.dumps(line)
                for line in (
                    {"file": "7.png", "label": 7},
                    {"image": base64.b64encode(PNG_2).decode(), "label": "2"},
                    {"image": f"data:image/png;base64,{base64.b64encode(PNG_2).decode()}"}
                    | {"label": 2.0},
                    {"strokes": [[[0, 0], [9, 0], [4, 12]]], "label": 7, "writer": 3},
                )
            ),
            "7.png": PNG_7,
        },
        [
            ("7.png (a.jsonl, line 1)", 7),
            *((f"a.jsonl, line {n}", d) for n, d in ((2, 2), (3, 2), (4, 7))),
        ],
    ),
    "IDX": (
        {
            "x-images-idx3-ubyte": idx(FIELDS),
            "x-labels-idx1-ubyte": idx(np.array([1, 1, 4], np.uint8)),
        },
        [(f"x-images-idx3-ubyte, number {n}", label) for n, label in enumerate((1, 1, 4))],
    ),
    "IDX, gzipped, of other names": (
        {
            "p.gz": gzip.compress(idx(FIELDS)),
            "q.gz": gzip.compress(idx(np.array([1, 1, 4], np.uint8))),
        },
        [(f"p.gz, number {n}", label) for n, label in enumerate((1, 1, 4))],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_reads_every_form_as_a_folder_and_as_a_zip_file(form: str, tmp_path: Path) -> None:
    files, expected = FORMS[form]
    assert read(write(tmp_path / "folder", files)) == (expected, [])
    assert read(zipped(tmp_path / "digits.zip", files)) == (expected, [])


def test_grey_levels_of_another_range_are_no_blank_pictures(tmp_path: Path) -> None:
    levels = ",".join(["0.5", "1", *["0"] * 782])
    folder = write(tmp_path, {"a.csv": f"7,{','.join(map(str, FIELDS[0].ravel()))}\n7,{levels}\n"})
    assert read(folder) == (
        [("a.csv, line 1", 7)],
        [("a.csv, line 2", "expected grey levels up to 255, got none above 1")],
    )


CASES = json.loads(
    (REPOSITORY / "frontend/src/features/ownPictures/labels.cases.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_label_is_the_class_that_the_page_takes_it_for(
    case: dict[str, Any], tmp_path: Path
) -> None:
    files: dict[str, bytes | str] = {"7.png": PNG_7}
    if "named" in case:
        files["classes.txt"] = case["named"]
    for label, expected in case["labels"].items():
        write(tmp_path, files | {"index.csv": f"file,label\n7.png,{label}\n"})
        for path in (tmp_path, tmp_path / "index.csv"):
            if expected is None:
                with pytest.raises(DataError, match="expected a label, one of"):
                    read(path, case["classes"])
            else:
                assert [found for _, found in read(path, case["classes"])[0]] == [expected], label


@pytest.mark.parametrize("form", ["Kaggle's CSV", "JSON lines", "IDX"])
def test_reads_a_table_by_itself(form: str, tmp_path: Path) -> None:
    files, expected = FORMS[form]
    folder = write(tmp_path, files | {"other.csv": "not looked at"})
    assert read(folder / next(iter(files))) == (expected, [])


def test_pixels_come_out_as_they_went_in(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.csv": kaggle(names=True), "a-idx3": idx(FIELDS)}
    folder = write(tmp_path, files | {"a-idx1": idx(np.array([1, 1, 4], np.uint8))})
    for name in files:
        with open_labelled(folder / name, DIGITS) as found:
            assert [each.data for each in found] == [grey_png(field) for field in FIELDS]


def test_strokes_are_drawn_upright_in_the_middle(tmp_path: Path) -> None:
    line = json.dumps({"strokes": [[[0, 0], [0, 100]]], "label": 1})
    with open_labelled(write(tmp_path, {"a.jsonl": line}) / "a.jsonl", DIGITS) as found:
        (drawn,) = found
    left, top, right, bottom = preprocess(decode(drawn.data)).box
    assert (left + right) / 2 == pytest.approx(140, abs=1)
    assert (top + bottom) / 2 == pytest.approx(140, abs=1)
    assert bottom - top == pytest.approx(180, abs=2)  # 160 px, and half a pen at each end


def test_what_hides_is_passed_over_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "digits",
        {
            "7/a.png": PNG_7,
            "7/.DS_Store": "x",
            "__MACOSX/7/._a.png": "x",
            ".git/config": "x",
            "readme.txt": "x",
            "loose.PNG": PNG_7,
            "3/large.png": b"\x89PNG" + bytes(named_files.MAX_FILE_BYTES),
        },
    )
    (folder / "7" / "link.png").symlink_to(folder / "7" / "a.png")
    (folder / "8").symlink_to(folder / "7")
    os.mkfifo(folder / "7" / "pipe.png")
    with open_labelled(folder, DIGITS) as found:
        assert [each.name for each in found] == ["7/a.png"]
        assert found.hidden == 3
        assert {each.name: each.reason for each in found.left_out} == {
            "7/link.png": "expected a file, got a link",
            "8": "expected a file, got a link",
            "7/pipe.png": "expected a file, got something else",
            "readme.txt": labelled._NONE_OF_THESE,
            "loose.PNG": "in no folder that is its label",
            "3/large.png": "expected at most 12,582,912 bytes, got more",
        }


def test_what_counts_nowhere_may_lie_beside_the_one_folder(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "digits/train/7/b.png": PNG_7,
        "digits/train/7/a.png": PNG_7,
        "digits/train/0/c.png": PNG_2,
        "digits/train/readme.txt": "hello",
        "digits/license": "free",
        "README.md": "hello",
    }
    counted, left_out = read(write(tmp_path / "set", files))
    assert counted == [
        ("digits/train/0/c.png", 0),
        ("digits/train/7/a.png", 7),
        ("digits/train/7/b.png", 7),
    ]
    names = ("README.md", "digits/license", "digits/train/readme.txt")
    assert left_out == [(name, labelled._NONE_OF_THESE) for name in names]


def test_a_picture_or_a_table_beside_the_one_folder_is_part_of_the_set(
    tmp_path: Path,
) -> None:
    picture: dict[str, bytes | str] = {"digits/7/a.png": PNG_7}
    with pytest.raises(DataError, match=r"digits/7/a.png: expected a folder a label"):
        read(write(tmp_path / "loose", picture | {"loose.png": PNG_2}))
    folder = write(tmp_path / "set", picture | {"labels.csv": "file,label\ndigits/7/a.png,7\n"})
    assert read(folder)[0] == [("digits/7/a.png (labels.csv, line 2)", 7)]


@pytest.mark.parametrize("other", ["2/b.png", None])
@pytest.mark.parametrize("folder", labelled.NO_CLASS)
def test_folders_named_several_or_not_a_digit_are_left_out(
    folder: str, other: str | None, tmp_path: Path
) -> None:
    files: dict[str, bytes | str] = {f"{folder}/a.png": PNG_7}
    if other is not None:
        files[other] = PNG_2
    counted, left_out = read(write(tmp_path / "f", files))
    assert counted == ([] if other is None else [(other, 2)])
    (tmp_path / "f" / "a.csv").write_text(f"file,label\n{folder}/a.png,{folder}\n")
    _, as_line = read(tmp_path / "f" / "a.csv")
    assert left_out == [(f"{folder}/a.png", as_line[0][1])]


@pytest.mark.parametrize(
    ("folders", "sentence"),
    [
        (("test", "train"), "got the folder 'test': give test or train itself"),
        (("Training", "VAL"), "got the folder 'Training': give Training or VAL itself"),
        (("test", "cat"), "got the folder 'cat'"),
    ],
)
def test_of_a_set_that_is_split_a_part_is_asked_for(
    folders: Sequence[str], sentence: str, tmp_path: Path
) -> None:
    files: dict[str, bytes | str] = {f"set/{folder}/7/a.png": PNG_7 for folder in folders}
    with pytest.raises(DataError, match=f"expected a folder a label, one of .*, {sentence}$"):
        read(write(tmp_path / "f", files | {"set/readme.txt": "hello"}))


def test_names_are_shown_without_what_would_steer_a_terminal(tmp_path: Path) -> None:
    folder = write(tmp_path / "digits", {"7/\x1b[2Ja.png": PNG_7, "7/\u202egnp.png": b""})
    (folder / "7" / "b\udcff.png").write_bytes(PNG_7)  # a byte that is no UTF-8
    (folder / "7" / "c\udcff.png").symlink_to("b")
    counted, left_out = read(folder)
    assert [name for name, _ in counted] == [
        r"7/\x1b[2Ja.png",
        r"7/b\udcff.png",
        r"7/\u202egnp.png",
    ]
    assert left_out[0][0] == r"7/c\udcff.png"


def test_zip_file_never_leads_out_of_itself(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("7/link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("7/a.png", "../7/b.png", "/7/c.png", "C:\\7\\d.png", "7/../../e.png"):
            archive.writestr(name, PNG_7)
        archive.writestr(link, "/etc/passwd")
    counted, left_out = read(tmp_path / "a.zip")
    assert counted == [("7/a.png", 7)]
    assert len(left_out) == 5
    assert dict(left_out)["7/link.png"] == "expected a file, got a link"
    assert "leads out" in dict(left_out)["../7/b.png"]


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_files, "MAX_UNPACKED_BYTES", 20_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("7/a.png", bytes(13_000_000))
        archive.writestr("2/a.png", PNG_2)
    assert read(tmp_path / "a.zip") == (
        [("2/a.png", 2)],
        [("7/a.png", "expected at most 12,582,912 bytes, got more")],
    )
    with zipfile.ZipFile(tmp_path / "a.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("7/b.png", bytes(7_000_000))
    with pytest.raises(DataError, match=r"a.zip: expected at most 20,000,000 bytes unpacked"):
        read(tmp_path / "a.zip")
    monkeypatch.setattr(labelled, "MAX_LINE_BYTES", 1000)
    line = write(tmp_path, {"a.jsonl.gz": gzip.compress(bytes(100_000))}) / "a.jsonl.gz"
    with pytest.raises(DataError, match=r"line 1: expected lines of at most 1,000 bytes"):
        read(line)
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 28, 28)
    images = {"images-idx3": header, "labels-idx1": struct.pack(">BBBBI", 0, 0, 8, 1, 2**32 - 1)}
    with pytest.raises(DataError, match=r"labels-idx1: expected at most 1,000,000 pictures"):
        read(write(tmp_path / "idx", {**images}))


def test_damaged_entry_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"7/a.png": PNG_7, "7/b.png": PNG_7 + b"!"})
    content = path.read_bytes()
    path.write_bytes(content.replace(PNG_7 + b"!", PNG_7 + b"?"))
    counted, left_out = read(path)
    assert counted == [("7/a.png", 7)]
    assert left_out[0][0] == "7/b.png"
    assert "Bad CRC-32" in left_out[0][1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"file": "a.png"}', "no label"),
        ('{"file": "a.png", "label": "not_a_digit"}', "labelled as several, or as none"),
        ('{"file": "a.png", "label": "3 7"}', "labelled as several, or as none"),
        ('{"file": "../a.png", "label": 7}', "got a path that leads out of it"),
        ('{"file": "/etc/passwd", "label": 7}', "got a path that leads out of it"),
        ('{"file": "b.png", "label": 7}', "expected a file, found none"),
        ('{"label": 7}', "expected strokes, an image or a file, got none of them"),
        ('{"image": "%%%", "label": 7}', "expected an image in base64, got '%%%'"),
        ('{"strokes": [[[1, 2, 3]]], "label": 7}', "strokes: expected label, writer and strokes"),
        ('{"strokes": [], "label": 7}', "strokes: expected label, writer and strokes"),
        ("[" * 100_000, "expected a JSON object"),
        ("[7]", "expected a JSON object, got '[7]'"),
    ],
)
def test_line_that_cannot_be_read_is_left_out(line: str, reason: str, tmp_path: Path) -> None:
    good = '{"file": "a.png", "label": 7}'
    folder = write(tmp_path / "f", {"a.png": PNG_7, "a.jsonl": f"{line}\n{good}\n"})
    counted, left_out = read(folder / "a.jsonl")
    assert counted == [("a.png (a.jsonl, line 2)", 7)]
    assert len(left_out) == 1
    assert reason in left_out[0][1]


def test_table_opens_no_link(tmp_path: Path) -> None:
    folder = write(tmp_path / "f", {"a.csv": "file,label\nlinked/a.png,7\n"})
    (folder / "linked").symlink_to(write(tmp_path / "other", {"a.png": PNG_7}))
    counted, left_out = read(folder / "a.csv")
    assert counted == []
    assert left_out[0][1] == "expected a file in the folder, got a link or another way to it"


def test_pictures_that_no_line_names_are_said(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.csv": "file,label\na.png,7\n", "a.png": PNG_7}
    _, left_out = read(write(tmp_path, files | {"b.PNG": PNG_2}))
    assert left_out == [("b.PNG", "no line of a.csv names it")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"7/a.png": PNG_7, "cat/b.png": PNG_2}, "cat/b.png: expected a folder a label, one of 0,"),
        (
            {"a.csv": "file,label\na.png,cat\n"},
            r"a.png \(a.csv, line 2\): expected a label, one of",
        ),
        (
            {"a.csv": "label,pixel0\n1,2\n"},
            "a.csv: expected the columns file,label or label,pixel0",
        ),
        ({"a.csv": ""}, "a.csv: expected the columns .*, got nothing"),
        (
            {"a.csv": "file,label\na.png,7\n", "classes.txt": "\n1\n"},
            "classes.txt, line 1: expected a name, any for a number that does not occur, got an",
        ),
        ({"a.csv": b"file,label\n\xff\xfe,7\n"}, "a.csv: expected a whole, readable file"),
        ({"a.jsonl": '{"strokes": [], "label": 10}'}, "a.jsonl, line 1: expected a label, one of"),
        ({"a-idx3": idx(FIELDS)}, "a-idx3: expected the labels beside it as a-idx1, found none"),
        (
            {"a-idx3": idx(FIELDS)[:-1], "a-idx1": idx(np.array([1, 1, 4], np.uint8))},
            "a-idx3: expected 784 more bytes, got 783: it breaks off",
        ),
        (
            {"a-idx3": idx(FIELDS), "a-idx1": idx(np.array([1, 1], np.uint8))},
            "a-idx1: expected 3 labels as a-idx3 says, got 2",
        ),
    ],
)
def test_what_is_no_set_of_labelled_digits_is_refused(
    files: dict[str, bytes | str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message):
        read(write(tmp_path / "f", files))


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: zipped(path, {})])
def test_nothing_is_read_of_what_is_empty(make: Callable[[Path], object], tmp_path: Path) -> None:
    make(tmp_path / "empty")
    assert read(tmp_path / "empty") == ([], [])


def test_refuses_what_is_not_there_or_something_else(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere: expected a folder a label, .*, found nothing"):
        read(tmp_path / "nowhere")
    with pytest.raises(
        DataError, match=r"a.png: expected a folder a label, .*, got a file that is"
    ):
        read(write(tmp_path, {"a.png": PNG_7}) / "a.png")


def test_a_number_is_no_place_of_a_class_that_has_a_name(tmp_path: Path) -> None:
    names = ("coat", "ankle boot")
    files: dict[str, bytes | str] = {"ankle boot/a.png": PNG_7}
    assert read(write(tmp_path / "f", files), names)[0] == [("ankle boot/a.png", 1)]
    with pytest.raises(DataError, match=r"0/b.png: expected a folder a label, .* the folder '0'"):
        read(write(tmp_path / "f", {"0/b.png": PNG_2}), names)


@pytest.mark.parametrize(
    ("classes", "names", "label", "sentence"),
    [
        (
            "AB",
            None,
            "1",
            "A, B, or classes.txt beside it, which names the numbers; got '1'",
        ),
        ("AB", None, "one", "A, B, got 'one'"),
        ("01", None, "7", "0, 1, got '7'"),
        ("01", "1\n0\nHat\n", "2.0", "0, 1, got '2.0', which sub/classes.txt calls 'Hat'"),
        ("01", "1\n0\nHat\n", "3", "0, 1, got '3', for which sub/classes.txt has no line"),
        ("AB", "A\n", "1", "A, B, got '1', for which sub/classes.txt has no line"),
        ("AB", "A\n", "one", "A, B, got 'one'"),
    ],
)
def test_a_label_of_no_class_is_refused_by_what_it_was_taken_for(
    classes: str, names: str | None, label: str, sentence: str, tmp_path: Path
) -> None:
    files = {"sub/index.jsonl": json.dumps({"label": label, "image": ""})}
    if names is not None:
        files["sub/classes.txt"] = names
    with pytest.raises(DataError) as refused:
        read(zipped(tmp_path / "a.zip", {**files}), classes)
    place = "sub/index.jsonl, line 1: expected a label, one of"
    assert str(refused.value) == f"{place} {sentence}"

"""Somebody's own set of 28×28 pictures: a folder a class, or files like MNIST's.

FOLDER/shirt/1.png …                 split here, by a fixed seed
FOLDER/train/shirt/1.png …, test/…   split already; with val/… or without
FOLDER/train-images-idx3-ubyte …     MNIST's format and names, gzipped or not, as Fashion-MNIST
                                     and EMNIST have them; the labels that occur are the
                                     classes, the lines of classes.txt beside them name 0, 1, …

All of it may lie in one more folder, and a class's pictures in folders of its own.
"""

import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data import idx
from experiments.data.dataset import SPLIT_SEED, Dataset, Split, split_indices
from experiments.data.labelled import PARTS, PICTURE_SUFFIXES, Part, wrapping
from experiments.data.named_files import (
    CLASSES_FILE,
    FolderFiles,
    LeftOut,
    class_names,
    read_whole,
    reasons,
)
from experiments.errors import DataError
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import LadderError
from ml_engine_and_backend.engine.plain_png import grey_png
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Field, preprocess
from ml_engine_and_backend.model_folder.metadata import MOST_CLASSES, check_classes

# of each class, to train and validate on
FEWEST_PICTURES: Final = 10
# of pictures that come unsplit: for the test, and as many to validate
TEST_SHARE: Final = 0.15
# of pictures to train on that come beside a test split
VALIDATION_SHARE: Final = 0.1
MOST_REASONS: Final = 20

Names = tuple[str, ...]
Parts = dict[Part, Split]


def load_own(folder: Path, reporter: Reporter) -> Dataset:
    """Read `folder`; a picture becomes the field that is served for it, light on dark as it is.

    Folders count in sorted order. To train and to validate, a picture that comes twice counts once,
    and one with several labels not at all, as one that is tested on; a test split that is given
    stays as it is. What is left out, as what the service could not read, is said.

    Raises DataError for what is no such folder, a picture of another size, fewer than two classes,
    a class of too few pictures, and a name or a label that cannot be one.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: expected a folder of pictures, got none")
    given = _Given(folder)
    try:
        names, parts = given.read()
    finally:
        given.say_left_out(reporter)
    try:
        classes = check_classes(names)
    except ValueError as error:
        raise DataError(f"{folder}: {error}") from error
    doubtful = _of_several_labels(parts, given.names, classes)
    train, validation, test = parts["train"], parts.get("validation"), parts.get("test")
    _say_repeats(folder, doubtful, test, reporter)
    if validation is not None:
        validation = _without_repeats("to validate", validation, [test], doubtful, reporter)
        _check_counts(folder, "to validate", classes, validation, 1)
    train = _without_repeats("to train on", train, [validation, test], doubtful, reporter)
    _check_counts(folder, "to train on", classes, train, FEWEST_PICTURES)
    if test is None:
        validation_images = math.ceil(TEST_SHARE * len(train))
        train, test = _split(train, validation_images)
    else:
        validation_images = math.ceil(VALIDATION_SHARE * len(train))
        _check_counts(folder, "to test", classes, test, 1)
    if validation is None:
        train, validation = _split(train, validation_images)
    data = Dataset(
        train=train,
        validation=validation,
        test=test,
        sha256={
            "train": _sha256(train),
            "validation": _sha256(validation),
            "test": _sha256(test),
            "classes": hashlib.sha256(json.dumps(classes).encode()).hexdigest(),
        },
        classes=classes,
        preprocessing="as_is",
    )
    reporter.say(
        f"{folder}: {len(classes)} classes; {len(data.train):,} pictures to train on, "
        f"{len(data.validation):,} to validate, {len(data.test):,} to test"
    )
    return data


class _Given:
    """The files of a set, found as `labelled` finds them; what does not count is left out by name.

    `names` are those of the pictures that are read, in the order of the parts.

    Raises DataError as load_own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = FolderFiles(folder).walk()
        self._top = wrapping(self._files, lambda _: False)
        self.names: list[str] = []

    def read(self) -> tuple[Names, Parts]:
        """The classes' names, and the parts that the set comes in: one, `train`, or more."""
        if self._find_idx("train", "images") is not None:
            return self._read_idx()
        for name in self._files.names:
            if not name.startswith(self._top):
                self._leave(name, "in no folder of a class")
        homes = self._homes(self._top)
        known = {home: part for home in homes if (part := PARTS.get(home.lower())) is not None}
        if len(set(known.values())) < 2:
            names, split = self._read_classes(self._top, homes)
            return names, {"train": split}
        parts = {part: f"{self._top}{home}/" for home, part in known.items()}
        if len(parts) < len(homes) or not {"train", "test"} <= parts.keys():
            raise DataError(
                f"{self._folder / self._top}: expected folders train and test, also val, and no "
                f"others, got {', '.join(homes)}"
            )
        read = {part: self._read_classes(top, self._homes(top)) for part, top in parts.items()}
        names, _ = read["train"]
        for part, (others, _) in read.items():
            if others != names:
                raise DataError(
                    f"{self._folder / parts[part]}: expected the classes of train, "
                    f"{', '.join(names)}, got {', '.join(others)}"
                )
        return names, {part: split for part, (_, split) in read.items()}

    def say_left_out(self, reporter: Reporter) -> None:
        """Say what does not count, and why; the first reasons, with the first names of each."""
        if self._files.hidden:
            reporter.say(f"{self._folder}: hidden files passed over: {self._files.hidden:,}")
        lines = reasons(self._files.left_out)
        for line in lines[:MOST_REASONS]:
            reporter.say(f"{self._folder}: left out: {line}")
        if len(lines) > MOST_REASONS:
            reporter.say(f"{self._folder}: left out for {len(lines) - MOST_REASONS:,} more reasons")

    def _homes(self, top: str) -> dict[str, list[str]]:
        """The files of each folder at `top`, by the folders' names in NFC, in sorted order."""
        homes: dict[str, list[str]] = {}
        for name in self._files.names:
            if name.startswith(top):
                home, _, inside = name.removeprefix(top).partition("/")
                if inside:
                    # macOS writes NFD: names that look equal are one class
                    homes.setdefault(normalize("NFC", home), []).append(name)
                else:
                    self._leave(name, "in no folder of a class")
        return dict(sorted(homes.items()))

    def _read_classes(self, top: str, homes: dict[str, list[str]]) -> tuple[Names, Split]:
        if not 2 <= len(homes) <= MOST_CLASSES:
            raise DataError(
                f"{self._folder / top}: expected a folder for each of 2 to {MOST_CLASSES} classes, "
                f"or train-images-idx3-ubyte and its labels, got {len(homes)} folders"
            )
        pictures = [
            (label, self._field(name, partial(read_whole, self._files, name)))
            for label, names in enumerate(homes.values())
            for name in names
        ]
        return tuple(homes), _stacked(pictures)

    def _read_idx(self) -> tuple[Names, Parts]:
        for name in self._files.names:
            if name.lower().endswith(PICTURE_SUFFIXES):
                self._leave(name, "not in the IDX files, which say what counts")
        parts: Parts = {"train": self._read_pair("train")}
        if self._find_idx("test", "images") is not None:
            parts["test"] = self._read_pair("test")
        occurring = np.unique(np.concatenate([split.labels for split in parts.values()]))
        return self._names(occurring.tolist()), {
            part: Split(split.images, np.searchsorted(occurring, split.labels))
            for part, split in parts.items()
        }

    def _names(self, labels: list[int]) -> Names:
        """The names of the classes that have these labels, in ascending order."""
        name = f"{self._top}{CLASSES_FILE}"
        if name not in self._files.names:
            return tuple(str(label) for label in labels)
        names = class_names(str(self._folder / name), read_whole(self._files, name))
        highest = max(labels, default=0)
        if len(names) <= highest:
            raise DataError(
                f"{self._folder / name}: expected {highest + 1} lines, a name for each label from "
                f"0 to {highest}, any for one that does not occur, got {len(names)}"
            )
        return tuple(names[label] for label in labels)

    def _read_pair(self, part: str) -> Split:
        images, name = self._read_values(part, "images")
        labels, _ = self._read_values(part, "labels")
        if images.shape[1:] != (FIELD_PX, FIELD_PX) or labels.shape != images.shape[:1]:
            raise DataError(
                f"{self._folder / self._top}: expected {part} images (n, {FIELD_PX}, {FIELD_PX}) "
                f"and labels (n,), got {images.shape} and {labels.shape}"
            )
        return _stacked(
            [
                (label, self._field(f"{name}, number {number}", partial(grey_png, image)))
                for number, (image, label) in enumerate(zip(images, labels.tolist(), strict=True))
            ]
        )

    def _read_values(self, part: str, what: str) -> tuple[NDArray[np.uint8], str]:
        """The values of an IDX file, and its name."""
        name = self._find_idx(part, what)
        if name is None:
            raise DataError(
                f"{self._folder / self._top}: expected {part}-{what}-idx*-ubyte, plain or .gz, "
                "got none"
            )
        try:
            with self._files.open(name) as file:
                content = file.read()
            raw = gzip.decompress(content) if name.endswith(".gz") else content
        except (DataError, OSError, EOFError, zlib.error) as error:
            raise DataError(f"{self._folder / name}: expected a readable file ({error})") from error
        return idx.parse_any(raw, self._folder / name), name

    def _find_idx(self, part: str, what: str) -> str | None:
        """The file of this part; raises DataError where several could be it."""
        names = "(t10k|test)" if part == "test" else part
        # EMNIST's begin with the set's name
        pattern = rf"{re.escape(self._top)}([^/]*-)?{names}-{what}[^/]*ubyte(\.gz)?"
        found = [name for name in self._files.names if re.fullmatch(pattern, name)]
        # a file may lie beside the archive that it was unpacked from
        files = {name.removesuffix(".gz"): name for name in sorted(found, reverse=True)}
        if len(files) > 1:
            raise DataError(
                f"{self._folder / self._top}: expected one file of {part}-{what}, got "
                f"{', '.join(found)}"
            )
        return next(iter(files.values()), None)

    def _field(self, name: str, read: Callable[[], bytes]) -> Field | None:
        """The field that is served for a picture; None for one that is left out."""
        try:
            picture = decode(read())
            if (picture.width_px, picture.height_px) == (FIELD_PX, FIELD_PX):
                field = preprocess(picture, "as_is").field
                self.names.append(name)
                return field
        except LadderError as error:
            self._leave(name, str(error))
            return None
        raise DataError(
            f"{self._folder / name}: expected a picture of {FIELD_PX} × {FIELD_PX} pixels, "
            f"got {picture.width_px} × {picture.height_px}"
        )

    def _leave(self, name: str, reason: str) -> None:
        self._files.left_out.append(LeftOut(name=name, reason=reason))


def _stacked(pictures: Sequence[tuple[int, Field | None]]) -> Split:
    """Labels and fields of those that there are."""
    kept = [(label, field) for label, field in pictures if field is not None]
    fields = np.array([field for _, field in kept], np.uint8).reshape(-1, FIELD_PX, FIELD_PX, 1)
    return Split(fields, np.array([label for label, _ in kept], np.int64))


def _split(split: Split, count: int) -> tuple[Split, Split]:
    """The pictures without `count` of them, and these, by the fixed seed."""
    rest, taken = split_indices(split.labels, count, SPLIT_SEED)
    return split.take(rest), split.take(taken)


def _of_several_labels(parts: Parts, names: Sequence[str], classes: Names) -> dict[bytes, str]:
    """The pictures that come with several labels: as what each of their files does, by content."""
    pictures = (
        (image.tobytes(), label)
        for split in parts.values()
        for image, label in zip(split.images, split.labels.tolist(), strict=True)
    )
    found: dict[bytes, list[tuple[str, int]]] = {}
    for name, (content, label) in zip(names, pictures, strict=True):
        found.setdefault(content, []).append((name, label))
    return {
        content: " = ".join(f"{name} as {classes[label]}" for name, label in files)
        for content, files in found.items()
        if len({label for _, label in files}) > 1
    }


def _say_repeats(
    folder: Path, doubtful: Mapping[bytes, str], test: Split | None, reporter: Reporter
) -> None:
    """Say which pictures have several labels, and how many of a given test split are repeats."""
    tested = set() if test is None else {image.tobytes() for image in test.images}
    lines = reasons(
        LeftOut(
            name=files,
            reason="the same picture with several labels, of which one at least is wrong"
            + (", but for the test split, which stays as given" if content in tested else ""),
        )
        for content, files in doubtful.items()
    )
    for line in lines:
        reporter.say(f"{folder}: left out: {line}")
    if test is not None and len(tested) < len(test):
        reporter.say(
            f"{len(test) - len(tested):,} pictures to test come a second time, and stay as given"
        )


def _without_repeats(
    purpose: str,
    split: Split,
    others: Sequence[Split | None],
    doubtful: Container[bytes],
    reporter: Reporter,
) -> Split:
    seen = {image.tobytes() for other in others if other is not None for image in other.images}
    kept, repeats = [], 0
    for place, image in enumerate(split.images):
        content = image.tobytes()
        if content in doubtful:
            continue
        if content in seen:
            repeats += 1
        else:
            seen.add(content)
            kept.append(place)
    if repeats:
        reporter.say(
            f"{repeats:,} pictures {purpose} come a second time"
            f"{', or in another part' if any(others) else ''}, and are left out"
        )
    return split.take(np.array(kept, np.int64))


def _check_counts(folder: Path, purpose: str, classes: Names, split: Split, fewest: int) -> None:
    for name, count in zip(classes, np.bincount(split.labels, minlength=len(classes)), strict=True):
        if count < fewest:
            raise DataError(
                f"{folder}: expected at least {fewest} different pictures {purpose} of the class "
                f"{name!r}, got {count}"
            )


def _sha256(split: Split) -> str:
    """Of the pictures row by row, then of their labels, a byte each."""
    return hashlib.sha256(
        split.images.tobytes() + split.labels.astype(np.uint8).tobytes()
    ).hexdigest()

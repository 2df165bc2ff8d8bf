"""Somebody's own set of 28×28 pictures: a folder a class, or files like MNIST's.

FOLDER/shirt/1.png …                 split here, by a fixed seed
FOLDER/train/shirt/1.png …, test/…   split already
FOLDER/train-images-idx3-ubyte …     MNIST's format and names, gzipped or not, as Fashion-MNIST
                                     has them; classes.txt beside them names the classes
"""

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data import idx
from experiments.data.dataset import SPLIT_SEED, Dataset, Split, split_indices
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
CLASSES_FILE: Final = "classes.txt"
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"})

Names = tuple[str, ...]


def load_own(folder: Path, reporter: Reporter) -> Dataset:
    """Read `folder`; a picture becomes the field that is served for it, light on dark as it is.

    Folders count in sorted order. A picture that comes twice counts once, and none that is tested
    on is learnt from.

    Raises DataError for what is no such folder, a picture of another size, fewer than two classes,
    a class of too few pictures, and a name or a label that cannot be one.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: expected a folder of pictures, got none")
    is_idx = _find_idx(folder, "train", "images") is not None
    names, train, test = _read_idx(folder) if is_idx else _read_folders(folder, reporter)
    try:
        classes = check_classes(names)
    except ValueError as error:
        raise DataError(f"{folder}: {error}") from error
    train = _without_repeats(train, test, reporter)
    _check_counts(folder, classes, train, FEWEST_PICTURES)
    if test is None:
        validation_images = math.ceil(TEST_SHARE * len(train))
        rest, tested = split_indices(train.labels, validation_images, SPLIT_SEED)
        train, test = train.take(rest), train.take(tested)
    else:
        _check_counts(folder, classes, test, 1)
        validation_images = math.ceil(VALIDATION_SHARE * len(train))
    training, validation = split_indices(train.labels, validation_images, SPLIT_SEED)
    data = Dataset(
        train=train.take(training),
        validation=train.take(validation),
        test=test,
        sha256={
            "train": _sha256(train.take(training)),
            "validation": _sha256(train.take(validation)),
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


def _read_folders(folder: Path, reporter: Reporter) -> tuple[Names, Split, Split | None]:
    if not (folder / "train").is_dir() or not _folders(folder / "train"):
        return *_read_classes(folder, reporter), None
    names, train = _read_classes(folder / "train", reporter)
    tested, test = _read_classes(folder / "test", reporter)
    if tested != names:
        raise DataError(
            f"{folder / 'test'}: expected the classes of train, {', '.join(names)}, "
            f"got {', '.join(tested) or 'none'}"
        )
    return names, train, test


def _read_classes(folder: Path, reporter: Reporter) -> tuple[Names, Split]:
    homes = _folders(folder)
    if not 2 <= len(homes) <= MOST_CLASSES:
        raise DataError(
            f"{folder}: expected a folder for each of 2 to {MOST_CLASSES} classes, or "
            f"train-images-idx3-ubyte and its labels, got {len(homes)} folders"
        )
    images, labels, others = [], [], 0
    for label, home in enumerate(homes):
        files = sorted(each for each in home.iterdir() if each.is_file())
        pictures = [each for each in files if each.suffix.lower() in SUFFIXES]
        others += len(files) - len(pictures)
        images += [_read_field(path, path.read_bytes) for path in pictures]
        labels += [label] * len(pictures)
    if others:
        reporter.say(f"{folder}: {others:,} files that are no pictures are left out")
    return tuple(home.name for home in homes), Split(_stacked(images), np.array(labels, np.int64))


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")]
    return sorted(found, key=lambda each: each.name)


def _read_field(name: object, read: Callable[[], bytes]) -> Field:
    """The field that is served for a picture of 28×28 pixels.

    Raises DataError, which names the picture, where it has another size, or cannot be served.
    """
    try:
        picture = decode(read())
        if (picture.width_px, picture.height_px) == (FIELD_PX, FIELD_PX):
            return preprocess(picture, "as_is").field
    except LadderError as error:
        raise DataError(f"{name}: {error}") from error
    raise DataError(
        f"{name}: expected a picture of {FIELD_PX} × {FIELD_PX} pixels, "
        f"got {picture.width_px} × {picture.height_px}"
    )


def _stacked(fields: list[Field]) -> NDArray[np.uint8]:
    return np.array(fields, np.uint8).reshape(-1, FIELD_PX, FIELD_PX, 1)


def _read_idx(folder: Path) -> tuple[Names, Split, Split | None]:
    train, test = _read_pair(folder, "train"), None
    if _find_idx(folder, "t10k", "images") is not None:
        test = _read_pair(folder, "t10k")
    labels = [split.labels for split in (train, test) if split is not None and len(split)]
    highest = max((int(each.max()) for each in labels), default=0)
    path = folder / CLASSES_FILE
    if not path.is_file():
        return tuple(str(label) for label in range(highest + 1)), train, test
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except ValueError as error:
        raise DataError(f"{path}: expected UTF-8 text ({error})") from error
    names = tuple(line.strip() for line in lines if line.strip())
    if highest >= len(names):
        raise DataError(f"{path}: expected {highest + 1} names, a line each, got {len(names)}")
    return names, train, test


def _read_pair(folder: Path, part: str) -> Split:
    images = _read_values(folder, part, "images")
    labels = _read_values(folder, part, "labels")
    if images.shape[1:] != (FIELD_PX, FIELD_PX) or labels.shape != images.shape[:1]:
        raise DataError(
            f"{folder}: expected {part} images (n, {FIELD_PX}, {FIELD_PX}) and labels (n,), "
            f"got {images.shape} and {labels.shape}"
        )
    fields = [
        _read_field(f"{folder}: {part} image number {number}", partial(grey_png, image))
        for number, image in enumerate(images)
    ]
    return Split(_stacked(fields), labels.astype(np.int64))


def _read_values(folder: Path, part: str, what: str) -> NDArray[np.uint8]:
    path = _find_idx(folder, part, what)
    if path is None:
        raise DataError(f"{folder}: expected {part}-{what}-idx*-ubyte, plain or .gz, got none")
    try:
        content = path.read_bytes()
        return idx.parse_any(gzip.decompress(content) if path.suffix == ".gz" else content, path)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected a readable file ({error})") from error


def _find_idx(folder: Path, part: str, what: str) -> Path | None:
    for path in sorted(folder.glob(f"{part}-{what}*ubyte*")):
        if path.suffix in (".gz", "") or path.name.endswith("ubyte"):
            return path
    return None


def _without_repeats(train: Split, test: Split | None, reporter: Reporter) -> Split:
    seen = set() if test is None else {image.tobytes() for image in test.images}
    kept = []
    for place, image in enumerate(train.images):
        content = image.tobytes()
        if content not in seen:
            seen.add(content)
            kept.append(place)
    if len(kept) < len(train):
        reporter.say(
            f"{len(train) - len(kept):,} pictures come a second time"
            f"{', or are tested on' if test else ''}, and are left out"
        )
    return train.take(np.array(kept, np.int64))


def _check_counts(folder: Path, classes: Names, split: Split, fewest: int) -> None:
    for name, count in zip(classes, np.bincount(split.labels, minlength=len(classes)), strict=True):
        if count < fewest:
            part = "to test" if fewest == 1 else "to train on"
            raise DataError(
                f"{folder}: expected at least {fewest} different pictures {part} of the class "
                f"{name!r}, got {count}"
            )


def _sha256(split: Split) -> str:
    """Of the pictures row by row, then of their labels, a byte each."""
    return hashlib.sha256(
        split.images.tobytes() + split.labels.astype(np.uint8).tobytes()
    ).hexdigest()

"""MNIST as arrays: 55,000 training, 5,000 validation and 10,000 test digits.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
recognition", Proceedings of the IEEE 86 (1998), section III; the files' own order is kept.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data import download, idx
from experiments.data.dataset import SPLIT_SEED, Dataset, Split, split_indices
from experiments.errors import DataError
from ml_engine_and_backend.model_folder.metadata import DIGIT_CLASSES

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
# in the folder of the data files: what to expect there in place of the whole of MNIST
MANIFEST = "files.json"
DIGITS = len(DIGIT_CLASSES)


@dataclass(frozen=True, slots=True)
class MnistFiles:
    """The four files, by role, and how many of the training digits are for validation."""

    train_images: idx.IdxFile
    train_labels: idx.IdxFile
    test_images: idx.IdxFile
    test_labels: idx.IdxFile
    validation_images: int

    def __iter__(self) -> Iterator[idx.IdxFile]:
        return iter((self.train_images, self.train_labels, self.test_images, self.test_labels))


MNIST_FILES = MnistFiles(
    train_images=idx.IdxFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    train_labels=idx.IdxFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    test_images=idx.IdxFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    test_labels=idx.IdxFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    validation_images=5_000,
)


def load_mnist(
    data_dir: Path,
    reporter: Reporter,
    *,
    files: MnistFiles | None = None,
    mirrors: Sequence[str] = MIRRORS,
    patience: download.Patience | None = None,
) -> Dataset:
    """Read the four files from `<data_dir>/mnist`, gzipped or not; download those missing.

    They must be those of `files`: without it, those that `files.json` beside them names, and
    without that, MNIST's.

    Raises DataError for a file that is truncated, tampered with or foreign, and DownloadError
    when a missing file cannot be had from any mirror.
    """
    folder = data_dir / "mnist"
    files = files or _read_manifest(folder, reporter) or MNIST_FILES

    def read(expected: idx.IdxFile) -> NDArray[np.uint8]:
        try:
            path = find_file(folder, expected)
            if path is None:
                folder.mkdir(parents=True, exist_ok=True)
                path = download.fetch(expected, folder, mirrors, reporter, patience)
            return idx.parse(path.read_bytes(), expected, str(path))
        except OSError as error:
            raise DataError(
                f"{folder / expected.name}: expected a readable file or a folder to "
                f"download it to, got {error}"
            ) from error

    full_train = _as_split(read(files.train_images), read(files.train_labels))
    test = _as_split(read(files.test_images), read(files.test_labels))
    training, validation = split_indices(full_train.labels, files.validation_images, SPLIT_SEED)
    return Dataset(
        train=full_train.take(training),
        validation=full_train.take(validation),
        test=test,
        sha256={file.name: file.sha256 for file in files},
        classes=DIGIT_CLASSES,
    )


def find_file(folder: Path, expected: idx.IdxFile) -> Path | None:
    """Where the file lies in `folder`, plain or gzipped; None where it is missing."""
    for path in (folder / expected.name, folder / f"{expected.name}.gz"):
        if path.is_file():
            return path
    return None


def _read_manifest(folder: Path, reporter: Reporter) -> MnistFiles | None:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        count = int(manifest.pop("validation_images"))
        files = {
            role: idx.IdxFile(file["name"], tuple(file["shape"]), file["sha256"])
            for role, file in manifest.items()
        }
        found = MnistFiles(**files, validation_images=count)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: expected four files by role, got {error!r}") from error
    shapes = found.train_images.shape, found.test_images.shape
    reporter.say(f"{path}: {shapes[0][0]:,} and {shapes[1][0]:,} digits, not the whole of MNIST")
    return found


def _as_split(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Split:
    return Split(images[..., np.newaxis], labels.astype(np.int64))

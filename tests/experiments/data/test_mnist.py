"""MNIST as arrays, and the validation split."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.console import Reporter
from experiments.data.dataset import Dataset, split_indices
from experiments.data.mnist import MNIST_FILES, load_mnist
from experiments.errors import DataError
from tests.experiments.data.mnist_fakes import FakeMnist

FAKE = FakeMnist()
QUIET = Reporter(quiet=True)


def load_fake(data_dir: Path) -> Dataset:
    return load_mnist(data_dir, QUIET, files=FAKE.files, mirrors=())


@pytest.mark.parametrize("zipped", [True, False])
def test_files_are_read_gzipped_or_not(tmp_path: Path, zipped: bool) -> None:
    FAKE.write_to(tmp_path, zipped=zipped)
    data = load_fake(tmp_path)

    assert (len(data.train), len(data.validation), len(data.test)) == (180, 20, 50)
    for split in (data.train, data.validation, data.test):
        assert split.images.dtype == np.uint8
        assert split.images.shape == (len(split), 28, 28, 1)
        assert split.labels.dtype == np.int64
    np.testing.assert_array_equal(data.test.images[..., 0], FAKE.arrays["t10k-images-idx3-ubyte"])
    assert data.sha256["t10k-labels-idx1-ubyte"] == FAKE.files.test_labels.sha256


def test_a_bad_file_on_disk_is_named_and_kept(tmp_path: Path) -> None:
    path = FAKE.write_to(tmp_path) / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(b"not a data file")
    with pytest.raises(
        DataError, match="begins 00 00 08 01, got one that begins 6e 6f 74 20"
    ) as no:
        load_fake(tmp_path)
    assert str(path) in str(no.value)
    assert path.read_bytes() == b"not a data file"


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "data"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(DataError, match="expected a readable file or a folder") as no:
        load_fake(blocked)
    assert str(blocked) in str(no.value)


def test_a_manifest_names_other_files(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir, tmp_path, dirs_exist_ok=True)
    said = io.StringIO()
    data = load_mnist(tmp_path, Reporter(said))
    assert (len(data.train), len(data.validation), len(data.test)) == (1_000, 100, 600)
    assert "files.json: 1,100 and 600 digits, not the whole of MNIST" in said.getvalue()
    assert set(data.sha256) == {file.name for file in MNIST_FILES}
    assert data.sha256["train-images-idx3-ubyte"] != MNIST_FILES.train_images.sha256

    (tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"other digits")
    with pytest.raises(DataError, match="expected an IDX file"):
        load_mnist(tmp_path, QUIET)
    for content in ("{", "[]", "{}", '{"validation_images": 3, "train_images": {}}'):
        (tmp_path / "mnist" / "files.json").write_text(content)
        with pytest.raises(DataError, match=r"files\.json: expected four files by role"):
            load_mnist(tmp_path, QUIET)


@pytest.mark.parametrize(
    ("labels", "validation_images", "quotas"),
    [
        (np.arange(100) % 10, 20, [2] * 10),
        # 7.5 and 2.5 of 10: the first of two equal remainders gets the image
        (np.array([0] * 30 + [1] * 10), 10, [8, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        (np.array([0] * 99 + [9]), 3, [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_the_split_is_stratified_exact_and_disjoint(
    labels: np.ndarray, validation_images: int, quotas: list[int]
) -> None:
    training, validation = split_indices(labels.astype(np.int64), validation_images, seed=3)

    assert np.bincount(labels[validation], minlength=10).tolist() == quotas
    assert sorted([*training, *validation]) == list(range(len(labels)))


@pytest.mark.parametrize("validation_images", [0, 100, 101])
def test_a_split_that_leaves_a_part_empty_is_refused(validation_images: int) -> None:
    with pytest.raises(DataError, match="expected a validation split between 1 and 99 images"):
        split_indices(np.arange(100, dtype=np.int64) % 10, validation_images, seed=1)


def test_mnist_is_split_55000_5000_10000(mnist: Dataset) -> None:
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (55_000, 5_000, 10_000)
    assert mnist.sha256 == {file.name: file.sha256 for file in MNIST_FILES}
    # the first ten labels of the original files' order
    assert mnist.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    # stratified: every digit's share of validation is its share of the whole, to half an image
    whole = np.bincount(np.concatenate([mnist.train.labels, mnist.validation.labels]))
    assert np.abs(np.bincount(mnist.validation.labels) - whole / 12).max() < 1

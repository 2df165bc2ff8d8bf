"""Small files in MNIST's format, with hashes of their own."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.data.idx import IdxFile
from experiments.data.mnist import MnistFiles

TRAIN_IMAGES = 200
TEST_IMAGES = 50


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    """The IDX file of unsigned bytes that holds `values`."""
    header = bytes((0, 0, 8, values.ndim)) + np.array(values.shape, dtype=">u4").tobytes()
    return header + values.tobytes()


class FakeMnist:
    """Four small files: noise for images, digits in rotation for labels."""

    def __init__(self, seed: int = 7) -> None:
        noise = np.random.default_rng(seed)
        arrays = {
            "train-images-idx3-ubyte": noise.integers(0, 256, (TRAIN_IMAGES, 28, 28)),
            "train-labels-idx1-ubyte": np.arange(TRAIN_IMAGES) % 10,
            "t10k-images-idx3-ubyte": noise.integers(0, 256, (TEST_IMAGES, 28, 28)),
            "t10k-labels-idx1-ubyte": np.arange(TEST_IMAGES) % 10,
        }
        self.arrays = {name: array.astype(np.uint8) for name, array in arrays.items()}
        self.raw = {name: idx_bytes(array) for name, array in self.arrays.items()}
        self.gzipped = {f"{name}.gz": gzip.compress(raw) for name, raw in self.raw.items()}
        train_images, train_labels, test_images, test_labels = map(self._known, self.arrays)
        self.files = MnistFiles(train_images, train_labels, test_images, test_labels, 20)

    def _known(self, name: str) -> IdxFile:
        digest = hashlib.sha256(self.raw[name]).hexdigest()
        return IdxFile(name, self.arrays[name].shape, digest)

    def write_to(self, data_dir: Path, *, zipped: bool = True) -> Path:
        """Lay the files out under `data_dir`; returns the folder that holds them."""
        folder = data_dir / "mnist"
        folder.mkdir(parents=True)
        for name, content in (self.gzipped if zipped else self.raw).items():
            (folder / name).write_bytes(content)
        return folder

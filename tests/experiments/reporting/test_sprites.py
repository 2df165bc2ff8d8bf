"""The sheet shows the digits that its index says."""

import io
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from experiments.data.dataset import Dataset
from experiments.reporting import sprites
from ml_engine_and_backend.model_folder.comparison import Predictions, read_predictions

MODELS_DIR = Path(__file__).resolve().parents[3] / "models"
LABELS = (np.arange(1_000) % 10).astype(np.uint8)


def misreading(*wrong: int) -> Predictions:
    digits = LABELS.copy()
    digits[list(wrong)] = (digits[list(wrong)] + 1) % 10
    return Predictions(LABELS, digits)


def cells(png: bytes, count: int) -> NDArray[np.uint8]:
    """The first `count` cells (n, 28, 28), read off the picture one by one."""
    picture = np.asarray(Image.open(io.BytesIO(png)))
    assert picture.shape == (28 * -(-count // 40), 28 * 40)
    return np.array(
        [
            picture[28 * (i // 40) : 28 * (i // 40) + 28, 28 * (i % 40) : 28 * (i % 40) + 28]
            for i in range(count)
        ]
    )


def test_chooses_misread_digits_and_24_examples_per_class() -> None:
    chosen = sprites.choose([misreading(3, 990), misreading(3, 17)])
    # of class 3 and 7 the first 24 examples reach one further, for 3 and 17 are misread
    expected = set(range(240)) | {990} | {243, 247}
    assert chosen == sorted(expected)


def test_shipped_sheet_shows_mnist_digits(mnist: Dataset) -> None:
    document = json.loads((MODELS_DIR / "digits.json").read_text())
    assert (document["size_px"], document["columns"]) == (28, 40)
    indices = document["indices"]
    assert indices == sorted(set(indices))
    shown = cells((MODELS_DIR / "digits.png").read_bytes(), len(indices))
    assert np.array_equal(shown, mnist.test.images[indices, :, :, 0])
    # every digit that the newest version of a rung misreads is there
    for model in MODELS_DIR.glob("*/*/predictions.npz"):
        versions = [int(path.name) for path in model.parents[1].iterdir() if path.name.isdigit()]
        if int(model.parent.name) == max(versions):
            found = read_predictions(model.parent)
            assert set(np.flatnonzero(found.digits != found.labels)) <= set(indices)

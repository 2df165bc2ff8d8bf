"""The browser's engine against the service's, on people's drawings and on MNIST's digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.floor import load_ladder
from experiments.data.dataset import Dataset
from experiments.data.penstrokes import load_penstrokes
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.preprocessing import Field, preprocess
from tests.e2e.browser_engine import BrowserReading, as_field, on_canvas, read_in_browser
from tests.e2e.conftest import OpenPage

DRAWINGS = 1_000
MNIST_DIGITS = 1_000
SEED = 28


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return load_ladder()


def field_of(png: bytes) -> Field | None:
    try:
        return preprocess(decode(png)).field
    except BlankDrawingError:
        return None


def same_digits(
    read: list[BrowserReading], fields: list[Field], ladder: Ladder
) -> dict[str, float]:
    """Of each rung, the share of drawings in which browser and service read the same digit."""
    return {
        model.metadata.name: float(
            np.mean(
                [
                    model.predict(field).digit == each.digits.get(model.metadata.name)
                    for each, field in zip(read, fields, strict=True)
                ]
            )
        )
        for model in ladder.models
    }


def test_reads_peoples_drawings_as_the_service_does(
    service: str, dist: Path, open_page: OpenPage, full_data_dir: Path, ladder: Ladder
) -> None:
    generator = np.random.default_rng(SEED)
    drawings = load_penstrokes(full_data_dir)
    chosen = generator.choice(len(drawings), DRAWINGS, replace=False)
    page = open_page(service, "/?engine=service").page
    read = read_in_browser(page, dist, [on_canvas(drawings[i], generator) for i in chosen])
    fields = [field_of(each.png) for each in read]
    assert [each.field is None for each in read] == [field is None for field in fields]
    seen = [(each, field) for each, field in zip(read, fields, strict=True) if field is not None]

    off = [int(np.abs(field.astype(int) - each.field).max()) for each, field in seen]
    assert np.mean([most <= 2 for most in off]) >= 0.999
    shares = same_digits([each for each, _ in seen], [field for _, field in seen], ladder)
    assert len(shares) == 6
    assert min(shares.values()) >= 0.998, shares
    gate = ladder.gate
    assert gate is not None
    sure_from = gate.metadata.sure_from
    agreed = [
        (each.likeness >= sure_from) == (gate.likeness(field) >= sure_from) for each, field in seen
    ]
    assert np.mean(agreed) >= 0.998


def test_reads_mnists_digits_as_the_service_does(
    service: str, dist: Path, open_page: OpenPage, mnist: Dataset, ladder: Ladder
) -> None:
    images = mnist.test.images[:MNIST_DIGITS, :, :, 0]
    page = open_page(service, "/?engine=service").page
    read = read_in_browser(page, dist, [as_field(image) for image in images])
    shares = same_digits(read, list(images), ladder)
    assert min(shares.values()) >= 0.998, shares

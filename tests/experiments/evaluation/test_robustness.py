"""Each disturbance does what its name says, and nothing at its harmless level."""

import numpy as np
import pytest
from scipy import ndimage

from experiments.data.dataset import Split
from experiments.evaluation.robustness import DISTURBANCES, Disturbance, Fields, robustness
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field

BY_NAME = {kind.name: kind for kind in DISTURBANCES}
NAMES = ["shift", "rotation", "scale", "stroke_width", "noise", "blur", "occlusion"]


def disturbed(name: str, fields: Fields, level: float) -> Fields:
    return BY_NAME[name].apply(fields, level, np.random.default_rng(28))


def box(height: int = 10, width: int = 4, n: int = 40) -> Fields:
    """A solid rectangle in the middle of the field."""
    fields = np.zeros((n, 28, 28), np.uint8)
    top, left = 14 - height // 2, 14 - width // 2
    fields[:, top : top + height, left : left + width] = 255
    return fields


def extent(field: Field) -> tuple[int, int]:
    """Height and width of the ink, in pixels."""
    places = np.argwhere(field > 127)  # (n, 2)
    sides = np.ptp(places, axis=0) + 1
    return int(sides[0]), int(sides[1])


@pytest.mark.parametrize("kind", DISTURBANCES, ids=NAMES)
def test_harmless_level_changes_no_digit(kind: Disturbance) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    assert kind.harmless in kind.levels
    assert list(kind.levels) == sorted(set(kind.levels))
    assert np.array_equal(disturbed(kind.name, noise, kind.harmless), noise)


@pytest.mark.parametrize("kind", DISTURBANCES, ids=NAMES)
def test_every_other_level_changes_every_digit(kind: Disturbance) -> None:
    fields = box(14, 4)
    before = fields.copy()
    for level in set(kind.levels) - {kind.harmless}:
        found = disturbed(kind.name, fields, level)
        assert found.shape == fields.shape
        assert found.dtype == np.uint8
        changed = (found != fields).any(axis=(1, 2))
        # a small square may fall beside the ink
        assert changed.all() or (kind.name == "occlusion" and changed.any())
    assert np.array_equal(fields, before)


def test_shift_moves_by_whole_pixels_to_eight_sides() -> None:
    fields = box()
    moved = disturbed("shift", fields, 3)
    steps = {
        tuple(np.subtract(ndimage.center_of_mass(m), ndimage.center_of_mass(f)).round(6).tolist())
        for f, m in zip(fields, moved, strict=True)
    }
    assert steps == {(y, x) for y in (-3, 0, 3) for x in (-3, 0, 3)} - {(0, 0)}
    assert (moved.sum(axis=(1, 2)) == fields.sum(axis=(1, 2))).all()


def test_rotation_is_counter_clockwise() -> None:
    hand = np.zeros((1, 28, 28), np.uint8)
    hand[0, 4:14, 13:15] = 255  # points up
    turned = disturbed("rotation", hand, 45)
    y, x = ndimage.center_of_mass(turned[0])
    assert y < 13
    assert x < 12
    # a quarter in two steps is close to NumPy's
    quarter = disturbed("rotation", turned, 45)[0] > 127
    assert np.mean(quarter == (np.rot90(hand[0]) > 127)) > 0.97


@pytest.mark.parametrize(("factor", "height", "width"), [(0.5, 5, 2), (1.4, 14, 6)])
def test_scale_is_about_the_centre(factor: float, height: int, width: int) -> None:
    found = disturbed("scale", box(), factor)[0]
    assert list(extent(found)) == pytest.approx([height, width], abs=1)
    assert ndimage.center_of_mass(found) == pytest.approx((13.5, 13.5))


@pytest.mark.parametrize("pixels", [-2, 2])
def test_stroke_width_changes_by_the_given_pixels(pixels: int) -> None:
    found = disturbed("stroke_width", box(10, 4), pixels)[0]
    assert extent(found) == (10 + pixels, 4 + pixels)


def reads_the_middle_row(field: Field) -> Logits:
    """Digit 1 where the middle of the field is bright, else digit 0."""
    logits = np.zeros(10, np.float32)
    logits[1] = 1.0 if field[12:16, 12:16].mean() > 127 else -1.0
    return logits


def test_curves_count_what_the_network_reads() -> None:
    digits = Split(box(6, 6, n=60)[..., np.newaxis], np.ones(60, np.int64))
    found = robustness(reads_the_middle_row, digits)
    assert (found.n, found.seed) == (60, 28)
    curves = {curve.name: curve for curve in found.curves}
    assert list(curves) == NAMES
    for name, curve in curves.items():
        assert len(curve.levels) == len(curve.accuracy)
        assert curve.accuracy[curve.levels.index(BY_NAME[name].harmless)] == 1.0
    assert curves["shift"].accuracy[-1] == 0.0
    assert robustness(reads_the_middle_row, digits) == found  # seeded

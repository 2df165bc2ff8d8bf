"""Robustness: how a network's accuracy falls as the digits are disturbed more and more.

The 28×28 fields themselves are disturbed and not centred again: the curves show what the network
tolerates by itself. On the page the preprocessing undoes most shifts and scales before the
network sees the drawing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from experiments.data.dataset import Split
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.report import Robustness, RobustnessCurve

SAMPLE: Final = 1_000
SEED: Final = 28
_SIDE_PX: Final = 28
# where the digit lies in MNIST's field
_INK_PX: Final = (4, 24)
# the eight neighbours
_DIRECTIONS: Final = np.array([(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)])

Fields = NDArray[np.uint8]  # (n, 28, 28), light ink on 0
Disturb = Callable[[Fields, float, np.random.Generator], Fields]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One way to disturb digits; at the level `harmless` they stay as they are.

    `apply` takes fields, a level and a generator that is seeded alike for every level, so that
    a digit moves in the same direction, or is hidden around the same place, at all levels.
    """

    name: str
    title: str
    unit: str
    levels: tuple[float, ...]
    harmless: float
    apply: Disturb


def shift(fields: Fields, pixels: float, rng: np.random.Generator) -> Fields:
    """Move each digit by whole pixels to one of eight sides (diagonally: so many both ways).

    What leaves the field is lost.
    """
    steps = _DIRECTIONS[rng.integers(len(_DIRECTIONS), size=len(fields))] * int(pixels)
    reach = int(pixels)
    padded = np.pad(fields, ((0, 0), (reach, reach), (reach, reach)))
    rows = np.arange(_SIDE_PX) + reach - steps[:, :1]
    columns = np.arange(_SIDE_PX) + reach - steps[:, 1:]
    moved: Fields = padded[
        np.arange(len(fields))[:, None, None], rows[:, :, None], columns[:, None, :]
    ]
    return moved


def transform(fields: Fields, backwards: NDArray[np.float64]) -> Fields:
    """Fields whose pixel p, from the centre, shows what was at `backwards` @ p; bilinear."""
    matrix = np.eye(3)
    matrix[1:, 1:] = backwards
    centre = np.array([0.0, 13.5, 13.5])
    return _as_fields(
        ndimage.affine_transform(
            fields.astype(np.float32), matrix, offset=centre - matrix @ centre, order=1
        )
    )


def rotate(fields: Fields, degrees: float, rng: np.random.Generator) -> Fields:
    """Turn by `degrees` about the field's centre, counter-clockwise as seen."""
    angle = np.deg2rad(degrees)
    sine, cosine = np.sin(angle), np.cos(angle)
    return transform(fields, np.array([[cosine, sine], [-sine, cosine]]))


def scale(fields: Fields, factor: float, rng: np.random.Generator) -> Fields:
    """Enlarge about the field's centre; what leaves is lost."""
    return transform(fields, np.eye(2) / factor)


def change_stroke_width(fields: Fields, pixels: float, rng: np.random.Generator) -> Fields:
    """Make strokes `pixels` wider (or thinner, below 0), a whole number.

    Done at twice the resolution, where the outline moves by as many pixels as the stroke widens.
    """
    fine = fields.repeat(2, axis=1).repeat(2, axis=2)
    reach = abs(int(pixels))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (y * y + x * x <= reach * reach)[None]
    if pixels > 0:
        fine = ndimage.grey_dilation(fine, footprint=disc, mode="constant", cval=0)
    elif pixels < 0:
        fine = ndimage.grey_erosion(fine, footprint=disc, mode="constant", cval=0)
    n = len(fields)
    return _as_fields(fine.reshape(n, _SIDE_PX, 2, _SIDE_PX, 2).mean(axis=(2, 4)))


def add_noise(fields: Fields, deviation: float, rng: np.random.Generator) -> Fields:
    """Add normal noise of so many grey levels' standard deviation, cut off at 0 and 255."""
    return _as_fields(fields + deviation * rng.standard_normal(fields.shape, dtype=np.float32))


def blur(fields: Fields, sigma_px: float, rng: np.random.Generator) -> Fields:
    """Gaussian blur."""
    if not sigma_px:
        return fields
    grey = fields.astype(np.float32)
    return _as_fields(ndimage.gaussian_filter(grey, sigma_px, axes=(1, 2), mode="constant"))


def occlude(fields: Fields, side_px: float, rng: np.random.Generator) -> Fields:
    """Wipe out a square, its centre anywhere where ink lies."""
    low, high = _INK_PX
    centres = rng.integers(low, high, size=(len(fields), 2))
    # an even side reaches one pixel further up and left
    starts = centres - int(side_px) // 2
    places = np.arange(_SIDE_PX)
    inside = (places >= starts[..., None]) & (places < starts[..., None] + int(side_px))
    hidden = inside[:, 0, :, None] & inside[:, 1, None, :]
    result: Fields = np.where(hidden, np.uint8(0), fields)
    return result


DISTURBANCES: Final = (
    Disturbance("shift", "Shift", "px", (0, 1, 2, 3, 4, 5, 6), 0, shift),
    Disturbance("rotation", "Rotation", "°", (-45, -30, -15, 0, 15, 30, 45), 0, rotate),
    Disturbance("scale", "Scale", "×", (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4), 1, scale),
    Disturbance("stroke_width", "Stroke width", "px", (-2, -1, 0, 1, 2, 3), 0, change_stroke_width),
    Disturbance("noise", "Noise", "grey levels", (0, 20, 40, 60, 80, 100, 120), 0, add_noise),
    Disturbance("blur", "Blur", "px", (0, 0.5, 1, 1.5, 2, 2.5, 3), 0, blur),
    Disturbance("occlusion", "Occlusion", "px", (0, 4, 6, 8, 10, 12, 14), 0, occlude),
)


def robustness(network: Network, digits: Split) -> Robustness:
    """Accuracy curves on a fixed sample of at most 1,000 of `digits`."""
    rng = np.random.default_rng(SEED)
    chosen = np.sort(rng.permutation(len(digits))[:SAMPLE])
    sample = digits.take(chosen)
    fields = sample.images[:, :, :, 0]

    def accuracy(disturbance: Disturbance, level: float) -> float:
        disturbed = disturbance.apply(fields, level, np.random.default_rng(SEED))
        read = np.array([network(field).argmax() for field in disturbed])
        return float(np.mean(read == sample.labels))

    curves = [
        RobustnessCurve(
            name=disturbance.name,
            title=disturbance.title,
            unit=disturbance.unit,
            levels=list(disturbance.levels),
            accuracy=[accuracy(disturbance, level) for level in disturbance.levels],
        )
        for disturbance in DISTURBANCES
    ]
    return Robustness(n=len(sample), seed=SEED, curves=curves)


def _as_fields(grey: NDArray[np.floating]) -> Fields:
    fields: Fields = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return fields

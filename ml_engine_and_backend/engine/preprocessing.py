"""Grey picture -> the 28×28 field that MNIST would have made of it.

The recipe is MNIST's own (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied
to document recognition", section III.A): light ink on a dark field, the ink's bounding box scaled
to 20 px at its longer side with its proportions kept, the centre of mass at the field's centre.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.decoding import Grey, Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError

FIELD_PX = 28
BOX_PX = 20
# MNIST rounds the centre of mass to whole pixels around index 14; its files average 14.00.
CENTRE_PX = 14.0

# The background's noise, in standard deviations, that ink must stand out of.
NOISE_SIGMAS = 6.0
# Ink is at least so far from the background, in grey levels of 255, however clean that is;
# and need not be further, however noisy: ink that lies on the border looks like noise.
MIN_CONTRAST = 6.0
ENOUGH_CONTRAST = 100.0
# A border that varies by more than this is paper in some light, unless the picture is tiny.
EVEN_SPREAD = 3.0
MIN_PHOTOGRAPH_PX = 64
# Ink weaker than this share of its full strength does not decide the box: it is an edge's soft rim.
RIM_SHARE = 0.15
# A speck: both smaller and shorter than these shares of the largest connected piece of ink.
SPECK_AREA_SHARE = 0.03
SPECK_SIDE_SHARE = 0.15
# No digit: no piece of ink as long as this share of the picture, or but a dot below the second.
MIN_PIECE_SIDE_SHARE = 0.04
MAX_DOT_SIDE_SHARE = 0.12
MIN_DOT_FILL = 0.7
# Strokes thinner than this in the 28×28 field are drawn this thick; MNIST's are about 2.5 px.
MIN_STROKE_PX = 1.6

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Digit:
    """What a model sees, and how it came out of the picture.

    `field` is uint8 (28, 28), light ink on 0. `box` holds the ink's left, top, right and bottom
    in pixels of the upright upload, right and bottom excluded. `inverted` says that the upload
    had dark ink on a light ground.
    """

    field: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    inverted: bool


def preprocess(picture: Picture) -> Digit:
    """Invert, crop, scale and centre a picture as MNIST did.

    A 28×28 picture that this recipe has already been applied to keeps every pixel.

    Raises:
        BlankDrawingError: no ink, only specks or a mere dot.
    """
    ink, floor, inverted = _ink(picture.grey)
    mask = _digit_mask(ink, floor)
    rows, columns = _box(mask)

    light = 255 - picture.grey if inverted else picture.grey
    if _is_mnist_already(light):
        field = light
    else:
        ink, mask = np.where(mask, ink, 0)[rows, columns], mask[rows, columns]
        ink = np.minimum(ink / _strength(ink[mask]), 1)
        field = _place(_thicken(ink, mask))

    k = picture.reduction
    box = (
        columns.start * k,
        rows.start * k,
        min(columns.stop * k, picture.width_px),
        min(rows.stop * k, picture.height_px),
    )
    return Digit(np.rint(field).astype(np.uint8), box, inverted)


def _ink(grey: Grey) -> tuple[Grey, float, bool]:
    """Ink strength above the background (0 where there is none), its noise floor, inverted or not.

    The border tells the background, so a drawing with much ink does not flip. Ink is on the side
    of the background where more of the picture lies, which a border of middle grey leaves open.
    """
    border = _border(grey)
    background = float(np.median(border))
    noise = _spread(border - background)
    if noise > EVEN_SPREAD and min(grey.shape) >= MIN_PHOTOGRAPH_PX:
        # light multiplies what paper and ink reflect
        light = np.maximum(_lighting(grey), 1)
        grey = np.asarray(grey * background / light, dtype=np.float32)
        noise = _spread(_border(grey) - background)
    floor = min(max(NOISE_SIGMAS * noise, MIN_CONTRAST), ENOUGH_CONTRAST)
    darker, lighter = background - grey, grey - background
    inverted = bool(darker[darker > floor].sum() > lighter[lighter > floor].sum())
    return np.maximum(darker if inverted else lighter, 0), floor, inverted


def _spread(levels: Grey) -> float:
    """Standard deviation around 0, by the median of magnitudes: some ink does not raise it."""
    return 1.4826 * float(np.median(np.abs(levels)))


def _lighting(grey: Grey) -> Grey:
    """The paper's brightness, (height, width), as light from one side and dark corners shape it.

    A quadratic surface by least squares, fitted anew to the pixels near it until ink has no say.
    """
    y, x = np.meshgrid(
        *(np.linspace(-1, 1, side, dtype=np.float32) for side in grey.shape), indexing="ij"
    )
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    step = max(1, max(grey.shape) // 64)
    some, levels = terms[::step, ::step].reshape(-1, 6), grey[::step, ::step].ravel()
    paper = np.ones(len(levels), bool)
    for _ in range(5):
        surface = np.linalg.lstsq(some[paper], levels[paper])[0]
        off = np.abs(levels - some @ surface)
        paper = off <= np.quantile(off, 0.7)  # ink covers less than the rest
    return np.asarray(terms @ surface, dtype=np.float32)


def _border(grey: Grey) -> Grey:
    """The outer ring, a twentieth of the shorter side wide: a thin frame line is not its median."""
    wide = max(1, min(grey.shape) // 20)
    sides = grey[:wide], grey[-wide:], grey[wide:-wide, :wide], grey[wide:-wide, -wide:]
    return np.concatenate([side.ravel() for side in sides])


def _digit_mask(ink: Grey, floor: float) -> Mask:
    """True where the digit's own ink is: above the noise, without specks, without its soft rim."""
    mask = ink >= floor
    if not mask.any():
        raise BlankDrawingError(
            "expected a digit, got a blank picture: nothing stands out of the background by more "
            f"than {ink.max(initial=0):.0f} of 255 grey levels"
        )
    rows, columns = _box(mask)
    # specks go before the ink's strength is taken, else black ones would hide a faint digit
    longest_px = _drop_specks(mask[rows, columns])
    strength = _strength(ink[mask])
    mask &= ink >= RIM_SHARE * strength

    rows, columns = _box(mask)
    height, width = mask[rows, columns].shape
    solid = mask[rows, columns].mean() >= MIN_DOT_FILL and max(width, height) < 2 * min(
        width, height
    )
    dot = solid and max(width, height) < MAX_DOT_SIDE_SHARE * max(ink.shape)
    if dot or longest_px < MIN_PIECE_SIDE_SHARE * max(ink.shape):
        raise BlankDrawingError(
            f"expected a digit, got only {'a dot' if dot else 'specks'}: pieces of at most "
            f"{longest_px} px in {ink.shape[1]} × {ink.shape[0]}"
        )
    return mask


def _strength(ink: Grey) -> float:
    """How strong the ink is where it is full: nine tenths are weaker, and specks stronger."""
    return float(np.percentile(ink, 90))


def _drop_specks(mask: Mask) -> int:
    """Clear, in place, the pieces both much smaller and much shorter than the largest one.

    Returns the longer side of the largest piece, in pixels.
    """
    pieces, count = ndimage.label(mask, structure=np.ones((3, 3)))
    if count == 1:
        return int(max(mask.shape))
    areas = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    sides = np.array(
        [
            max(rows.stop - rows.start, columns.stop - columns.start)
            for rows, columns in ndimage.find_objects(pieces)
        ]
    )
    largest = int(areas.argmax())
    keep = areas >= SPECK_AREA_SHARE * areas[largest]
    keep |= sides >= SPECK_SIDE_SHARE * sides[largest]
    mask &= np.concatenate([[False], keep])[pieces]
    return int(sides[largest])


def _box(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that the True pixels span; there must be one."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _is_mnist_already(light: Grey) -> bool:
    """Whether light ink on 0 has the size, box, place and contrast that the recipe gives.

    All 70,000 digits of MNIST do: a box of 19 or 20 px at any level above 0, the centre of mass
    within half a pixel of index 14, and a peak of 254 or 255.
    """
    if light.shape != (FIELD_PX, FIELD_PX) or light.max() < 250:
        return False
    rows, columns = _box(light > 0)
    longer_px = max(rows.stop - rows.start, columns.stop - columns.start)
    x, y = _centre_of_mass(light)
    off_px = max(abs(x - CENTRE_PX), abs(y - CENTRE_PX))
    return longer_px in (BOX_PX - 1, BOX_PX) and off_px < 0.525


def _centre_of_mass(ink: Grey) -> tuple[float, float]:
    """x and y in pixel indices of `ink`."""
    total = float(ink.sum())
    x = float(ink.sum(axis=0) @ np.arange(ink.shape[1])) / total
    y = float(ink.sum(axis=1) @ np.arange(ink.shape[0])) / total
    return x, y


def _thicken(ink: Grey, mask: Mask) -> Grey:
    """Widen strokes that would fade when scaled down; `ink` is in 0..1 and may grow a margin."""
    wanted_px = MIN_STROKE_PX * max(ink.shape) / BOX_PX
    missing_px = (wanted_px - _stroke_width(mask)) / 2
    if missing_px <= 0:
        return ink
    margin = int(np.ceil(missing_px))
    ink, mask = np.pad(ink, margin), np.pad(mask, margin)
    distance_px, nearest = ndimage.distance_transform_edt(~mask, return_indices=True)
    # a pixel that the widened stroke's edge crosses is covered in part
    covered = np.clip(missing_px + 1 - distance_px, 0, 1)
    return np.asarray(np.maximum(ink, covered * ink[tuple(nearest)]), dtype=np.float32)


def _stroke_width(mask: Mask) -> float:
    """Mean stroke width in pixels: a long band of width w has the area w·l and the outline 2·l."""
    padded = np.pad(mask, 1)
    steps = np.count_nonzero(padded[1:] != padded[:-1])
    steps += np.count_nonzero(padded[:, 1:] != padded[:, :-1])
    # counting pixel edges overrates an outline of all directions by 4 / pi
    return 2 * np.count_nonzero(mask) / (np.pi / 4 * steps)


def _place(ink: Grey) -> Grey:
    """Area-average `ink` (0..1) into the field: longer side 20 px, centre of mass at the centre."""
    scale = BOX_PX / max(ink.shape)
    x, y = _centre_of_mass(ink)
    across = _overlaps(ink.shape[1], scale, x)
    down = _overlaps(ink.shape[0], scale, y)
    field = down @ ink @ across.T
    return np.asarray(field * (255 / field.max()), dtype=np.float32)


def _overlaps(length: int, scale: float, centre: float) -> Grey:
    """Weights (28, length): the share of each of the field's pixels that each source pixel covers.

    `centre`, an index of the source, comes to lie on the field's centre, unless the ink would
    leave the field.
    """
    start = CENTRE_PX + 0.5 - (centre + 0.5) * scale
    start = min(max(start, 0.0), FIELD_PX - length * scale)
    edges = start + scale * np.arange(length + 1)
    pixels = np.arange(FIELD_PX)[:, None]
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.asarray(np.maximum(overlap, 0), dtype=np.float32)

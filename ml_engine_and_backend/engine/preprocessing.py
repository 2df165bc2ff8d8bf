"""Grey picture -> the 28×28 field that MNIST would have made of it.

The recipe is MNIST's own (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied
to document recognition", section III.A): light ink on a dark field, the ink's bounding box scaled
to 20 px at its longer side with its proportions kept, the centre of mass at the field's centre.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.connected_components import Mask
from ml_engine_and_backend.engine.decoding import WORKING_SIDE_PX, Box, Floats, Grey, Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.ink import Ink, NoDigitError, box_of, find_ink
from ml_engine_and_backend.engine.strokes import stroke_width
from ml_engine_and_backend.model_folder.metadata import Preprocessing

FIELD_PX = 28
BOX_PX = 20
# MNIST rounds the centre of mass to whole pixels around index 14; its files average 14.00.
CENTRE_PX = 14.0

# Strokes thinner than this in the 28×28 field are drawn this thick; MNIST's are about 2.5 px.
MIN_STROKE_PX = 1.6

_EDGES = np.arange(FIELD_PX + 1, dtype=np.float32)[:, None]
# for every picture that there can be, and strokes widened at its edges
_INDICES = np.arange(2 * WORKING_SIDE_PX, dtype=np.float32)
_MOMENTS = np.stack([np.ones_like(_INDICES), _INDICES])
Field = NDArray[np.uint8]  # (28, 28), light ink on 0


class Digit(NamedTuple):
    """What a model sees, and how it came out of the picture.

    `field` is uint8 (28, 28), light ink on 0. `box` holds the ink's left, top, right and bottom
    in pixels of the upright upload, right and bottom excluded. `inverted` says that the upload
    had dark ink on a light ground. `ink` is what it was made of.
    """

    field: Field
    inverted: bool
    ink: Ink
    picture: Picture

    def box_of(self, rows: slice, columns: slice) -> Box:
        """The box of rows and columns of the picture's levels, in pixels of the upright upload."""
        picture = self.picture
        k = picture.reduction
        return (
            picture.left_px + columns.start * k,
            picture.top_px + rows.start * k,
            min(picture.left_px + columns.stop * k, picture.width_px),
            min(picture.top_px + rows.stop * k, picture.height_px),
        )

    @property
    def box(self) -> Box:
        """The ink's left, top, right and bottom in the upright upload, the last two excluded."""
        return self.box_of(self.ink.rows, self.ink.columns)


def preprocess(picture: Picture, how: Preprocessing = "mnist") -> Digit:
    """Invert, crop, scale and centre a picture as MNIST did.

    A 28×28 picture that this recipe has already been applied to keeps every pixel; where `how` is
    `as_is`, any 28×28 picture does, light on dark.

    Raises:
        BlankDrawingError: no ink, only specks or a mere dot.
    """
    if how == "as_is" and picture.grey.shape == (FIELD_PX, FIELD_PX):
        return _as_it_is(picture)
    try:
        ink = find_ink(picture.grey)
    except NoDigitError as error:
        raise BlankDrawingError(
            f"expected a digit, got {error} in {picture.width_px} × {picture.height_px} px"
        ) from error
    field = _mnists_own(picture.grey, ink.inverted)
    if field is None:
        field = field_of(ink.strength, ink.mask, ink.full)
    return Digit(field, ink.inverted, ink, picture)


def _as_it_is(picture: Picture) -> Digit:
    levels = np.clip(picture.grey.astype(np.float32), 0, 255)
    if levels.min() == levels.max():
        raise BlankDrawingError(f"expected a picture, got one of {levels.max():g} everywhere")
    mask = levels > 0
    rows, columns = box_of(mask)
    inked = (rows, columns)
    ink = Ink(rows, columns, levels[inked], float(levels.max()), mask[inked], inverted=False)
    return Digit(np.rint(levels).astype(np.uint8), False, ink, picture)


def field_of(strength: Floats, mask: Mask, full: float) -> Field:
    """The field of ink in its box (height, width): scaled and centred as MNIST did.

    `strength` is 0..`full`, and 0 where `mask` is not.
    """
    return _place(_thicken(strength, mask, full))


def _mnists_own(grey: Grey, inverted: bool) -> Field | None:
    """The picture itself, light on 0, where it has the size, box, place and contrast of the recipe.

    All 70,000 digits of MNIST do: a box of 19 or 20 px at any level above 0, the centre of mass
    within half a pixel of index 14, and a peak of 254 or 255.
    """
    if grey.shape != (FIELD_PX, FIELD_PX):
        return None
    light = grey.astype(np.float32)
    if inverted:
        light = 255 - light
    if not 250 <= light.max() <= 255:
        return None
    rows, columns = box_of(light > 0)
    longer_px = max(rows.stop - rows.start, columns.stop - columns.start)
    x, y = _centre_of_mass(light)
    off_px = max(abs(x - CENTRE_PX), abs(y - CENTRE_PX))
    if longer_px not in (BOX_PX - 1, BOX_PX) or off_px >= 0.525:
        return None
    return np.rint(light).astype(np.uint8)


def _centre_of_mass(ink: Floats) -> tuple[float, float]:
    """x and y in pixel indices of `ink`."""
    height, width = ink.shape
    # 1 and y times the ink times 1 and x, summed: its moments in two products
    (total, sum_x), (sum_y, _) = (_MOMENTS[:, :height] @ ink @ _MOMENTS[:, :width].T).tolist()
    return sum_x / total, sum_y / total


def _thicken(strength: Floats, mask: Mask, full: float) -> Floats:
    """The ink's strength, with strokes widened that would fade when scaled down: a larger box."""
    wanted_px = MIN_STROKE_PX * max(mask.shape) / BOX_PX
    missing_px = (wanted_px - stroke_width(mask)) / 2
    if missing_px <= 0:
        return strength
    margin = int(np.ceil(missing_px))
    strength, mask = np.pad(strength / full, margin), np.pad(mask, margin)
    distance_px, nearest = ndimage.distance_transform_edt(~mask, return_indices=True)
    # a pixel that the widened stroke's edge crosses is covered in part
    covered = np.clip(missing_px + 1 - distance_px, 0, 1)
    widened = np.maximum(strength, covered * strength[tuple(nearest)])
    return np.asarray(widened, dtype=np.float32)


def _place(ink: Floats) -> Field:
    """Area-average `ink` into the field, 0..255: longer side 20 px, its centre in the middle."""
    height, width = ink.shape
    scale = BOX_PX / max(height, width)
    x, y = _centre_of_mass(ink)
    starts = np.array([_start(width, scale, x), _start(height, scale, y)], np.float32)
    # the edges of the field's pixels, (2, 29, 1), in pixels of the source
    edges = (_EDGES - starts[:, None, None]) * np.float32(1 / scale)
    # how much of each pixel of the source lies before each edge, then between two edges
    before = edges - _INDICES[: max(height, width)]
    np.maximum(np.minimum(before, 1, out=before), 0, out=before)
    across, down = before[:, 1:] - before[:, :-1]
    field = down[:, :height] @ ink @ across[:, :width].T
    return np.asarray(np.rint(field * (255 / field.max())), dtype=np.uint8)


def _start(length: int, scale: float, centre: float) -> float:
    """Where in the field the ink begins along one axis.

    `centre`, an index of the source, comes to lie on the field's centre, unless the ink, `length`
    long, would leave the field.
    """
    start = CENTRE_PX + 0.5 - (centre + 0.5) * scale
    return min(max(start, 0.0), FIELD_PX - length * scale)

"""The connected components of a mask: where they lie, how large they are, and without some."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]

# pixels touch along their sides and at their corners
EIGHT_NEIGHBOURS: Final = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class Components:
    """The components of a mask, in the order of their first pixels.

    Each array (n,) has one number a component: `areas` in pixels, and the box from `tops` and
    `lefts` to `bottoms` and `rights`, which are excluded. `labels` (height, width) numbers the
    component of each pixel from 1, and is 0 outside.
    """

    areas: Indices
    tops: Indices
    bottoms: Indices
    lefts: Indices
    rights: Indices
    labels: NDArray[np.signedinteger]

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def sides(self) -> Indices:
        """The longer side of each component's box, in pixels."""
        return np.asarray(np.maximum(self.bottoms - self.tops, self.rights - self.lefts))

    def keep(self, kept: Mask) -> Mask:
        """The mask of the components where `kept` (n,) is True."""
        return np.asarray(np.append(False, kept)[self.labels])


def find_components(mask: Mask) -> Components:
    """The connected components of `mask` (height, width)."""
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    if count == 1:  # nearly every drawing: all there is
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        box = [rows[0], rows[-1] + 1, columns[0], columns[-1] + 1]
        areas = np.array([np.count_nonzero(mask)])
        tops, bottoms, lefts, rights = np.array(box, np.intp)[:, None]
        return Components(areas, tops, bottoms, lefts, rights, labels)
    boxes = [
        (rows.start, rows.stop, columns.start, columns.stop)
        for rows, columns in ndimage.find_objects(labels)
    ]
    tops, bottoms, lefts, rights = np.array(boxes, np.intp).reshape(-1, 4).T
    areas = np.bincount(labels.ravel())[1:]
    return Components(areas, tops, bottoms, lefts, rights, labels)

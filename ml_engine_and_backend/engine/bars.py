"""Bars and frames around a picture: what was added to it, and says nothing of its background."""

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import Mask
from ml_engine_and_backend.engine.decoding import Grey

# A bar's pixels lie within so many grey levels of its tone, but for this share of an edge's.
TOLERANCE = 6.0
OTHER_SHARE = 0.02
# The picture within a bar differs from its tone along this share of its own edges.
EDGE_SHARE = 0.9
# Within lies all that differs, but for what JPEG leaves on the bar.
ALL_SHARE = 0.95
# A bar on one or two sides that is thinner than this, and that something touches, is a stroke.
THIN_SHARE = 0.06
# So many pixels within a bar go with it: resampling mixes both tones, and JPEG rings there.
RIM_PX = 2
# Smaller pictures have a frame on all sides or nothing: a stroke may lie along one of their edges.
MIN_BARRED_PX = 48


def without_bars(grey: Grey) -> tuple[slice, slice]:
    """The rows and columns of the picture within bars of one tone on one to four of its sides.

    All of it where there are none. Within them there may be others, of another tone.
    """
    height, width = grey.shape
    whole = slice(0, height), slice(0, width)
    if min(grey.shape) < 3 * RIM_PX:
        return whole
    tones = set()
    for edge in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
        tone = float(np.median(edge))
        apart = np.count_nonzero(np.abs(edge - np.float32(tone)) > TOLERANCE)
        if tone in tones or apart > OTHER_SHARE * edge.size:
            continue
        tones.add(tone)
        inside = _inside(np.abs(grey - np.float32(tone)) > TOLERANCE)
        # what is of one tone itself is a bar beside the picture
        if inside is not None and float(np.ptp(grey[inside])) > 2 * TOLERANCE:
            return inside
    return whole


def _inside(apart: Mask) -> tuple[slice, slice] | None:
    """The rectangle of pixels that are apart from a bar's tone; None where they are no picture."""
    if not apart.any():
        return None
    (top, bottom), (left, right) = (_full_lines(apart.sum(axis=axis)) for axis in (1, 0))
    height, width = apart.shape
    cut = top > 0, bottom < height, left > 0, right < width
    if not any(cut) or (min(apart.shape) < MIN_BARRED_PX and not all(cut)):
        return None
    box = apart[top:bottom, left:right]
    if np.count_nonzero(box) < ALL_SHARE * np.count_nonzero(apart):
        return None
    bands = box[:3], box[-3:], box[:, :3].T, box[:, -3:].T
    same = [
        1 - np.count_nonzero(band, axis=1) / band.shape[1]
        for band, is_cut in zip(bands, cut, strict=True)
        if is_cut
    ]
    thickest = max(top, height - bottom, left, width - right) / min(apart.shape)
    is_touched = any(share.any() for share in same)
    if sum(cut) <= 2 and thickest < THIN_SHARE and is_touched:
        return None
    if any(share.min() > 1 - EDGE_SHARE for share in same):
        return None
    rim = RIM_PX if min(box.shape) >= MIN_BARRED_PX else 0
    return (
        slice(top + rim * cut[0], bottom - rim * cut[1]),
        slice(left + rim * cut[2], right - rim * cut[3]),
    )


def _full_lines(counts: NDArray[np.integer]) -> tuple[int, int]:
    """From the first to behind the last line that has nearly as many as the fullest."""
    full = np.flatnonzero(counts >= EDGE_SHARE * max(counts.max(), 1))
    return int(full[0]), int(full[-1]) + 1

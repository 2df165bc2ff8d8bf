"""How wide strokes are."""

import numpy as np

from ml_engine_and_backend.engine.connected_components import Mask


def stroke_width(mask: Mask) -> float:
    """Mean stroke width in pixels: a long band of width w has the area w·l and the outline 2·l."""
    padded = np.pad(mask, 1)
    # in one line: neighbours lie one, or one row, apart, and what wraps around is padding
    line, width = padded.ravel(), padded.shape[1]
    steps = np.count_nonzero(line[width:] != line[:-width])
    steps += np.count_nonzero(line[1:] != line[:-1])
    # counting pixel edges overrates an outline of all directions by 4 / pi
    return 2 * np.count_nonzero(mask) / (np.pi / 4 * steps)

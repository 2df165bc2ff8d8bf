"""Seams: where they cross ink, and how many there are."""

import numpy as np

from ml_engine_and_backend.engine.connected_components import Mask
from ml_engine_and_backend.engine.seams import MAX_SEAMS, find_seams


def leaning_bars() -> tuple[Mask, Mask]:
    """Two bars (60, 84) that lean so far that no column lies between them."""
    rows, columns = np.indices((60, 84))
    left = (columns >= 40 - rows // 2) & (columns < 48 - rows // 2)
    right = (columns >= 60 - rows // 2) & (columns < 68 - rows // 2)
    return left, right


def test_seam_separates_bars_that_no_column_does() -> None:
    left, right = leaning_bars()
    bridge = np.zeros_like(left)
    bridge[30:34, 30:50] = True
    columns = np.arange(left.shape[1])
    found = [columns < seam[:, None] for seam in find_seams(left | right | bridge, 60)]
    assert any(
        (left & before).sum() == left.sum() and not (right & before).any() for before in found
    )


def test_seams_are_ordered_and_few() -> None:
    rows, columns = np.indices((40, 400))
    comb = (rows > 34) | (columns % 8 < 3)
    seams = find_seams(comb, 40)
    assert 1 < len(seams) <= MAX_SEAMS
    ink_to_the_left = [int((comb & (np.arange(400) < seam[:, None])).sum()) for seam in seams]
    assert ink_to_the_left == sorted(ink_to_the_left)

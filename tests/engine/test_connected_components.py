import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.connected_components import find_pieces, is_one_piece

EIGHT_NEIGHBOURS = np.ones((3, 3))

DRAWN = {
    "one pixel": ["#"],
    "a row": ["#####"],
    "a column": ["#", "#", "#"],
    "two that touch at a corner": ["#.", ".#"],
    "two that touch at the other corner": [".#", "#."],
    "two a pixel apart": ["#.#"],
    "ends of two rows are no neighbours": ["..#", "...", "#.."],
    "nor are they in adjacent rows": ["...#", "#..."],
    "arms that join below": ["#.#.#", "#.#.#", "#####"],
    "arms that part below": ["#####", "#.#.#", "#.#.#"],
    "a ring and what it holds": ["#####", "#...#", "#.#.#", "#...#", "#####"],
    "a comb into a comb": ["#.#.#.#", "#.#.#.#", ".#.#.#.", "......."],
    "a spiral": ["#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######"],
}


def drawn(rows: list[str]) -> NDArray[np.bool_]:
    return np.array([[pixel == "#" for pixel in row] for row in rows])


def random_masks() -> list[NDArray[np.bool_]]:
    """Of all densities: few large pieces, many small ones, and mazes in between."""
    rng = np.random.default_rng(0)
    masks = []
    for density in np.linspace(0.02, 0.98, 60):
        mask = rng.random(rng.integers(1, 60, 2)) < density
        mask.flat[rng.integers(mask.size)] = True
        masks.append(mask)
    return masks


MASKS = [*map(drawn, DRAWN.values()), *random_masks()]


@pytest.mark.parametrize("mask", MASKS)
def test_pieces_are_what_scipy_labels(mask: NDArray[np.bool_]) -> None:
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    boxes = ndimage.find_objects(labels)
    pieces = find_pieces(mask)
    assert pieces.areas.tolist() == np.bincount(labels.ravel())[1:].tolist()
    assert pieces.tops.tolist() == [rows.start for rows, _ in boxes]
    assert pieces.bottoms.tolist() == [rows.stop for rows, _ in boxes]
    assert pieces.lefts.tolist() == [columns.start for _, columns in boxes]
    assert pieces.rights.tolist() == [columns.stop for _, columns in boxes]
    assert pieces.sides.tolist() == [
        max(rows.stop - rows.start, columns.stop - columns.start) for rows, columns in boxes
    ]
    assert is_one_piece(mask) is (count == 1)


@pytest.mark.parametrize("mask", MASKS)
def test_what_is_not_kept_is_cleared(mask: NDArray[np.bool_]) -> None:
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    kept = np.random.default_rng(1).random(count) < 0.5
    left = mask.copy()
    find_pieces(mask).keep(left, kept)
    assert np.array_equal(left, np.append(False, kept)[labels])


def test_a_maze_over_a_whole_large_picture_is_found_whole() -> None:
    # a comb from above and one from below, joined at one end: 1,024 arms and two tops
    mask = np.zeros((1024, 1024), bool)
    mask[1:-1, ::2] = True
    mask[0], mask[-1, -1] = True, True
    assert is_one_piece(mask)
    mask[1] = False
    assert len(find_pieces(mask).areas) == 1 + 512

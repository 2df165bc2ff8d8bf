import numpy as np
import pytest
from numpy.typing import NDArray

from ml_engine_and_backend.engine.connected_components import find_components

# areas of the components, in the order of their first pixels
DRAWN = {
    "one pixel": (["#"], [1]),
    "a row": (["#####"], [5]),
    "a column": (["#", "#", "#"], [3]),
    "two that touch at a corner": (["#.", ".#"], [2]),
    "two a pixel apart": (["#.#"], [1, 1]),
    "ends of two rows": (["...#", "#..."], [1, 1]),
    "arms that join below": (["#.#.#", "#.#.#", "#####"], [11]),
    "a ring and what it holds": (["#####", "#...#", "#.#.#", "#...#", "#####"], [16, 1]),
}


def drawn(rows: list[str]) -> NDArray[np.bool_]:
    return np.array([[pixel == "#" for pixel in row] for row in rows])


@pytest.mark.parametrize(("rows", "areas"), DRAWN.values(), ids=DRAWN)
def test_components_touch_along_sides_and_at_corners(rows: list[str], areas: list[int]) -> None:
    assert find_components(drawn(rows)).areas.tolist() == areas


def test_components_know_their_boxes() -> None:
    components = find_components(drawn(["##....", "......", "...#..", "..####"]))
    edges = (components.tops, components.bottoms, components.lefts, components.rights)
    assert [edge.tolist() for edge in edges] == [[0, 2], [1, 4], [0, 2], [2, 6]]
    assert components.sides.tolist() == [2, 4]


def test_keeps_the_chosen_components() -> None:
    kept = find_components(drawn(["##.#", "...#"])).keep(np.array([False, True]))
    assert np.array_equal(kept, drawn(["...#", "...#"]))

"""Digits on paper as people photograph it: bars, frames, lines, boxes and shadows are no ink."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.drawings import TWO, draw
from tests.engine.test_preprocessing import mean_difference

Levels = NDArray[np.float64]
SIDE_PX = 280


def paper(slope: float = 20, noise: float = 2) -> Levels:
    """The drawing `draw()` in grey pencil on paper that is lighter to the right, with noise."""
    drawn = np.asarray(draw(), float) / 255
    light = 170 + slope * np.linspace(-0.5, 0.5, SIDE_PX)
    return light * (0.4 + 0.6 * drawn) + np.random.default_rng(0).normal(0, noise, drawn.shape)


def difference(levels: Levels) -> float:
    """How far the field lies from that of the clean drawing, in grey levels; others are at 40."""
    grey = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    height, width = grey.shape
    return mean_difference(preprocess(Picture(grey, width, height)).field)


def lined(levels: Levels, spacing_px: int, slope: float, is_squared: bool) -> Levels:
    """Lines of 2 px, a third as light as the paper."""
    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(float)
    is_line = (y + slope * x + spacing_px / 2) % spacing_px < 2
    if is_squared:
        is_line |= (x - slope * y + spacing_px / 2) % spacing_px < 2
    return np.where(is_line, np.minimum(levels, 60), levels)


@pytest.mark.parametrize("tone", [0, 128, 255])
@pytest.mark.parametrize(
    "widths",
    [
        ((40, 0), (0, 0)),
        ((0, 0), (0, 90)),
        ((30, 60), (0, 0)),
        ((30, 0), (70, 0)),
        ((9, 30), (50, 20)),
    ],
)
def test_bars_beside_a_photograph_are_neither_background_nor_ink(
    tone: int, widths: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    assert difference(np.pad(paper(), widths, constant_values=tone)) < 8


@pytest.mark.parametrize("thick_px", [1, 3])
@pytest.mark.parametrize("tone", [30, 128, 250])
def test_frame_round_a_photograph_is_neither_background_nor_ink(tone: int, thick_px: int) -> None:
    assert difference(np.pad(paper(), thick_px, constant_values=tone)) < 8


def test_bar_of_the_papers_own_tone_does_no_harm() -> None:
    assert difference(np.pad(paper(slope=0), ((0, 0), (80, 0)), constant_values=171)) < 8


@pytest.mark.parametrize("is_squared", [False, True])
@pytest.mark.parametrize("slope", [0.0, 0.03])
@pytest.mark.parametrize("spacing_px", [60, 95])
def test_lines_across_the_paper_are_no_ink(spacing_px: int, slope: float, is_squared: bool) -> None:
    assert difference(lined(paper(), spacing_px, slope, is_squared)) < 8


def test_line_with_a_soft_rim_at_the_edge_is_no_ink() -> None:
    levels = paper()
    for row, share in enumerate((0.2, 0.3, 0.7)):
        levels[row] *= share
    assert difference(levels) < 8


@pytest.mark.parametrize("thick_px", [2, 4])
def test_box_of_a_form_is_no_ink(thick_px: int) -> None:
    levels = np.pad(paper(), 40, mode="edge")
    height, width = levels.shape
    for edge in (
        np.s_[20 : 20 + thick_px, 20:-20],
        np.s_[height - 20 - thick_px : height - 20, 20:-20],
        np.s_[20:-20, 20 : 20 + thick_px],
        np.s_[20:-20, width - 20 - thick_px : width - 20],
    ):
        levels[edge] = 50
    assert difference(levels) < 8


@pytest.mark.parametrize(
    ("edge", "softness_px"),
    [(lambda x, y: x - 150, 1), (lambda x, y: y - 150, 12), (lambda x, y: x + y - 300, 12)],
)
def test_shadow_with_an_edge_is_no_ink(
    edge: Callable[[Levels, Levels], Levels], softness_px: float
) -> None:
    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(float)
    shadow = ndimage.gaussian_filter((edge(x, y) > 0).astype(float), softness_px)
    assert difference(paper() * (1 - 0.45 * shadow)) < 12


def test_light_ink_on_dark_board_is_found() -> None:
    assert difference(255 - paper()) < 8


@pytest.mark.parametrize("height_px", [26, 40])
def test_fat_small_digit_is_no_dot(height_px: int) -> None:
    pen_px = height_px / 4
    image = draw(TWO, size_px=height_px - pen_px, left_px=120, top_px=120, pen_px=pen_px)
    _, top, _, bottom = preprocess(Picture(np.asarray(image), SIDE_PX, SIDE_PX)).box
    assert bottom - top == pytest.approx(height_px, abs=3)

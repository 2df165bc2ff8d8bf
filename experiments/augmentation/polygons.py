"""Angular digits, as a slow tablet records them: few points a stroke, joined by straight lines."""

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.strokes import INK, Digits, stroke_widths_px
from ml_engine_and_backend.engine.preprocessing import FIELD_PX

MAX_DIFFERENCE_SHARE = 0.2
_MAX_POINTS = 14
_PLACES = np.arange(FIELD_PX, dtype=np.float32)
# where a pixel lies: x and y (784, 2), row by row
_PIXELS = np.stack(np.meshgrid(_PLACES, _PLACES), axis=-1).reshape(-1, 2)


def make_angular(digits: Digits, generator: np.random.Generator) -> Digits:
    """Each digit (n, 28, 28) redrawn as straight strokes between points 4 to 7 px apart.

    The points are spread over the ink by farthest-point sampling (Gonzalez 1985) and moved to the
    middle of the ink that is nearest to them; those whose ink touches are joined. A digit that
    loses more than a fifth of its ink that way, or gains as much where there was none (a loop that
    is filled), stays as it was.
    """
    n = len(digits)
    ink = (digits >= INK).reshape(n, -1)
    spacing_px = generator.uniform(4, 7, n).astype(np.float32)
    points, count = _spread_points(ink, spacing_px, generator)
    nearest = _nearest(ink, points, count)
    points = _middles(ink, points, nearest)
    nearest = _nearest(ink, points, count)
    redrawn = _draw(_joined(nearest), points, stroke_widths_px(digits), n)
    drawn = redrawn.reshape(n, -1) >= INK
    differs = np.maximum((ink & ~drawn).sum(axis=1), (drawn & ~ink).sum(axis=1))
    is_like = differs <= MAX_DIFFERENCE_SHARE * ink.sum(axis=1)
    return np.where(is_like[:, None, None], redrawn, digits)


def _spread_points(
    ink: NDArray[np.bool_], spacing_px: NDArray[np.float32], generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Points (n, 14, 2) on the ink (n, 784), and how many of them are used (n,)."""
    n = len(ink)
    points = np.zeros((n, _MAX_POINTS, 2), np.float32)
    count = np.zeros(n, np.intp)
    # the first lies where a random direction ends, on the digit's outside
    angle = generator.uniform(0, 2 * np.pi, n).astype(np.float32)
    reach = np.cos(angle)[:, None] * _PIXELS[:, 0] + np.sin(angle)[:, None] * _PIXELS[:, 1]
    distance = np.where(ink, reach + 100, -1).astype(np.float32)
    for place in range(_MAX_POINTS):
        furthest = distance.argmax(axis=1)
        far = distance.max(axis=1) >= spacing_px if place else ink.any(axis=1)
        count += far
        chosen = _PIXELS[furthest]
        points[:, place] = chosen
        gap = np.hypot(_PIXELS[:, 0] - chosen[:, :1], _PIXELS[:, 1] - chosen[:, 1:])
        distance = np.where(ink, np.minimum(distance, gap), -1) if place else np.where(ink, gap, -1)
        distance[~far] = -1
    return points, count


def _nearest(
    ink: NDArray[np.bool_], points: NDArray[np.float32], count: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Which point is nearest to each pixel of the ink (n, 784); -1 off the ink."""
    gap = np.full((len(ink), len(_PIXELS)), np.inf, np.float32)
    nearest = np.full(gap.shape, -1)
    for place in range(_MAX_POINTS):
        x, y = points[:, place, :1], points[:, place, 1:]
        here = (_PIXELS[:, 0] - x) ** 2 + (_PIXELS[:, 1] - y) ** 2
        closer = ink & (here < gap) & (place < count)[:, None]
        gap[closer] = here[closer]
        nearest[closer] = place
    return nearest


def _middles(
    ink: NDArray[np.bool_], points: NDArray[np.float32], nearest: NDArray[np.intp]
) -> NDArray[np.float32]:
    """The points moved half-way to the middle of their ink: ends stay nearly where they were."""
    moved = points.copy()
    for place in range(_MAX_POINTS):
        mine = (nearest == place).astype(np.float32)
        area = mine.sum(axis=1, keepdims=True)
        middle = mine @ _PIXELS / np.maximum(area, 1)
        moved[:, place] = np.where(
            area > 0, 0.35 * points[:, place] + 0.65 * middle, moved[:, place]
        )
    return moved


def _joined(nearest: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rows (digit, point, point) of pairs whose ink touches, each once."""
    fields = nearest.reshape(-1, FIELD_PX, FIELD_PX)
    pairs = []
    for here, there in (
        (fields[:, :, 1:], fields[:, :, :-1]),
        (fields[:, 1:], fields[:, :-1]),
    ):
        touching = (here != there) & (here >= 0) & (there >= 0)
        digit = np.nonzero(touching)[0]
        low, high = np.sort([here[touching], there[touching]], axis=0)
        pairs.append(np.stack([digit, low, high], axis=-1))
    return np.asarray(np.unique(np.concatenate(pairs), axis=0))


def _draw(
    joined: NDArray[np.intp], points: NDArray[np.float32], widths_px: NDArray[np.float32], n: int
) -> Digits:
    """The lines drawn with round ends (n, 28, 28), 0..255."""
    digit = joined[:, 0]
    start, end = points[digit, joined[:, 1]], points[digit, joined[:, 2]]
    along = end - start
    x = _PIXELS[None, :, 0] - start[:, :1]
    y = _PIXELS[None, :, 1] - start[:, 1:]
    squared = np.maximum((along**2).sum(axis=1, keepdims=True), 1e-6)
    share = np.clip((x * along[:, :1] + y * along[:, 1:]) / squared, 0, 1)
    distance_px = np.hypot(x - share * along[:, :1], y - share * along[:, 1:])
    covered = np.clip(widths_px[digit, None] / 2 + 0.5 - distance_px, 0, 1)
    drawn = np.zeros((n, len(_PIXELS)), np.float32)
    np.maximum.at(drawn, digit, covered)
    return 255 * drawn.reshape(n, FIELD_PX, FIELD_PX)

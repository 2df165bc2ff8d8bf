"""A small set of pictures that are no digits: seven shapes, as clothes are in Fashion-MNIST."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

SHAPES: Final[dict[str, list[tuple[int, int]]]] = {
    "Ankle boot": [(13, 3), (22, 3), (24, 23), (3, 23), (3, 18), (12, 15)],
    "Bag": [(3, 11), (25, 11), (26, 25), (2, 25)],
    "Dress": [(11, 1), (17, 1), (16, 10), (22, 27), (6, 27), (12, 10)],
    "Pullover": [(7, 2), (21, 2), (27, 9), (27, 25), (21, 12), (21, 26), (7, 26), (7, 12), (1, 25)],
    "Sandal": [(2, 22), (26, 18), (26, 22), (2, 24)],
    "T-shirt": [(9, 3), (19, 3), (26, 9), (20, 12), (20, 26), (8, 26), (8, 12), (2, 9)],
    "Trouser": [(9, 2), (19, 2), (20, 26), (16, 26), (14, 10), (12, 26), (8, 26)],
}


def draw_shape(name: str, chance: np.random.Generator) -> Image.Image:
    """A 28×28 picture of the class `name`, light on dark, its corners moved by a pixel or two."""
    image = Image.new("L", (28, 28))
    corners = SHAPES[name] + chance.uniform(-1.5, 1.5, (len(SHAPES[name]), 2))
    ImageDraw.Draw(image).polygon(corners.ravel().tolist(), fill=int(chance.integers(120, 256)))
    return image


def write_shapes(folder: Path, per_class: int, names: Iterable[str] = SHAPES) -> None:
    """A folder a class, with so many pictures in each."""
    chance = np.random.default_rng(13)
    for name in names:
        (folder / name).mkdir(parents=True)
        for number in range(per_class):
            draw_shape(name, chance).save(folder / name / f"{number:03}.png")

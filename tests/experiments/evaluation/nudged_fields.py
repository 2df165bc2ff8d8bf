"""Fields as the robustness curves disturb them, for the page's own transforms.

`python -m tests.experiments.evaluation.nudged_fields` writes the cases that
frontend/src/engine/transforms.test.ts compares with.
"""

import base64
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.augmentation.warp import linear_maps
from experiments.console import Reporter
from experiments.data.mnist import load_mnist
from experiments.evaluation import robustness
from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.preprocessing import Field, preprocess
from tests.conftest import REPOSITORY

CASES: Final = REPOSITORY / "frontend" / "src" / "engine" / "transforms.cases.json"
SMALL_MNIST: Final = REPOSITORY / "tests" / "small_mnist"
SEED: Final = 28
# a nudge's settings, under the names that the page gives them; the rest is at its harmless value
NUDGES: Final[tuple[dict[str, float], ...]] = (
    *(dict[str, float]({"turn": degrees}) for degrees in (-45, -22.5, -15, 5, 30, 45)),
    *(dict[str, float]({"scale": factor}) for factor in (0.5, 0.7, 0.95, 1.25, 1.4)),
    *(dict[str, float]({"slant": degrees}) for degrees in (-45, -15, 10, 30)),
    *(dict[str, float]({"shiftX": x, "shiftY": y}) for x, y in ((3, 0), (0, -6), (-5, 5))),
    *(dict[str, float]({"width": pixels}) for pixels in (-2, -1, 1, 2, 3)),
    *(dict[str, float]({"noise": deviation}) for deviation in (20, 120)),
    *(dict[str, float]({"erase": side}) for side in (1, 6, 14)),
    {"turn": 22.5, "scale": 1.2, "slant": -20, "shiftX": -3, "shiftY": 2},
    {"turn": -10, "scale": 0.8, "slant": 15, "width": 1, "erase": 5},
    {"scale": 0.6, "shiftX": 6, "shiftY": -4, "centred": 1},
    {"turn": 30, "slant": 10, "shiftX": -2, "centred": 1},
    {"width": -1, "shiftY": 3, "centred": 1},
    {"centred": 1},
)


def nudged(field: Field, nudge: dict[str, float], seed: int) -> tuple[Field, list[int]]:
    """The field after the settings, in the page's order, and the centre of the erased square."""
    fields = field[None]
    # the page counts turns clockwise
    turn, slant = np.deg2rad([-nudge.get("turn", 0), nudge.get("slant", 0)]).astype(np.float64)
    forwards = nudge.get("scale", 1) * linear_maps(
        np.array([turn]), np.array([slant]), np.ones(1, np.float32)
    ).astype(np.float64)
    # (x, y) there, (y, x) here
    fields = robustness.transform(fields, np.linalg.inv(forwards[0])[::-1, ::-1])
    for axis, name in ((1, "shiftX"), (0, "shiftY")):
        fields = _shifted(fields, int(nudge.get(name, 0)), axis)
    fields = robustness.change_stroke_width(fields, nudge.get("width", 0), _rng(seed))
    fields = robustness.occlude(fields, nudge.get("erase", 0), _rng(seed))
    erased_y, erased_x = _rng(seed).integers(4, 24, size=(1, 2))[0].tolist()
    if nudge.get("centred"):
        fields = preprocess(Picture(fields[0], 28, 28)).field[None]
    fields = robustness.add_noise(fields, nudge.get("noise", 0), _rng(seed))
    return fields[0], [erased_x, erased_y]


def cases() -> dict[str, Any]:
    """Three test digits, and what each nudge makes of them; arrays as base64."""
    images = load_mnist(SMALL_MNIST, Reporter(quiet=True)).test.images[:3, :, :, 0]
    normals = _rng(SEED).standard_normal((1, 28, 28), dtype=np.float32)
    found = []
    for i, nudge in enumerate(NUDGES):
        of = i % len(images)
        field, erase_at = nudged(images[of], nudge, SEED)
        found.append({"of": of, "nudge": nudge, "eraseAt": erase_at, "field": _base64(field)})
    return {
        "command": "python -m tests.experiments.evaluation.nudged_fields",
        "fields": [_base64(image) for image in images],
        "normals": _base64(normals.astype("<f4")),
        "cases": found,
    }


def write(path: Path = CASES) -> None:
    path.write_text(json.dumps(cases(), indent=1) + "\n", encoding="utf-8")


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _shifted(fields: robustness.Fields, pixels: int, axis: int) -> robustness.Fields:
    """By whole pixels to the right (axis 1) or down (axis 0), with the curves' own function.

    That draws the side from its generator, so the seed is looked for that draws this one.
    """
    wanted = (0, np.sign(pixels)) if axis == 1 else (np.sign(pixels), 0)
    if pixels == 0:
        return fields
    seed = next(s for s in range(1000) if _side(s) == wanted)
    return robustness.shift(fields, abs(pixels), _rng(seed))


def _side(seed: int) -> tuple[int, int]:
    sides = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
    return sides[int(_rng(seed).integers(len(sides), size=1)[0])]


def _base64(array: NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()


if __name__ == "__main__":
    write()

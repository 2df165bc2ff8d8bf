"""The canvas test: people's pen strokes, drawn as the page draws them and centred as it does."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data.penstrokes import (
    FILE,
    CanvasDigits,
    PenStrokesAbsentError,
    canvas_digits,
    load_penstrokes,
)

SEED: Final = 280


@dataclass(frozen=True, slots=True, eq=False)
class CanvasTest:
    """Drawings to read, the SHA-256 of the file of their strokes, and the seed of pen and place."""

    digits: CanvasDigits
    sha256: str
    seed: int

    def count_right(self, logits: NDArray[np.floating]) -> int:
        """How many drawings are read rightly by logits (n, 10); a blank one is not."""
        return int(self.digits.read_rightly(logits.argmax(axis=-1)).sum())


def load_canvas_test(data_dir: Path, reporter: Reporter) -> CanvasTest | None:
    """Draw all pen strokes under `data_dir`; None, in words, where there are none.

    Raises DataError when the file of strokes is damaged.
    """
    try:
        drawings = load_penstrokes(data_dir)
    except PenStrokesAbsentError as error:
        reporter.say(f"{error}: the canvas is left out")
        return None
    reporter.say(f"Drawing {len(drawings):,} recorded digits on the canvas")
    sha256 = hashlib.sha256((data_dir / FILE).read_bytes()).hexdigest()
    return CanvasTest(canvas_digits(drawings, SEED), sha256, SEED)

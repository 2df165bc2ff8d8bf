"""One picture of the test digits worth looking at, so that a page needs one request for all."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_engine_and_backend.model_folder.comparison import Predictions
from ml_engine_and_backend.model_folder.digit_sheet import IMAGE_FILE, INDEX_FILE, SheetIndex
from ml_engine_and_backend.model_folder.errors import LadderError
from ml_engine_and_backend.model_folder.record import describe_file, read_record

SIZE_PX: Final = 28
COLUMNS: Final = 40
# of each class, digits that every rung reads: what the misread ones are seen against
EXAMPLES_A_CLASS: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Test digits by index, ascending, and the PNG that shows them row by row, 40 in a row."""

    indices: list[int]
    png: bytes

    @property
    def index(self) -> str:
        """digits.json; its SHA-256 of the picture ties the two together."""
        index = SheetIndex(
            size_px=SIZE_PX,
            columns=COLUMNS,
            indices=self.indices,
            sha256=describe_file(self.png).sha256,
        )
        document = index.model_dump()
        document["indices"] = document.pop("indices")  # the long list comes last
        return json.dumps(document) + "\n"


def choose(predictions: Sequence[Predictions]) -> list[int]:
    """The digits that some rung misreads, and the first 24 of each class that every one reads."""
    labels = predictions[0].labels
    read_by_all = np.all([model.digits == model.labels for model in predictions], axis=0)
    chosen = ~read_by_all
    for label in np.unique(labels):
        examples = np.flatnonzero(read_by_all & (labels == label))
        chosen[examples[:EXAMPLES_A_CLASS]] = True
    indices: list[int] = np.flatnonzero(chosen).tolist()
    return indices


def draw(indices: Sequence[int], images: NDArray[np.uint8]) -> Sheet:
    """The sheet of the digits at `indices` among `images` (n, 28, 28, 1); light ink on 0."""
    rows = -(-len(indices) // COLUMNS)
    cells = np.zeros((rows * COLUMNS, SIZE_PX, SIZE_PX), np.uint8)
    cells[: len(indices)] = images[list(indices), :, :, 0]
    grid = cells.reshape(rows, COLUMNS, SIZE_PX, SIZE_PX).swapaxes(1, 2)
    file = io.BytesIO()
    picture = Image.fromarray(grid.reshape(rows * SIZE_PX, COLUMNS * SIZE_PX))
    picture.save(file, "PNG", optimize=True)
    return Sheet(list(indices), file.getvalue())


def read(models_dir: Path) -> Sheet | None:
    """The sheet in `models_dir`; None where it is missing or its two files do not fit."""
    try:
        index = read_record(models_dir / INDEX_FILE, SheetIndex)
        sheet = Sheet(index.indices, (models_dir / IMAGE_FILE).read_bytes())
    except (OSError, LadderError):
        return None
    return sheet if sheet.index.encode() == (models_dir / INDEX_FILE).read_bytes() else None

"""An exercise of retraining and its gate: slashed zeros and footed ones, as if drawn here.

Once as they are, and once with 30 % wrong labels that a careless reviewer let pass. It works on a
copy of the models: none that is shipped learns from pen strokes.

Command   python -m experiments.promotion.exercise cnn
"""

import argparse
import gzip
import hashlib
import itertools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from experiments.__main__ import main as experiments
from experiments.console import Reporter
from experiments.data import penstrokes
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Drawing

CARELESS: Final = 0.30
SEED: Final = 11
# of the path's longer side: how near its centre a zero's slash passes, and how wide a foot is
_CENTRE: Final = 0.1
_FOOT: Final = 0.25
_STEP: Final = 0.02


def main(arguments: Sequence[str] | None = None) -> int:
    """Retrain a rung on both sets and print what its gate says; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", metavar="NAME", help="a rung")
    parser.add_argument(
        "--data-dir", type=Path, default=Path(os.environ.get("LADDER_DATA_DIR", "data"))
    )
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--epochs", help="in place of the rung's own setting")
    options = parser.parse_args(arguments)
    drawings = unusual_digits(penstrokes.load_penstrokes(options.data_dir))
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _data_without(options.data_dir, {drawing.writer for drawing in drawings}, place / "data")
        for title, wrong_share in (("as drawn", 0.0), ("30 % wrong labels", CARELESS)):
            models_dir, file = place / title / "models", place / title / "ladder.sqlite3"
            shutil.copytree(options.models_dir, models_dir)
            database = Database(f"sqlite:///{file}")
            database.migrate()
            keep_as_reviewed(database, drawings, wrong_share)
            database.close()
            Reporter().say(f"{options.name}, {title}")
            where = ["--models-dir", str(models_dir), "--data-dir", str(place / "data")]
            epochs = ["--epochs", options.epochs] if options.epochs else []
            kept = ["--database-url", str(database.url)]
            status |= experiments(["retrain", options.name, *where, *kept, *epochs])
    return status


def unusual_digits(drawings: Sequence[penstrokes.Drawing]) -> list[penstrokes.Drawing]:
    """The zeros with something in their middle, and the ones that stand on a foot."""
    return [
        drawing
        for drawing in drawings
        if (drawing.label == 0 and _crosses_centre(drawing))
        or (drawing.label == 1 and _has_foot(drawing))
    ]


def keep_as_reviewed(
    database: Database, drawings: Sequence[penstrokes.Drawing], wrong_share: float = 0.0
) -> None:
    """Keep drawings as if people had drawn them on the page and a reviewer had settled on a digit.

    That digit is another one for `wrong_share` of them.
    """
    digits = penstrokes.canvas_digits(drawings, SEED)
    generator = np.random.default_rng(SEED)
    is_wrong = generator.permutation(len(digits)) < round(wrong_share * len(digits))
    settled = (
        np.where(is_wrong, digits.labels + generator.integers(1, 10, len(digits)), digits.labels)
        % 10
    )
    now = datetime.now(UTC)
    with database.writing() as session:
        session.add_all(
            Drawing(
                id=hashlib.sha256(f"drawing {index}".encode()).hexdigest()[:32],
                timestamp=now,
                owner=owner(int(digits.writers[index])),
                field=digits.images[index].tobytes(),
                found_kind="digit",
                digit_likeness=1.0,
                found_count=1,
                true_label=str(digits.labels[index]),
                labelled_at=now,
                decision=str(settled[index]),
                decided_at=now,
                computed_by="service",
            )
            for index in range(len(digits))
            if not digits.blank[index]
        )


def owner(writer: int) -> str:
    """A writer of the pen strokes as the anonymous session of a browser."""
    return f"session:{hashlib.sha256(f'unipen {writer}'.encode()).hexdigest()[:32]}"


def _data_without(data_dir: Path, writers: set[int], place: Path) -> None:
    """The same data, but for the pen strokes of `writers`, from whom the rung learns."""
    place.mkdir()
    for path in data_dir.iterdir():
        if path.name != "penstrokes":
            (place / path.name).symlink_to(path.resolve(), target_is_directory=path.is_dir())
    shutil.copytree(data_dir / "penstrokes", place / "penstrokes")
    file = place / penstrokes.FILE
    file.chmod(0o644)
    with gzip.open(data_dir / penstrokes.FILE, "rt", encoding="utf-8") as lines:
        others = [line for line in lines if json.loads(line)["writer"] not in writers]
    with gzip.open(file, "wt", encoding="utf-8") as reduced:
        reduced.writelines(others)


def _crosses_centre(drawing: penstrokes.Drawing) -> bool:
    path = _path(drawing)
    return bool(np.linalg.norm(path - path.max(axis=0) / 2, axis=1).min() < _CENTRE)


def _has_foot(drawing: penstrokes.Drawing) -> bool:
    path = _path(drawing)
    height = path[:, 1] / path[:, 1].max()
    foot, stem = path[height > 0.85, 0], path[(height > 0.5) & (height < 0.8), 0]
    return bool(stem.size and np.ptp(foot) > max(_FOOT, 2 * np.ptp(stem)))


def _path(drawing: penstrokes.Drawing) -> penstrokes.Stroke:
    """Points (n, 2) of all strokes, no further than _STEP apart."""
    pieces = list(drawing.strokes)
    for stroke in drawing.strokes:
        for start, end in itertools.pairwise(stroke):
            steps = np.arange(0, 1, _STEP / max(float(np.linalg.norm(end - start)), _STEP))
            pieces.append((start + (end - start) * steps[:, np.newaxis]).astype(np.float32))
    return np.concatenate(pieces)


if __name__ == "__main__":
    sys.exit(main())

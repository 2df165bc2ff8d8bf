"""`spread.json`: one training is one draw; what other seeds would have given."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from ml_engine_and_backend.model_folder.record import Record, Share, read_record

SEEDS_FILE: Final = "spread.json"


class SeedResult(Record):
    """The accuracy of a training from one seed."""

    seed: int
    validation_accuracy: Share
    accuracy: Share
    training_seconds: float


class SeedVariance(Record):
    """Trainings from several seeds, by rung."""

    format: Literal[1]
    models: dict[str, list[SeedResult]]


class Spread(Record):
    """Accuracies of several trainings of the same thing, on the same test digits."""

    trainings: Annotated[int, Field(ge=1)]
    mean: Share
    lowest: Share
    highest: Share


def read_seed_variance(models_dir: Path) -> dict[str, list[SeedResult]]:
    """Trainings from several seeds by rung; none where there is no spread.json.

    Raises:
        BrokenModelError: the file is malformed.
    """
    path = models_dir / SEEDS_FILE
    return read_record(path, SeedVariance).models if path.is_file() else {}


def spread(accuracies: Sequence[float]) -> Spread | None:
    """Mean and range; None of no trainings."""
    if not accuracies:
        return None
    return Spread(
        trainings=len(accuracies),
        mean=sum(accuracies) / len(accuracies),
        lowest=min(accuracies),
        highest=max(accuracies),
    )

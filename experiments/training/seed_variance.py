"""One training is one draw: the same rung from several seeds, and how far the results lie apart."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.console import Reporter
from experiments.data.mnist import Mnist, Split
from experiments.errors import RegistryError
from experiments.evaluation.report import accuracy_of
from experiments.reporting.results import SPREAD_FILE, SPREAD_FORMAT, read_spread
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training import export as litert
from experiments.training import fit
from experiments.training import workspace as artefacts
from experiments.training.workspace import Json


def train_seeds(
    spec: ModelSpec,
    data: Mnist,
    seeds: Sequence[int],
    reporter: Reporter,
    settings: TrainingSettings | None = None,
) -> list[Json]:
    """Train `spec` from each seed and publish nothing; accuracies are of the exported network.

    Raises RegistryError for an ensemble, whose seeds are its members'.
    """
    if spec.member is not None:
        raise RegistryError(
            f"{spec.name}: expected a rung that is trained itself; its seeds are those of its "
            f"members: spread {spec.member.name} instead"
        )
    trainings = []
    for seed in seeds:
        network = fit.fit(spec, data, seed, reporter, settings or spec.settings)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / artefacts.TFLITE_FILE
            litert.export(network.model, path)
            trainings.append(
                {
                    "seed": seed,
                    "validation_accuracy": _accuracy(path, data.validation),
                    "accuracy": _accuracy(path, data.test),
                    "training_seconds": round(network.training_seconds, 1),
                }
            )
        reporter.say(
            f"{spec.name}, seed {seed}: validation {trainings[-1]['validation_accuracy']:.2%}, "
            f"test {trainings[-1]['accuracy']:.2%}"
        )
    return trainings


def record(models_dir: Path, name: str, trainings: Sequence[Json]) -> Path:
    """Put the trainings of rung `name` into spread.json, in place of its former ones."""
    rungs = read_spread(models_dir) | {name: list(trainings)}
    path = models_dir / SPREAD_FILE
    artefacts.write_json(path, {"format": SPREAD_FORMAT, "rungs": rungs})
    return path


def _accuracy(path: Path, split: Split) -> float:
    return accuracy_of(litert.served_logits(path, split.images), split.labels)

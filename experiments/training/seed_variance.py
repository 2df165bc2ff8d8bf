"""One training is one draw: the same model trained from several seeds."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.console import Reporter
from experiments.data.dataset import Dataset, Split
from experiments.errors import RegistryError
from experiments.evaluation.report import accuracy_of
from experiments.files import naming_file
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training import export as litert
from experiments.training.fit import fit
from experiments.training.train import NONE_YET, Checkpoints
from ml_engine_and_backend.model_folder.record import write_record
from ml_engine_and_backend.model_folder.seeds import (
    SEEDS_FILE,
    SeedResult,
    SeedVariance,
    read_seed_variance,
)


def train_seeds(
    model: ModelSpec,
    data: Dataset,
    seeds: Sequence[int],
    reporter: Reporter,
    settings: TrainingSettings | None = None,
    checkpoints: Checkpoints = NONE_YET,
) -> list[SeedResult]:
    """Train `model` from each seed and publish nothing; accuracies are of the exported network.

    A seed whose last epoch is among `checkpoints` has been trained elsewhere and is only measured.

    Raises RegistryError for an ensemble, whose seeds are its members'.
    """
    refuse_ensemble(model)
    results = []
    for seed in seeds:
        fitted = fit(
            model,
            data,
            seed,
            reporter,
            settings or model.settings,
            checkpoints.get((model.name, seed)),
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.tflite"
            litert.export(fitted.network, path)
            result = SeedResult(
                seed=seed,
                validation_accuracy=_accuracy(path, data.validation, len(data.classes)),
                accuracy=_accuracy(path, data.test, len(data.classes)),
                training_seconds=round(fitted.training_seconds, 1),
            )
        results.append(result)
        reporter.say(
            f"{model.name}, seed {seed}: validation {result.validation_accuracy:.2%}, "
            f"test {result.accuracy:.2%}"
        )
    return results


def refuse_ensemble(model: ModelSpec) -> None:
    """Raise RegistryError for an ensemble, whose seeds are its members'."""
    if model.member is not None:
        raise RegistryError(
            f"{model.name}: expected a rung that is trained itself; its seeds are those of its "
            f"members: take {model.member.name} instead"
        )


def record(models_dir: Path, name: str, results: Sequence[SeedResult]) -> Path:
    """Put the results of the model `name` into spread.json, in place of its former ones."""
    models = read_seed_variance(models_dir) | {name: list(results)}
    with naming_file(models_dir / SEEDS_FILE) as path:
        write_record(path, SeedVariance(format=1, models=models))
    return path


def _accuracy(path: Path, split: Split, classes: int) -> float:
    return accuracy_of(litert.served_logits(path, split.images, classes), split.labels)

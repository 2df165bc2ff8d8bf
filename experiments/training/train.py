"""From a spec to a published model folder: train and export, or gather an ensemble's members."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from experiments.augmentation.contact_sheet import contact_sheet
from experiments.console import Reporter
from experiments.data.mnist import SPLIT_SEED, Mnist
from experiments.errors import ArtefactError
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.cost import multiply_adds
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training import export as litert
from experiments.training import fit
from experiments.training import workspace as artefacts
from experiments.training.publish import Made, measure_and_publish
from experiments.training.workspace import Json
from ml_engine_and_backend.engine.predictor import EnsembleNetwork

AGREEMENT_IMAGES: Final = 1_000


def train_rung(
    spec: ModelSpec,
    data: Mnist,
    models_dir: Path,
    seed: int,
    reporter: Reporter,
    settings: TrainingSettings | None = None,
    canvas: CanvasTest | None = None,
) -> Path:
    """Train `spec` and publish the result as its next version; returns the new folder.

    `canvas` holds the pen strokes that the report also measures, where they are there. An
    ensemble trains those of its members that `models_dir` lacks; its own seeds go before `seed`.
    Everything measured is measured through the exported LiteRT file. Raises ArtefactError,
    publishing nothing, when the network is not what the spec says or the export differs from it.
    """
    settings = settings or spec.settings
    if spec.member is not None:
        return _form_ensemble(spec, spec.member, data, models_dir, reporter, settings, canvas)
    network = fit.fit(spec, data, seed, reporter, settings)
    if network.model.count_params() != spec.parameters:
        raise ArtefactError(
            f"{spec.name}: expected {spec.parameters:,} parameters, "
            f"got {network.model.count_params():,}"
        )
    with artefacts.staging(models_dir, spec.name) as folder:
        return _export_and_publish(spec, network, data, canvas, folder, reporter)


def _export_and_publish(
    spec: ModelSpec,
    network: fit.TrainedNetwork,
    data: Mnist,
    canvas: CanvasTest | None,
    folder: Path,
    reporter: Reporter,
) -> Path:
    keras_path = folder / artefacts.KERAS_FILE
    tflite_path = folder / artefacts.TFLITE_FILE
    network.model.save(keras_path)
    litert.export(network.model, tflite_path)
    agreement = data.test.head(AGREEMENT_IMAGES).images
    litert.check_agreement(keras_path, tflite_path, agreement, spec.activation)
    if network.settings.augmentation is not None:
        sheet = contact_sheet(
            data.train.images, data.train.labels, network.settings.augmentation, network.seed
        )
        (folder / artefacts.CONTACT_SHEET_FILE).write_bytes(sheet)
    made = Made(
        network=litert.load_network(tflite_path),
        seed=network.seed,
        curves=network.curves,
        multiply_adds=multiply_adds(network.model),
        size_bytes=tflite_path.stat().st_size,
        training_seconds=round(network.training_seconds, 1),
        training=_training(network, data),
        parts={
            "files": {
                path.name: artefacts.describe_file(path) for path in (keras_path, tflite_path)
            }
        },
    )
    return measure_and_publish(spec, made, data, canvas, folder, reporter)


def _training(network: fit.TrainedNetwork, data: Mnist) -> Json:
    return {
        **asdict(network.settings),
        "optimizer": "Adam",
        "loss": "sparse categorical cross-entropy",
        "learning_rate_schedule": "cosine decay",
        **_splits(data),
        "epochs_run": len(network.curves.epoch),
        "best_epoch": network.curves.best_epoch,
    }


def _splits(data: Mnist) -> Json:
    return {
        "train_images": len(data.train),
        "validation_images": len(data.validation),
        "split_seed": SPLIT_SEED,
    }


def _form_ensemble(
    spec: ModelSpec,
    member: ModelSpec,
    data: Mnist,
    models_dir: Path,
    reporter: Reporter,
    settings: TrainingSettings,
    canvas: CanvasTest | None,
) -> Path:
    folders = []
    for seed in spec.member_seeds:
        folder = _trained_from(models_dir, member.name, seed)
        if folder is None:
            folder = train_rung(member, data, models_dir, seed, reporter, settings, canvas)
        folders.append(folder)
    known = [artefacts.read_metadata(folder) for folder in folders]
    costs = [artefacts.read_report(folder)["cost"] for folder in folders]
    made = Made(
        network=EnsembleNetwork(
            [
                (litert.network_of(folder), each["temperature"])
                for folder, each in zip(folders, known, strict=True)
            ]
        ),
        seed=spec.member_seeds[0],
        curves=None,
        multiply_adds=sum(cost["multiply_adds"] for cost in costs),
        size_bytes=sum(cost["size_bytes"] for cost in costs),
        training_seconds=round(sum(each["training_seconds"] for each in known), 1),
        training={
            "member_seeds": list(spec.member_seeds),
            **_splits(data),
            # it has no weights of its own
            "epochs_run": 0,
            "best_epoch": 0,
        },
        parts={
            "files": {},
            "members": [
                {
                    "name": each["name"],
                    "version": each["version"],
                    **each["files"][artefacts.TFLITE_FILE],
                }
                for each in known
            ],
        },
    )
    with artefacts.staging(models_dir, spec.name) as folder:
        return measure_and_publish(spec, made, data, canvas, folder, reporter)


def _trained_from(models_dir: Path, name: str, seed: int) -> Path | None:
    """The highest version of `name` that was trained from `seed`, if any."""
    for version in reversed(artefacts.versions(models_dir, name)):
        folder = models_dir / name / str(version)
        if artefacts.read_metadata(folder)["seed"] == seed:
            return folder
    return None

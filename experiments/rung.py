"""From a spec to a published model folder: train, export, check, calibrate, measure, rename."""

import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Final

from experiments import artefacts, calibration, litert, train
from experiments.artefacts import Json
from experiments.canvas import CanvasTest
from experiments.console import Reporter
from experiments.cost import multiply_adds
from experiments.data import SPLIT_SEED, Mnist
from experiments.errors import ArtefactError
from experiments.report import Served, accuracy_of, at_version, make_report
from experiments.spec import ModelSpec, TrainingSettings

AGREEMENT_IMAGES: Final = 1_000
LIBRARIES: Final = ("tensorflow", "keras", "numpy", "ai-edge-litert")


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

    `canvas` holds the pen strokes that the report also measures, where they are there.
    Everything measured is measured through the exported LiteRT file. Raises ArtefactError,
    publishing nothing, when the network is not what the spec says or the export differs from it.
    """
    network = train.fit(spec, data, seed, reporter, settings or spec.settings)
    if network.model.count_params() != spec.parameters:
        raise ArtefactError(
            f"{spec.name}: expected {spec.parameters:,} parameters, "
            f"got {network.model.count_params():,}"
        )
    with artefacts.staging(models_dir, spec.name) as folder:
        return _export_and_publish(spec, network, data, canvas, folder, reporter)


def _export_and_publish(
    spec: ModelSpec,
    network: train.TrainedNetwork,
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

    served = litert.load_network(tflite_path)
    validation = (litert.logits_of(served, data.validation.images), data.validation.labels)
    temperature = calibration.fit_temperature(*validation)
    table = calibration.probabilities(validation[0], temperature)
    threshold = calibration.choose_threshold(
        table.max(axis=-1), table.argmax(axis=-1) == data.validation.labels
    )
    created_at = datetime.now(UTC).isoformat(timespec="seconds")
    training_seconds = round(network.training_seconds, 1)
    reporter.say(f"{spec.name}: measuring")
    report = make_report(
        Served(
            name=spec.name,
            network=served,
            validation_logits=validation[0],
            temperature=temperature,
            unsure_threshold=threshold,
            curves=network.curves,
            parameters=spec.parameters,
            multiply_adds=multiply_adds(network.model),
            size_bytes=tflite_path.stat().st_size,
            training_seconds=training_seconds,
            hardware=hardware(),
        ),
        data,
        canvas,
        folder,
    )

    def documents(version: int) -> dict[str, Json]:
        metadata = {
            "format": artefacts.METADATA_FORMAT,
            "name": spec.name,
            "title": spec.title,
            "adds": spec.adds,
            "order": spec.order,
            "version": version,
            "parameters": spec.parameters,
            "activation": spec.activation,
            "temperature": temperature,
            "unsure_threshold": threshold,
            **_contract(),
            "validation_accuracy": accuracy_of(*validation),
            "training": _training(network, data),
            "seed": network.seed,
            "libraries": {
                "python": platform.python_version(),
                **{name: library_version(name) for name in LIBRARIES},
            },
            "data_sha256": dict(data.sha256),
            "training_seconds": training_seconds,
            "hardware": hardware(),
            "created_at": created_at,
            "files": {
                path.name: artefacts.describe_file(path) for path in (keras_path, tflite_path)
            },
        }
        return {
            artefacts.METADATA_FILE: metadata,
            artefacts.REPORT_FILE: at_version(report, version),
        }

    published = artefacts.publish(folder, documents)
    reporter.say(f"{spec.name}: published {published}")
    return published


def hardware() -> str:
    """The machine in words: processor, cores and system."""
    processor = platform.processor() or platform.machine()
    # Linux names the processor only here
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.is_file():
        for line in cpu_info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    return f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _contract() -> Json:
    return {
        "input": {
            "shape": [1, 28, 28, 1],
            "dtype": "float32",
            "range": [0, 255],
            "meaning": "grey levels of a centred digit, 0 background, 255 ink",
        },
        "output": {"shape": [1, 10], "dtype": "float32", "meaning": "logits"},
    }


def _training(network: train.TrainedNetwork, data: Mnist) -> Json:
    return {
        **asdict(network.settings),
        "optimizer": "Adam",
        "loss": "sparse categorical cross-entropy",
        "learning_rate_schedule": "cosine decay",
        "train_images": len(data.train),
        "validation_images": len(data.validation),
        "split_seed": SPLIT_SEED,
        "epochs_run": len(network.curves.epoch),
        "best_epoch": network.curves.best_epoch,
    }

"""What every rung goes through once it answers: calibrate, measure, describe, rename into place."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Final

from experiments.console import Reporter
from experiments.data.mnist import Mnist
from experiments.evaluation import calibration
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.report import Served, accuracy_of, at_version, make_report
from experiments.spec import ModelSpec
from experiments.training import export as litert
from experiments.training import workspace as artefacts
from experiments.training.fit import LearningCurves
from experiments.training.workspace import Json
from ml_engine_and_backend.engine.predictor import Network

LIBRARIES: Final = ("tensorflow", "keras", "numpy", "ai-edge-litert")


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A network that answers, and how it came about.

    `curves` is None where nothing was trained. `training` becomes that part of metadata.json;
    `parts` are its `files` and, of an ensemble, its `members`.
    """

    network: Network
    seed: int
    curves: LearningCurves | None
    multiply_adds: int
    size_bytes: int
    training_seconds: float
    training: Json
    parts: Json


def measure_and_publish(
    spec: ModelSpec,
    made: Made,
    data: Mnist,
    canvas: CanvasTest | None,
    folder: Path,
    reporter: Reporter,
) -> Path:
    """Publish the staged `folder` as the next version of `spec`; returns where it lies then.

    Temperature and threshold come from the validation digits, the report from all the others.
    """
    logits = litert.logits_of(made.network, data.validation.images)
    temperature = calibration.fit_temperature(logits, data.validation.labels)
    table = calibration.probabilities(logits, temperature)
    threshold = calibration.choose_threshold(
        table.max(axis=-1), table.argmax(axis=-1) == data.validation.labels
    )
    created_at = datetime.now(UTC).isoformat(timespec="seconds")
    reporter.say(f"{spec.name}: measuring")
    report = make_report(
        Served(
            name=spec.name,
            network=made.network,
            validation_logits=logits,
            temperature=temperature,
            unsure_threshold=threshold,
            curves=made.curves,
            parameters=spec.parameters,
            multiply_adds=made.multiply_adds,
            size_bytes=made.size_bytes,
            training_seconds=made.training_seconds,
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
            "validation_accuracy": accuracy_of(logits, data.validation.labels),
            "training": made.training,
            "seed": made.seed,
            "libraries": {
                "python": platform.python_version(),
                **{name: library_version(name) for name in LIBRARIES},
            },
            "data_sha256": dict(data.sha256),
            "training_seconds": made.training_seconds,
            "hardware": hardware(),
            "created_at": created_at,
            **made.parts,
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

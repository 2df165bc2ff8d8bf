"""The last stage of every training: calibrate, measure, describe, publish."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Final

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.errors import DataError
from experiments.evaluation import calibration
from experiments.evaluation.report import accuracy_of, make_report
from experiments.evaluation.test_sets import TestSets
from experiments.spec import ModelSpec
from experiments.training.export import logits_of
from experiments.training.workspace import Workspace, publish_folder
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import METADATA_FILE, version_paths
from ml_engine_and_backend.model_folder.metadata import (
    FORMAT,
    INPUT,
    FullMetadata,
    Inside,
    Member,
    Metadata,
    Subject,
    Training,
    other_subject,
    output,
)
from ml_engine_and_backend.model_folder.record import FileRecord, read_record
from ml_engine_and_backend.model_folder.report import LearningCurves
from ml_engine_and_backend.model_folder.served import read_served

LIBRARIES: Final = ("tensorflow", "keras", "numpy", "ai-edge-litert")


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


def libraries() -> dict[str, str]:
    """The versions of what decides how a training ends."""
    return {
        "python": platform.python_version(),
        **{name: library_version(name) for name in LIBRARIES},
    }


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A trained network or an ensemble, and how it was made.

    Either `files` or `members` say where its weights are. `curves` is None where nothing was
    trained.
    """

    network: Network
    seed: int
    training: Training
    training_seconds: float
    curves: LearningCurves | None
    multiply_adds: int
    files: dict[str, FileRecord] = field(default_factory=dict)
    inside: Inside | None = None
    members: list[Member] = field(default_factory=list)
    hardware: str = field(default_factory=hardware)
    libraries: dict[str, str] = field(default_factory=libraries)


def check_subject(models_dir: Path, subject: Subject) -> None:
    """Raise DataError where `models_dir` holds models of other classes than those of `subject`."""
    for path in version_paths(models_dir):
        try:
            other = read_record(path / METADATA_FILE, Metadata)
        except BrokenModelError:  # it will not be served either
            continue
        if other.subject != subject:
            raise DataError(
                f"{other_subject(subject, path, other.subject)}; --models-dir names the folder, "
                "--data the pictures"
            )


def publish(
    model: ModelSpec,
    candidate: Candidate,
    data: Dataset,
    test_sets: TestSets,
    workspace: Workspace,
    reporter: Reporter,
) -> Path:
    """Publish the workspace's folder as the next version of `model`; returns where it lies then.

    The temperature comes from validation digits redrawn as people draw, the report from all others;
    of own pictures, the temperature comes from the validation split as it is.
    """
    redrawn = calibration.redrawn(data)
    logits = logits_of(candidate.network, redrawn.images)
    has_errors = accuracy_of(logits, redrawn.labels) < 1
    # of a few own pictures none may be misread: they say nothing of how sure it may be
    temperature = calibration.fit_temperature(logits, redrawn.labels) if has_errors else 1.0
    metadata = FullMetadata(
        format=FORMAT,
        name=model.name,
        title=model.title,
        adds=model.adds,
        order=model.order,
        version=1,  # set by `publish_folder`
        parameters=model.parameters,
        activation=model.activation,
        classes=data.classes,
        preprocessing=data.preprocessing,
        temperature=temperature,
        unsure_threshold=calibration.SURE_FROM,
        input=INPUT,
        output=output(len(data.classes)),
        validation_accuracy=accuracy_of(
            logits_of(candidate.network, data.validation.images), data.validation.labels
        ),
        training=candidate.training,
        seed=candidate.seed,
        libraries=candidate.libraries,
        data_sha256=dict(data.sha256),
        training_seconds=candidate.training_seconds,
        hardware=candidate.hardware,
        created_at=datetime.now(UTC).replace(microsecond=0),
        files=candidate.files,
        inside=candidate.inside,
        members=candidate.members,
    )
    reporter.say(f"{model.name}: measuring")
    report = make_report(
        metadata,
        candidate.network,
        candidate.multiply_adds,
        candidate.curves,
        data,
        test_sets,
        hardware(),
        workspace.folder,
    )
    published = publish_folder(workspace, metadata, report)
    reporter.say(f"{model.name}: published {published}")
    named = read_served(published.parent)
    if named is not None:
        reporter.say(f"{model.name}: served is version {named.version}, until one is promoted")
    return published

"""From a model's definition to a published folder: train and export, or gather an ensemble."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from experiments.augmentation.contact_sheet import NOTHING, contact_sheet
from experiments.console import Reporter
from experiments.data.dataset import SPLIT_SEED, Dataset
from experiments.evaluation.cost import multiply_adds
from experiments.evaluation.test_sets import TestSets
from experiments.files import naming_file
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training import export as litert
from experiments.training.fit import fit
from experiments.training.inside import check_inside, export_inside
from experiments.training.publish import Candidate, check_subject, publish
from experiments.training.workspace import open_workspace
from ml_engine_and_backend.engine.predictor import EnsembleNetwork
from ml_engine_and_backend.model_folder.folder import (
    CONTACT_SHEET_FILE,
    KERAS_FILE,
    REPORT_FILE,
    latest,
    read_metadata,
    read_report,
    versions,
)
from ml_engine_and_backend.model_folder.metadata import (
    INSIDE_FILE,
    NETWORK_FILE,
    FullMetadata,
    Member,
    Training,
)
from ml_engine_and_backend.model_folder.record import describe_file, read_file, read_record
from ml_engine_and_backend.model_folder.report import LearningCurves, TrainedReport

AGREEMENT_IMAGES: Final = 1_000


# the last checkpoints of trainings that are over, by rung and seed
Checkpoints: TypeAlias = Mapping[tuple[str, int], Path]
NONE_YET: Final[Checkpoints] = {}


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the trainings of one command share: where they publish, and what measures and says it.

    With `resume`, a training that was interrupted goes on from its last whole epoch; one whose last
    epoch is among `checkpoints` has been trained elsewhere and is only published.
    """

    models_dir: Path
    test_sets: TestSets
    reporter: Reporter
    resume: bool = False
    checkpoints: Checkpoints = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One network to train: which, from which seed, and how."""

    model: ModelSpec
    seed: int
    settings: TrainingSettings

    @property
    def key(self) -> tuple[str, int]:
        """The rung and the seed."""
        return self.model.name, self.seed

    @property
    def label(self) -> str:
        """The same, in words."""
        return f"{self.model.name}, seed {self.seed}"


def train_model(
    model: ModelSpec,
    data: Dataset,
    seed: int,
    workshop: Workshop,
    settings: TrainingSettings | None = None,
) -> Path:
    """Train `model` and publish the result as its next version; returns the new folder.

    The report also measures it on the workshop's test sets. An ensemble trains those of its members
    that the models folder lacks; its own seeds go before `seed`. Everything measured is measured
    through the exported LiteRT file.

    Raises ModelError, publishing nothing, when the network is not what `model` says or the export
    differs from it.
    """
    model = model.for_data(data)
    settings = settings or model.settings
    models_dir, reporter = workshop.models_dir, workshop.reporter
    check_subject(models_dir, data.subject)
    if model.member is not None:
        return _form_ensemble(model, model.member, data, workshop, settings)
    identity = json.dumps([seed, model.parameters, asdict(settings), dict(data.sha256)])
    with open_workspace(models_dir, model.name, identity, resume=workshop.resume) as workspace:
        if (model.name, seed) in workshop.checkpoints:
            shutil.copy(workshop.checkpoints[model.name, seed], workspace.checkpoint)
        fitted = fit(model, data, seed, reporter, settings, workspace.checkpoint)
        with naming_file(workspace.folder / KERAS_FILE) as keras_path:
            litert.save(fitted.network, keras_path)
        with naming_file(workspace.folder / NETWORK_FILE) as tflite_path:
            litert.export(fitted.network, tflite_path)
        agreement = data.test.head(AGREEMENT_IMAGES).images
        litert.check_agreement(keras_path, tflite_path, agreement, model.activation)
        served = litert.load_network(tflite_path, len(data.classes))
        files = [keras_path, tflite_path]
        with naming_file(workspace.folder / INSIDE_FILE) as inside_path:
            inside = export_inside(fitted.network, inside_path)
        if inside is not None:
            check_inside(inside_path, served, agreement)
            files.append(inside_path)
        if settings.augmentation is not None and not data.is_own:
            with naming_file(workspace.folder / CONTACT_SHEET_FILE) as path:
                # MNIST's first ones: nobody's own drawing is put on show
                digits = data.train
                path.write_bytes(
                    contact_sheet(digits.images, digits.labels, settings.augmentation, seed)
                )
        history = fitted.history
        candidate = Candidate(
            network=served,
            seed=seed,
            training=Training.model_validate(
                {
                    **asdict(settings),
                    "optimizer": "Adam",
                    "loss": "categorical cross-entropy",
                    "learning_rate_schedule": "cosine decay",
                    **_splits(data),
                    "epochs_run": len(history.epoch),
                }
            ),
            training_seconds=round(fitted.training_seconds, 1),
            curves=LearningCurves(**asdict(history)),
            multiply_adds=multiply_adds(fitted.network),
            files={path.name: describe_file(path.read_bytes()) for path in files},
            inside=inside,
            hardware=fitted.hardware,
        )
        return publish(model, candidate, data, workshop.test_sets, workspace, reporter)


def needed_runs(
    model: ModelSpec,
    data: Dataset,
    models_dir: Path,
    seed: int,
    settings: TrainingSettings,
) -> list[Run]:
    """What `train_model` would fit: the rung, or those members of an ensemble that are missing."""
    if model.member is None:
        return [Run(model, seed, settings)]
    return [
        Run(model.member, member_seed, settings)
        for member_seed in model.member_seeds
        if find_trained(models_dir, model.member, settings, member_seed, data.sha256) is None
    ]


def measure_again(model: ModelSpec, data: Dataset, workshop: Workshop) -> list[Path]:
    """Publish every version of `model` once more, its weights as they are, newly measured.

    So calibration and report follow the gate, the engine and what is measured. Returns the new
    folders, in the order of the versions. An ensemble is formed again once, of its members' latest
    versions.

    Raises BrokenModelError when there is no version, or one of its files is damaged.
    """
    if model.member is not None:
        return [train_model(model, data, 0, workshop)]
    models_dir = workshop.models_dir
    latest(models_dir, model.name)  # raises where there is none
    return [
        _measure_again(models_dir / model.name / str(v), model, data, workshop)
        for v in versions(models_dir, model.name)
    ]


def _measure_again(former: Path, model: ModelSpec, data: Dataset, workshop: Workshop) -> Path:
    metadata, trained = read_metadata(former), read_record(former / REPORT_FILE, TrainedReport)
    if metadata.training.feedback is not None:  # it learnt from more than MNIST
        data = replace(data, sha256=metadata.data_sha256)
    with open_workspace(former.parents[1], model.name, "", resume=False) as workspace:
        for name, record in metadata.files.items():
            (workspace.folder / name).write_bytes(read_file(former / name, record.sha256))
        if (former / CONTACT_SHEET_FILE).is_file():
            shutil.copy(former / CONTACT_SHEET_FILE, workspace.folder)
        candidate = Candidate(
            network=litert.load_network(workspace.folder / NETWORK_FILE, len(metadata.classes)),
            seed=metadata.seed,
            training=metadata.training,
            training_seconds=metadata.training_seconds,
            curves=trained.learning_curves,
            multiply_adds=trained.cost.multiply_adds,
            files=metadata.files,
            inside=metadata.inside,
            hardware=metadata.hardware,
            libraries=metadata.libraries,
        )
        return publish(model, candidate, data, workshop.test_sets, workspace, workshop.reporter)


def find_trained(
    models_dir: Path,
    model: ModelSpec,
    settings: TrainingSettings,
    seed: int,
    data_sha256: Mapping[str, str],
) -> Path | None:
    """The highest version of `model` trained from this seed with these settings and this data.

    An ensemble's seeds and settings are its members'.
    """
    for version in reversed(versions(models_dir, model.name)):
        folder = models_dir / model.name / str(version)
        if _is_trained_from(read_metadata(folder), models_dir, model, settings, seed, data_sha256):
            return folder
    return None


def _is_trained_from(
    metadata: FullMetadata,
    models_dir: Path,
    model: ModelSpec,
    settings: TrainingSettings,
    seed: int,
    data_sha256: Mapping[str, str],
) -> bool:
    if metadata.data_sha256 != data_sha256 or metadata.parameters != model.parameters:
        return False
    if model.member is None:
        recorded = metadata.training.model_dump()
        # a setting that came later had its default
        settings_recorded = {
            each.name: recorded.get(each.name, each.default) for each in fields(settings)
        }
        if settings_recorded["augmentation"] is not None:
            # a transform that came later had no strength yet
            settings_recorded["augmentation"] = asdict(NOTHING) | settings_recorded["augmentation"]
        return metadata.seed == seed and settings_recorded == asdict(settings)
    if metadata.training.member_seeds != model.member_seeds:
        return False
    return all(
        _is_trained_from(
            read_metadata(models_dir / member.name / str(member.version)),
            models_dir,
            model.member,
            settings,
            member_seed,
            data_sha256,
        )
        for member, member_seed in zip(metadata.members, model.member_seeds, strict=True)
    )


def _form_ensemble(
    model: ModelSpec,
    member: ModelSpec,
    data: Dataset,
    workshop: Workshop,
    settings: TrainingSettings,
) -> Path:
    folders = [
        find_trained(workshop.models_dir, member, settings, seed, data.sha256)
        or train_model(member, data, seed, workshop, settings)
        for seed in model.member_seeds
    ]
    known = [read_metadata(folder) for folder in folders]
    networks = [litert.network_of(folder) for folder in folders]
    temperatures = [each.temperature for each in known]
    candidate = Candidate(
        network=EnsembleNetwork(list(zip(networks, temperatures, strict=True))),
        seed=model.member_seeds[0],
        training=Training(
            member_seeds=model.member_seeds,
            # it has no weights of its own
            epochs_run=0,
            **_splits(data),
        ),
        training_seconds=round(sum(each.training_seconds for each in known), 1),
        curves=None,
        multiply_adds=sum(read_report(folder).cost.multiply_adds for folder in folders),
        members=[
            Member(name=each.name, version=each.version, **each.files[NETWORK_FILE].model_dump())
            for each in known
        ],
    )
    with open_workspace(workshop.models_dir, model.name, "", resume=False) as workspace:
        return publish(model, candidate, data, workshop.test_sets, workspace, workshop.reporter)


def _splits(data: Dataset) -> dict[str, Any]:
    return {
        "train_images": len(data.train),
        "validation_images": len(data.validation),
        "split_seed": SPLIT_SEED,
        "feedback": data.feedback,
    }

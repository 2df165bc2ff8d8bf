"""Training, calibrating and publishing the gate."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import AugmentationSettings
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.evaluation.calibration import fit_temperature
from experiments.evaluation.cost import median_latency_us
from experiments.gate.measure import measure
from experiments.gate.network import build
from experiments.gate.outliers import OutlierMaker
from experiments.training.export import export_as_is, save
from experiments.training.fit import make_deterministic
from experiments.training.publish import LIBRARIES, hardware
from experiments.training.workspace import open_workspace, publish_folder
from ml_engine_and_backend.engine.predictor import LiteRTNetwork
from ml_engine_and_backend.model_folder.folder import KERAS_FILE
from ml_engine_and_backend.model_folder.gate import CLASSES, GATE, GateMetadata
from ml_engine_and_backend.model_folder.metadata import NETWORK_FILE
from ml_engine_and_backend.model_folder.record import describe_file

if TYPE_CHECKING:
    import keras

OUTLIERS: Final = 44_000
STRINGS: Final = 18_000
EPOCHS: Final = 10
BATCH: Final = 128
INITIAL_LEARNING_RATE: Final = 3e-3
FINAL_SHARE: Final = 0.003
AVERAGING_MOMENTUM: Final = 0.999
DIGIT_AUGMENTATION: Final = AugmentationSettings()
OUTLIER_AUGMENTATION: Final = replace(
    DIGIT_AUGMENTATION, plain_share=0.1, angular_share=0, rotation_degrees=14
)
STRING_AUGMENTATION: Final = replace(
    OUTLIER_AUGMENTATION, elastic_px=0.6, thicker_px=0.8, thinner_px=0.5
)
# people's digits may be refused, and may be too unlike to be called sure
REFUSED_SHARE: Final = 0.004
UNLIKE_SHARE: Final = 0.03

Fields = NDArray[np.uint8]  # (n, 28, 28), light on 0


def train_gate(
    data: Dataset,
    fonts: Sequence[str],
    data_dir: Path,
    models_dir: Path,
    seed: int,
    reporter: Reporter,
    epochs: int = EPOCHS,
    outliers: int = OUTLIERS,
    strings: int = STRINGS,
) -> Path:
    """Train the gate and publish it as its next version; returns the new folder.

    Outliers and strings are made of the training digits and `fonts`. Temperature and thresholds
    come from the validation digits and, where `data_dir` has them, from people's pen strokes.
    """
    started = time.process_time()
    generator = np.random.default_rng(seed)
    maker = OutlierMaker(data.train.images[..., 0], data.train.labels, fonts)
    reporter.say(f"gate: making {outliers:,} outliers and {strings:,} strings of digits")
    pools = [
        (data.train.images[..., 0], data.train.labels, DIGIT_AUGMENTATION),
        (maker.outliers(outliers, generator), None, OUTLIER_AUGMENTATION),
        (maker.strings(strings, generator), None, STRING_AUGMENTATION),
    ]
    network = _fit(pools, seed, epochs, reporter)
    seconds = time.process_time() - started
    return publish_gate(network, data, fonts, data_dir, models_dir, seed, epochs, seconds, reporter)


Pool = tuple[Fields, NDArray[np.int64] | None, AugmentationSettings]


def _fit(pools: Sequence[Pool], seed: int, epochs: int, reporter: Reporter) -> "keras.Model":
    import keras

    make_deterministic(seed)
    network = build()
    steps = sum(len(fields) for fields, _, _ in pools) // BATCH
    network.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(
                INITIAL_LEARNING_RATE, epochs * steps, alpha=FINAL_SHARE
            ),
            use_ema=True,
            ema_momentum=AVERAGING_MOMENTUM,
            ema_overwrite_frequency=None,
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    network.fit(
        _batches(pools, np.random.default_rng(seed)),
        steps_per_epoch=steps,
        epochs=epochs,
        shuffle=False,  # the batches are shuffled
        verbose=0,
        callbacks=[
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: reporter.say(
                    f"gate  epoch {epoch + 1}/{epochs}  loss {logs['loss']:.4f}  "
                    f"accuracy {logs['accuracy']:.2%}"
                )
            ),
        ],
    )
    return network


def _batches(
    pools: Sequence[Pool], generator: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
    kinds = np.repeat(np.arange(len(pools)), [len(fields) for fields, _, _ in pools])
    places = np.concatenate([np.arange(len(fields)) for fields, _, _ in pools])
    while True:
        order = generator.permutation(len(kinds))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            batch = np.empty((BATCH, 28, 28), np.float32)
            for kind, (fields, labels, settings) in enumerate(pools):
                mine = np.flatnonzero(kinds[chosen] == kind)
                if len(mine):
                    of = places[chosen[mine]]
                    none = np.full(len(of), -1)
                    batch[mine] = augment(
                        fields[of], none if labels is None else labels[of], settings, generator
                    )
            yield batch[..., np.newaxis], kinds[chosen]


def publish_gate(
    network: "keras.Model",
    data: Dataset,
    fonts: Sequence[str],
    data_dir: Path,
    models_dir: Path,
    seed: int,
    epochs: int,
    seconds: float,
    reporter: Reporter,
) -> Path:
    """Calibrate, measure, describe and publish a trained gate."""
    with open_workspace(models_dir, GATE, "", resume=False) as workspace:
        folder = workspace.folder
        save(network, folder / KERAS_FILE)
        export_as_is(network, folder / NETWORK_FILE)
        served = LiteRTNetwork((folder / NETWORK_FILE).read_bytes(), len(CLASSES))
        digits, outliers, strings = validation_fields(data, fonts, seed)
        logits = np.stack([served(field) for field in (*digits, *outliers, *strings)])
        labels = np.repeat([0, 1, 2], [len(digits), len(outliers), len(strings)])
        temperature = fit_temperature(logits, labels)
        likeness = softmax(logits.astype(np.float64) / temperature, axis=1)[:, 0]
        measured = measure(served, temperature, likeness[labels == 0], data_dir, reporter)
        digit_from = float(np.quantile(measured.digits, REFUSED_SHARE))
        sure_from = float(np.quantile(measured.digits, UNLIKE_SHARE))
        metadata = GateMetadata.model_validate(
            {
                "format": 1,
                "name": GATE,
                "version": 1,  # set by `publish_folder`
                "parameters": network.count_params(),
                "temperature": temperature,
                "digit_from": digit_from,
                "sure_from": sure_from,
                "created_at": datetime.now(UTC).replace(microsecond=0),
                "files": {
                    name: describe_file((folder / name).read_bytes())
                    for name in (KERAS_FILE, NETWORK_FILE)
                },
                "classes": CLASSES,
                "seed": seed,
                "epochs": epochs,
                "training_seconds": round(seconds, 1),
                "libraries": {name: library_version(name) for name in LIBRARIES},
                "data_sha256": dict(data.sha256),
                "hardware": hardware(),
            }
        )
        report = measured.report(
            metadata.version,
            digit_from,
            sure_from,
            likeness[labels == 2],
            metadata.files[NETWORK_FILE].bytes,
            median_latency_us(served, data.validation),
        )
        target = publish_folder(workspace, metadata, report)
    reporter.say(f"gate: published {target}")
    return target


def validation_fields(
    data: Dataset, fonts: Sequence[str], seed: int
) -> tuple[Fields, Fields, Fields]:
    """Digits as people draw them, outliers and strings, none of which was trained on."""
    generator = np.random.default_rng([seed, 1])
    images, labels = data.validation.images[..., 0], data.validation.labels
    digits = augment(images, labels, DIGIT_AUGMENTATION, generator)
    maker = OutlierMaker(images, labels, fonts)
    return (
        np.rint(digits).astype(np.uint8),
        maker.outliers(2_000, generator),
        maker.strings(1_000, generator),
    )

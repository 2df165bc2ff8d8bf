"""Training: one rung, from a seed, to the weights of its best validation epoch."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from experiments.augmentation.augment import batches
from experiments.console import Reporter, Task
from experiments.data.mnist import Mnist, Split
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras


@dataclass(slots=True)
class LearningCurves:
    """One entry an epoch, epochs counted from 1. Accuracies and rates are fractions.

    `loss` and `accuracy` are means over the epoch's batches with dropout active, on augmented
    digits where the rung is trained on such: they then lie below what validation shows.
    `learning_rate` is the rate at the epoch's end.
    """

    epoch: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)

    @property
    def best_epoch(self) -> int:
        """The epoch of highest validation accuracy; among equals the lower validation loss.

        0 before the first epoch.
        """
        if not self.epoch:
            return 0
        places = range(len(self.epoch))
        return self.epoch[
            max(places, key=lambda i: (self.validation_accuracy[i], -self.validation_loss[i]))
        ]

    def add(self, logs: Mapping[str, float], learning_rate: float) -> None:
        """Append the epoch that Keras reports in `logs`."""
        self.epoch.append(len(self.epoch) + 1)
        self.loss.append(float(logs["loss"]))
        self.accuracy.append(float(logs["accuracy"]))
        self.validation_loss.append(float(logs["val_loss"]))
        self.validation_accuracy.append(float(logs["val_accuracy"]))
        self.learning_rate.append(learning_rate)

    def is_exhausted(self, patience_epochs: int) -> bool:
        """Whether the last `patience_epochs` epochs brought nothing better."""
        return len(self.epoch) - self.best_epoch >= patience_epochs


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """An uncompiled network with the weights of `curves.best_epoch`, and how it came about.

    `training_seconds` are of processor time, over all threads.
    """

    model: "keras.Model"
    settings: TrainingSettings
    seed: int
    curves: LearningCurves
    training_seconds: float


def make_deterministic(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow, and forbid operations whose result varies by run."""
    import keras
    import tensorflow as tf

    # layers draw their seeds from global counters, which a former training moved on
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def fit(
    spec: ModelSpec, data: Mnist, seed: int, reporter: Reporter, settings: TrainingSettings
) -> TrainedNetwork:
    """Train `spec` on the training split; choose the epoch on the validation split.

    The same seed on the same machine gives the same weights, bit for bit. The test split is
    not looked at.
    """
    import keras

    make_deterministic(seed)
    model = spec.build()
    steps_an_epoch = -(-len(data.train) // settings.batch_size_images)
    model.compile(
        optimizer=keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(
                settings.initial_learning_rate,
                decay_steps=settings.epochs * steps_an_epoch,
                alpha=settings.final_learning_rate / settings.initial_learning_rate,
            ),
            weight_decay=settings.weight_decay or None,
            use_ema=settings.averaging_momentum is not None,
            # ignored without averaging
            ema_momentum=settings.averaging_momentum or 0.99,
            # ours to swap in: the default would do so now and then while training
            ema_overwrite_frequency=None,
        ),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    curves = LearningCurves()
    best_weights: list[Any] = []

    def on_epoch_end(epoch: int, logs: Mapping[str, float]) -> None:
        curves.add(logs, float(model.optimizer.learning_rate))
        if curves.best_epoch == curves.epoch[-1]:
            best_weights[:] = model.get_weights()
        reporter.say(_epoch_line(spec, settings, curves))
        if curves.is_exhausted(settings.early_stopping_patience_epochs):
            model.stop_training = True

    # first, so that the mean is in place when the epoch is judged
    averaging = (
        []
        if settings.averaging_momentum is None
        else [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
    )
    # processor time: what else the machine does meanwhile is not the rung's cost
    started = time.process_time()
    with reporter.task(f"Training {spec.name}", settings.epochs * steps_an_epoch) as task:
        model.fit(
            **_digits_to_fit(data.train, settings, seed),
            epochs=settings.epochs,
            validation_data=(data.validation.images, data.validation.labels),
            validation_batch_size=500,
            callbacks=[
                *averaging,
                keras.callbacks.LambdaCallback(
                    on_epoch_end=on_epoch_end,
                    on_train_batch_end=lambda _, logs: _advance(task, logs),
                ),
            ],
            verbose=0,
        )
    training_seconds = time.process_time() - started

    # a fresh network carries no optimizer state, which would triple the file
    best = spec.build()
    best.set_weights(best_weights)
    return TrainedNetwork(best, settings, seed, curves, training_seconds)


def _digits_to_fit(train: Split, settings: TrainingSettings, seed: int) -> dict[str, Any]:
    """What `keras.Model.fit` learns from: the images as they are, or batches of augmented ones."""
    size = settings.batch_size_images
    if settings.augmentation is None:
        return {"x": train.images, "y": train.labels, "batch_size": size}
    return {
        # Keras draws from it ahead, in a thread of its own; the order stays
        "x": batches(train.images, train.labels, settings.augmentation, size, seed),
        "steps_per_epoch": -(-len(train) // size),
        "shuffle": False,  # the batches are shuffled
    }


def _advance(task: Task, logs: Mapping[str, float]) -> None:
    task.advance(1, f"loss {logs['loss']:.3f}")


def _epoch_line(spec: ModelSpec, settings: TrainingSettings, curves: LearningCurves) -> str:
    return (
        f"{spec.name}  epoch {curves.epoch[-1]:>{len(str(settings.epochs))}}/{settings.epochs}"
        f"  loss {curves.loss[-1]:.4f}  accuracy {curves.accuracy[-1]:.2%}"
        f"  validation loss {curves.validation_loss[-1]:.4f}"
        f"  validation accuracy {curves.validation_accuracy[-1]:.2%}"
        f"{'  best so far' if curves.best_epoch == curves.epoch[-1] else ''}"
    )

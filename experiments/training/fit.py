"""Fitting one network, from a seed, to the weights at the end of its schedule."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.console import Reporter, Task
from experiments.data.dataset import Dataset
from experiments.errors import ModelError
from experiments.files import naming_file
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.batches import batches, one_hot
from experiments.training.halving import Score
from experiments.training.publish import hardware

if TYPE_CHECKING:
    import keras


@dataclass(slots=True)
class History:
    """One entry an epoch, epochs counted from 1. Accuracies and rates are fractions.

    `loss` and `accuracy` are means over the epoch's batches with dropout active, on augmented
    digits where the model is trained on such: they then lie below what validation shows.
    `learning_rate` is the rate at the epoch's end.
    """

    epoch: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)

    @property
    def scores(self) -> list[Score]:
        """How good the network was after each epoch."""
        pairs = zip(self.validation_accuracy, self.validation_loss, strict=True)
        return [(right, -loss) for right, loss in pairs]

    def add(self, logs: Mapping[str, float], learning_rate: float) -> None:
        """Append the epoch that Keras reports in `logs`."""
        self.epoch.append(len(self.epoch) + 1)
        self.loss.append(float(logs["loss"]))
        self.accuracy.append(float(logs["accuracy"]))
        self.validation_loss.append(float(logs["val_loss"]))
        self.validation_accuracy.append(float(logs["val_accuracy"]))
        self.learning_rate.append(learning_rate)


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """An uncompiled network with the weights after the last epoch, and how it came about.

    `training_seconds` are of processor time, over all threads; `hardware` is the machine, and the
    threads, of its last epoch.
    """

    network: "keras.Model"
    history: History
    training_seconds: float
    hardware: str


def make_deterministic(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow, and forbid operations whose result varies by run."""
    import keras
    import tensorflow as tf

    # layers draw their seeds from global counters, which a former training moved on
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def fit(
    model: ModelSpec,
    data: Dataset,
    seed: int,
    reporter: Reporter,
    settings: TrainingSettings,
    checkpoint: Path | None = None,
    after_epoch: Callable[[History], bool] | None = None,
) -> FittedNetwork:
    """Train `model` on the training split, and look at the validation split after each epoch.

    The same seed gives the same weights, bit for bit, on the same kind of processor with the same
    libraries and as many threads, however many cores there are. The test split is not looked at.

    The state is saved to `checkpoint` after every epoch. Where that file exists, training continues
    from it, and ends with the same weights as if it had never stopped. Then `after_epoch` is
    called, and says whether to go on.

    Raises ModelError when the network has not as many parameters as `model` says.
    """
    import keras

    make_deterministic(seed)
    network = model.build()
    count = network.count_params() * max(1, len(model.member_seeds))
    if count != model.parameters:
        raise ModelError(f"{model.name}: expected {model.parameters:,} parameters, got {count:,}")
    classes: int = network.output_shape[-1]
    steps_an_epoch = -(-len(data.train) // settings.batch_size_images)
    _compile(network, settings, steps_an_epoch)
    # first among the callbacks, so that the mean is in place when the epoch is judged
    averaging = (
        []
        if settings.averaging_momentum is None
        else [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
    )
    state = _State(network)
    if checkpoint is not None and checkpoint.is_file():
        for callback in averaging:  # a checkpoint is of an epoch's end, where the mean is in place
            callback.set_model(network)
            callback.on_test_begin()
        state.load(checkpoint)
        reporter.say(f"{model.name}: continues after epoch {len(state.history.epoch)}")
    history, seconds_before = state.history, state.seconds
    # processor time: what else the machine does meanwhile is not the training's cost
    started = time.process_time()

    def on_epoch_end(epoch: int, logs: Mapping[str, float]) -> None:
        history.add(logs, float(network.optimizer.learning_rate))
        state.seconds = seconds_before + time.process_time() - started
        state.hardware = _hardware()
        if checkpoint is not None:
            state.save(checkpoint)
        reporter.say(epoch_line(model, settings, history))
        if after_epoch is not None and not after_epoch(history):
            network.stop_training = True

    done = len(history.epoch)
    if done < settings.epochs:
        with reporter.task(
            f"Training {model.name}", (settings.epochs - done) * steps_an_epoch
        ) as task:
            network.fit(
                # Keras prefetches in another thread, which keeps the order
                batches(data.train, settings, classes, seed, done),
                steps_per_epoch=steps_an_epoch,
                initial_epoch=done,
                epochs=settings.epochs,
                shuffle=False,  # the batches are shuffled
                validation_data=(data.validation.images, one_hot(data.validation.labels, classes)),
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

    # a fresh network carries no optimizer state, which would triple the file
    fitted = model.build()
    fitted.set_weights(network.get_weights())
    return FittedNetwork(fitted, history, state.seconds, state.hardware)


class _State:
    """Everything that the remaining epochs depend on."""

    def __init__(self, network: "keras.Model") -> None:
        self.history = History()
        self.seconds = 0.0
        self.hardware = ""
        # the network's include the state of its dropout
        self._variables = [*network.variables, *network.optimizer.variables]

    def save(self, path: Path) -> None:
        arrays: dict[str, Any] = {
            f"variable_{i}": np.asarray(variable) for i, variable in enumerate(self._variables)
        }
        progress = json.dumps(
            {
                "history": asdict(self.history),
                "seconds": self.seconds,
                "hardware": self.hardware,
            }
        )
        partial = path.with_name(f"{path.name}.part")
        with naming_file(partial), partial.open("wb") as file:
            np.savez(file, progress=np.array(progress), **arrays)
        partial.replace(path)  # whole or not at all

    def load(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as arrays:
            for i, variable in enumerate(self._variables):
                variable.assign(arrays[f"variable_{i}"])
            progress = json.loads(str(arrays["progress"]))
        self.history, self.seconds = History(**progress["history"]), progress["seconds"]
        self.hardware = progress["hardware"]


def _hardware() -> str:
    return f"{hardware()}, {os.environ['TF_NUM_INTRAOP_THREADS']} threads"


def _compile(network: "keras.Model", settings: TrainingSettings, steps_an_epoch: int) -> None:
    import keras

    network.compile(
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
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    network.optimizer.build(network.trainable_variables)


def _advance(task: Task, logs: Mapping[str, float]) -> None:
    task.advance(1, f"loss {logs['loss']:.3f}")


def epoch_line(model: ModelSpec, settings: TrainingSettings, history: History) -> str:
    """The newest epoch in words."""
    return (
        f"{model.name}  epoch {history.epoch[-1]:>{len(str(settings.epochs))}}/{settings.epochs}"
        f"  loss {history.loss[-1]:.4f}  accuracy {history.accuracy[-1]:.2%}"
        f"  validation loss {history.validation_loss[-1]:.4f}"
        f"  validation accuracy {history.validation_accuracy[-1]:.2%}"
    )

"""How much training 99.5 % of MNIST's validation digits take: ours beside two known examples."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, Table, at_most, shown_median
from benchmarks.plan import Plan

if TYPE_CHECKING:
    import keras

# `experiments` is imported where it is needed: see reading.py
TARGET: Final = 0.995
OURS: Final = "deep_cnn"
# its cosine over so few epochs: to the end of the rung's own 30 it learns more, and takes longer
OUR_EPOCHS: Final = 8


@dataclass(frozen=True)
class Training:
    """CPU seconds until the validation accuracy reached TARGET, or NaN; and the best it had.

    `epochs` were trained, and took `cpu_s` together.
    """

    reached_s: float
    best: float
    epochs: int
    cpu_s: float


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained: at most `epochs`, with batches of `batch_size` digits."""

    build: Callable[[], "keras.Model"]
    epochs: int
    batch_size: int
    # the rate at an epoch, counted from 0, in place of the optimiser's own
    rate: Callable[[int], float] | None = None


def keras_example() -> "keras.Model":
    """The network of Keras' example "Simple MNIST convnet" (Chollet 2015), 12 to 15 epochs."""
    from keras import Input, Sequential, layers

    network = Sequential(
        [
            Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def pytorch_example() -> "keras.Model":
    """The network of PyTorch's example `mnist` with its optimiser, in Keras."""
    from keras import Input, Sequential, layers, optimizers

    network = Sequential(
        [
            Input((28, 28, 1)),
            # mean and standard deviation of MNIST's pixels
            layers.Rescaling(1 / 255 / 0.3081, -0.1307 / 0.3081),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adadelta = optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-6)
    network.compile(adadelta, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


EXAMPLES: Final[dict[str, Recipe]] = {
    "Keras' example": Recipe(keras_example, 15, 128),
    "PyTorch's example": Recipe(pytorch_example, 14, 64, lambda epoch: 0.7**epoch),
}


def measure(plan: Plan) -> Section:
    """Every training from another seed in each turn, one after the other."""
    from experiments.console import Reporter
    from experiments.data.mnist import load_mnist
    from experiments.errors import DataError

    try:
        folder = Path(os.environ.get("LADDER_DATA_DIR", "data"))
        data = load_mnist(folder, Reporter(quiet=True))
    except DataError as error:
        raise BenchmarkError(str(error)) from error
    found: dict[str, list[Training]] = {name: [] for name in (OURS, *EXAMPLES)}
    for seed in range(1, plan.repeats + 1):
        found[OURS].append(_train_ours(data, seed))
        for name, recipe in EXAMPLES.items():
            found[name].append(train_example(recipe, data, seed))
    return summarise(found)


def _train_ours(data: Any, seed: int) -> Training:
    from dataclasses import replace

    from experiments.console import Reporter
    from experiments.registry import LADDER
    from experiments.training.fit import fit

    ends: list[float] = []

    class Clock(Reporter):
        def say(self, line: str) -> None:
            if "validation accuracy" in line:
                ends.append(time.process_time())

    model = LADDER.get(OURS)
    began = time.process_time()
    settings = replace(model.settings, epochs=OUR_EPOCHS)
    history = fit(model, data, seed, Clock(quiet=True), settings).history
    return _training(history.validation_accuracy, [end - began for end in ends])


def train_example(recipe: Recipe, data: Any, seed: int) -> Training:
    """Train it as its authors do; `data` is a Dataset of `experiments`."""
    import keras

    keras.utils.set_random_seed(seed)
    network = recipe.build()
    ends: list[float] = []
    accuracies: list[float] = []

    def on_epoch_end(_: int, logs: Mapping[str, float]) -> None:
        ends.append(time.process_time())
        accuracies.append(float(logs["val_accuracy"]))

    rate = recipe.rate
    began = time.process_time()
    network.fit(
        data.train.images,
        data.train.labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_data=(data.validation.images, data.validation.labels),
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end),
            *([] if rate is None else [keras.callbacks.LearningRateScheduler(lambda e: rate(e))]),
        ],
        verbose=0,
    )
    return _training(accuracies, [end - began for end in ends])


def _training(accuracies: Sequence[float], ends_s: Sequence[float]) -> Training:
    reached = [end for accuracy, end in zip(accuracies, ends_s, strict=True) if accuracy >= TARGET]
    return Training(min(reached, default=nan), max(accuracies), len(ends_s), ends_s[-1])


def summarise(found: Mapping[str, Sequence[Training]]) -> Section:
    """Ours to the faster of the others, turn by turn; one that never arrives takes for ever."""
    others = [[found[name][turn] for name in EXAMPLES] for turn in range(len(found[OURS]))]
    ratios = []
    for ours, rest in zip(found[OURS], others, strict=True):
        fastest = min(inf if isnan(each.reached_s) else each.reached_s for each in rest)
        ratios.append(inf if isnan(ours.reached_s) else ours.reached_s / fastest)
    figures = [
        Figure(f"{OURS} to the faster example, until {TARGET:.1%}", ratios, "×", at_most(0.5))
    ]
    rows = [
        (
            name,
            shown_median([each.reached_s for each in trainings], "s"),
            f"{sum(each.best >= TARGET for each in trainings)} of {len(trainings)}",
            shown_median([100 * each.best for each in trainings], "%"),
            shown_median([each.epochs for each in trainings], ""),
            shown_median([each.cpu_s for each in trainings], "s"),
        )
        for name, trainings in found.items()
    ]
    headings = (
        *("network", f"CPU time until {TARGET:.1%}", "reached it"),
        *("best", "epochs", "CPU time of all epochs"),
    )
    how = (
        f"Validation accuracy after each epoch, {len(ratios)} seeds in turns; all train on the "
        f"same 55,000 digits; the test split is not looked at. `{OURS}` has {OUR_EPOCHS} epochs in "
        "place of its own 30; the examples have their own recipes. Where an example never gets "
        "there, the ratio is 0."
    )
    return Section("Training time to an accuracy", how, figures, [Table(headings, rows)])

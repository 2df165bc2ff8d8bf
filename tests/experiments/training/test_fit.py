"""Training: reproducible, and judged on validation alone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.augmentation.settings import AugmentationSettings
from experiments.console import Reporter
from experiments.data.mnist import Mnist, Split
from experiments.registry import LADDER
from experiments.spec import TrainingSettings
from experiments.training.fit import LearningCurves, TrainedNetwork, fit
from tests.experiments.training.quick import head

QUIET = Reporter(quiet=True)


def train(data: Mnist, name: str, *, seed: int = 1, epochs: int = 2) -> TrainedNetwork:
    spec = LADDER.get(name)
    return fit(spec, data, seed, QUIET, replace(spec.settings, epochs=epochs))


# hidden_layer has no layer that cnn has not
@pytest.mark.parametrize("name", ["single_layer", "cnn"])
def test_the_seed_decides_the_weights(few_digits: Mnist, name: str) -> None:
    few = head(few_digits, train=200)
    once, again, other = (train(few, name, seed=seed) for seed in (1, 1, 2))

    for first, second, third in zip(
        *(network.model.get_weights() for network in (once, again, other)), strict=True
    ):
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, third)
    assert once.curves == again.curves


def test_the_seed_decides_the_weights_with_augmentation_too(few_digits: Mnist) -> None:
    few = head(few_digits, train=100)
    spec = LADDER.get("single_layer")
    augmented = replace(spec.settings, epochs=2, augmentation=AugmentationSettings())

    def weights(settings: TrainingSettings, seed: int = 1) -> NDArray[np.float32]:
        trained: NDArray[np.float32] = fit(spec, few, seed, QUIET, settings).model.get_weights()[0]
        return trained

    once = weights(augmented)
    np.testing.assert_array_equal(once, weights(augmented))
    assert not np.array_equal(once, weights(augmented, seed=2))
    assert not np.array_equal(once, weights(replace(augmented, augmentation=None)))


def test_the_mean_of_the_weights_is_judged_and_kept(few_digits: Mnist) -> None:
    spec = LADDER.get("single_layer")
    plain = replace(spec.settings, epochs=2)
    averaged = replace(plain, averaging_momentum=0.98)
    last, mean = (fit(spec, few_digits, 1, QUIET, settings) for settings in (plain, averaged))

    # training itself goes on with the last weights
    assert last.curves.loss == pytest.approx(mean.curves.loss, abs=1e-5)
    assert not np.allclose(last.model.get_weights()[0], mean.model.get_weights()[0])
    scores = np.asarray(mean.model(few_digits.validation.images.astype(np.float32)))
    accuracy = np.mean(scores.argmax(axis=-1) == few_digits.validation.labels)
    best = mean.curves.best_epoch - 1
    assert accuracy == pytest.approx(mean.curves.validation_accuracy[best], abs=1e-6)


def test_the_best_epoch_is_kept(few_digits: Mnist) -> None:
    network = train(few_digits, "hidden_layer", epochs=4)
    curves = network.curves
    best = curves.best_epoch - 1
    assert curves.validation_accuracy[best] == max(curves.validation_accuracy)

    scores = np.asarray(network.model(few_digits.validation.images.astype(np.float32)))
    accuracy = np.mean(scores.argmax(axis=-1) == few_digits.validation.labels)
    assert accuracy == pytest.approx(curves.validation_accuracy[best], abs=1e-6)


def test_the_test_split_is_not_looked_at(few_digits: Mnist) -> None:
    few = head(few_digits, train=300)
    absent = Split(np.zeros((0, 28, 28, 1), np.uint8), np.zeros(0, np.int64))
    without = train(replace(few, test=absent), "single_layer")
    network = train(few, "single_layer")
    np.testing.assert_array_equal(without.model.get_weights()[0], network.model.get_weights()[0])


def test_training_stops_when_validation_no_longer_improves(few_digits: Mnist) -> None:
    # labels without any relation to the images: nothing to learn beyond chance
    generator = np.random.default_rng(1)
    shuffled = Mnist(
        few_digits.train.head(500),
        Split(few_digits.validation.images, generator.integers(0, 10, len(few_digits.validation))),
        few_digits.test,
        {},
    )
    spec = LADDER.get("single_layer")
    settings = replace(spec.settings, epochs=60, early_stopping_patience_epochs=3)
    curves = fit(spec, shuffled, 1, QUIET, settings).curves

    assert len(curves.epoch) < 60
    assert len(curves.epoch) - curves.best_epoch == 3


def test_the_learning_rate_falls_along_half_a_cosine(few_digits: Mnist) -> None:
    settings = LADDER.get("single_layer").settings
    rates = train(head(few_digits, train=300), "single_layer", epochs=4).curves.learning_rate
    high, low = settings.initial_learning_rate, settings.final_learning_rate
    expected = [low + (high - low) * (1 + np.cos(np.pi * epoch / 4)) / 2 for epoch in (1, 2, 3, 4)]
    assert rates == pytest.approx(expected, rel=1e-4)


def test_sigmoid_units_are_trained_as_softmax_of_their_logits(few_digits: Mnist) -> None:
    """What the probabilities of single_layer rest on: the loss Keras computes from sigmoids."""
    import keras

    from experiments.training.export import logits_network

    digits = few_digits.validation
    model = LADDER.get("single_layer").build()
    model.compile(loss="sparse_categorical_crossentropy")
    # ten times larger, so that sigmoids over their sum would give another loss
    model.set_weights([weight * 10 for weight in model.get_weights()])
    logits = np.asarray(logits_network(model)(digits.images.astype(np.float32)), np.float64)
    largest = logits.max(axis=-1, keepdims=True)
    normaliser = np.log(np.exp(logits - largest).sum(axis=-1)) + largest[:, 0]
    softmax_loss = np.mean(normaliser - logits[np.arange(len(digits)), digits.labels])

    loss = model.evaluate(digits.images, digits.labels, batch_size=100, verbose=0)
    assert loss == pytest.approx(softmax_loss, rel=1e-4)
    assert keras.backend.backend() == "tensorflow"


CURVES = [
    ([0.5, 0.7, 0.6], [1.0, 0.9, 0.8], 2),
    ([0.5, 0.7, 0.7], [1.0, 0.9, 0.8], 3),
    ([0.5, 0.7, 0.7], [1.0, 0.8, 0.9], 2),
    ([0.7, 0.7], [0.8, 0.8], 1),
    ([], [], 0),
]


@pytest.mark.parametrize(("accuracies", "losses", "best"), CURVES)
def test_best_is_highest_accuracy_then_lowest_loss(
    accuracies: list[float], losses: list[float], best: int
) -> None:
    curves = LearningCurves()
    for accuracy, loss in zip(accuracies, losses, strict=True):
        logs = {"loss": 1.0, "accuracy": 0.5, "val_loss": loss, "val_accuracy": accuracy}
        curves.add(logs, learning_rate=0.1)
    assert curves.best_epoch == best
    assert curves.is_exhausted(len(accuracies) - best)
    assert not curves.is_exhausted(len(accuracies) - best + 1)

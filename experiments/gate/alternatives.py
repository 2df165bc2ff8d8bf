"""Simpler ways than the gate to tell digits from letters.

Every way scores fields: the higher, the more like a digit. What is fitted is fitted on some of
MNIST's training digits, augmented once; no alternative has seen a letter.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import AugmentationSettings
from experiments.data.dataset import Split
from experiments.gate.measure import SEED, likeness
from experiments.registry import LADDER
from experiments.training.export import logits_of
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Network, Networks
from ml_engine_and_backend.model_folder.folder import KERAS_FILE, latest, read_folder
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.served import served

TRAINING_DIGITS: Final = 20_000
ENERGY_OF: Final = ("cnn_augmented", "deep_cnn")
PIXEL_COMPONENTS: Final = 100
DIGIT_COMPONENTS: Final = 40

Fields = NDArray[np.uint8]  # (n, 28, 28), light on 0
Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Way = Callable[[Fields], Floats]  # scores (n,)


def ways(train: Split, models_dir: Path) -> dict[str, Way]:
    """Every way by name, the shipped gate last; raises BrokenModelError where a model is absent."""
    found: dict[str, Way] = {}
    networks = Networks()
    for name in LADDER.names():
        folder = read_folder(served(models_dir, name))
        network = networks.of(folder)
        found[f"confidence of `{name}`"] = confidence(network, folder.metadata.temperature)
        if name in ENERGY_OF:
            found[f"energy of `{name}`"] = energy(network)
    generator = np.random.default_rng(SEED)
    chosen = generator.permutation(len(train))[:TRAINING_DIGITS]
    images, labels = train.images[chosen][..., 0], train.labels[chosen]
    fields = np.rint(augment(images, labels, AugmentationSettings(), generator)).astype(np.uint8)
    pixels = principal_components(fields, PIXEL_COMPONENTS)
    features = penultimate_features(served(models_dir, "deep_cnn") / KERAS_FILE)
    gate = Gate.load(latest(models_dir, GATE))
    return found | {
        "Mahalanobis, pixels": mahalanobis(pixels, fields, labels),
        "Mahalanobis, features of `deep_cnn`": mahalanobis(features, fields, labels),
        "reconstruction": reconstruction(fields, np.zeros_like(labels), PIXEL_COMPONENTS),
        "reconstruction by digit": reconstruction(fields, labels, DIGIT_COMPONENTS),
        "the gate": lambda fields: likeness(gate.network, gate.metadata.temperature, fields),
    }


def confidence(network: Network, temperature: float) -> Way:
    """The largest probability.

    Source: Hendrycks and Gimpel, "A baseline for detecting misclassified and out-of-distribution
    examples in neural networks", ICLR 2017.
    """
    return lambda fields: np.asarray(
        softmax(logits_of(network, fields[..., np.newaxis]) / temperature, axis=1).max(axis=1)
    )


def energy(network: Network) -> Way:
    """The negative energy of the logits at temperature 1.

    Source: Liu, Wang, Owens, Li, "Energy-based out-of-distribution detection", NeurIPS 2020.
    """
    return lambda fields: np.asarray(logsumexp(logits_of(network, fields[..., np.newaxis]), axis=1))


def mahalanobis(features: Callable[[Fields], Floats], fields: Fields, labels: Labels) -> Way:
    """Minus the squared distance to the nearest class mean, all classes sharing a covariance.

    Source: Lee, Lee, Lee, Shin, "A simple unified framework for detecting out-of-distribution
    samples and adversarial attacks", NeurIPS 2018, without its noise and for one layer.
    """
    from sklearn.covariance import EmpiricalCovariance

    known = features(fields)
    means = {label: known[labels == label].mean(axis=0) for label in np.unique(labels)}
    centred = known - np.stack([means[label] for label in labels])
    # the pseudo-inverse passes over features that never vary
    covariance = EmpiricalCovariance(assume_centered=True).fit(centred)

    def score(fields: Fields) -> Floats:
        x = features(fields)
        return -_least([covariance.mahalanobis(x - mean) for mean in means.values()])

    return score


def principal_components(fields: Fields, components: int) -> Callable[[Fields], Floats]:
    """The pixels' coordinates (n, components) along the directions in which `fields` vary most."""
    from sklearn.decomposition import PCA

    pca = PCA(components, svd_solver="covariance_eigh").fit(_flat(fields))
    return lambda fields: np.asarray(pca.transform(_flat(fields)))


def penultimate_features(keras_file: Path) -> Callable[[Fields], Floats]:
    """What a model's last layer gets of fields: (n, features)."""
    import keras

    model = keras.saving.load_model(keras_file, compile=False)
    network = keras.Model(model.inputs, model.layers[-1].input)
    return lambda fields: np.asarray(
        network.predict(fields[..., np.newaxis].astype(np.float32), batch_size=256, verbose=0),
        np.float64,
    )


def reconstruction(fields: Fields, labels: Labels, components: int) -> Way:
    """Minus the share of ink that the best class's principal components do not explain.

    Source: Hinton, Dayan, Revow, "Modeling the manifolds of images of handwritten digits", IEEE
    Transactions on Neural Networks 8 (1997), section III: a subspace for each digit.
    """
    from sklearn.decomposition import PCA

    subspaces = [
        PCA(components, svd_solver="covariance_eigh").fit(_flat(fields[labels == label]))
        for label in np.unique(labels)
    ]

    def score(fields: Fields) -> Floats:
        pixels = _flat(fields)
        explained = (pca.inverse_transform(pca.transform(pixels)) for pca in subspaces)
        errors = [((pixels - found) ** 2).sum(axis=1) for found in explained]
        return np.asarray(-_least(errors) / np.maximum((pixels**2).sum(axis=1), 1e-9))

    return score


def _flat(fields: Fields) -> Floats:
    return fields.reshape(len(fields), -1) / 255


def _least(of_classes: Sequence[Floats]) -> Floats:
    return np.asarray(np.min(of_classes, axis=0), np.float64)

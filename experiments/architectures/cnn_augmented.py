"""The network of `cnn`, trained on digits that are transformed anew in every epoch.

Source    Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to
          visual document analysis", ICDAR 2003 (affine and elastic distortions)
Shapes    as in cnn: (n, 28, 28, 1) -> (n, 14, 14, 32) -> (n, 7, 7, 64) -> (n, 128) -> (n, 10)
Counts    as in cnn: 422,154 parameters
Expected  99.5 % of the test digits
Cost      about a quarter of an hour of one CPU core
Command   python -m experiments train cnn_augmented
"""

from typing import TYPE_CHECKING

from experiments.architectures import cnn
from experiments.augmentation.settings import AugmentationSettings
from experiments.space import Choice, LogUniform, Space, Uniform
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras


def build(classes: int = 10) -> "keras.Model":
    """A fresh `cnn`: (n, 28, 28, 1) in 0..255 to probabilities (n, classes)."""
    return cnn.build(classes)


SPEC = ModelSpec(
    name="cnn_augmented",
    title="Convolutional network, augmented",
    adds="Data: digits moved, turned, bent and redrawn in every epoch.",
    order=40,
    build=build,
    activation="softmax",
    parameters=cnn.SPEC.parameters,
    source="Simard, Steinkraus, Platt 2003",
    settings=TrainingSettings(
        epochs=28,
        batch_size_images=128,
        initial_learning_rate=1.5e-3,
        final_learning_rate=1e-5,
        averaging_momentum=0.999,
        augmentation=AugmentationSettings(),
    ),
    space=Space(
        {
            "epochs": Choice((20, 28, 40)),
            "initial_learning_rate": LogUniform(5e-4, 5e-3),
            "averaging_momentum": Choice((0.99, 0.998, 0.999)),
            "label_smoothing": Uniform(0.0, 0.1),
            "mixup_alpha": Choice((0.0, 0.1, 0.2)),
            "augmentation.erased_share": Uniform(0.0, 0.5),
            "augmentation.elastic_px": Uniform(0.6, 1.8),
        }
    ),
)

"""Two hidden layers: combinations of pixels, and combinations of those.

Source    Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors",
          Nature 323 (1986); rectified units: Nair and Hinton, ICML 2010; dropout: Srivastava
          et al., JMLR 15 (2014);
          averaged weights: Polyak and Juditsky, SIAM J. Control Optim. 30 (1992).
Shapes    (n, 28, 28, 1) -> flatten (n, 784) -> (n, 128) -> dropout -> (n, 64) -> (n, 10)
Counts    784 · 128 + 128 = 100,480
          128 · 64 + 64   =   8,256
          64 · 10 + 10    =     650, together 109,386 parameters
Expected  98.5 % of the test digits
Cost      about two minutes of one CPU core
Command   python -m experiments train hidden_layer
"""

from typing import TYPE_CHECKING

from experiments.space import Choice, LogUniform, Space, Uniform
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras


def build(classes: int = 10) -> "keras.Model":
    """A fresh network: (n, 28, 28, 1) in 0..255 to probabilities (n, classes)."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            layers.Flatten(name="flatten"),  # (n, 784)
            layers.Dense(128, activation="relu", name="hidden_1"),
            layers.Dropout(0.25, name="dropout"),
            layers.Dense(64, activation="relu", name="hidden_2"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="hidden_layer",
    )


SPEC = ModelSpec(
    name="hidden_layer",
    title="Hidden layers",
    adds="Hidden units: combinations of pixels.",
    order=20,
    build=build,
    activation="softmax",
    parameters=(784 * 128 + 128) + (128 * 64 + 64) + (64 * 10 + 10),
    source="Rumelhart, Hinton, Williams 1986; Nair and Hinton 2010; Srivastava et al. 2014",
    settings=TrainingSettings(
        epochs=60,
        batch_size_images=128,
        initial_learning_rate=3e-3,
        final_learning_rate=1e-5,
        weight_decay=0.1,
        averaging_momentum=0.9995,
    ),
    space=Space(
        {
            "initial_learning_rate": LogUniform(1e-3, 1e-2),
            "batch_size_images": Choice((64, 128, 256)),
            "weight_decay": LogUniform(0.01, 1.0),
            "averaging_momentum": Choice((0.99, 0.998, 0.999)),
            "label_smoothing": Uniform(0.0, 0.1),
        }
    ),
)

"""One layer of ten sigmoid units: a linear template per digit.

Source    LeCun, Bottou, Bengio, Haffner 1998, section III.C.1, "Linear classifier" (12.0 % error
          there; training all ten units against each other does better).
Shapes    (n, 28, 28, 1) -> flatten (n, 784) -> (n, 10)
Counts    784 · 10 weights + 10 biases = 7,850 parameters
Expected  92.7 % of the test digits
Cost      about a minute on two CPU cores
Command   python -m experiments train single_layer

Keras trains these sigmoid units under categorical cross-entropy as a softmax of their
pre-activations: it keeps the logits of the last activation and computes the loss from them.
So the probabilities of this rung are softmax(logits), and the sigmoids are scores only.
"""

from typing import TYPE_CHECKING

from experiments.space import Choice, LogUniform, Space
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras


def build(classes: int = 10) -> "keras.Model":
    """A fresh network: (n, 28, 28, 1) in 0..255 to sigmoid scores (n, classes)."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            layers.Flatten(name="flatten"),  # (n, 784)
            layers.Dense(classes, activation="sigmoid", name="scores"),
        ],
        name="single_layer",
    )


SPEC = ModelSpec(
    name="single_layer",
    title="Single layer",
    adds="A linear template per digit.",
    order=10,
    build=build,
    activation="sigmoid",
    parameters=784 * 10 + 10,
    source="LeCun, Bottou, Bengio, Haffner 1998, section III.C.1",
    settings=TrainingSettings(
        epochs=50,
        batch_size_images=128,
        initial_learning_rate=1e-3,
        final_learning_rate=1e-5,
    ),
    space=Space(
        {
            "initial_learning_rate": LogUniform(3e-4, 1e-2),
            "batch_size_images": Choice((32, 64, 128, 256)),
            "weight_decay": Choice((0.0, 0.03, 0.1)),
        }
    ),
)

"""Two convolutional blocks: local features whose weights are shared by all places.

Source    LeCun, Bottou, Bengio, Haffner 1998, section II (LeNet-5), with rectified units, max
          pooling (Ranzato et al., CVPR 2007) and dropout (Srivastava et al., JMLR 15, 2014).
Shapes    (n, 28, 28, 1)
          -> 5×5 convolution (n, 28, 28, 32) -> max pool (n, 14, 14, 32) -> dropout
          -> 3×3 convolution (n, 14, 14, 64) -> max pool (n, 7, 7, 64)   -> dropout
          -> flatten (n, 3136) -> (n, 128) -> dropout -> (n, 10)
Counts    5 · 5 · 1 · 32 + 32  =     832
          3 · 3 · 32 · 64 + 64 =  18,496
          3136 · 128 + 128     = 401,536
          128 · 10 + 10        =   1,290, together 422,154 parameters
Expected  99.4 % of the test digits
Cost      about six minutes on two CPU cores
Command   python -m experiments train cnn
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from experiments.space import Choice, LogUniform, Space, Uniform
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras


CHANNELS = (32, 64)
HIDDEN_UNITS = 128


def build(
    classes: int = 10,
    channels: tuple[int, int] = CHANNELS,
    hidden_units: int = HIDDEN_UNITS,
) -> "keras.Model":
    """A fresh network: (n, 28, 28, 1) in 0..255 to probabilities (n, classes)."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            layers.Conv2D(channels[0], 5, padding="same", activation="relu", name="convolution_1"),
            layers.MaxPooling2D(name="pool_1"),  # (n, 14, 14, 32)
            layers.Dropout(0.25, name="dropout_1"),
            layers.Conv2D(channels[1], 3, padding="same", activation="relu", name="convolution_2"),
            layers.MaxPooling2D(name="pool_2"),  # (n, 7, 7, 64)
            layers.Dropout(0.25, name="dropout_2"),
            layers.Flatten(name="flatten"),  # (n, 3136)
            layers.Dense(hidden_units, activation="relu", name="hidden"),
            layers.Dropout(0.5, name="dropout_3"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="cnn",
    )


def resized(channels: tuple[int, int], hidden_units: int) -> ModelSpec:
    """This rung with so many channels in its two blocks, and so many hidden units."""
    return replace(
        SPEC,
        build=partial(build, channels=channels, hidden_units=hidden_units),
        parameters=_parameters(channels, hidden_units),
    )


def _parameters(channels: tuple[int, int] = CHANNELS, hidden_units: int = HIDDEN_UNITS) -> int:
    few, more = channels
    return (
        (5 * 5 * 1 * few + few)
        + (3 * 3 * few * more + more)
        + (7 * 7 * more * hidden_units + hidden_units)
        + (hidden_units * 10 + 10)
    )


SPEC = ModelSpec(
    name="cnn",
    title="Convolutional network",
    adds="Local features with shared weights.",
    order=30,
    build=build,
    activation="softmax",
    parameters=_parameters(),
    source="LeCun, Bottou, Bengio, Haffner 1998, section II; Srivastava et al. 2014",
    settings=TrainingSettings(
        epochs=16,
        batch_size_images=128,
        initial_learning_rate=1e-3,
        final_learning_rate=1e-5,
    ),
    space=Space(
        {
            "initial_learning_rate": LogUniform(3e-4, 3e-3),
            "weight_decay": Choice((0.0, 0.03, 0.1)),
            "averaging_momentum": Choice((None, 0.99, 0.995)),
            "label_smoothing": Uniform(0.0, 0.1),
            "mixup_alpha": Choice((0.0, 0.1, 0.2)),
        },
        network={
            "channels": Choice(((16, 32), (32, 64), (48, 96))),
            "hidden_units": Choice((64, 128, 256)),
        },
        resized=resized,
    ),
)

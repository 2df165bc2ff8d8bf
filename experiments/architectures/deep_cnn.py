"""Six convolutions in three blocks, batch normalisation, and a head that ignores the place.

Source    Simonyan and Zisserman, "Very deep convolutional networks", ICLR 2015 (pairs of 3×3
          convolutions); Ioffe and Szegedy, "Batch normalization", ICML 2015; Lin, Chen, Yan,
          "Network in network", ICLR 2014 (global average pooling)
Shapes    (n, 28, 28, 1)
          -> 3×3 convolutions without padding (n, 26, 26, 16) (n, 24, 24, 16), pool (n, 12, 12, 16)
          -> 3×3 convolutions without padding (n, 10, 10, 64) (n, 8, 8, 64),   pool (n, 4, 4, 64)
          -> 3×3 convolutions with padding    (n, 4, 4, 128)  (n, 4, 4, 128),  global pool (n, 128)
          -> dropout -> (n, 10); batch normalisation and ReLU after every convolution
Counts    9 ·   1 ·  16 + 4 ·  16 =     208,  9 ·  16 ·  16 + 4 ·  16 =   2,368
          9 ·  16 ·  64 + 4 ·  64 =   9,472,  9 ·  64 ·  64 + 4 ·  64 =  37,120
          9 ·  64 · 128 + 4 · 128 =  74,240,  9 · 128 · 128 + 4 · 128 = 147,968
          128 · 10 + 10           =   1,290, together 272,666 parameters
Expected  99.7 % of the test digits
Cost      about fifteen minutes of one CPU core
Command   python -m experiments train deep_cnn

Without padding in the first two blocks the maps shrink to half the multiply-adds, and nothing is
lost: MNIST's recipe keeps a margin of four pixels around the digit.

The versions that ship differ in their seeds. They were published in rising order of validation
accuracy, so that the best is served; `deep_cnn@1` and so on address the others.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from experiments.augmentation.settings import AugmentationSettings
from experiments.space import Choice, LogUniform, Space, Uniform
from experiments.spec import ModelSpec, TrainingSettings

if TYPE_CHECKING:
    import keras

CHANNELS = (16, 64, 128)


def build(classes: int = 10, channels: tuple[int, int, int] = CHANNELS) -> "keras.Model":
    """A fresh network: (n, 28, 28, 1) in 0..255 to probabilities (n, classes)."""
    from keras import Input, Sequential, layers

    def convolution(channels: int, padding: str, name: str) -> list["keras.Layer"]:
        return [
            # the normalisation adds an offset of its own
            layers.Conv2D(channels, 3, padding=padding, use_bias=False, name=f"convolution_{name}"),
            # with Keras' 0.99, the statistics of the first steps last for hundreds more: a training
            # on few pictures would be over, and judged, before they are forgotten
            layers.BatchNormalization(momentum=0.9, name=f"normalisation_{name}"),
            layers.ReLU(name=f"relu_{name}"),
        ]

    few, more, many = channels
    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            *convolution(few, "valid", "1a"),
            *convolution(few, "valid", "1b"),
            layers.MaxPooling2D(name="pool_1"),  # (n, 12, 12, 16)
            *convolution(more, "valid", "2a"),
            *convolution(more, "valid", "2b"),
            layers.MaxPooling2D(name="pool_2"),  # (n, 4, 4, 64)
            *convolution(many, "same", "3a"),
            *convolution(many, "same", "3b"),
            layers.GlobalAveragePooling2D(name="pool_3"),  # (n, 128)
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="deep_cnn",
    )


def resized(channels: tuple[int, int, int]) -> ModelSpec:
    """This rung with so many channels in its three blocks."""
    return replace(SPEC, build=partial(build, channels=channels), parameters=_parameters(channels))


def _parameters(channels: tuple[int, int, int] = CHANNELS) -> int:
    before, total = 1, 0
    for maps in channels:
        # weights, then scale, offset and the two moving statistics of the normalisation
        total += 9 * before * maps + 4 * maps
        total += 9 * maps * maps + 4 * maps
        before = maps
    return total + before * 10 + 10


SPEC = ModelSpec(
    name="deep_cnn",
    title="Deep convolutional network",
    adds="Depth, and a head that ignores the place.",
    order=50,
    build=build,
    activation="softmax",
    parameters=_parameters(),
    source="Simonyan and Zisserman 2015; Ioffe and Szegedy 2015; Lin, Chen, Yan 2014",
    settings=TrainingSettings(
        epochs=30,
        batch_size_images=128,
        initial_learning_rate=3e-3,
        final_learning_rate=1e-5,
        augmentation=AugmentationSettings(),
    ),
    # of one length: halving compares at the same epoch, where a longer cosine is behind
    space=Space(
        {
            "initial_learning_rate": LogUniform(1e-3, 1e-2),
            "weight_decay": Choice((0.0, 0.03, 0.1)),
            "averaging_momentum": Choice((None, 0.95, 0.99)),
            "label_smoothing": Choice((0.0, 0.03, 0.1)),
            "mixup_alpha": Choice((0.0, 0.1, 0.2)),
            "augmentation.erased_share": Choice((0.0, 0.2, 0.5)),
            "augmentation.plain_share": Uniform(0.1, 0.6),
        },
        network={"channels": Choice(((16, 64, 128), (24, 64, 128), (32, 64, 128), (32, 96, 192)))},
        resized=resized,
    ),
)

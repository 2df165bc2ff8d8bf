"""The gate's network: is this field a digit, no digit, or several?

Shapes    (n, 28, 28, 1) -> 3×3 convolutions, of stride 2 (n, 14, 14, 16), of stride 1
          (n, 12, 12, 24), of stride 2 (n, 6, 6, 32), of stride 1 (n, 4, 4, 32), mean and maximum
          (n, 64) -> (n, 3); batch normalisation and ReLU after every convolution
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

CLASSES = ("digit", "none", "several")


def build() -> "keras.Model":
    """A fresh network: (n, 28, 28, 1) in 0..255 to the logits (n, 3) of CLASSES."""
    from keras import Input, Model, layers

    def convolution(inputs: "keras.KerasTensor", channels: int, stride: int) -> "keras.KerasTensor":
        padding = "same" if stride == 2 else "valid"
        outputs = layers.Conv2D(channels, 3, stride, padding, use_bias=False)(inputs)
        return layers.ReLU()(layers.BatchNormalization()(outputs))

    image = Input((28, 28, 1), name="image")
    maps = layers.Rescaling(1 / 255)(image)
    for channels, stride in ((16, 2), (24, 1), (32, 2), (32, 1)):
        maps = convolution(maps, channels, stride)
    pooled = layers.Concatenate()(
        [layers.GlobalAveragePooling2D()(maps), layers.GlobalMaxPooling2D()(maps)]
    )
    return Model(image, layers.Dense(len(CLASSES), name="logits")(pooled), name="gate")

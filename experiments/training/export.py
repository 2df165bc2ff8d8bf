"""Export to LiteRT, and the proof that nothing changed on the way."""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from experiments.errors import ModelError
from ml_engine_and_backend.engine.predictor import DIGITS, LiteRTNetwork, Model, Network
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import read_folder
from ml_engine_and_backend.model_folder.metadata import Activation

if TYPE_CHECKING:
    import keras

TOLERANCE: Final = 1e-4


def load_network(path: Path, classes: int = DIGITS) -> LiteRTNetwork:
    """The model in `path` as the server runs it.

    Raises BrokenModelError when it is no model from (1, 28, 28, 1) to (1, classes).
    """
    try:
        return LiteRTNetwork(path.read_bytes(), classes)
    except BrokenModelError as error:
        raise BrokenModelError(f"{path}: {error}") from error


def network_of(folder: Path) -> Network:
    """The network of a published model folder, an ensemble's too, as the server runs it.

    Raises BrokenModelError when the server would not serve it.
    """
    return Model.load(read_folder(folder)).network


def logits_of(network: Network, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Logits (n, classes) of images (n, 28, 28, 1) in 0..255, one call an image."""
    return np.stack([network(image[:, :, 0]) for image in images])


def served_logits(
    path: Path, images: NDArray[np.uint8], classes: int = DIGITS
) -> NDArray[np.float32]:
    """Logits (n, classes) of images (n, 28, 28, 1) in 0..255, by the server's own predictor.

    Raises BrokenModelError when `path` is no model from (1, 28, 28, 1) to (1, classes).
    """
    return logits_of(load_network(path, classes), images)


def activate(logits: NDArray[np.float32], activation: Activation) -> NDArray[np.float32]:
    """The model's own scores (n, classes): sigmoid or softmax of its logits."""
    scores: NDArray[np.float32] = (
        expit(logits) if activation == "sigmoid" else softmax(logits, axis=-1)
    )
    return scores


def logits_network(network: "keras.Model") -> "keras.Model":
    """The same network without its last activation: (n, 28, 28, 1) to logits (n, classes).

    Raises ModelError when `network` does not end in a Dense layer.
    """
    import keras

    scores = network.layers[-1]
    if not isinstance(scores, keras.layers.Dense):
        raise ModelError(
            f"{network.name}: expected a last layer Dense, "
            f"got {type(scores).__name__} with output {tuple(scores.output.shape)}"
        )
    logits = keras.layers.Dense(scores.units, name="logits")
    result = keras.Model(network.inputs[0], logits(scores.input), name=f"{network.name}_logits")
    logits.set_weights(scores.get_weights())
    return result


def save(network: "keras.Model", path: Path) -> None:
    """Write `network` to `path`, a `.keras` file, and deflate it, which Keras does not do."""
    network.save(path)
    packed = path.with_name(f"{path.name}.packed")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(packed, "w") as smaller:
        for entry in whole.infolist():
            smaller.writestr(entry, whole.read(entry), zipfile.ZIP_DEFLATED, compresslevel=9)
    packed.replace(path)


def export(network: "keras.Model", path: Path) -> None:
    """Write `network` without its last activation to `path`, a `.tflite` file for one digit."""
    export_as_is(logits_network(network), path)


def export_as_is(network: "keras.Model", path: Path) -> None:
    """Write a network of logits to `path`, a `.tflite` file for one digit."""
    import keras

    network.export(
        str(path),
        format="litert",
        # without it the batch stays open, and the runtime re-plans its memory
        input_signature=[keras.InputSpec(shape=(1, 28, 28, 1), dtype="float32", name="image")],
        verbose=False,
    )


def check_agreement(
    keras_path: Path, tflite_path: Path, images: NDArray[np.uint8], activation: Activation
) -> None:
    """Compare the two files on `images`, as they lie on disk.

    Raises ModelError with the figures when the Keras pre-activations and the LiteRT logits,
    or the Keras outputs and the activated LiteRT logits, differ by more than 1e-4 anywhere.
    """
    import keras

    network = keras.saving.load_model(keras_path, compile=False)
    served = served_logits(tflite_path, images, network.output_shape[-1])
    batch = images.astype(np.float32)
    for quantity, expected, got in (
        ("logits", logits_network(network)(batch, training=False), served),
        ("scores", network(batch, training=False), activate(served, activation)),
    ):
        differences = np.abs(keras.ops.convert_to_numpy(expected).astype(np.float64) - got)
        # written so that a NaN fails too
        if not differences.max() <= TOLERANCE:
            worst = int(np.unravel_index(np.argmax(differences), differences.shape)[0])
            beyond = int(np.sum(~(differences.max(axis=1) <= TOLERANCE)))
            raise ModelError(
                f"{tflite_path.name} and {keras_path.name}: expected {quantity} that agree to "
                f"{TOLERANCE:g} on {len(images):,} digits, got a difference of "
                f"{differences.max():.3g} (digit {worst}; {beyond:,} digits differ)"
            )

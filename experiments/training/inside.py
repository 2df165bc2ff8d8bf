"""What a rung computes on the way to its logits: `inside.tflite`, for explanations that add up.

A network of rectified units is linear where it stands: for one drawing each unit either passes its
sum on or is silent, and what passes on is a product of matrices (Montúfar, Pascanu, Cho, Bengio,
"On the number of linear regions of deep neural networks", NIPS 2014). So the weights up to a unit
multiply into one template for this drawing, and each logit is a sum over the places of a picture,
plus a constant. Behind global average pooling these sums are class activation maps (Zhou, Khosla,
Lapedriza, Oliva, Torralba, "Learning deep features for discriminative localization", CVPR 2016).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.errors import ModelError
from experiments.training.export import TOLERANCE, export_as_is, network_of
from experiments.training.workspace import open_workspace
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.folder import KERAS_FILE, METADATA_FILE, read_metadata
from ml_engine_and_backend.model_folder.metadata import INSIDE_FILE, InnerOutput, Inside, Places
from ml_engine_and_backend.model_folder.record import describe_file, read_file, write_record

if TYPE_CHECKING:
    import keras

InnerNetwork = Callable[[Field], dict[str, NDArray[np.float32]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Structure:
    """A chain of layers: a picture, or maps of it, then `entry`, then rectified Dense layers."""

    before: list["keras.Layer"]
    entry: "keras.Layer"
    dense: list["keras.layers.Dense"]


def export_inside(network: "keras.Model", path: Path) -> Inside | None:
    """Write the inner values of `network` to `path`, a `.tflite` file for one digit.

    Returns what they are; None, writing nothing, where the network is no chain of layers in which
    maps go through Flatten or GlobalAveragePooling2D into Dense layers, the hidden ones rectified.
    """
    structure = _structure(network)
    if structure is None:
        return None
    inner, inside = _inner_network(structure, network.name)
    export_as_is(inner, path)
    return inside


def load_inside(path: Path) -> InnerNetwork:
    """The network at `path`, which gives every inner value by name, the batch's side of 1 first."""
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(model_content=path.read_bytes(), num_threads=1).get_signature_runner()
    return lambda field: run(image=field.astype(np.float32)[np.newaxis, :, :, np.newaxis])


def check_inside(path: Path, network: Network, images: NDArray[np.uint8]) -> None:
    """Compare the file at `path` with the `network` that is served, on images (n, 28, 28, 1).

    Raises ModelError with the figures when its logits, or one of the two sums that explain them,
    differ from the network's by more than 1e-4 anywhere.
    """
    inner = load_inside(path)
    for image in images[..., 0]:
        logits, values = network(image), inner(image)
        for quantity, got in (
            ("logits", values["logits"]),
            ("evidence and bias", values["evidence"].sum(axis=1) + values["bias"]),
            ("class_maps and class_bias", values["class_maps"].sum((1, 2)) + values["class_bias"]),
        ):
            difference = float(np.abs(got[0] - logits).max())
            # written so that a NaN fails too
            if not difference <= TOLERANCE:
                raise ModelError(
                    f"{path.name}: expected {quantity} that give the network's logits to "
                    f"{TOLERANCE:g}, got a difference of {difference:.3g}"
                )


def add_inside(folder: Path, images: NDArray[np.uint8]) -> bool:
    """Give a published model folder its `inside.tflite`; its network and its version stay.

    The new files are moved in one by one, the metadata last, so that whoever reads the folder
    meanwhile finds it as it was or whole. Returns False, changing nothing, where `export_inside`
    knows no structure.

    Raises BrokenModelError when a file of the folder is damaged, and ModelError as `check_inside`.
    """
    import keras

    metadata = read_metadata(folder)
    trained = read_file(folder / KERAS_FILE, metadata.files[KERAS_FILE].sha256)
    with open_workspace(folder.parents[1], metadata.name, "", resume=False) as workspace:
        keras_path = workspace.folder / KERAS_FILE
        keras_path.write_bytes(trained)
        inside_path = workspace.folder / INSIDE_FILE
        inside = export_inside(keras.saving.load_model(keras_path, compile=False), inside_path)
        if inside is None:
            return False
        check_inside(inside_path, network_of(folder), images)
        files = metadata.files | {INSIDE_FILE: describe_file(inside_path.read_bytes())}
        write_record(
            workspace.folder / METADATA_FILE,
            metadata.model_copy(update={"files": files, "inside": inside}),
        )
        for name in (INSIDE_FILE, METADATA_FILE):
            (workspace.folder / name).replace(folder / name)
    return True


def _structure(network: "keras.Model") -> _Structure | None:
    from keras import Sequential, activations, layers

    entries = (layers.Flatten, layers.GlobalAveragePooling2D)
    if not isinstance(network, Sequential):
        return None
    chain = [layer for layer in network.layers if not isinstance(layer, layers.Dropout)]
    places = [place for place, layer in enumerate(chain) if isinstance(layer, entries)]
    if not places or len(chain[places[-1]].input.shape) != 4:
        return None
    dense = chain[places[-1] + 1 :]
    if not dense or not all(isinstance(layer, layers.Dense) and layer.use_bias for layer in dense):
        return None
    if any(layer.activation is not activations.relu for layer in dense[:-1]):
        return None
    return _Structure(chain[: places[-1]], chain[places[-1]], dense)


def _inner_network(structure: _Structure, name: str) -> tuple["keras.Model", Inside]:
    """A network with an output for every inner value, and what each of them is."""
    from keras import Input, Model, layers, ops

    image = Input((28, 28, 1), name="image")
    # 1 for every picture. What does not depend on the input, a converter folds: it would store
    # weights twice, and leave outputs that no operation writes.
    one = ops.cast(ops.sum(image, axis=(1, 2, 3)) >= 0, "float32")[:, None]
    values: dict[str, Any] = {}
    outputs: list[InnerOutput] = []

    def give(name: str, value: Any, meaning: str, places: Places | None = None) -> None:
        values[name] = value
        outputs.append(
            InnerOutput(name=name, shape=[1, *value.shape[1:]], meaning=meaning, places=places)
        )

    maps, block, is_convolved = image, 0, False
    places: Places | None = Places(first_px=0, step_px=1)
    for layer in (*structure.before, structure.entry):
        is_pooling = isinstance(layer, (layers.MaxPooling2D, layers.AveragePooling2D))
        if is_convolved and (is_pooling or layer is structure.entry):
            block, is_convolved = block + 1, False
            give(
                f"maps_{block}",
                maps,
                f"what block {block} of convolutions makes of the drawing: rows, columns, maps",
                places,
            )
        is_convolved = is_convolved or isinstance(layer, layers.Conv2D)
        if layer is not structure.entry:
            maps, places = layer(maps), _places_after(layer, places)
    _, rows, columns, channels = maps.shape
    is_field = all(isinstance(layer, layers.Rescaling) for layer in structure.before)
    is_mean = isinstance(structure.entry, layers.GlobalAveragePooling2D)
    # the mean gives every place an equal share of a weight
    share = rows * columns if is_mean else 1

    features = structure.entry(maps)
    classes = structure.dense[-1].units
    speaker = "pixel" if is_field else "map's mean" if is_mean else "input of the layer"
    templates: Any = None
    constant: Any = None
    for number, layer in enumerate(structure.dense, start=1):
        weights, bias = one[:, :, None] * layer.kernel, one * layer.bias
        if templates is None:
            templates, constant = ops.tile(weights / share, (1, share, 1)), bias
        else:
            passing = ops.cast(features > 0, "float32")[:, :, None] * weights
            templates = ops.matmul(templates, passing)
            constant = ops.sum(constant[:, :, None] * passing, axis=1) + bias
        evidence = features[:, :, None] * weights
        sums = ops.sum(evidence, axis=1) + bias
        if layer is structure.dense[-1]:
            break
        features, speaker = ops.relu(sums), f"unit of hidden layer {number}"
        give(f"units_{number}", features, f"how strongly each {speaker} speaks")
        if is_field:
            give(
                f"templates_{number}",
                templates,
                f"what a pixel of full ink, 255, adds to each {speaker} on this drawing, row by "
                f"row: with template_bias_{number}, it sums to the unit before its ReLU",
            )
            give(f"template_bias_{number}", constant, f"the constant of templates_{number}")

    give("evidence", evidence, f"what each {speaker} adds to each class's logit")
    give("bias", bias, "sums to the logits with the evidence")
    if is_field:
        give(
            "templates",
            templates,
            "what a pixel of full ink, 255, adds to each class's logit on this drawing, row by row",
        )
    by_input = ops.reshape(maps, (-1, rows * columns * channels, 1)) * templates
    by_place = ops.sum(ops.reshape(by_input, (-1, rows * columns, channels, classes)), axis=2)
    give(
        "class_maps",
        ops.reshape(by_place, (-1, rows, columns, classes)),
        "what each place of the picture adds to each class's logit: rows, columns, classes",
        places,
    )
    # times 1 once more: LiteRT.js gives one of two names only where both are of the same tensor
    give("class_bias", one * constant, "sums to the logits with the class maps")
    give("logits", sums, "as model.tflite gives them")
    return Model(image, values, name=f"{name}_inside"), Inside(outputs=outputs)


def _places_after(layer: "keras.Layer", before: Places | None) -> Places | None:
    """Which pixels the places of a layer's maps stand for; None where we cannot tell."""
    from keras import layers

    if before is None:
        return None
    first_px, step_px = before.first_px, before.step_px
    if isinstance(layer, layers.Conv2D):
        if {*layer.strides, *layer.dilation_rate} != {1} or len({*layer.kernel_size}) > 1:
            return None
        # without padding, the first place is in the middle of the first kernel
        lost = 0 if layer.padding == "same" else layer.kernel_size[0] - 1
        return Places(first_px=first_px + step_px * lost / 2, step_px=step_px)
    if isinstance(layer, (layers.MaxPooling2D, layers.AveragePooling2D)):
        if layer.strides != layer.pool_size or len({*layer.pool_size}) > 1:
            return None
        return Places(first_px=first_px, step_px=step_px * layer.pool_size[0])
    keeps_places = (layers.Rescaling, layers.BatchNormalization, layers.ReLU, layers.Activation)
    return before if isinstance(layer, keeps_places) else None

"""Inner values that explain the logits: they add up, and every one of them is in the file."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from experiments.__main__ import main
from experiments.errors import ModelError
from experiments.training.export import logits_network
from experiments.training.inside import check_inside, export_inside, load_inside
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.folder import read_metadata, versions
from ml_engine_and_backend.model_folder.metadata import Inside, Places
from ml_engine_and_backend.model_folder.record import describe_file

if TYPE_CHECKING:
    import keras

IMAGES = np.random.default_rng(28).integers(0, 256, (3, 28, 28, 1), np.uint8)
IMAGES[:, :6] = 0
FIELD = IMAGES[0, :, :, 0]


def hidden() -> list["keras.Layer"]:
    from keras import layers

    return [
        layers.Rescaling(1 / 255),
        layers.Flatten(),
        layers.Dense(6, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(5, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def flattened_maps() -> list["keras.Layer"]:
    from keras import layers

    return [
        layers.Conv2D(3, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(4),  # (n, 7, 7, 3)
        layers.Conv2D(4, 2, activation="relu"),  # (n, 6, 6, 4)
        layers.Flatten(),
        layers.Dense(5, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def means_of_maps() -> list["keras.Layer"]:
    from keras import layers

    return [
        layers.Rescaling(1 / 255),
        layers.Conv2D(3, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),  # (n, 13, 13, 3)
        layers.Conv2D(4, 3),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="sigmoid"),
    ]


def network_of(build: Callable[[], list["keras.Layer"]]) -> "keras.Sequential":
    """With weights, biases and moving statistics that are not what a fresh network has."""
    from keras import Input, Sequential

    network = Sequential([Input((28, 28, 1)), *build()])
    generator = np.random.default_rng(3)
    for weight in network.weights:
        # positive where it is a variance
        weight.assign(generator.uniform(0.02, 0.2, weight.shape))
        if len(weight.shape) > 1:
            weight.assign(weight - 0.11)
    return network


class Exported(NamedTuple):
    """A network, its inside as metadata tells it, and the file."""

    network: "keras.Sequential"
    inside: Inside
    path: Path

    def layer_outputs(self, *places: int) -> list[NDArray[np.float32]]:
        """What Keras computes at these layers, of the first image."""
        from keras import Model

        outputs = [self.network.layers[place].output for place in places]
        tapped = Model(self.network.inputs[0], outputs)
        return [np.asarray(output) for output in tapped(IMAGES[:1].astype(np.float32))]

    def logits(self, field: Field) -> Logits:
        """Those of Keras."""
        batch = field.astype(np.float32)[np.newaxis, :, :, np.newaxis]
        logits: Logits = np.asarray(logits_network(self.network)(batch))[0]
        return logits


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exported]:
    folder, networks = tmp_path_factory.mktemp("inside"), {}
    for build in (hidden, flattened_maps, means_of_maps):
        network, path = network_of(build), folder / f"{build.__name__}.tflite"
        inside = export_inside(network, path)
        assert inside is not None
        networks[build.__name__] = Exported(network, inside, path)
    return networks


@pytest.fixture(params=["hidden", "flattened_maps", "means_of_maps"])
def exported(request: pytest.FixtureRequest, networks: dict[str, Exported]) -> Exported:
    return networks[request.param]


def test_evidence_and_class_maps_sum_to_the_networks_logits(exported: Exported) -> None:
    check_inside(exported.path, exported.logits, IMAGES)
    # and once more without the function that is being tested
    values, logits = load_inside(exported.path)(FIELD), exported.logits(FIELD)
    np.testing.assert_allclose(values["logits"], [logits], atol=1e-5)
    for parts, constant, axes in (("evidence", "bias", 1), ("class_maps", "class_bias", (1, 2))):
        total = values[parts].sum(axis=axes)
        np.testing.assert_allclose(total + values[constant], [logits], atol=1e-5)
        assert np.ptp(total) > 0.001


def test_every_output_is_computed_and_has_a_tensor_of_its_own(exported: Exported) -> None:
    model = schema.ModelT.InitFromPackedBuf(exported.path.read_bytes(), 0)
    (graph,), (signature,) = model.subgraphs, model.signatureDefs
    tensors = {each.name.decode(): each.tensorIndex for each in signature.outputs}
    assert tensors.keys() == {output.name for output in exported.inside.outputs}
    # LiteRT.js leaves a second name out, and cannot give what no operation writes
    assert len({*tensors.values()}) == len(tensors)
    assert {*tensors.values()} <= {int(i) for layer in graph.operators for i in layer.outputs}
    values = load_inside(exported.path)(FIELD)
    assert {each.name: each.shape for each in exported.inside.outputs} == {
        name: list(value.shape) for name, value in values.items()
    }


def test_templates_of_units_sum_to_what_the_units_say(networks: dict[str, Exported]) -> None:
    exported = networks["hidden"]
    values = load_inside(exported.path)(FIELD)
    for number, spoken in enumerate(exported.layer_outputs(2, 4), start=1):
        np.testing.assert_allclose(values[f"units_{number}"], spoken, atol=1e-5)
        shares = FIELD.reshape(784, 1) / 255 * values[f"templates_{number}"]
        sums = shares.sum(axis=1) + values[f"template_bias_{number}"]
        np.testing.assert_allclose(np.maximum(sums, 0), spoken, atol=1e-5)
    # some units speak and some are silent, or silence has not been tried
    assert 0 < np.count_nonzero(values["units_1"]) < 6


@pytest.mark.parametrize(
    ("name", "tapped", "places"),
    [
        ("flattened_maps", [0, 2], {"maps_1": (0, 1), "maps_2": (2, 4), "class_maps": (2, 4)}),
        ("means_of_maps", [3, 5], {"maps_1": (1, 1), "maps_2": (3, 2), "class_maps": (3, 2)}),
    ],
)
def test_maps_are_taken_at_the_end_of_each_block_and_say_where_they_are(
    networks: dict[str, Exported],
    name: str,
    tapped: list[int],
    places: dict[str, tuple[float, int]],
) -> None:
    exported = networks[name]
    assert {each.name: each.places for each in exported.inside.outputs if each.places} == {
        name: Places(first_px=first_px, step_px=step_px)
        for name, (first_px, step_px) in places.items()
    }
    values = load_inside(exported.path)(FIELD)
    maps = {
        f"maps_{number}": each for number, each in enumerate(exported.layer_outputs(*tapped), 1)
    }
    assert maps.keys() == {name for name in values if name.startswith("maps_")}
    for name, expected in maps.items():
        np.testing.assert_allclose(values[name], expected, rtol=1e-5, atol=1e-4)


def test_other_structures_have_no_inside(tmp_path: Path) -> None:
    from keras import Input, Model, layers

    bent = network_of(
        lambda: [layers.Flatten(), layers.Dense(4, activation="tanh"), layers.Dense(10)]
    )
    no_maps = network_of(lambda: [layers.Reshape((784,)), layers.Flatten(), layers.Dense(10)])
    image = Input((28, 28, 1))
    flat = layers.Flatten()(image)
    beside = Model(image, layers.Dense(10)(layers.Concatenate()([flat, flat])))
    for network in (bent, no_maps, beside):
        assert export_inside(network, tmp_path / "inside.tflite") is None
    assert list(tmp_path.iterdir()) == []


def test_an_inside_of_other_weights_is_refused(exported: Exported) -> None:
    with pytest.raises(
        ModelError, match=r"\.tflite: expected logits that give .* 0\.0001, got .* 0\.0009"
    ):
        check_inside(
            exported.path, lambda field: exported.logits(field) + np.float32(0.00095), IMAGES
        )


def test_command_adds_inner_values_to_served_versions_alone(
    trained_models_dir: Path, data_dir: Path, tmp_path: Path
) -> None:
    models_dir = Path(shutil.copytree(trained_models_dir, tmp_path / "models"))
    folder = models_dir / "hidden_layer" / "1"
    trained = {path.name: path.read_bytes() for path in folder.iterdir()}
    metadata = read_metadata(folder)
    assert metadata.files["inside.tflite"] == describe_file(trained["inside.tflite"])

    # as an older training left it
    (folder / "inside.tflite").unlink()
    older = metadata.model_copy(
        update={
            "files": {key: metadata.files[key] for key in ("model.keras", "model.tflite")},
            "inside": None,
        }
    )
    (folder / "metadata.json").write_text(older.model_dump_json(exclude_defaults=True))
    where = ["--models-dir", str(models_dir), "--data-dir", str(data_dir)]
    assert main(["inside", "hidden_layer", *where]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == trained
    assert versions(models_dir, "hidden_layer") == [1]
    assert [path.name for path in folder.parent.iterdir()] == ["1"]

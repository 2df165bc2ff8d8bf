import json

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.tensor_service import encode, infer
from ml_engine_and_backend.api.uploads.tensors import Inference
from ml_engine_and_backend.engine.predictor import Logits, Model
from ml_engine_and_backend.engine.preprocessing import Field
from tests.api.inference_requests import digits
from tests.fakes import fake_metadata

PICTURES = digits(3).reshape(3, 28, 28)


def corner(field: Field) -> Logits:
    """The first ten pixels, always in the same array, as a network might."""
    SHARED[:] = field[0, :10] / 64
    return SHARED


SHARED = np.zeros(10, np.float32)
RUNG = Model(fake_metadata("corner", version=3, temperature=2.0), 0.9, 1000, corner)


def test_row_i_answers_picture_i() -> None:
    outputs = infer(RUNG, PICTURES)
    for row, picture in enumerate(PICTURES):
        np.testing.assert_array_equal(outputs["logits"][row], picture[0, :10] / np.float32(64))
        np.testing.assert_allclose(
            outputs["probabilities"][row], RUNG.predict(picture).probabilities, rtol=1e-6
        )


def test_fractions_reach_the_network() -> None:
    pictures = np.full((1, 28, 28), 12.75, np.float32)
    assert infer(RUNG, pictures)["logits"][0, 0] == np.float32(12.75 / 64)


@pytest.mark.parametrize("binary", [("logits",), ("probabilities",), ("probabilities", "logits")])
def test_binary_tensors_follow_the_json_in_the_order_of_outputs(binary: tuple[str, ...]) -> None:
    outputs = infer(RUNG, PICTURES)
    inference = Inference("7", PICTURES, {n: n in binary for n in ("logits", "probabilities")})
    content, behind = encode(RUNG, inference, outputs)
    answer = json.loads(content)
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("corner", "3", "7")
    assert [output["name"] for output in answer["outputs"]] == ["logits", "probabilities"]
    for output in answer["outputs"]:
        assert (output["datatype"], output["shape"]) == ("FP32", [3, 10])
        if output["name"] in binary:
            assert "data" not in output
            size = output["parameters"]["binary_data_size"]
            values, behind = np.frombuffer(behind[:size], "<f4"), behind[size:]
        else:
            values = np.array(output["data"], np.float32)
        np.testing.assert_array_equal(values.reshape(3, 10), outputs[output["name"]])
    assert behind == b""


def test_every_picture_counts_as_an_inference() -> None:
    def count() -> float:
        families = text_string_to_metric_families(metrics.exposition().decode())
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == "ladder_inference_seconds_count"
            and sample.labels == {"model": "corner", "version": "3"}
        )

    before = count()
    infer(RUNG, PICTURES)
    assert count() == before + 3


def test_id_is_left_out_where_the_request_has_none() -> None:
    content, _ = encode(RUNG, Inference(None, PICTURES, {"logits": True}), infer(RUNG, PICTURES))
    assert "id" not in json.loads(content)

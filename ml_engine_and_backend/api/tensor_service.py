"""Pictures -> a model's output tensors -> bytes of the answer."""

import json
import time
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.schemas.open_inference import OutputName
from ml_engine_and_backend.api.uploads.tensors import Inference, Pictures
from ml_engine_and_backend.engine.predictor import Model, softmax
from ml_engine_and_backend.engine.preprocessing import Field

Outputs = Mapping[OutputName, NDArray[np.float32]]  # each (n, classes)


def infer(model: Model, pictures: Pictures) -> Outputs:
    """The model's logits, and its calibrated probabilities, whose rows sum to 1.

    Picture by picture: the network that serves takes one at a time.
    """
    logits = np.empty((len(pictures), len(model.metadata.classes)), np.float32)
    probabilities = np.empty_like(logits)
    for row, picture in enumerate(pictures):
        started = time.perf_counter()
        # the network takes any number in 0..255; drawings that we centre are whole ones
        logits[row] = model.network(cast(Field, picture))
        seconds = time.perf_counter() - started
        metrics.inferred(model.metadata.name, model.metadata.version, seconds)
        scaled = logits[row].astype(np.float64) / model.metadata.temperature
        probabilities[row] = softmax(scaled.tolist())
        # a network's lock goes to whoever asks first: without a pause that is always this loop, and
        # a single drawing waits for the whole batch
        time.sleep(0)
    return {"probabilities": probabilities, "logits": logits}


def encode(model: Model, inference: Inference, outputs: Outputs) -> tuple[bytes, bytes]:
    """The answer's JSON, and the bytes that follow it: none where no output goes as bytes."""
    described: list[dict[str, Any]] = []
    binary: list[bytes] = []
    for name, is_binary in inference.binary.items():
        tensor = outputs[name]
        output = {"name": name, "datatype": "FP32", "shape": tensor.shape}
        if is_binary:
            binary.append(tensor.astype("<f4").tobytes())
            described.append(output | {"parameters": {"binary_data_size": len(binary[-1])}})
        else:
            described.append(output | {"data": tensor.ravel().tolist()})
    answer: dict[str, Any] = {
        "model_name": model.metadata.name,
        "model_version": str(model.metadata.version),
        "outputs": described,
    }
    if inference.id is not None:
        answer["id"] = inference.id
    return json.dumps(answer, separators=(",", ":")).encode(), b"".join(binary)

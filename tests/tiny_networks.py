"""Real LiteRT files that answer what a test wants, built without TensorFlow."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.fakes import fake_metadata

Shape = tuple[int, ...]


def network_file(logits: Sequence[float], inputs: Sequence[Shape] = ((1, 28, 28, 1),)) -> bytes:
    """A fully connected layer of zero weights: it answers `logits` to everything.

    Only the first of `inputs` is read.
    """
    pixels, units = int(np.prod(inputs[0][1:])), len(logits)
    contents = [b"", np.zeros((units, pixels), "<f4").tobytes(), np.array(logits, "<f4").tobytes()]
    model = schema.ModelT()
    model.version = 3
    model.buffers = []
    for content in contents:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8) if content else None
        model.buffers.append(buffer)

    graph = schema.SubGraphT()
    # weights, bias, answer, inputs
    shapes = [(units, pixels), (units,), (1, units), *inputs]
    graph.tensors = [_tensor(f"t{i}", shape, i + 1) for i, shape in enumerate(shapes)]
    for tensor in graph.tensors[2:]:
        tensor.buffer = 0  # filled when it runs
    graph.inputs, graph.outputs = list(range(3, len(shapes))), [2]

    layer = schema.OperatorT()
    layer.inputs, layer.outputs = [3, 0, 1], [2]
    layer.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    layer.builtinOptions = schema.FullyConnectedOptionsT()
    graph.operators = [layer]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.FULLY_CONNECTED
    model.operatorCodes, model.subgraphs = [code], [graph]

    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str, shape: Shape, buffer: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.buffer = name.encode(), list(shape), buffer
    tensor.type = schema.TensorType.FLOAT32
    return tensor


def record(network: bytes) -> dict[str, object]:
    """The file's record in `metadata.json`."""
    return {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)}


def write_model(
    models_dir: Path, name: str, version: int, network: bytes | None, **metadata: object
) -> Path:
    """Publish a model folder as one that appears whole; without a network, an ensemble's.

    Where the folder exists, its files are replaced one by one, the network first.
    """
    folder = models_dir / name / str(version)
    draft = folder.with_name(f".{version}-being-written")
    draft.mkdir(parents=True)
    if network is not None:
        (draft / "model.tflite").write_bytes(network)
    files = {} if network is None else {"model.tflite": record(network)}
    content = fake_metadata(name, **{"version": version, "files": files, **metadata})
    (draft / "metadata.json").write_text(content.model_dump_json())
    (draft / "report.json").write_text(json.dumps({"accuracy": 0.9}))
    if folder.exists():
        for file in ("model.tflite", "metadata.json", "report.json"):
            if (draft / file).exists():
                (draft / file).replace(folder / file)
        draft.rmdir()
    else:
        draft.rename(folder)
    return folder


def member(name: str, version: int, network: bytes) -> dict[str, object]:
    """A member as an ensemble's metadata names it."""
    return {"name": name, "version": version, **record(network)}

"""The Open Inference Protocol's JSON objects, with the names and fields of version 2.

Sources: https://github.com/kserve/open-inference-protocol (specification/protocol) and, for tensors
as bytes behind the JSON, the binary tensor data extension of the Triton inference server.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.engine.predictor import DIGITS
from ml_engine_and_backend.engine.preprocessing import FIELD_PX

INPUT: Final = "image"
BINARY_EXTENSION: Final = "binary_tensor_data"
# As FP32 bytes, so many pictures and their JSON fit into the default limit of a body, 1 MiB.
MAX_BATCH: Final = 256

Datatype = Literal["FP32", "UINT8"]
OutputName = Literal["probabilities", "logits"]
Shape = Annotated[list[int], Field(examples=[[1, FIELD_PX, FIELD_PX, 1]])]
BinarySize = Annotated[
    int | None,
    Field(description="Bytes of this tensor behind the JSON: little-endian, in row-major order."),
]
Data = Annotated[
    list[Any] | None,
    Field(description="The numbers in row-major order, flat or nested as the shape is."),
]


class ServerMetadata(BaseModel):
    """What serves here."""

    name: str
    version: str
    extensions: list[str]


class ServerLive(BaseModel):
    """The process answers."""

    live: Literal[True] = True


class ServerReady(BaseModel):
    """Every served model has answered once."""

    # the specification's text calls the member `live`, its reference server `ready`
    live: Literal[True] = True
    ready: Literal[True] = True


class ModelReady(BaseModel):
    """This model has answered once."""

    name: str
    ready: Literal[True] = True


class TensorMetadata(BaseModel):
    """A tensor that a model takes or gives; -1 is a side of any length."""

    name: str
    datatype: Datatype
    shape: list[int]


class ModelMetadata(BaseModel):
    """A served model."""

    name: str
    versions: list[str]
    platform: Literal["litert_tflite"] = "litert_tflite"
    inputs: list[TensorMetadata] = [
        TensorMetadata(name=INPUT, datatype="FP32", shape=[-1, FIELD_PX, FIELD_PX, 1])
    ]
    outputs: list[TensorMetadata]


class _FromClient(BaseModel):
    """JSON types as they came: no number from a string, no integer from a boolean."""

    model_config = ConfigDict(strict=True)


class RequestParameters(_FromClient):
    """What concerns the whole request; parameters that are not listed have no effect."""

    binary_data_output: Annotated[
        bool, Field(description="Outputs that do not say otherwise come as bytes.")
    ] = False


class InputParameters(_FromClient):
    """How the tensor comes."""

    binary_data_size: BinarySize = None


class RequestInput(_FromClient):
    """Pictures as the model sees them: 0..255, light ink on 0, nothing is done to them."""

    name: Literal["image"]
    shape: Annotated[
        Shape,
        Field(description=f"[n, 28, 28, 1] or [n, 28, 28], with n from 1 to {MAX_BATCH}."),
    ]
    datatype: Datatype
    parameters: InputParameters = InputParameters()
    data: Data = None


class OutputParameters(_FromClient):
    """How the output goes; one that we do not know would change what it means, so it is refused."""

    model_config = ConfigDict(extra="forbid")

    binary_data: bool | None = None


class RequestOutput(_FromClient):
    """A tensor that the client wants."""

    name: OutputName
    parameters: OutputParameters = OutputParameters()


class InferenceRequest(_FromClient):
    """A batch of pictures; without `outputs`, both of them are answered."""

    id: str | None = None
    parameters: RequestParameters = RequestParameters()
    inputs: Annotated[list[RequestInput], Field(min_length=1, max_length=1)]
    outputs: list[RequestOutput] = []


class ResponseParameters(BaseModel):
    """Present where the tensor is behind the JSON."""

    binary_data_size: BinarySize = None


class ResponseOutput(BaseModel):
    """Row i belongs to picture i, column d to class d."""

    name: OutputName
    datatype: Literal["FP32"]
    shape: Annotated[list[int], Field(examples=[[1, DIGITS]])]
    parameters: ResponseParameters | None = None
    data: Annotated[list[float] | None, Field(description="In row-major order, flat.")] = None


class InferenceResponse(BaseModel):
    """The asked-for outputs, in the order of the request."""

    model_name: str
    model_version: str
    id: Annotated[str | None, Field(description="The request's, if it had one.")] = None
    outputs: list[ResponseOutput]

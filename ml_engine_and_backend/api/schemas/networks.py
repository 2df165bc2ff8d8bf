"""What the page needs to run the networks in the browser."""

from typing import Annotated

from pydantic import BaseModel, Field

from ml_engine_and_backend.api.schemas.predictions import Activation, ClassNames, Share
from ml_engine_and_backend.model_folder.metadata import InnerOutput, Preprocessing
from ml_engine_and_backend.model_folder.record import Sha256

File = Annotated[Sha256, Field(description="The file is `/networks/<sha256>.tflite`.")]


class Network(BaseModel):
    """One network, float32 (1, 28, 28, 1) in 0..255 to the logits (1, classes)."""

    sha256: File
    temperature: Annotated[float, Field(gt=0, description="Divides this network's logits.")]


class InsideNetwork(BaseModel):
    """The same network with its inner values as further outputs."""

    sha256: File
    outputs: list[InnerOutput]


class RungNetworks(BaseModel):
    """How a rung comes to its probabilities.

    One network's logits over its temperature, through softmax. An ensemble's logits are the
    logarithms of the mean of its members' probabilities, which `temperature` then divides.
    """

    model: str
    version: int
    activation: Activation
    temperature: Annotated[float, Field(gt=0, description="Divides the rung's logits.")]
    unsure_threshold: Annotated[
        float, Field(ge=0, description="The confidence from which an answer is sure.")
    ]
    networks: Annotated[
        list[Network], Field(description="The rung's own, or an ensemble's members', in order.")
    ]
    inside: InsideNetwork | None


class GateNetwork(BaseModel):
    """The network whose three logits say digit, none or several."""

    sha256: File
    version: int
    temperature: Annotated[float, Field(gt=0, description="Divides the logits before softmax.")]
    digit_from: Annotated[Share, Field(description="Likeness below which nothing is a digit.")]
    sure_from: Annotated[Share, Field(description="Likeness that a verdict of `sure` takes.")]


class Networks(BaseModel):
    """Every network that answers now."""

    classes: ClassNames
    preprocessing: Annotated[
        Preprocessing,
        Field(description="How a picture becomes the field, as in a model's metadata."),
    ]
    gate: Annotated[GateNetwork | None, Field(description="None: everything is taken for a digit.")]
    rungs: Annotated[list[RungNetworks], Field(description="In ladder order.")]

"""`metadata.json`: which model a folder holds, how it answers, and where it came from."""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from ml_engine_and_backend.model_folder.record import FileRecord, Record, Sha256, Share

NETWORK_FILE: Final = "model.tflite"
INSIDE_FILE: Final = "inside.tflite"
FORMAT: Final = 1

Activation = Literal["sigmoid", "softmax"]


class Member(FileRecord):
    """A model that an ensemble averages, and the network that it must be, to the byte."""

    name: str
    version: Annotated[int, Field(ge=1)]


class Places(Record):
    """Row or column i of a map stands for `step_px` pixels of the field from `first_px` + i steps.

    Its values come from those pixels and from some around them.
    """

    first_px: float
    step_px: int


class InnerOutput(Record):
    """An inner value of a network, float32: an output of `inside.tflite`, called `name` there."""

    name: str
    shape: Annotated[list[int], Field(description="The first side is the batch, 1.")]
    meaning: str
    places: Annotated[
        Places | None, Field(description="Of maps, whose second and third side are places.")
    ] = None


class Inside(Record):
    """What `inside.tflite` gives, from the input to the logits; use names, not the file's order.

    Always there: `evidence` (1, inputs of the last layer, 10), which sums with `bias` to the
    logits, and `class_maps` (1, rows, columns, 10), which sum with `class_bias` to them.
    """

    outputs: list[InnerOutput]


class Metadata(Record):
    """`metadata.json`: the fields that serving relies on; the training's own pass through."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    title: str
    adds: Annotated[str, Field(description="What this rung adds to the one below.")]
    order: Annotated[int, Field(description="Place in the ladder, lowest first.")]
    version: Annotated[int, Field(ge=1)]
    parameters: Annotated[int, Field(ge=0)]
    activation: Activation
    temperature: Annotated[
        float,
        Field(gt=0, allow_inf_nan=False, description="Divides the logits before softmax."),
    ]
    unsure_threshold: Annotated[
        float, Field(ge=0, description="Confidence below which the verdict is `unsure`.")
    ]
    validation_accuracy: Share
    created_at: AwareDatetime
    files: dict[str, FileRecord]
    members: Annotated[
        list[Member], Field(description="Whose probabilities it averages; else it has a network.")
    ] = []  # noqa: RUF012  pydantic copies it
    inside: Annotated[
        Inside | None, Field(description="Where there is an `inside.tflite`, in `files` too.")
    ] = None

    @property
    def size_bytes(self) -> int:
        """Size of the network that is served, or of all its members' together."""
        if self.members:
            return sum(member.bytes for member in self.members)
        return self.files[NETWORK_FILE].bytes


class Tensor(Record):
    """What goes into or comes out of the exported network."""

    shape: list[int]
    dtype: str
    range: list[float] | None = None
    meaning: str


INPUT: Final = Tensor(
    shape=[1, 28, 28, 1],
    dtype="float32",
    range=[0, 255],
    meaning="grey levels of a centred digit, 0 background, 255 ink",
)
OUTPUT: Final = Tensor(shape=[1, 10], dtype="float32", meaning="logits")


class FeedbackCounts(Record):
    """How many reviewed drawings there were, and by how many writers; never who they are.

    `is_by_writer` says whether those held out are by other writers than those to train on.
    `sha256` is over the drawings' ids, fields and digits, in the order of the ids.
    """

    train: int
    train_writers: int
    held_out: int
    held_out_writers: int
    is_by_writer: bool = True
    sha256: Sha256


class TrainedFeedback(FeedbackCounts):
    """What a training learnt from people, each of its drawings `repeats` times an epoch."""

    repeats: int


class Training(Record):
    """How the network was trained; the model's own training settings stand beside these fields.

    An ensemble has no settings and no epochs of its own: it names its members' seeds.
    """

    model_config = ConfigDict(extra="allow")

    augmentation: dict[str, float] | None = None
    member_seeds: tuple[int, ...] = ()
    feedback: TrainedFeedback | None = None
    train_images: int
    validation_images: int
    split_seed: int
    epochs_run: int
    best_epoch: int


class FullMetadata(Metadata):
    """`metadata.json` as training writes it."""

    format: Literal[1]
    input: Tensor
    output: Tensor
    training: Training
    seed: int
    libraries: dict[str, str]
    data_sha256: dict[str, str]
    training_seconds: Annotated[float, Field(ge=0)]
    hardware: str

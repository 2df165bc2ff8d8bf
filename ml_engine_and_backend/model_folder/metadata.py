"""`metadata.json`: which model a folder holds, how it answers, and where it came from."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from ml_engine_and_backend.model_folder.record import FileRecord, Record, Sha256, Share

NETWORK_FILE: Final = "model.tflite"
INSIDE_FILE: Final = "inside.tflite"
FORMAT: Final = 1

# where nothing else is said: MNIST's
DIGIT_CLASSES: Final = tuple("0123456789")
# predictions.npz keeps a label in a byte
MOST_CLASSES: Final = 256
LONGEST_CLASS_NAME: Final = 40

Activation = Literal["sigmoid", "softmax"]
Preprocessing = Literal["mnist", "as_is"]
# what a model tells apart, and from which fields
Subject = tuple[tuple[str, ...], Preprocessing]
MNIST: Final[Subject] = (DIGIT_CLASSES, "mnist")


def check_classes(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Return `classes`, where they are 2 to 256 different names that can be shown.

    Raises ValueError for another number, and for a name that comes twice, is empty or longer than
    40 characters, begins or ends with a space, or has characters that cannot be printed.
    """
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise ValueError(f"expected 2 to {MOST_CLASSES} classes, got {len(classes)}")
    for name in classes:
        is_short = 0 < len(name) <= LONGEST_CLASS_NAME
        if not (is_short and name.isprintable() and name == name.strip()):
            raise ValueError(
                f"expected class names of 1 to {LONGEST_CLASS_NAME} printable characters, "
                f"got {name[: LONGEST_CLASS_NAME + 1]!r}"
            )
        if classes.count(name) > 1:
            raise ValueError(f"expected class names that differ, got {name!r} twice")
    return classes


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

    Always there: `evidence` (1, inputs of the last layer, classes), which sums with `bias` to the
    logits, and `class_maps` (1, rows, columns, classes), which sum with `class_bias` to them.
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
    classes: Annotated[
        tuple[str, ...],
        AfterValidator(check_classes),
        Field(description="The names of the classes, by index."),
    ] = DIGIT_CLASSES
    preprocessing: Annotated[
        Preprocessing,
        Field(
            description="How a picture becomes the field. `mnist`: boxed, scaled and centred. "
            "`as_is`: one of 28×28 stays as it is, light on dark; any other as for `mnist`."
        ),
    ] = "mnist"
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
    data_sha256: Annotated[
        dict[str, str], Field(description="Of MNIST's files, or of the splits of own pictures.")
    ] = {}  # noqa: RUF012  pydantic copies it

    @property
    def subject(self) -> Subject:
        """What it tells apart, and from which fields: the same for all that answer together."""
        return self.classes, self.preprocessing

    @property
    def test_sha256(self) -> dict[str, str]:
        """The part of `data_sha256` that is of the test split: `t10k-…` of MNIST, else `test`."""
        return {
            name: sha256
            for name, sha256 in self.data_sha256.items()
            if name == "test" or name.startswith("t10k-")
        }

    @property
    def size_bytes(self) -> int:
        """Size of the network that is served, or of all its members' together."""
        if self.members:
            return sum(member.bytes for member in self.members)
        return self.files[NETWORK_FILE].bytes


def other_subject(subject: Subject, path: object, there: Subject) -> str:
    """Say that a model of `subject` does not belong beside that of the folder `path`."""
    return (
        f"expected {_told(there)}, as {path} has: a models folder holds one set of classes; "
        f"got {_told(subject)}"
    )


def _told(subject: Subject) -> str:
    classes, preprocessing = subject
    names = classes if len(classes) <= 10 else (*classes[:3], "…")
    return f"{len(classes)} classes ({', '.join(names)}; preprocessing {preprocessing})"


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
    meaning="grey levels of the field, 0 background, 255 ink",
)


def output(classes: int) -> Tensor:
    """What comes out of the exported network of so many classes."""
    return Tensor(shape=[1, classes], dtype="float32", meaning="logits")


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

"""What MNIST's test split does not ask: two digits, letters, numbers, and people's own pictures.

Each drawing is looked at once, as the service looks at it; every rung then reads the same fields.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data.dataset import Split
from experiments.data.penstrokes import (
    CHARACTERS_FILE,
    NUMBERS_FILE,
    CanvasDigits,
    PenStrokesAbsentError,
    canvas_fields,
    load_writings,
    render_number,
)
from experiments.data.pictures import PicturesAbsentError, load_pictures
from experiments.errors import DataError
from experiments.evaluation.calibration import probabilities
from experiments.evaluation.predictions import stored_logits
from experiments.files import naming_file
from experiments.gate.measure import CLEAR, auroc
from experiments.gate.outliers import field_of, place_side_by_side
from experiments.training.export import logits_of
from ml_engine_and_backend.engine.decoding import Picture, decode
from ml_engine_and_backend.engine.errors import BlankDrawingError, UnreadablePictureError
from ml_engine_and_backend.engine.gate import Gate, Kind
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Field, preprocess
from ml_engine_and_backend.engine.reader import see
from ml_engine_and_backend.model_folder.comparison import wilson_interval
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import gate_paths
from ml_engine_and_backend.model_folder.metadata import FullMetadata
from ml_engine_and_backend.model_folder.record import describe_file
from ml_engine_and_backend.model_folder.report import (
    BeyondMnist,
    NotDigits,
    PredictionsRecord,
    Read,
    ReadPictures,
    Sure,
)

PREDICTIONS_FILE: Final = "beyond_mnist.npz"
# a pair for every so many test digits
PAIRS_SHARE: Final = 5
SEED: Final = 282

Stored = Mapping[str, NDArray[Any]]


class Case(NamedTuple):
    """A drawing: what it is, what it is found to be, and the fields that a model sees of it.

    `label` holds its digits in reading order, or the letter. The first of `fields` is of all the
    ink; each digit's own follow where they are several. `kind` is a picture's.
    """

    part: str
    kind: str
    label: str
    found: Kind
    likeness: float
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BeyondMnistTest:
    """Everything to read, and the gate that looked at it."""

    cases: list[Case]
    gate: Gate | None

    def read_by(self, network: Network) -> dict[str, NDArray[Any]]:
        """A line a case, and the logits (m, 10) of all their fields, one after the other."""
        fields = np.stack([field for case in self.cases for field in case.fields])
        columns: dict[str, Sequence[Any]] = {
            "part": [case.part for case in self.cases],
            "kind": [case.kind for case in self.cases],
            "label": [case.label for case in self.cases],
            "found": [case.found for case in self.cases],
        }
        return {
            **{name: np.array(column) for name, column in columns.items()},
            "likeness": np.array([case.likeness for case in self.cases], np.float32),
            "fields": np.array([len(case.fields) for case in self.cases], np.uint16),
            "logits": stored_logits(logits_of(network, fields[..., np.newaxis])),
        }


def load_beyond_mnist(
    data_dir: Path,
    models_dir: Path,
    test: Split,
    people: CanvasDigits | None,
    reporter: Reporter,
) -> BeyondMnistTest:
    """Pairs of `test` digits, and whatever of people's drawings `data_dir` has.

    `people` are their digits, which letters are told from. The gate is the latest in
    `models_dir`; without one, everything is taken for a digit.

    Raises DataError when a file there is damaged.
    """
    paths = gate_paths(models_dir)
    gate = Gate.load(paths[-1]) if paths else None
    cases = list(_pairs(test, gate))
    if people is not None:
        cases += _drawn("digits", zip(people.images[..., 0], people.labels, strict=True), gate)
    try:
        cases += _letters(data_dir, gate)
        cases += _numbers(data_dir, gate)
    except PenStrokesAbsentError as error:
        reporter.say(f"{error}: letters and numbers are left out")
    try:
        cases += _pictures(data_dir, gate)
    except PicturesAbsentError as error:
        reporter.say(f"{error}: pictures are left out")
    return BeyondMnistTest(cases, gate)


def measure(
    test: BeyondMnistTest, network: Network, metadata: FullMetadata, folder: Path
) -> BeyondMnist:
    """Let `network`, which `metadata` describes, read everything; keeps its logits in `folder`."""
    stored = test.read_by(network)
    with naming_file(folder / PREDICTIONS_FILE) as path:
        np.savez_compressed(path, **stored)  # type: ignore[arg-type]
        record = PredictionsRecord(file=path.name, sha256=describe_file(path.read_bytes()).sha256)
    gate = test.gate.metadata if test.gate else None
    return BeyondMnist(
        gate=gate.version if gate else None,
        sure_likeness=gate.sure_from if gate else 0.0,
        **figures(stored, metadata, gate.sure_from if gate else 0.0),
        predictions=record,
    )


def read_stored(folder: Path) -> dict[str, NDArray[Any]]:
    """What `measure` kept in `folder`.

    Raises BrokenModelError when it is missing or damaged.
    """
    path = folder / PREDICTIONS_FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError) as error:
        raise BrokenModelError(f"{path}: expected stored predictions ({error})") from error


def figures(stored: Stored, metadata: FullMetadata, sure_likeness: float) -> dict[str, Any]:
    """The fields of BeyondMnist that come from stored predictions."""
    table = probabilities(stored["logits"], metadata.temperature)
    firsts = np.cumsum(stored["fields"]) - stored["fields"]
    confidence = table.max(axis=1)[firsts]
    confident = confidence >= metadata.unsure_threshold
    sure = confident & (stored["found"] == "digit") & (stored["likeness"] >= sure_likeness)
    right = _texts(stored, table.argmax(axis=1), firsts) == stored["label"]

    def of(part: str) -> NDArray[np.bool_]:
        return np.asarray(stored["part"] == part)

    def false_certainty(part: str) -> NotDigits | None:
        if not of(part).any():
            return None
        return NotDigits(
            n=int(of(part).sum()),
            confident=float(confident[of(part)].mean()),
            sure=float(sure[of(part)].mean()),
            auroc=auroc(confidence[of("digits")], confidence[of(part)])
            if of("digits").any()
            else None,
        )

    def read(chosen: NDArray[np.bool_]) -> dict[str, Any]:
        n, correct = int(chosen.sum()), int(right[chosen].sum())
        return {"n": n, "accuracy": correct / n, "accuracy_interval": wilson_interval(correct, n)}

    kinds = dict.fromkeys(stored["kind"][of("pictures")].tolist())
    return {
        "two_digits": false_certainty("two_digits"),
        "letters": false_certainty("letters"),
        "numbers": Read(**read(of("numbers"))) if of("numbers").any() else None,
        "pictures": [
            ReadPictures(kind=kind, **read(chosen), sure=_sure(sure[chosen], right[chosen]))
            for kind in kinds
            for chosen in [of("pictures") & (stored["kind"] == kind)]
        ],
    }


def _texts(stored: Stored, read: NDArray[np.int64], firsts: NDArray[np.intp]) -> NDArray[np.str_]:
    """The number that is read in each case; empty where no digit is found."""
    texts = []
    for first, count, found in zip(firsts, stored["fields"], stored["found"], strict=True):
        chosen = {"digit": slice(first, first + 1), "none": slice(0)}.get(
            str(found), slice(first + 1, first + count)
        )
        texts.append("".join(str(digit) for digit in read[chosen]))
    return np.array(texts)


def _sure(sure: NDArray[np.bool_], right: NDArray[np.bool_]) -> Sure:
    return Sure(
        coverage=float(sure.mean()), precision=float(right[sure].mean()) if sure.any() else None
    )


def _pairs(test: Split, gate: Gate | None) -> Iterator[Case]:
    """Two test digits beside each other, taken as one field."""
    generator = np.random.default_rng(SEED)
    made = 0
    while made < max(1, len(test) // PAIRS_SHARE):
        chosen = generator.integers(0, len(test), 2)
        field = field_of(place_side_by_side(list(test.images[chosen, :, :, 0]), generator))
        if field is not None:
            made += 1
            label = "".join(str(digit) for digit in test.labels[chosen])
            yield from _drawn("two_digits", [(field, label)], gate)


def _letters(data_dir: Path, gate: Gate | None) -> Iterator[Case]:
    letters = [
        writing for writing in load_writings(data_dir, CHARACTERS_FILE) if writing.label in CLEAR
    ]
    images, _ = canvas_fields(letters, SEED)
    labels = [letter.label for letter in letters]
    return _drawn("letters", zip(images[..., 0], labels, strict=True), gate)


def _drawn(part: str, drawn: Iterator[Any] | Sequence[Any], gate: Gate | None) -> Iterator[Case]:
    """Fields that are looked at as one digit only; an empty one is none."""
    for field, label in drawn:
        likeness = 1.0 if gate is None else gate.likeness(field)
        is_digit = field.any() and (gate is None or gate.accepts(likeness))
        found: Kind = "digit" if is_digit else "none"
        yield Case(part, "", str(label), found, likeness, (field,))


def _numbers(data_dir: Path, gate: Gate | None) -> Iterator[Case]:
    for writing in load_writings(data_dir, NUMBERS_FILE):
        picture = render_number(writing)
        height, width = picture.shape
        yield _seen("numbers", "", writing.label, Picture(picture, width, height), gate)


def _pictures(data_dir: Path, gate: Gate | None) -> Iterator[Case]:
    for picture in load_pictures(data_dir):
        try:
            decoded = decode(picture.read())
        except UnreadablePictureError as error:
            raise DataError(f"{picture.path}: {error}") from error
        yield _seen("pictures", picture.kind, picture.label, decoded, gate)


def _seen(part: str, kind: str, label: str, picture: Picture, gate: Gate | None) -> Case:
    try:
        sight = see(preprocess(picture), gate)
    except BlankDrawingError:
        return Case(part, kind, label, "none", 0.0, (np.zeros((FIELD_PX, FIELD_PX), np.uint8),))
    fields = (sight.digit.field, *(glyph.field for glyph in sight.digits))
    return Case(part, kind, label, sight.found.kind, sight.found.digit_likeness, fields)

"""Somebody's own labelled pictures through the whole reading, every rung: which one is for them?

A picture takes the same way as one that is sent to the service.
"""

import hashlib
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
from PIL import Image
from pydantic import Field

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.labelled import Labelled, open_labelled
from experiments.data.mnist import MNIST_FILES, find_file, load_mnist
from experiments.data.named_files import LeftOut, printable
from experiments.data.own import load_own
from experiments.errors import DataError
from experiments.evaluation.own_figures import (
    Count,
    Figures,
    Group,
    RungAnswers,
    Verdict,
    figures,
    repeated,
)
from experiments.evaluation.pictures import see, served_ladder
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.gate import Gate, verdict_of
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.reader import Sight
from ml_engine_and_backend.model_folder.errors import LadderError
from ml_engine_and_backend.model_folder.folder import read_report
from ml_engine_and_backend.model_folder.record import Record, Share

FORMAT: Final = 1
# of a picture as it was sent, in the report; what is smaller stays as it is
THUMBNAIL_PX: Final = 112
WRITERS: Final = (
    "Nothing here says who wrote what: pictures by one writer are alike, so they count for less "
    "than as many by different writers, and for other hands the intervals are too narrow."
)


class Repeated(Record):
    """Pictures that are one and the same: the first counts, or none where the labels differ."""

    names: list[str]
    labels: list[str]
    is_same_file: Annotated[
        bool, Field(description="To the byte; else a model sees the same 28×28 field.")
    ]


class Answer(Record):
    """What one rung, as it was asked for, reads in a picture; nothing in a blank one."""

    rung: str
    read: str | None
    confidence: Share | None
    verdict: Verdict


class AnsweredPicture(Record):
    """A picture, its label, and what every rung reads; `counts` says whether the figures have it.

    `digit_likeness` is the gate's, None in a blank picture and where there is no gate.
    """

    name: str
    label: str
    counts: bool
    digit_likeness: Share | None
    answers: list[Answer]


class OfTraining(Record):
    """Names of pictures that the rungs' own data has, to the pixel, by the part that they are of.

    `data` is MNIST, or the folder of somebody's own classes. The networks learnt from `training`,
    and were chosen on `validation`: such figures flatter.
    """

    data: str
    training: list[str]
    validation: list[str]
    test: list[str]


class OwnPictures(Record):
    """What `python -m experiments evaluate --pictures … --json` prints.

    `figures` are of the pictures that count. `hidden` counts files such as .DS_Store, which are
    passed over. `reading_ms` is the median time from the file to what a model sees, the gate
    included; every rung's own comes on top. `of_training` is None where the data that the rungs
    come from is not there.
    """

    format: Literal[1]
    source: str
    gate: int | None
    given: Count
    left_out: list[LeftOut]
    hidden: Count
    repeated: list[Repeated]
    of_training: OfTraining | None
    reading_ms: float
    writers: str
    figures: Figures
    pictures: list[AnsweredPicture]


class Shown(NamedTuple):
    """A misread picture as PNG files: as it was sent, grey and reduced, and what a model sees.

    `sent` is None where it is what a model sees, `field` where that is nothing.
    """

    sent: bytes | None
    field: bytes | None


class _Rung(NamedTuple):
    """A model under the name that it was asked for, and what it costs."""

    name: str
    model: Model
    multiply_adds: int


class _Seen(NamedTuple):
    """What is kept of a picture once it is read; `field` is None where nothing is seen."""

    name: str
    label: int
    file_sha256: str
    field: bytes | None
    likeness: float | None
    milliseconds: float


def measure(
    path: Path,
    models_dir: Path,
    names: Sequence[str],
    data_dir: Path,
    reporter: Reporter,
    own: Path | None = None,
) -> tuple[OwnPictures, dict[str, Shown]]:
    """Read every picture in `path` by the rungs called `names` (`cnn` or `cnn@2`), or by all.

    The rungs come from MNIST, which `data_dir` may hold, or from somebody's `own` pictures. The
    second part has the pictures that some rung misreads, by their names.

    Raises LadderError where there are no such rungs, no labelled pictures, or other labels, and
    where a rung does not come from the `own` pictures, or only some come from those in `path`.
    """
    ladder = served_ladder(models_dir)
    chosen = {name: ladder.find(name) for name in names or ladder.names}
    rungs = [
        _Rung(name, model, _multiply_adds(models_dir, model))
        for name, model in sorted(chosen.items(), key=lambda each: each[1].metadata.order)
    ]
    classes = ladder.classes
    if own is None and ladder.preprocessing == "mnist":
        trained = _mnist(data_dir, reporter)
    else:
        sha256 = {rung.name: rung.model.metadata.data_sha256 for rung in rungs}
        trained = _own_data(path, own, sha256)
    answers = {rung.name: _Answers() for rung in rungs}
    seen: list[_Seen] = []
    shown: dict[str, Shown] = {}
    with open_labelled(path, classes) as given:
        with reporter.task(f"Reading {path}", given.total) as task:
            for picture in given:
                task.advance(1)
                started = time.perf_counter()
                try:
                    sight = see(picture.data, ladder.gate, ladder.preprocessing)
                except LadderError as error:
                    given.left_out.append(LeftOut(name=picture.name, reason=str(error)))
                    continue
                milliseconds = 1000 * (time.perf_counter() - started)
                likeness = sight.found.digit_likeness if sight and ladder.gate else None
                seen.append(_seen(picture, sight, likeness, milliseconds))
                right = [
                    answers[rung.name].add(rung.model, sight, ladder.gate) == picture.label
                    for rung in rungs
                ]
                if not all(right):
                    shown[picture.name] = _shown(picture.data, sight)
        left_out, hidden = given.left_out, given.hidden
    if not seen:
        raise DataError(_nothing(path, left_out))

    groups = repeated(
        [each.label for each in seen],
        [each.file_sha256 for each in seen],
        [_digest(each.field) for each in seen],
    )
    counting = _counting(len(seen), groups)
    if not counting:
        raise DataError(
            f"{path}: expected pictures with one label each, got only such with several"
        )
    found = OwnPictures(
        format=FORMAT,
        source=printable(str(path)),
        gate=ladder.gate.metadata.version if ladder.gate else None,
        given=len(seen) + len(left_out),
        left_out=left_out,
        hidden=hidden,
        repeated=[
            Repeated(
                names=[seen[i].name for i in group.places],
                labels=[classes[seen[i].label] for i in group.places],
                is_same_file=group.is_same_file,
            )
            for group in groups
        ],
        of_training=_of_training(seen, *trained) if trained else None,
        reading_ms=statistics.median(each.milliseconds for each in seen),
        writers=WRITERS,
        figures=figures(
            classes,
            [seen[i].label for i in counting],
            [answers[rung.name].record(rung, counting) for rung in rungs],
        ),
        pictures=_pictures(seen, set(counting), classes, answers),
    )
    return found, shown


class _Answers:
    """What one rung makes of picture after picture."""

    def __init__(self) -> None:
        self.digits: list[int | None] = []
        self.confidences: list[float | None] = []
        self.verdicts: list[Verdict] = []
        self.milliseconds: list[float | None] = []

    def add(self, model: Model, sight: Sight | None, gate: Gate | None) -> int | None:
        """Read what is seen; returns the class."""
        digit = confidence = milliseconds = None
        verdict: Verdict = "blank"
        if sight is not None:
            started = time.perf_counter()
            prediction = model.predict(sight.digit.field)
            milliseconds = 1000 * (time.perf_counter() - started)
            # a sum of parts may end a hair above 1
            digit, confidence = prediction.digit, min(1.0, prediction.confidence)
            verdict = verdict_of(prediction.verdict, sight.found, gate)
        self.digits.append(digit)
        self.confidences.append(confidence)
        self.verdicts.append(verdict)
        self.milliseconds.append(milliseconds)
        return digit

    def record(self, rung: _Rung, places: Sequence[int]) -> RungAnswers:
        """The answers to the pictures at `places`."""
        return RungAnswers(
            name=rung.name,
            version=rung.model.metadata.version,
            multiply_adds=rung.multiply_adds,
            milliseconds=[self.milliseconds[i] for i in places],
            digits=[self.digits[i] for i in places],
            confidences=[self.confidences[i] for i in places],
            verdicts=[self.verdicts[i] for i in places],
        )


def _multiply_adds(models_dir: Path, model: Model) -> int:
    folder = models_dir / model.metadata.name / str(model.metadata.version)
    return read_report(folder).cost.multiply_adds


def _seen(
    picture: Labelled, sight: Sight | None, likeness: float | None, milliseconds: float
) -> _Seen:
    return _Seen(
        picture.name,
        picture.label,
        hashlib.sha256(picture.data).hexdigest(),
        sight.digit.field.tobytes() if sight else None,
        likeness,
        milliseconds,
    )


def _digest(field: bytes | None) -> str | None:
    return hashlib.sha256(field).hexdigest() if field is not None else None


def _counting(n: int, groups: Iterable[Group]) -> list[int]:
    """The places of the pictures that count: of equal ones the first, if they have one label."""
    doubtful = {
        place for group in groups for place in group.places[1 if group.has_one_label else 0 :]
    }
    return [place for place in range(n) if place not in doubtful]


def _pictures(
    seen: Sequence[_Seen],
    counting: set[int],
    classes: Sequence[str],
    answers: dict[str, _Answers],
) -> list[AnsweredPicture]:
    def answer(rung: str, place: int) -> Answer:
        its = answers[rung]
        digit = its.digits[place]
        return Answer(
            rung=rung,
            read=classes[digit] if digit is not None else None,
            confidence=its.confidences[place],
            verdict=its.verdicts[place],
        )

    return [
        AnsweredPicture(
            name=picture.name,
            label=classes[picture.label],
            counts=place in counting,
            digit_likeness=picture.likeness,
            answers=[answer(rung, place) for rung in answers],
        )
        for place, picture in enumerate(seen)
    ]


def _mnist(data_dir: Path, reporter: Reporter) -> tuple[str, Dataset] | None:
    if not all(find_file(data_dir / "mnist", file) for file in MNIST_FILES):
        return None
    return "MNIST", load_mnist(data_dir, reporter)


def _own_data(
    path: Path, own: Path | None, trained: Mapping[str, Mapping[str, str]]
) -> tuple[str, Dataset] | None:
    """The pictures that rungs come from, by what metadata says: `own`, or those to read themselves.

    Raises DataError where some rungs come from others, or all and they are not the `own` ones.
    """
    folder = path if own is None else own
    try:
        data = load_own(folder, Reporter(quiet=True))
    except LadderError:
        if own is not None:
            raise
        return None
    others = [name for name, each in trained.items() if not data.sha256.items() <= each.items()]
    if own is None and len(others) == len(trained):
        return None
    if others:
        raise DataError(
            f"{folder}: expected the pictures that all the rungs come from, but "
            f"{', '.join(others)} learnt from others: name the rungs that come from these, or "
            "train again"
        )
    return printable(str(folder)), data


def _of_training(seen: Sequence[_Seen], name: str, data: Dataset) -> OfTraining:
    names = {picture.field: picture.name for picture in seen if picture.field is not None}
    parts = {"training": data.train, "validation": data.validation, "test": data.test}
    return OfTraining(
        data=name,
        **{
            part: [names[field] for image in split.images if (field := image.tobytes()) in names]
            for part, split in parts.items()
        },
    )


def _shown(data: bytes, sight: Sight | None) -> Shown:
    picture = sight.digit.picture if sight else decode(data)
    levels = np.clip(np.rint(picture.grey), 0, 255).astype(np.uint8)
    field = sight.digit.field if sight else None
    sent = Image.fromarray(levels)
    sent.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    is_field = field is not None and np.array_equal(levels, field)
    return Shown(
        None if is_field else _png(sent),
        _png(Image.fromarray(field)) if field is not None else None,
    )


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _nothing(path: Path, left_out: Sequence[LeftOut]) -> str:
    if not left_out:
        return f"{path}: expected labelled pictures, found none"
    first = left_out[0]
    return (
        f"{path}: expected labelled pictures, got {len(left_out):,} files or lines that are left "
        f"out; {first.name}: {first.reason}"
    )

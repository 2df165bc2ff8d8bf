"""How well people's pictures are read: as they are, disturbed, and with other constants.

A picture takes the same way as one that is sent to the service.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, NamedTuple
from unittest.mock import patch

import numpy as np
from PIL import Image

from experiments.data.pictures import LabelledPicture
from experiments.errors import ModelError
from experiments.evaluation.paper import DISTURBANCES, FRAMES, PAPER
from experiments.reporting.tables import Row
from ml_engine_and_backend.engine import background, ink, reader, ruled_lines
from ml_engine_and_backend.engine.decoding import Picture, decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.gate import Gate, verdict_of
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.engine.predictor import Model, Verdict
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.engine.reader import Sight
from ml_engine_and_backend.model_folder.metadata import Preprocessing

SEED: Final = 282
# Smaller pictures are no photographs: they get frames, and nothing else that is added.
MIN_SIDE_PX: Final = 48
# Of the engine's constants those that change most answers, each with a value below and one above.
CONSTANTS: Final[dict[tuple[ModuleType, str], tuple[float, float]]] = {
    (background, "NOISE_SIGMAS"): (4.0, 9.0),
    (background, "CORE_SHARE"): (0.25, 0.55),
    (ink, "RIM_SHARE"): (0.08, 0.25),
    (ruled_lines, "STROKE_THICKNESSES"): (1.2, 2.2),
}


class Answer(NamedTuple):
    """The digit that is read, and what the picture is called; nothing is read of a blank one."""

    digit: int | None
    verdict: Verdict | Literal["blank"]


Answered = Sequence[tuple[LabelledPicture, Answer]]


def served_ladder(models_dir: Path) -> Ladder:
    """The models that are served, and the gate.

    Raises LadderError where there are none.
    """
    repository = ModelRepository(models_dir)
    repository.poll()
    if repository.ladder is None:
        raise ModelError(repository.reason)
    return repository.ladder


def see(data: bytes, gate: Gate | None, how: Preprocessing = "mnist") -> Sight | None:
    """What is on an encoded picture, for models of that preprocessing; None where it is blank.

    Raises LadderError where it cannot be decoded.
    """
    try:
        return reader.see(preprocess(decode(data), how), gate)
    except BlankDrawingError:
        return None


def answer(sight: Sight | None, model: Model, gate: Gate | None) -> Answer:
    """What a model reads, with the verdict that the service gives."""
    if sight is None:
        return Answer(None, "blank")
    prediction = model.predict(sight.digit.field)
    return Answer(prediction.digit, verdict_of(prediction.verdict, sight.found, gate))


def by_kind_and_source(answered: Answered) -> list[Row]:
    """How many are read rightly and what they are called: a row a kind, then one a source of it."""
    rows = []
    for kind in dict.fromkeys(picture.kind for picture, _ in answered):
        of_kind = [pair for pair in answered if pair[0].kind == kind]
        for source in ("all", *sorted({picture.source for picture, _ in of_kind})):
            pairs = [pair for pair in of_kind if source in ("all", pair[0].source)]
            calls = Counter(each.verdict for _, each in pairs)
            is_single = all(len(picture.label) == 1 for picture, _ in pairs)
            row: Row = {"kind": kind, "source": source, "n": len(pairs)}
            row["read"] = _read(pairs) if is_single else None
            row["sure"] = calls["sure"]
            row["right_of_these"] = _read(_sure(pairs)) if is_single else None
            for call in ("unsure", "several", "not_a_digit", "blank"):
                row[call] = calls[call]
            rows.append(row)
    return rows


def with_disturbances(answered: Answered, model: Model, gate: Gate | None) -> list[Row]:
    """How many of single digits are read with each disturbance, in points fewer than as they are.

    A disturbance that no picture is large enough for is left out.
    """
    rows: list[Row] = []
    pictures = [picture for picture, _ in answered]
    for name in DISTURBANCES:
        before, after = [], []
        for number, data in disturbed(pictures, name):
            before.append(answered[number])
            after.append((pictures[number], answer(see(data, gate), model, gate)))
        if after:
            n, read, sure = len(after), _read(after), _sure(after)
            row: Row = {"disturbance": name, "n": n, "read": read, "sure": len(sure)}
            row["sure_but_wrong"] = len(sure) - _read(sure)
            row["points_lost"] = 100 * (_read(before) - read) / n
            rows.append(row)
    return rows


def disturbed(pictures: Sequence[LabelledPicture], name: str) -> Iterator[tuple[int, bytes]]:
    """The place of each picture that is large enough for the disturbance, and its file with it.

    The files are grey PNGs; but for frames, every second one is a JPEG.
    """
    for place, picture in enumerate(pictures):
        levels = np.clip(np.rint(decode(picture.read()).grey), 0, 255).astype(np.uint8)
        if min(levels.shape) < MIN_SIDE_PX and name not in FRAMES:
            continue
        levels = DISTURBANCES[name](levels, np.random.default_rng([SEED, place]))
        file, is_jpeg = BytesIO(), place % 2 and name not in FRAMES
        Image.fromarray(levels).save(file, "JPEG" if is_jpeg else "PNG", quality=85)
        yield place, file.getvalue()


def leave_one_out(pictures: Sequence[LabelledPicture], model: Model) -> list[Row]:
    """Whether the constants fit single sources: each is read with those best on all the others.

    Every picture counts as it is and with each disturbance of paper. A constant's best value is
    found with all others as shipped, and the shipped one is kept where it is as good; then all are
    set together.
    """
    samples = [(picture, decode(picture.read())) for picture in pictures]
    for name in PAPER:
        samples += [(pictures[place], decode(data)) for place, data in disturbed(pictures, name)]
    counts = Counter(picture.source for picture, _ in samples)

    def read(settings: dict[tuple[ModuleType, str], float], *sources: str) -> Counter[str]:
        with ExitStack() as stack:
            for (module, name), value in settings.items():
                stack.enter_context(patch.object(module, name, value))
            return Counter(
                picture.source
                for picture, decoded in samples
                if picture.source in sources and _is_read(decoded, picture.label, model)
            )

    shipped = read({}, *counts)
    tried = {
        constant: [(getattr(*constant), shipped)]
        + [(value, read({constant: value}, *counts)) for value in values]
        for constant, values in CONSTANTS.items()
    }
    rows: list[Row] = []
    for source, n in sorted(counts.items()):
        best = {}
        for constant, each in tried.items():
            of_others = [by_source.total() - by_source[source] for _, by_source in each]
            if (place := of_others.index(max(of_others))) > 0:
                best[constant] = each[place][0]
        row: Row = {"source": source, "n": n, "shipped_percent": 100 * shipped[source] / n}
        row["best_of_others_percent"] = 100 * read(best, source)[source] / n
        row["changed"] = ", ".join(f"{name} {value:g}" for (_, name), value in best.items()) or None
        rows.append(row)
    return rows


def _read(answered: Answered) -> int:
    return sum(str(each.digit) == picture.label for picture, each in answered)


def _sure(answered: Answered) -> Answered:
    return [pair for pair in answered if pair[1].verdict == "sure"]


def _is_read(picture: Picture, label: str, model: Model) -> bool:
    try:
        return str(model.predict(preprocess(picture).field).digit) == label
    except BlankDrawingError:
        return False

"""`models/hard_ones.json`: drawings on which the ladder can be taught, chosen from predictions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.console import Reporter
from experiments.data.penstrokes import CANVAS_PX, FILE, Drawing, load_penstrokes, placements
from experiments.errors import DriftError
from experiments.evaluation import beyond_mnist
from experiments.evaluation.canvas import SEED
from experiments.files import naming_file
from experiments.reporting.results import Result
from ml_engine_and_backend.model_folder.comparison import PREDICTIONS_FILE
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.hard_ones import (
    HARD_ONES_FILE,
    SIDE,
    HardOne,
    HardOnes,
    Origin,
    Source,
)
from ml_engine_and_backend.model_folder.record import describe_file, read_record

# of one source, of those that the same rung is the first to read
EACH: Final = 2
# more wrong digits are no story
WRONG_DIGITS: Final = 2
ORIGINS: Final[Mapping[Source, Origin]] = {
    "mnist": Origin(
        title="MNIST, test split (LeCun, Cortes, Burges)",
        licence="Creative Commons Attribution-ShareAlike 3.0",
    ),
    "penstrokes": Origin(
        title="UNIPEN train_r01_v07, category 1a (International Unipen Foundation, "
        "doi 10.5281/zenodo.1195803); scaled and placed on a canvas here",
        licence="Creative Commons Attribution 4.0",
    ),
}
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Table = NDArray[np.float32]


def choose(results: Sequence[Result], sources: Collection[Source]) -> list[HardOne]:
    """The drawings, without their strokes, out of `sources`, from what the rungs read in them.

    A drawing is hard where the rungs up to one misread it and all above read it, or where all
    misread it and the label is the highest rung's second choice, so that it is no mistake. They
    are taught by the lowest rung that is right, those that all misread last. Of each such group,
    and in turn of pen strokes and MNIST, two are taken of each source: first those on which the
    most doubtful rung doubts least (the difference of its two largest logits over its
    temperature), no digit twice in a group. What the gate takes for no digit is left out.
    """
    tables: dict[Source, tuple[NDArray[np.int64], Table]] = {
        source: read(results) for source, read in _READ.items() if source in sources
    }
    chosen: list[HardOne] = []
    for first in [*range(1, len(results)), len(results)]:
        ranked = {
            source: _ranked(labels, table, first) for source, (labels, table) in tables.items()
        }
        used: set[int] = set()
        for source in [*tables] * EACH:
            labels, table = tables[source]
            index = next((i for i in ranked[source] if int(labels[i]) not in used), None)
            if index is not None:
                used.add(int(labels[index]))
                read = table[:, index].argmax(axis=-1)
                chosen.append(_hard_one(source, index, int(labels[index]), read, first, results))
    return chosen


def make(results: Sequence[Result], data_dir: Path, reporter: Reporter) -> HardOnes:
    """The whole file, strokes as they were drawn when the reports were made.

    Out of MNIST alone, in words, where not every rung has read the pen strokes in `data_dir`.
    """
    drawings: list[Drawing] = []
    sources: set[Source] = {"mnist"}
    path = data_dir / FILE
    sha256 = describe_file(path.read_bytes()).sha256 if path.is_file() else None
    if all(result.report.penstrokes is not None for result in results) and {
        result.report.penstrokes.sha256 for result in results if result.report.penstrokes
    } == {sha256}:
        drawings = load_penstrokes(data_dir)
        sources.add("penstrokes")
    else:
        reporter.say(f"{path}: not what every rung has read, so all hard drawings are MNIST's")
    places = list(placements(drawings, SEED))
    items = []
    for item in choose(results, sources):
        if item.source == "penstrokes":
            place = places[item.index]
            corner = np.array([place.left_px, place.top_px])
            strokes = [
                np.rint((stroke * place.size_px + corner) * SIDE / CANVAS_PX).astype(int).tolist()
                for stroke in drawings[item.index].strokes
            ]
            pen = round(place.pen_px * SIDE / CANVAS_PX)
            item = HardOne(**item.model_dump(exclude={"strokes", "pen"}), strokes=strokes, pen=pen)
        items.append(item)
    origins = {source: ORIGINS[source] for source in sorted(sources)}
    return HardOnes(format=1, versions=_versions(results), origins=origins, items=items)


def write(models_dir: Path, hard_ones: HardOnes) -> None:
    """Write the file, in one line: strokes are many numbers."""
    with naming_file(models_dir / HARD_ONES_FILE) as path:
        path.write_text(hard_ones.model_dump_json(exclude_defaults=True) + "\n", "utf-8")


def refresh(
    models_dir: Path, results: Sequence[Result], data_dir: Path, reporter: Reporter
) -> None:
    """Write the file anew where there is none, or where it has drifted."""
    try:
        is_current = (models_dir / HARD_ONES_FILE).is_file()
        check(models_dir, results)
    except (DriftError, BrokenModelError):
        is_current = False
    if not is_current:
        write(models_dir, make(results, data_dir, reporter))


def check(models_dir: Path, results: Sequence[Result]) -> None:
    """Choose once more, which needs no data, since strokes do not change; no file is no drift.

    Raises DriftError when others would be chosen, or told otherwise, and BrokenModelError when the
    file or a rung's predictions are damaged.
    """
    path = models_dir / HARD_ONES_FILE
    if not path.is_file():
        return
    found = read_record(path, HardOnes)
    bare = [item.model_copy(update={"strokes": [], "pen": None}) for item in found.items]
    wanted = choose(results, found.origins)
    differing = [f"{item.source} {item.index}" for item in wanted if item not in bare]
    if found.versions != _versions(results) or bare != wanted:
        raise DriftError(
            f"{path}: expected what {_versions(results)} read"
            f"{', such as ' + differing[0] if differing else ''}, got what {found.versions} read; "
            "`python -m experiments compare` writes it anew"
        )


def _versions(results: Sequence[Result]) -> dict[str, int]:
    return {result.name: result.metadata.version for result in results}


def _mnist(results: Sequence[Result]) -> tuple[NDArray[np.int64], Table]:
    """Labels (n,) of the test digits, and logits (rungs, n, 10) over each rung's temperature."""
    tables = []
    for result in results:
        with np.load(result.folder / PREDICTIONS_FILE, allow_pickle=False) as arrays:
            tables.append(arrays["logits"].astype(np.float32) / result.metadata.temperature)
    return results[0].predictions.labels.astype(np.int64), np.stack(tables)


def _people(results: Sequence[Result]) -> tuple[NDArray[np.int64], Table]:
    """Labels (n,) of people's pen strokes, -1 where the gate saw no digit, and logits as above."""
    labels: NDArray[np.int64] = np.empty(0, np.int64)
    tables: list[Any] = []
    for result in results:
        stored = beyond_mnist.read_stored(result.folder)
        firsts = np.cumsum(stored["fields"]) - stored["fields"]
        people = stored["part"] == "digits"
        known = np.where(stored["found"][people] == "digit", stored["label"][people], "-1")
        labels = known.astype(np.int64)
        logits = stored["logits"][firsts[people]].astype(np.float32)
        tables.append(logits / result.metadata.temperature)
    return labels, np.stack(tables)


_READ: Final[Mapping[Source, Callable[[Sequence[Result]], tuple[NDArray[np.int64], Table]]]] = {
    "penstrokes": _people,
    "mnist": _mnist,
}


def _ranked(labels: NDArray[np.int64], table: Table, first: int) -> list[int]:
    """Indices of the drawings that rung `first` is the lowest to read, the clearest first."""
    read = table.argmax(axis=-1)
    right = read == labels
    hard = ~right[:first].any(axis=0) & right[first:].all(axis=0) & (labels >= 0)
    if first == len(table):
        hard &= np.argsort(table[-1], axis=-1)[:, -2] == labels
    two_largest = np.sort(table, axis=-1)[..., -2:]
    clear = (two_largest[..., 1] - two_largest[..., 0]).min(axis=0)
    ranked = np.argsort(-clear, kind="stable")
    return [
        int(index)
        for index in ranked[hard[ranked]]
        if len(np.unique(read[:first, index])) <= WRONG_DIGITS
    ]


def _hard_one(
    source: Source,
    index: int,
    label: int,
    read: NDArray[np.int64],
    first: int,
    results: Sequence[Result],
) -> HardOne:
    titles = [result.metadata.title for result in results]
    return HardOne(
        source=source,
        index=index,
        label=label,
        read={result.name: int(digit) for result, digit in zip(results, read, strict=True)},
        first_right=results[first].name if first < len(results) else None,
        sentence=sentence(label, read[:first].tolist(), titles),
    )


def sentence(label: int, wrong: Sequence[int], titles: Sequence[str]) -> str:
    """What the rungs made of a drawing, for a pupil; `wrong` is what the lowest ones read."""
    names = [_in_prose(title) for title in titles]
    misread: dict[int, list[str]] = {}
    for digit, name in zip(wrong, names, strict=False):
        misread.setdefault(digit, []).append(name)
    # the smaller group is named, the other counted
    groups = sorted(misread.items(), key=lambda group: len(group[1]))
    told = [f"for {digit} by {_listed(group)}" for digit, group in groups]
    last, most = groups[-1]
    if len(most) > 2:
        count = _COUNTS[len(most)]
        everyone = f"all {count}" if len(wrong) == len(names) else f"the {count} lowest rungs"
        told[-1] = f"for {last} by {everyone if len(groups) == 1 else f'the other {count}'}"
    drawing = f"{'An' if label == 8 else 'A'} {label}"
    taken = f"taken {' and '.join(told)}"
    if len(wrong) == len(names):
        return f"{drawing} that no rung reads: {taken}."
    if len(wrong) == len(names) - 1:
        return f"{drawing}, {taken}; only {names[-1]} reads it."
    return f"{drawing}, {taken}; from {names[len(wrong)]} up, every rung reads it."


def _in_prose(title: str) -> str:
    """The title of a rung within a sentence: "Network, augmented" is an augmented network."""
    return "the " + " ".join(reversed(title.lower().split(", ")))


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

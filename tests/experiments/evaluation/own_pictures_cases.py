"""Small sets of labelled pictures and their figures, for the page's own computation of them.

`python -m tests.experiments.evaluation.own_pictures_cases` writes the cases that
frontend/src/features/ownPictures/figures.test.ts compares with.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.evaluation.own_figures import RungAnswers, Verdict, figures, repeated
from tests.conftest import REPOSITORY

CASES: Final = REPOSITORY / "frontend" / "src" / "features" / "ownPictures" / "figures.cases.json"
DIGITS: Final = tuple("0123456789")
SEED: Final = 289


def answers(
    labels: Sequence[int],
    wrong: Sequence[int],
    *,
    classes: int = 10,
    blank: Sequence[int] = (),
    seed: int = SEED,
    name: str = "cnn",
    multiply_adds: int = 1000,
) -> RungAnswers:
    """A rung that misreads the pictures at `wrong`; confidences and verdicts come from `seed`."""
    rng = np.random.default_rng(seed)
    digits: list[int | None] = []
    confidences: list[float | None] = []
    verdicts: list[Verdict] = []
    for place, label in enumerate(labels):
        confidence = round(float(rng.uniform(0.3, 0.999)), 3)
        verdict: Verdict = "sure" if confidence >= 0.8 else "unsure"
        if rng.random() < 0.1:
            verdict = "not_a_digit" if rng.random() < 0.5 else "several"
        if place in blank:
            digits.append(None)
            confidences.append(None)
            verdict = "blank"
        else:
            digits.append((label + 1) % classes if place in wrong else label)
            confidences.append(confidence)
        verdicts.append(verdict)
    return RungAnswers(
        name=name,
        version=2,
        multiply_adds=multiply_adds,
        milliseconds=[
            None if place in blank else round(float(rng.uniform(0.01, 2)), 3)
            for place in range(len(labels))
        ],
        digits=digits,
        confidences=confidences,
        verdicts=verdicts,
    )


def _sets() -> dict[str, tuple[Sequence[str], Sequence[int], list[RungAnswers]]]:
    def ladder(
        n: int,
        *wrong: Sequence[int],
        names: Sequence[str] = DIGITS,
        blank: Sequence[int] = (),
    ) -> tuple[Sequence[str], Sequence[int], list[RungAnswers]]:
        labels = [place % len(names) for place in range(n)]
        rungs = [
            answers(
                labels,
                places,
                classes=len(names),
                blank=blank,
                seed=SEED + number,
                name=("single_layer", "cnn", "ensemble")[number],
                multiply_adds=(7_840, 4_642_560, 90_000_000)[number],
            )
            for number, places in enumerate(wrong)
        ]
        return names, labels, rungs

    return {
        "one picture": ladder(1, [], []),
        "all the same, too few to tell": ladder(12, [3], [3], [3]),
        "all right, enough to recommend the cheapest": ladder(200, [], []),
        "the cheap one is shown to be worse": ladder(90, range(0, 60, 2), [1, 3], [1]),
        "only the best is left": ladder(60, range(40), range(20), [1]),
        "the cheapest is the best": ladder(50, [], range(20), range(25)),
        "five against none: a tie in rounding": ladder(32, range(5), []),
        "weak evidence once adjusted": ladder(60, range(0, 14, 2), [0], range(1, 8, 2)),
        "blank pictures are misread": ladder(40, range(20), [5], [], blank=[7, 21]),
        "nothing but blank ones": ladder(3, [], [], blank=[0, 1, 2]),
        "classes with names": ladder(70, range(30), [2], names=("coat", "bag", "shoe")),
        "one rung alone": ladder(25, [4, 9]),
    }


REPEATS: Final[tuple[dict[str, list[Any]], ...]] = (
    {"labels": [1, 2, 3], "files": ["a", "b", "c"], "fields": ["A", "B", "C"]},
    # the same file thrice, the same field of two files, one of them with another label
    {
        "labels": [1, 2, 1, 4, 1, 5, 4],
        "files": ["a", "b", "a", "c", "a", "d", "e"],
        "fields": ["A", "B", "A", "C", "A", "B", "C"],
    },
    # nothing is seen on these: equal where the files are
    {"labels": [1, 1, 2], "files": ["a", "b", "a"], "fields": [None, None, None]},
)


def cases() -> dict[str, Any]:
    """What goes in, under the names of the functions' arguments, and what comes out."""
    return {
        "command": "python -m tests.experiments.evaluation.own_pictures_cases",
        "figures": [
            {
                "name": name,
                "classes": list(names),
                "labels": list(labels),
                "rungs": [rung.model_dump(mode="json") for rung in rungs],
                "figures": figures(names, labels, rungs).model_dump(mode="json"),
            }
            for name, (names, labels, rungs) in _sets().items()
        ],
        "repeats": [
            {**case, "groups": [group._asdict() for group in repeated(**case)]} for case in REPEATS
        ],
    }


def write(path: Path = CASES) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(cases(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()

"""The steps of the ladder: what each rung brings over the one below it."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from ml_engine_and_backend.model_folder.comparison import (
    Comparison,
    Predictions,
    compare,
    holm,
    sentence,
)
from ml_engine_and_backend.model_folder.errors import BrokenModelError


@dataclass(frozen=True, eq=False)
class Step:
    """A rung against the one below it, told in Markdown by `sentence`.

    `p_value_holm` is corrected for all steps of the ladder.
    """

    below: str
    comparison: Comparison
    p_value_holm: float
    sentence: str


def ladder_steps(models: Mapping[str, Predictions]) -> list[Step | None]:
    """One a rung, from what each reads by name, lowest first; None for the lowest.

    Raises:
        BrokenModelError: two neighbours did not read the same digits.
    """
    pairs = list(itertools.pairwise(models))
    comparisons = []
    for below, above in pairs:
        try:
            comparisons.append(compare(models[below], models[above]))
        except BrokenModelError as error:
            raise BrokenModelError(f"{below} and {above}: {error}") from error
    corrected = holm([comparison.p_value for comparison in comparisons])
    steps: list[Step | None] = [
        Step(below, comparison, p_value, sentence(below, above, comparison, p_value))
        for (below, above), comparison, p_value in zip(pairs, comparisons, corrected, strict=True)
    ]
    return [None, *steps][: len(models)]

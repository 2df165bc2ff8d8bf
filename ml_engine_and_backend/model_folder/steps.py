"""The steps of the ladder: what each rung brings over the one below it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml_engine_and_backend.model_folder.comparison import (
    Comparison,
    Predictions,
    compare,
    holm,
    sentence,
    signed,
)
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.seeds import Spread, spread


@dataclass(frozen=True, eq=False)
class Step:
    """A rung against the one below it, told in Markdown by `sentence`.

    `p_value_holm` is corrected for all steps of the ladder. `members` are those of an ensemble,
    each on its own: the rung below may be the luckiest of them.
    """

    below: str
    comparison: Comparison
    p_value_holm: float
    sentence: str
    members: Spread | None = None


def ladder_steps(
    models: Mapping[str, Predictions],
    members: Mapping[str, Sequence[Predictions]],
    pictures: str = "digits",
) -> list[Step | None]:
    """One a rung, from what each reads by name, lowest first; None for the lowest.

    `members` holds what the members of an ensemble read, by the ensemble's name. `pictures` is
    what the test split consists of.

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
    steps: list[Step | None] = []
    for (below, above), comparison, p_value in zip(pairs, comparisons, corrected, strict=True):
        alone = spread([read.accuracy for read in members.get(above, ())])
        told = sentence(below, above, comparison, p_value, pictures)
        if alone is not None:
            told += _against_members(comparison.accuracy_b, alone)
        steps.append(Step(below, comparison, p_value, told, alone))
    return [None, *steps][: len(models)]


def _against_members(accuracy: float, alone: Spread) -> str:
    mean, low, high = (f"{100 * share:.2f}" for share in (alone.mean, alone.lowest, alone.highest))
    return (
        f" Its {alone.trainings} members alone read {mean} % on average ({low} to {high}): "
        f"{signed(100 * (accuracy - alone.mean))} points against their mean."
    )

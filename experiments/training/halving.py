"""Which trials of a sweep go on: asynchronous successive halving, in the order of their numbers.

Source: Li, Jamieson, Rostamizadeh et al., "A system for massively parallel hyperparameter tuning",
MLSys 2020 (ASHA), in the form that Ray Tune has, which stops and does not promote. There a trial is
compared with those that happened to come before it; here with those of smaller number, for which it
waits if it must. So a sweep ends the same however many trials run at once, and however fast.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

# validation accuracy, then minus the validation loss
Score: TypeAlias = tuple[float, float]


class Verdict(Enum):
    """What a trial does next."""

    GO_ON = "go on"
    STOP = "stop"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Halving:
    """At each of the `milestones`, in epochs, a trial goes on that is among the best there.

    Of the trials up to its own number that came so far, the best 1 / `reduction` go on, at least
    one. The first `exempt` trials always go on.
    """

    milestones: tuple[int, ...]
    exempt: int = 0
    reduction: int = 3

    def verdict(
        self, number: int, scores: Mapping[int, Sequence[Score]], ended: Collection[int]
    ) -> Verdict:
        """What trial `number` does after its last epoch; trials count from 0.

        `scores` holds those of every trial after each of its epochs; who is in `ended` will have no
        further ones.
        """
        epoch = len(scores[number])
        if number < self.exempt or epoch not in self.milestones:
            return Verdict.GO_ON
        here = []
        for rival in range(number + 1):
            reached = scores.get(rival, ())
            if len(reached) >= epoch:
                here.append(reached[epoch - 1])
            elif rival not in ended:
                return Verdict.WAIT
        better = sum(score > here[-1] for score in here)
        return Verdict.GO_ON if better < -(-len(here) // self.reduction) else Verdict.STOP

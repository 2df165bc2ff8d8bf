"""A sweep: a rung trained otherwise, many times; the best is chosen on validation alone.

Random search (Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012)
with early stopping by `Halving`. The rung's own recipe is trained beside it, from several seeds and
to the end: their spread says how good the best of so many trials would be by luck.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.errors import ClusterError, RegistryError
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.fit import History, fit
from experiments.training.halving import Halving, Score, Verdict
from experiments.training.train import Run

# of fewer, the deviation is a guess itself: of two it may as well be a tenth of the true one
FEWEST_SEEDS: Final = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """One training of a sweep, with the values that were drawn for it: none for the own recipe."""

    run: Run
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended: with the checkpoint of its last epoch, or with an `error`.

    `stopped` says that others were better at a milestone. Without Ray there is no checkpoint.
    """

    history: History
    checkpoint: Path | None
    error: str | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class Luck:
    """What the best of `tries` trials would be, were each as good as the rung's own recipe.

    Then their validation accuracies would be normally distributed around `mean`. `deviation` is
    that of the own recipe's seeds; where they are fewer than FEWEST_SEEDS, or all alike, that of a
    binomial distribution over the validation digits. That is an upper bound, since all trials are
    judged on the same digits.
    """

    tries: int
    mean: float
    deviation: float
    seeds: int
    is_binomial: bool

    @property
    def expected_best(self) -> float:
        """The mean of the best of so many, as a fraction."""
        return self.mean + self.deviation * expected_maximum(self.tries)

    def chance(self, accuracy: float) -> float:
        """How likely the best of so many is at least `accuracy`."""
        from scipy.special import ndtr

        return float(1 - ndtr((accuracy - self.mean) / self.deviation) ** self.tries)


def expected_maximum(n: int) -> float:
    """The mean of the largest of n standard normal numbers: 0, 0.564, 0.846, 1.029, …

    Source: Harter, "Expected values of normal order statistics", Biometrika 48 (1961).
    """
    from scipy.integrate import quad
    from scipy.special import ndtr

    def density(x: float) -> float:
        normal = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
        return float(x * n * normal * ndtr(x) ** (n - 1))

    return float(quad(density, -10, 10)[0])


def luck(own: Sequence[float], tries: int, validation_images: int) -> Luck:
    """From the own recipe's validation accuracies, one a seed."""
    mean = statistics.fmean(own)
    deviation = statistics.stdev(own) if len(own) >= FEWEST_SEEDS else 0.0
    is_binomial = deviation == 0
    if is_binomial:
        # of no mistake at all, half a one
        share = min(mean, 1 - 0.5 / validation_images)
        deviation = math.sqrt(share * (1 - share) / validation_images)
    return Luck(tries, mean, deviation, len(own), is_binomial)


def plan(
    model: ModelSpec, settings: TrainingSettings, tries: int, seeds: Sequence[int], search_seed: int
) -> list[Trial]:
    """The own recipe from each of `seeds`, then `tries` others, all from the first of them.

    The first trials of a longer sweep are those of a shorter one.

    Raises RegistryError for a rung without a space.
    """
    space = model.space
    if space is None:
        raise RegistryError(f"{model.name}: expected a space beside the rung, found none to sweep")
    generator = np.random.default_rng(search_seed)
    trials = [Trial(Run(model, seed, settings), {}) for seed in seeds]
    for _ in range(tries):
        values = space.draw(generator)
        variant, changed = space.apply(model, settings, values)
        trials.append(Trial(Run(variant, seeds[0], changed), values))
    return trials


def halving(settings: TrainingSettings, own: int) -> Halving:
    """Milestones at a ninth and a third of the rung's own epochs; the `own` recipe is exempt."""
    epochs = settings.epochs
    return Halving(tuple(sorted({-(-epochs // 9), -(-epochs // 3)})), exempt=own)


def run_here(
    runs: Sequence[Run], data: Dataset, reporter: Reporter, rule: Halving
) -> list[Outcome]:
    """Train one after the other, in this process; one that fails does not end the others."""
    scores: dict[int, list[Score]] = {}
    outcomes: list[Outcome] = []

    def after_epoch(number: int, history: History) -> bool:
        scores[number] = history.scores
        return rule.verdict(number, scores, range(number)) is Verdict.GO_ON

    for number, run in enumerate(runs):
        try:
            history = fit(
                run.model,
                data,
                run.seed,
                reporter,
                run.settings,
                after_epoch=partial(after_epoch, number),
            ).history
        except Exception as error:  # whatever the network does
            outcomes.append(Outcome(History(), None, f"{run.label}: {error}", stopped=False))
        else:
            stopped = len(history.epoch) < run.settings.epochs
            outcomes.append(Outcome(history, None, None, stopped))
    return outcomes


Runner = Callable[[Sequence[Run], Halving], Sequence[Outcome]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What came of a sweep; `trials` and `outcomes` are in the order of their numbers."""

    model: ModelSpec
    settings: TrainingSettings
    trials: list[Trial]
    outcomes: list[Outcome]
    own: int
    rule: Halving
    luck: Luck

    @property
    def best(self) -> int | None:
        """The number of the trial, besides the own recipe, that validation likes best.

        Of those that ran to their end; None where none did.
        """
        whole = [number for number in range(self.own, len(self.trials)) if self.is_whole(number)]
        return max(whole, key=lambda number: self.outcomes[number].history.scores[-1], default=None)

    def is_whole(self, number: int) -> bool:
        """Whether the trial ran to its own end."""
        outcome = self.outcomes[number]
        return outcome.error is None and not outcome.stopped


def sweep(
    model: ModelSpec,
    data: Dataset,
    settings: TrainingSettings,
    tries: int,
    seeds: Sequence[int],
    search_seed: int,
    train: Runner,
) -> Sweep:
    """Plan, `train`, and judge; nothing is published.

    The same arguments give the same sweep, on the same kind of processor with the same libraries
    and as many threads, however many trials run at once.

    Raises RegistryError as `plan`, ClusterError when the own recipe failed, and as `train`.
    """
    trials = plan(model, settings, tries, seeds, search_seed)
    rule = halving(settings, len(seeds))
    outcomes = list(train([trial.run for trial in trials], rule))
    own = outcomes[: len(seeds)]
    for outcome in own:
        if outcome.error is not None:
            raise ClusterError(f"expected the rung's own recipe to be trained, got {outcome.error}")
    accuracies = [outcome.history.scores[-1][0] for outcome in own]
    return Sweep(
        model,
        settings,
        trials,
        outcomes,
        len(seeds),
        rule,
        luck(accuracies, tries, len(data.validation)),
    )

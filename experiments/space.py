"""What a sweep tries: a distribution for each thing that may be otherwise than the rung has it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from experiments.spec import ModelSpec, TrainingSettings


class Distribution(Protocol):
    """Where one value of a trial comes from."""

    def draw(self, generator: np.random.Generator) -> Any:
        """A value; the next one at the next call."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `values`, each as likely as the others."""

    values: tuple[Any, ...]

    def draw(self, generator: np.random.Generator) -> Any:
        """One of them."""
        return self.values[int(generator.integers(len(self.values)))]


@dataclass(frozen=True, slots=True)
class Uniform:
    """From `low` to `high`, rounded to three significant digits: what a table shows is exact."""

    low: float
    high: float

    def draw(self, generator: np.random.Generator) -> float:
        """A number between them."""
        return float(f"{generator.uniform(self.low, self.high):.3g}")


@dataclass(frozen=True, slots=True)
class LogUniform:
    """As `Uniform`, with the logarithm uniform: for rates, whose size is what is not known."""

    low: float
    high: float

    def draw(self, generator: np.random.Generator) -> float:
        """A number between them."""
        logarithm = generator.uniform(math.log(self.low), math.log(self.high))
        return float(f"{math.exp(logarithm):.3g}")


@dataclass(frozen=True, slots=True)
class Space:
    """What a sweep of a rung draws anew for each trial; the rest stays as the rung has it.

    `settings` are by the name of a field of the TrainingSettings, or `augmentation.` and one of the
    AugmentationSettings; `network` are arguments of `resized`, which gives the rung with another
    network.
    """

    settings: Mapping[str, Distribution]
    network: Mapping[str, Distribution] = field(default_factory=dict)
    resized: "Callable[..., ModelSpec] | None" = None

    def draw(self, generator: np.random.Generator) -> dict[str, Any]:
        """The values of one trial, by name."""
        return {
            name: distribution.draw(generator)
            for name, distribution in {**self.network, **self.settings}.items()
        }

    def apply(
        self, model: "ModelSpec", settings: "TrainingSettings", values: Mapping[str, Any]
    ) -> "tuple[ModelSpec, TrainingSettings]":
        """The rung and its training with `values` in place.

        Raises ValueError for a value that a setting refuses.
        """
        if self.resized is not None:
            model = self.resized(**{name: values[name] for name in self.network})
        changes = {name: values[name] for name in self.settings if "." not in name}
        strengths = {name.partition(".")[2]: values[name] for name in self.settings if "." in name}
        if strengths and settings.augmentation is not None:
            changes["augmentation"] = replace(settings.augmentation, **strengths)
        return model, replace(settings, **changes)

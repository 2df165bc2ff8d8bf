"""The ladder: every rung by name, in order."""

from collections.abc import Iterable

from experiments.architectures import (
    cnn,
    cnn_augmented,
    deep_cnn,
    ensemble,
    hidden_layer,
    single_layer,
)
from experiments.errors import RegistryError
from experiments.spec import ModelSpec


class Registry:
    """Rungs by name; refuses a second rung of the same name or order."""

    def __init__(self, specs: Iterable[ModelSpec] = ()) -> None:
        self._specs: dict[str, ModelSpec] = {}
        for spec in specs:
            self.register(spec)

    def register(self, spec: ModelSpec) -> None:
        """Add a rung. Raises RegistryError when its name or its order is taken."""
        if spec.name in self._specs:
            raise RegistryError(
                f"the name {spec.name!r} is already registered; known: {self._known()}"
            )
        for other in self._specs.values():
            if other.order == spec.order:
                raise RegistryError(
                    f"the order {spec.order} of {spec.name!r} is already taken by {other.name!r}; "
                    f"known: {self._known()}"
                )
        self._specs[spec.name] = spec

    def get(self, name: str) -> ModelSpec:
        """The rung called `name`. Raises RegistryError, repeating it, when there is none."""
        try:
            return self._specs[name]
        except KeyError:
            raise RegistryError(
                f"there is no rung named {name!r}; known: {self._known()}"
            ) from None

    def names(self) -> list[str]:
        """All names, from the lowest rung to the highest."""
        return [spec.name for spec in sorted(self._specs.values(), key=lambda spec: spec.order)]

    def _known(self) -> str:
        return ", ".join(self.names()) or "none"


LADDER = Registry(
    (
        single_layer.SPEC,
        hidden_layer.SPEC,
        cnn.SPEC,
        cnn_augmented.SPEC,
        deep_cnn.SPEC,
        ensemble.SPEC,
    )
)

"""The ladder: every model by name, in order."""

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
    """Models by name; refuses a second one of the same name or order."""

    def __init__(self, models: Iterable[ModelSpec] = ()) -> None:
        self._models: dict[str, ModelSpec] = {}
        for model in models:
            self.register(model)

    def register(self, model: ModelSpec) -> None:
        """Add a model. Raises RegistryError when its name or its order is taken."""
        if model.name in self._models:
            raise RegistryError(
                f"the name {model.name!r} is already registered; known: {self._known()}"
            )
        for other in self._models.values():
            if other.order == model.order:
                raise RegistryError(
                    f"the order {model.order} of {model.name!r} is already taken by "
                    f"{other.name!r}; known: {self._known()}"
                )
        self._models[model.name] = model

    def get(self, name: str) -> ModelSpec:
        """The model called `name`. Raises RegistryError, repeating it, when there is none."""
        try:
            return self._models[name]
        except KeyError:
            raise RegistryError(
                f"there is no rung named {name!r}; known: {self._known()}"
            ) from None

    def names(self) -> list[str]:
        """All names, from the lowest rung to the highest."""
        return [
            model.name for model in sorted(self._models.values(), key=lambda model: model.order)
        ]

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

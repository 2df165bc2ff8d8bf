"""The models that are served, by name."""

from collections.abc import Iterable, Mapping

from ml_engine_and_backend.engine.errors import (
    BrokenModelError,
    NoDefaultModelError,
    UnknownModelError,
)
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.metadata import MNIST


class Ladder:
    """The served models, to look up by `<name>` or `<name>@<version>`, and the gate: immutable."""

    def __init__(
        self,
        models: Iterable[Model],
        default: str | None = None,
        gate: Gate | None = None,
        served: Mapping[str, Model] | None = None,
    ) -> None:
        """Take every version of every model; the attribute `models` holds what is `served`.

        `served` says which version answers to a name alone; without it, the highest of each does.
        The attribute is in ladder order; `every_version` has the other versions too. `default`
        names the model for requests that name none; without it, that is the model with the best
        validation accuracy, of equals the higher rung: the test split is scored, never selected on.
        Where `default` is not among the models, the attribute `default` is None: a named model that
        went away is not replaced by another in silence. Without a `gate`, everything is taken for a
        digit; so is everything where the classes are not the digits, which a gate knows alone.

        Raises:
            BrokenModelError: there is no model at all, or they do not answer the same question.
        """
        models = sorted(models, key=_version)
        if served is None:
            served = {model.metadata.name: model for model in models}
        if not served:
            raise BrokenModelError("expected at least one model to serve, got none")
        if len({model.metadata.subject for model in models}) > 1:
            raise BrokenModelError("expected models of the same classes, got several sets of them")
        self.models = tuple(sorted(served.values(), key=_place_in_ladder))
        by_version = {
            f"{model.metadata.name}@{model.metadata.version}": model
            for model in sorted([*models, *served.values()], key=_version)
        }
        self.every_version = tuple(by_version.values())
        self._by_name = dict(served) | by_version
        best = max(
            self.models,
            key=lambda model: (model.metadata.validation_accuracy, model.metadata.order),
        )
        self.default = best if default is None else self._by_name.get(default)
        self._wanted_default = default
        self.classes, self.preprocessing = self.models[0].metadata.subject
        self.is_of_digits = self.models[0].metadata.subject == MNIST
        self.gate = gate if self.is_of_digits else None

    @property
    def names(self) -> list[str]:
        """The served models' names, in ladder order."""
        return [model.metadata.name for model in self.models]

    def versions(self, name: str) -> list[int]:
        """The served versions of `name`, ascending; none for a name that is not served."""
        prefix = f"{name}@"
        return [
            model.metadata.version for key, model in self._by_name.items() if key.startswith(prefix)
        ]

    def find(self, asked: str | None) -> Model:
        """The model of `<name>` (its served version) or `<name>@<version>`; of None, the default.

        Raises:
            UnknownModelError: no such name or version.
            NoDefaultModelError: None was asked, and the chosen default is not served.
        """
        if asked is None:
            if self.default is None:
                raise NoDefaultModelError(str(self._wanted_default), self.names)
            return self.default
        try:
            return self._by_name[asked]
        except KeyError:
            name = asked.partition("@")[0]
            versions = [key for key in self._by_name if key.startswith(f"{name}@")]
            raise UnknownModelError(asked, versions or self.names, self.names) from None


def _version(model: Model) -> int:
    return model.metadata.version


def _place_in_ladder(model: Model) -> tuple[int, str]:
    return model.metadata.order, model.metadata.name

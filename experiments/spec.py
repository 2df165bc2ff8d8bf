"""The definition of a model: its network, its training, and what it adds to the rung below."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from experiments.augmentation.settings import OWN_DATA, AugmentationSettings
from experiments.data.dataset import Dataset
from experiments.space import Space
from ml_engine_and_backend.model_folder.metadata import Activation

if TYPE_CHECKING:
    import keras

# what the rungs' settings were chosen on, and what `for_data` keeps of an epoch of it
MNIST_IMAGES = 55_000
LEAST_STEPS = 30
SMALLEST_BATCH = 8

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How one network is trained: Adam on categorical cross-entropy.

    The learning rate falls from `initial_learning_rate` to `final_learning_rate` along half a
    cosine over `epochs` (Loshchilov and Hutter, "SGDR", 2017, without restarts), and the weights at
    its end are kept. Each step also shrinks every weight by `weight_decay` times the learning rate
    (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).

    With an `averaging_momentum` the network that is judged and kept is the running mean of the
    weights, of which every step keeps that share (Polyak and Juditsky, "Acceleration of
    stochastic approximation by averaging", 1992). With an `augmentation` every digit is
    transformed anew in every epoch.

    `label_smoothing` is the share of each target that is spread evenly over the classes (Szegedy
    et al., "Rethinking the Inception architecture", 2016). With a `mixup_alpha` above 0 each digit
    and its target are mixed with another's, by shares from a beta distribution with both of its
    parameters so large (Zhang et al., "mixup: beyond empirical risk minimization", 2018).

    Raises ValueError for a value out of range.
    """

    epochs: int
    batch_size_images: int
    initial_learning_rate: float
    final_learning_rate: float
    weight_decay: float = 0.0
    averaging_momentum: float | None = None
    label_smoothing: float = 0.0
    mixup_alpha: float = 0.0
    augmentation: AugmentationSettings | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size_images"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")
        if not 0 < self.final_learning_rate <= self.initial_learning_rate <= 1:
            raise ValueError(
                "expected 0 < final_learning_rate <= initial_learning_rate <= 1, "
                f"got {self.final_learning_rate} and {self.initial_learning_rate}"
            )
        if not 0 <= self.weight_decay < 1 / self.initial_learning_rate:
            raise ValueError(
                "expected a weight_decay from 0 to below 1 / initial_learning_rate, "
                f"got {self.weight_decay}"
            )
        if self.averaging_momentum is not None and not 0 < self.averaging_momentum < 1:
            raise ValueError(
                f"expected an averaging_momentum between 0 and 1, got {self.averaging_momentum}"
            )
        if not 0 <= self.label_smoothing < 1:
            raise ValueError(
                f"expected a label_smoothing from 0 to below 1, got {self.label_smoothing}"
            )
        if not 0 <= self.mixup_alpha < math.inf:
            raise ValueError(f"expected a mixup_alpha of at least 0, got {self.mixup_alpha}")


def _for_own(settings: TrainingSettings, train_images: int) -> TrainingSettings:
    """Settings made for MNIST, for so many pictures of another kind.

    An epoch of few pictures has 30 steps still, in smaller batches; the running mean of the weights
    reaches back over as many epochs, not steps; and any picture may be augmented so.
    """
    size = min(settings.batch_size_images, max(SMALLEST_BATCH, train_images // LEAST_STEPS))
    momentum = settings.averaging_momentum
    if momentum is not None:
        steps, mnists = train_images / size, MNIST_IMAGES / settings.batch_size_images
        momentum = max(0.5, 1 - (1 - momentum) * mnists / steps)
    return replace(
        settings,
        batch_size_images=size,
        averaging_momentum=momentum,
        augmentation=settings.augmentation and OWN_DATA,
    )


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model: one rung of the ladder.

    `build` returns a fresh, uncompiled network with input (n, 28, 28, 1) in 0..255, its first
    layer rescaling, its last a Dense layer with `activation`, of a unit for each class: 10, or as
    many as it is given. `parameters` are those of the former. `order` is the place
    on the ladder; places are ten apart so that a rung fits in between. `adds` is one sentence.

    An ensemble answers the mean probability of `member` trained from each of `member_seeds`: its
    `build` and `settings` are the member's, its `parameters` those of all members together.

    `space` is what a sweep tries. `classes` says for how many it was made by `for_data`; None for
    the ten digits.

    Raises ValueError for a name that cannot be a folder's, or an empty text.
    """

    name: str
    title: str
    adds: str
    order: int
    build: Callable[..., "keras.Model"]
    activation: Activation
    parameters: int
    source: str
    settings: TrainingSettings
    member: "ModelSpec | None" = None
    member_seeds: tuple[int, ...] = ()
    space: Space | None = field(default=None, compare=False)
    classes: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"expected a name of lower-case letters, digits and underscores, got {self.name!r}"
            )
        for text in ("title", "adds", "source"):
            if not getattr(self, text).strip():
                raise ValueError(f"expected a text for {text} of {self.name!r}, got an empty one")
        if self.order < 1 or self.parameters < 1:
            raise ValueError(
                f"expected order and parameters of {self.name!r} of at least 1, "
                f"got {self.order} and {self.parameters}"
            )
        if (len(set(self.member_seeds)) > 1) != (self.member is not None):
            raise ValueError(
                f"expected a member of {self.name!r} and two different seeds or more, or neither, "
                f"got {self.member and self.member.name} and {self.member_seeds}"
            )

    def for_data(self, data: Dataset) -> "ModelSpec":
        """The same model for the classes of `data`; `parameters` are counted on its network.

        Somebody's own pictures are augmented as any picture may be, not as digits are.
        """
        if not data.is_own or self.classes is not None:
            return self
        classes = len(data.classes)
        build = partial(self.build, classes)
        return replace(
            self,
            adds=self.adds.replace("per digit", "per class").replace("digits", "pictures"),
            build=build,
            parameters=build().count_params() * max(1, len(self.member_seeds)),
            settings=_for_own(self.settings, len(data.train)),
            member=self.member and self.member.for_data(data),
            classes=classes,
        )

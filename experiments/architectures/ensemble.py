"""The mean of several `deep_cnn`, each trained from its own seed: independent mistakes cancel.

Source    Hansen and Salamon, "Neural network ensembles", IEEE PAMI 12 (1990); random seeds as the
          only difference: Lakshminarayanan, Pritzel, Blundell, "Simple and scalable predictive
          uncertainty estimation using deep ensembles", NIPS 2017
Shapes    (n, 28, 28, 1) -> 3 × deep_cnn (n, 10) -> softmax of each over its temperature
          -> mean probability (n, 10), whose logarithms serve as logits
Counts    3 · 272,666 = 817,998 parameters, none of its own
Expected  99.7 % of the test digits
Cost      that of its members, where they are not trained yet
Command   python -m experiments train ensemble

Its folder holds no weights: metadata.json names the members by version and hash.
"""

from typing import TYPE_CHECKING

from experiments.architectures import deep_cnn
from experiments.spec import ModelSpec

if TYPE_CHECKING:
    import keras

SEEDS = (1, 2, 3)


def build(classes: int = 10) -> "keras.Model":
    """One fresh member: (n, 28, 28, 1) in 0..255 to probabilities (n, classes)."""
    return deep_cnn.build(classes)


SPEC = ModelSpec(
    name="ensemble",
    title="Ensemble",
    adds="Independent mistakes: several networks' mean probability.",
    order=60,
    build=build,
    activation="softmax",
    parameters=len(SEEDS) * deep_cnn.SPEC.parameters,
    source="Hansen and Salamon 1990; Lakshminarayanan, Pritzel, Blundell 2017",
    settings=deep_cnn.SPEC.settings,
    member=deep_cnn.SPEC,
    member_seeds=SEEDS,
)

"""How well the gate tells people's digits from people's letters and symbols."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from experiments.console import Reporter
from experiments.data.penstrokes import (
    CHARACTERS_FILE,
    PenStrokesAbsentError,
    canvas_fields,
    load_penstrokes,
    load_writings,
)
from experiments.training.export import logits_of
from ml_engine_and_backend.engine.predictor import Network
from ml_engine_and_backend.model_folder.gate import GateReport

# letters and symbols that nobody writes as a digit
CLEAR: Final = frozenset("AEFHKMNRWXdefhkmnprwx#&@$%*+?=")
SEED: Final = 281

Likeness = NDArray[np.float64]  # (n,), 0..1


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """How like digits the gate finds people's digits, clear letters, and lookalikes."""

    digits: Likeness
    letters: Likeness
    lookalikes: Likeness

    def report(
        self,
        version: int,
        digit_from: float,
        sure_from: float,
        strings: Likeness,
        size_bytes: int,
        median_latency_us: float,
    ) -> GateReport:
        """The gate's report; `strings` is how like one digit several are."""
        return GateReport(
            format=1,
            version=version,
            digits=len(self.digits),
            letters=len(self.letters),
            auroc=auroc(self.digits, self.letters),
            accepted_at_95=share_accepted(self.digits, self.letters, 0.05),
            digits_refused=_share(self.digits < digit_from),
            letters_accepted=_share(self.letters >= digit_from),
            lookalikes_accepted=_share(self.lookalikes >= digit_from),
            digits_like_enough=_share(self.digits >= sure_from),
            letters_like_enough=_share(self.letters >= sure_from),
            pairs_accepted=_share(strings >= digit_from),
            size_bytes=size_bytes,
            median_latency_us=median_latency_us,
        )


def measure(
    network: Network,
    temperature: float,
    validation_digits: Likeness,
    data_dir: Path,
    reporter: Reporter,
) -> Measured:
    """The likeness of people's pen strokes; without them, of the validation digits alone."""
    try:
        digits = canvas_fields(load_penstrokes(data_dir), SEED)
        writings = load_writings(data_dir, CHARACTERS_FILE)
    except PenStrokesAbsentError as error:
        reporter.say(f"{error}: the gate is measured on validation digits alone")
        return Measured(validation_digits, np.empty(0), np.empty(0))
    letters = canvas_fields(writings, SEED)

    def of_drawn(drawn: tuple[NDArray[np.uint8], NDArray[np.bool_]]) -> Likeness:
        images, blank = drawn
        return np.where(blank, 0.0, likeness(network, temperature, images[..., 0]))

    is_clear = np.array([writing.label in CLEAR for writing in writings])
    of_letters = of_drawn(letters)
    return Measured(of_drawn(digits), of_letters[is_clear], of_letters[~is_clear])


def likeness(network: Network, temperature: float, fields: NDArray[np.uint8]) -> Likeness:
    """How like digits the gate's network finds fields (n, 28, 28)."""
    logits = logits_of(network, fields[..., np.newaxis]).astype(np.float64)
    found: Likeness = softmax(logits / temperature, axis=1)[:, 0]
    return found


def share_accepted(digits: Likeness, letters: Likeness, refused: float) -> float:
    """The share of letters as like as the digits are of which the share `refused` is less so."""
    return _share(letters >= np.quantile(digits, refused))


def _share(chosen: NDArray[np.bool_]) -> float:
    return float(chosen.mean()) if len(chosen) else 0.0


def auroc(digits: NDArray[np.floating], letters: NDArray[np.floating]) -> float:
    """The share of pairs of which the digit is likelier, ties half (Mann and Whitney 1947)."""
    from sklearn.metrics import roc_auc_score

    if not len(letters):
        return 0.0
    is_digit = np.repeat([1, 0], [len(digits), len(letters)])
    return float(roc_auc_score(is_digit, np.concatenate([digits, letters])))

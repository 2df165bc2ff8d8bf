"""28×28 field -> the probabilities of the classes, by the network that the caller picks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Field
from ml_engine_and_backend.model_folder.folder import ModelFolder, read_folder
from ml_engine_and_backend.model_folder.metadata import DIGIT_CLASSES, NETWORK_FILE, Metadata

DIGITS = len(DIGIT_CLASSES)

Logits = NDArray[np.float32]  # (classes,)
# the last two are the gate's to give
Verdict = Literal["sure", "unsure", "not_a_digit", "several"]
Network = Callable[[Field], Logits]


class Prediction(NamedTuple):
    """One model's answer; index d of `probabilities` and `scores` belongs to class d.

    `digit` is the likeliest class, and `label` its name.

    `probabilities` is the softmax of the logits over the fitted temperature and sums to 1.
    `scores` is the model's own activation of the logits, as it was trained. `verdict` is `unsure`
    where `confidence`, the largest probability, is below the model's threshold.
    """

    model: str
    version: int
    digit: int
    label: str
    confidence: float
    probabilities: list[float]
    scores: list[float]
    activation: Literal["sigmoid", "softmax"]
    verdict: Verdict


class LiteRTNetwork:
    """A LiteRT model in memory, callable from any thread."""

    def __init__(self, model: bytes, outputs: int = DIGITS) -> None:
        """Load a model with input float32 (1, 28, 28, 1) in 0..255 and its logits as output.

        Raises:
            BrokenModelError: not a LiteRT model, or other shapes.
        """
        # imported here: importing this module must stay free for callers that bring a network
        from ai_edge_litert.interpreter import Interpreter

        try:
            # one thread: a digit takes microseconds, handing it to others takes longer. Bytes, not
            # the file's path: a mapped file that shrinks under us would end the process.
            self._interpreter = Interpreter(model_content=model, num_threads=1)
            self._interpreter.allocate_tensors()
            ends = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        except (ValueError, RuntimeError) as error:
            raise BrokenModelError(f"expected a LiteRT model ({error})") from error
        if (came := tuple(map(len, ends))) != (1, 1):
            raise BrokenModelError(
                f"expected one input and one output, got {came[0]} and {came[1]}"
            )
        (self._input,), (self._output,) = ends
        for end, shape in ((self._input, (1, FIELD_PX, FIELD_PX, 1)), (self._output, (1, outputs))):
            # the signature shows a batch that was left open (-1), which the shape hides
            sides = tuple(int(side) for side in end["shape_signature"])
            if sides != shape or end["dtype"] is not np.float32:
                raise BrokenModelError(
                    f"expected {end['name']} as float32 {shape}, "
                    f"got {end['dtype'].__name__} {sides}"
                )
        # an interpreter keeps its tensors inside, so two threads must not share a call
        self._lock = Lock()

    def __call__(self, field: Field) -> Logits:
        """Logits (outputs,) of a uint8 (28, 28) field."""
        tensor = field.astype(np.float32)[None, :, :, None]
        with self._lock:
            self._interpreter.set_tensor(self._input["index"], tensor)
            self._interpreter.invoke()
            logits: Logits = self._interpreter.get_tensor(self._output["index"])[0]
        return logits


class EnsembleNetwork:
    """The mean of several networks' probabilities, in the place of a network."""

    def __init__(self, members: Sequence[tuple[Network, float]]) -> None:
        """`members` are networks with the temperature that divides each one's logits."""
        self._members = tuple(members)

    def __call__(self, field: Field) -> Logits:
        """Logarithms (classes,) of the mean probabilities: logits whose softmax is that mean."""
        logs = np.stack([log_softmax(network(field) / t) for network, t in self._members])
        highest = logs.max(axis=0)
        return np.asarray(highest + np.log(np.exp(logs - highest).mean(axis=0)), dtype=np.float32)


class Networks:
    """Networks by their file's hash: an ensemble and its members' own models share them.

    A network is forgotten, and its memory freed, when nobody else holds it any more.
    """

    def __init__(self, find_member: Callable[[Path], ModelFolder] = read_folder) -> None:
        """`find_member` answers for the path of an ensemble's member."""
        self._loaded: WeakValueDictionary[str, LiteRTNetwork] = WeakValueDictionary()
        self._find_member = find_member

    def of(self, folder: ModelFolder) -> Network:
        """The folder's network; an ensemble's averages those of its members.

        Raises:
            BrokenModelError: a file is missing, damaged or not the recorded one, or a member is.
        """
        if folder.metadata.members:
            members = folder.member_folders(self._find_member)
            return EnsembleNetwork([(self._member(m), m.metadata.temperature) for m in members])
        content = folder.read_network()  # where the network is loaded too: the file is checked
        sha256 = folder.metadata.files[NETWORK_FILE].sha256
        network = self._loaded.get(sha256)
        if network is None:
            network = self._loaded[sha256] = LiteRTNetwork(content, len(folder.metadata.classes))
        return network

    def _member(self, folder: ModelFolder) -> Network:
        return self._loaded.get(folder.metadata.files[NETWORK_FILE].sha256) or self.of(folder)


@dataclass(frozen=True)
class Model:
    """One served version of one model: its records and its network."""

    metadata: Metadata
    accuracy: float
    size_bytes: int
    network: Network

    @classmethod
    def load(cls, folder: ModelFolder, networks: Networks | None = None) -> "Model":
        """Read the folder's network and let it answer once, so that the first caller need not wait.

        What `networks` holds already is not loaded again.

        Raises:
            BrokenModelError: the network is damaged, of another shape, or answers nonsense.
        """
        try:
            model = cls(
                folder.metadata,
                folder.accuracy,
                folder.size_bytes,
                (networks or Networks()).of(folder),
            )
            _check_answers(model)
        except (BrokenModelError, RuntimeError) as error:
            raise BrokenModelError(f"{folder.path}: {error}") from error
        return model

    def predict(self, field: Field) -> Prediction:
        """The probabilities of a uint8 (28, 28) field."""
        # plain numbers from here: for a few of them, arrays cost more than the arithmetic
        logits: list[float] = self.network(field).tolist()
        metadata = self.metadata
        temperature = metadata.temperature
        probabilities = softmax([logit / temperature for logit in logits])
        confidence = max(probabilities)
        digit = probabilities.index(confidence)
        return Prediction(
            metadata.name,
            metadata.version,
            digit,
            metadata.classes[digit],
            confidence,
            probabilities,
            sigmoid(logits) if metadata.activation == "sigmoid" else softmax(logits),
            metadata.activation,
            "sure" if confidence >= metadata.unsure_threshold else "unsure",
        )


def _check_answers(model: Model) -> None:
    """Raise BrokenModelError where the network, or what the metadata makes of it, is nonsense."""
    # the ends of what a pixel can be; one call each, since every start waits for them
    blank, full = (np.full((FIELD_PX, FIELD_PX), grey, np.uint8) for grey in (0, 255))
    with np.errstate(all="ignore"):
        logits = model.network(blank)
        if len(logits) != (classes := len(model.metadata.classes)):
            raise BrokenModelError(f"expected {classes} logits, one a class, got {len(logits)}")
        if not np.isfinite(logits).all():
            raise BrokenModelError(f"expected finite logits, got {logits.tolist()}")
        try:
            total = sum(model.predict(full).probabilities)
        except (ArithmeticError, ValueError) as error:
            raise BrokenModelError(f"expected an answer to a picture ({error})") from error
    if not abs(total - 1) < 1e-3:  # so, and not >=, for NaN too
        raise BrokenModelError(f"expected probabilities that sum to 1, got {total}")


def softmax(logits: Sequence[float]) -> list[float]:
    """Probabilities that sum to 1; shifted by the maximum, so no logit overflows."""
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def log_softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logarithms (classes,) of the softmax; finite where a probability is too small for a float."""
    shifted = logits.astype(np.float64) - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def sigmoid(logits: Sequence[float]) -> list[float]:
    """Logistic function, number by number, in the form that cannot overflow."""
    return [0.5 * (1 + math.tanh(0.5 * logit)) for logit in logits]

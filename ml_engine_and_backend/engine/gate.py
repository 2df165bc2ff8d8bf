"""28×28 field -> how like a digit it is, whichever model reads it then."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.predictor import LiteRTNetwork, Network, Verdict, softmax
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.folder import METADATA_FILE
from ml_engine_and_backend.model_folder.gate import CLASSES, GateMetadata
from ml_engine_and_backend.model_folder.metadata import NETWORK_FILE
from ml_engine_and_backend.model_folder.record import read_file, read_record

Kind = Literal["digit", "none", "several"]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is on a picture: `count` digits, and how like one digit all of it is, in 0..1."""

    kind: Kind
    digit_likeness: float
    count: int


@dataclass(frozen=True)
class Gate:
    """One version of the gate: its record and its network."""

    metadata: GateMetadata
    network: Network

    @classmethod
    def load(cls, path: Path) -> "Gate":
        """The gate of one `gate/<version>/` folder.

        Raises:
            BrokenModelError: a file is missing, malformed or not the recorded one.
        """
        metadata = read_record(path / METADATA_FILE, GateMetadata)
        if path.name != str(metadata.version) or NETWORK_FILE not in metadata.files:
            raise BrokenModelError(
                f"{path}: expected the record of version {path.name} and of {NETWORK_FILE}, "
                f"got version {metadata.version} and {sorted(metadata.files)}"
            )
        content = read_file(path / NETWORK_FILE, metadata.files[NETWORK_FILE].sha256)
        return cls(metadata, LiteRTNetwork(content, len(CLASSES)))

    def likeness(self, field: Field) -> float:
        """How like a digit a field is, in 0..1."""
        return self.shares(field)[0]

    def shares(self, field: Field) -> list[float]:
        """The probabilities of CLASSES: one digit, none, several."""
        temperature = self.metadata.temperature
        return softmax([logit / temperature for logit in self.network(field).tolist()])

    def accepts(self, likeness: float) -> bool:
        """Whether what is so like a digit is taken for one."""
        return likeness >= self.metadata.digit_from


def verdict_of(own: Verdict, found: Found, gate: Gate | None) -> Verdict:
    """A model's own verdict, where there is one digit that is like enough to digits."""
    if found.kind == "several":
        return "several"
    if found.kind == "none":
        return "not_a_digit"
    if gate is not None and found.digit_likeness < gate.metadata.sure_from:
        return "unsure"
    return own

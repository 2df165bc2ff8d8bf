"""What a run was told: how long, how often, with which picture."""

from dataclasses import dataclass

from benchmarks.picture import Upload


@dataclass(frozen=True)
class Plan:
    """Settings of one run.

    `seconds` is the length of one burst of load, `repeats` how often bursts that are compared
    with each other take turns.
    """

    upload: Upload
    seconds: int = 3
    repeats: int = 3
    soak_requests: int = 200_000

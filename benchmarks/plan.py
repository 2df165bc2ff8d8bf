"""How long, how often and with which picture a run measures."""

from dataclasses import dataclass

from benchmarks.picture import Upload


@dataclass(frozen=True)
class Plan:
    """Settings of one run.

    `seconds` is the length of one burst of load; `repeats` is how often measurements that are
    compared with each other take turns. `postgresql_url`, where given, names an
    empty database.
    """

    upload: Upload
    seconds: int = 3
    repeats: int = 5
    soak_requests: int = 200_000
    postgresql_url: str | None = None

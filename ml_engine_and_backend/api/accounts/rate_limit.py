"""How often one client may ask."""

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple, Self

PERIODS_S: Final = {"second": 1, "minute": 60, "hour": 3600}
RATE: Final = re.compile(r"([1-9][0-9]{0,5})/(second|minute|hour)", re.ASCII)
# a few megabytes, however many strangers come by
MAX_CLIENTS: Final = 10_000
# of a second: sums of intervals are not exact
TOLERANCE_S: Final = 1e-6
LONGEST_NAME: Final = 64


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    period_s: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `120/minute`.

        Raises:
            ValueError: it is not 1 to 999999, a slash, and second, minute or hour.
        """
        match = RATE.fullmatch(text)
        if match is None:
            raise ValueError("expected a rate such as 120/minute or 10/second")
        return cls(int(match[1]), PERIODS_S[match[2]])


class Allowance(NamedTuple):
    """What a client has left."""

    is_allowed: bool
    # requests that it may send at once
    remaining: int
    # seconds, rounded up, until it has all of them again; when refused, until it has one
    reset_s: int


class RateLimiter:
    """Holds each client to `rate`; whoever rested may send all its requests at once.

    The generic cell rate algorithm (ITU-T I.371, annex A): one number a client, the time at which
    it has everything again, which each request moves on by `period_s / requests`. The table has
    room for `max_clients`, and who has been quiet longest makes room for the next. It belongs to
    one process: several workers allow as many times as much. Not for several threads.
    """

    def __init__(
        self,
        rate: Rate,
        max_clients: int = MAX_CLIENTS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate = rate
        self._interval_s = rate.period_s / rate.requests
        self._max_clients = max_clients
        self._now = now
        self._whole_at: OrderedDict[str, float] = OrderedDict()

    def ask(self, client: str) -> Allowance:
        """Whether one more request of `client` is allowed; what is refused costs it nothing."""
        now = self._now()
        whole_at = max(self._whole_at.pop(client, now), now)
        moved_to = whole_at + self._interval_s
        wait_s = moved_to - now - self.rate.period_s
        is_allowed = wait_s <= TOLERANCE_S
        self._whole_at[client] = moved_to if is_allowed else whole_at
        if len(self._whole_at) > self._max_clients:
            self._whole_at.popitem(last=False)
        if not is_allowed:
            return Allowance(False, 0, math.ceil(wait_s))
        remaining = int((TOLERANCE_S - wait_s) / self._interval_s)
        return Allowance(True, remaining, math.ceil(moved_to - now - TOLERANCE_S))


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """Whose address it is: its own, or of IPv6 the /64, since each customer gets at least that."""
    try:
        ip = ip_address(address)
    except ValueError:  # a proxy that we trust may send any word
        return address[:LONGEST_NAME]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"

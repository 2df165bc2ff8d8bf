"""How often one client may ask."""

import math
import time
from ipaddress import IPv6Address, ip_address
from typing import Final

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

# as draft-ietf-httpapi-ratelimit-headers-06 has them
RATE_LIMIT_HEADERS: Final = (
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
)
LONGEST_NAME: Final = 64


class RateLimit:
    """Holds each client to `rate` in a sliding window; in the memory of one process."""

    def __init__(self, rate: RateLimitItem) -> None:
        self.rate = rate
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, client: str) -> tuple[bool, dict[str, str]]:
        """Whether one more request of `client` is allowed, and the headers that tell what is left.

        RateLimit-Reset and, on what is refused, Retry-After are seconds.
        """
        is_allowed = self._limiter.hit(self.rate, client)
        stats = self._limiter.get_window_stats(self.rate, client)
        reset_s = str(max(1, math.ceil(stats.reset_time - time.time())))
        policy = f"{self.rate.amount};w={self.rate.get_expiry()}"
        values = (str(self.rate.amount), str(stats.remaining), reset_s, policy)
        headers = dict(zip(RATE_LIMIT_HEADERS, values, strict=True))
        return is_allowed, headers if is_allowed else headers | {"Retry-After": reset_s}


def client_of(address: str) -> str:
    """Whose address it is: its own, or of IPv6 the /64, since each customer gets at least that."""
    try:
        ip = ip_address(address)
    except ValueError:  # a trusted proxy may send any word
        return address[:LONGEST_NAME]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"

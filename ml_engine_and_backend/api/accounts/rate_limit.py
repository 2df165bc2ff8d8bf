"""How often one client may ask."""

import math
import time
from ipaddress import IPv6Address, ip_address
from typing import Final

from anyio import CapacityLimiter, to_thread
from limits import RateLimitItem

from ml_engine_and_backend.api.accounts.limiter import Count, Limiter

# as draft-ietf-httpapi-ratelimit-headers-06 has them
RATE_LIMIT_HEADERS: Final = (
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
)
LONGEST_NAME: Final = 64
# that wait for Redis, at most; apart from those that wait for the database or read pictures
THREADS: Final = 8


class RateLimit:
    """Holds each client to `rate` in a sliding window, counted by `limiter`."""

    def __init__(self, rate: RateLimitItem, limiter: Limiter) -> None:
        self.rate = rate
        self._limiter = limiter
        self._threads = CapacityLimiter(THREADS)

    async def hit(self, client: str) -> tuple[bool, dict[str, str]]:
        """Whether one more request of `client` is allowed, and the headers that tell what is left.

        RateLimit-Reset and, on what is refused, Retry-After are seconds.
        """
        count = await self._count(client)
        reset_s = str(max(1, math.ceil(count.reset_at - time.time())))
        policy = f"{self.rate.amount};w={self.rate.get_expiry()}"
        values = (str(self.rate.amount), str(count.remaining), reset_s, policy)
        headers = dict(zip(RATE_LIMIT_HEADERS, values, strict=True))
        return count.is_allowed, headers if count.is_allowed else headers | {"Retry-After": reset_s}

    async def _count(self, client: str) -> Count:
        if self._limiter.is_shared:
            return await to_thread.run_sync(
                self._limiter.hit, self.rate, client, limiter=self._threads
            )
        return self._limiter.hit(self.rate, client)  # takes less time than a hop to a thread


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

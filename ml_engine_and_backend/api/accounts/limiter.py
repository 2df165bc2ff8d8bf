"""Where requests and attempts are counted: in each process, or in a Redis that replicas share."""

import logging
import threading
import time
from typing import Final, Literal, NamedTuple

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.settings import MEMORY

KEY_PREFIX: Final = "ladder"
# A count takes a fraction of a millisecond. For what takes longer, nobody is to wait.
TIMEOUT_S = 0.25
# how long counts stay in this process's memory before Redis is looked at again
RETRY_S = 2.0

log = logging.getLogger(__name__)

Counting = Literal["process", "shared", "away"]


class Count(NamedTuple):
    """What is left to somebody once they were counted; `reset_at` is in seconds of the epoch."""

    is_allowed: bool
    remaining: int
    reset_at: float


class Limiter:
    """Counts in sliding windows at `store`: `memory`, or a `redis://` URL.

    While Redis is away, this process counts in its own memory, from nothing: everybody is answered,
    and gets at most the limit of each process. From any thread; `hit` may wait TIMEOUT_S for Redis
    where `is_shared`.
    """

    def __init__(self, store: str = MEMORY) -> None:
        """Connects to nothing yet."""
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None if store == MEMORY else _redis(store)
        self._is_answering = True
        self._reason: str | None = None
        self._next_look = 0.0
        self._lock = threading.Lock()

    @property
    def is_shared(self) -> bool:
        """Whether other processes count at the same place, while it answers."""
        return self._shared is not None

    @property
    def counting(self) -> Counting:
        """`process`, `shared`, or `away`: it should be shared, and Redis does not answer."""
        if self._shared is None:
            return "process"
        return "shared" if self._is_there() else "away"

    @property
    def reason(self) -> str | None:
        """Why Redis does not answer."""
        return self._reason

    def hit(self, rate: RateLimitItem, *identifiers: str) -> Count:
        """Count one more of what `identifiers` name, unless that is past `rate`."""
        if self._shared is not None and self._is_there():
            try:
                return _hit(self._shared, rate, identifiers)
            except StorageError as error:
                self._is_away(error)
        return _hit(self._own, rate, identifiers)

    def look(self) -> None:
        """See whether Redis answers; nobody is counted."""
        if self._shared is None:
            return
        try:
            self._shared.get_window_stats(RateLimitItemPerSecond(1))
        except StorageError as error:
            self._is_away(error)
            return
        with self._lock:
            if self._reason is not None:
                log.info("Redis answers: requests are counted for all processes again")
            self._is_answering, self._reason = True, None
        metrics.rate_limit_store_answers(True)

    def _is_there(self) -> bool:
        """Whether it answered last; where not, a thread looks again, and no request waits."""
        with self._lock:
            if self._is_answering or time.monotonic() < self._next_look:
                return self._is_answering
            self._next_look = time.monotonic() + RETRY_S
        threading.Thread(target=self.look, name="redis", daemon=True).start()
        return False

    def _is_away(self, error: StorageError) -> None:
        with self._lock:
            if self._reason is None:
                # the URL may hold a password, what the client says of it does not
                self._reason = f"expected a Redis that answers, got: {error.storage_error}"
                log.error("Each process counts requests by itself; %s", self._reason)
            self._is_answering = False
            self._next_look = time.monotonic() + RETRY_S
        metrics.rate_limit_store_answers(False)


def _hit(
    limiter: SlidingWindowCounterRateLimiter, rate: RateLimitItem, identifiers: tuple[str, ...]
) -> Count:
    is_allowed = limiter.hit(rate, *identifiers)
    stats = limiter.get_window_stats(rate, *identifiers)
    reset_at = stats.reset_time
    if stats.remaining == rate.amount - 1 and reset_at <= time.time():
        # within its first millisecond, the library takes a whole window for none
        reset_at += rate.get_expiry()
    return Count(is_allowed, stats.remaining, reset_at)


def _redis(url: str) -> SlidingWindowCounterRateLimiter:
    # imported here, for whoever has one
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    storage = RedisStorage(
        url,
        wrap_exceptions=True,
        key_prefix=KEY_PREFIX,
        socket_connect_timeout=TIMEOUT_S,
        socket_timeout=TIMEOUT_S,
        # once, at once: a restarted Redis leaves connections behind that are closed
        retry=Retry(NoBackoff(), 1),  # type: ignore[arg-type]  # options are Redis's own
    )
    return SlidingWindowCounterRateLimiter(storage)

"""Who gets in: how many requests are worked on at once, and where their work runs."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

from ml_engine_and_backend.api.errors.problems import HTTPProblemError

# A prediction takes under a millisecond: past this many at once, waiting is worse than retrying,
# and an event loop that works them all off would tell the next one too late.
MAX_IN_FLIGHT: Final = 32
# Bodies that do not come with the headers in one piece; each may grow to the largest upload.
MAX_UPLOADS: Final = 64
# Decoding a large picture takes up to some hundred megabytes, so only so many do it at a time.
THREADS: Final = max(2, os.cpu_count() or 1)
# A refusal waits so long: clients that retry at once would else crowd out those let in.
REFUSAL_DELAY_S: Final = 0.006
RETRY_AFTER_S: Final = 1
OVER_CAPACITY: Final = "over-capacity"
# in `scope["state"]`: the server has let this request in already
ADMITTED: Final = "admitted"

Result = TypeVar("Result")


class Admission:
    """The places of one process. All but the threads' work happens on the event loop.

    Only requests that have come whole hold a place, so that slow senders keep nobody out.
    """

    def __init__(self, limit: int = MAX_IN_FLIGHT, uploads: int = MAX_UPLOADS) -> None:
        self.limit = limit
        self.in_flight = 0
        self._uploads = uploads
        self._uploading = 0
        self._threads: CapacityLimiter | None = None  # belongs to the loop that first asks
        self.refusals = Delayed(REFUSAL_DELAY_S)

    @property
    def is_full(self) -> bool:
        """Whether there is no place."""
        return self.in_flight >= self.limit

    def enter(self) -> bool:
        """Take a place; False when there is none."""
        if self.is_full:
            return False
        self.in_flight += 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1

    @contextmanager
    def place(self, scope: Scope) -> Iterator[None]:
        """A place for the request of `scope`, unless the server has given it one.

        Raises:
            HTTPProblemError: 503 when there is none.
        """
        if ADMITTED in scope.get("state", ()):
            yield
            return
        if not self.enter():
            raise over_capacity(f"expected at most {self.limit} requests at once, got one more")
        try:
            yield
        finally:
            self.leave()

    @contextmanager
    def upload(self) -> Iterator[None]:
        """Room for a body that is still to come.

        Raises:
            HTTPProblemError: 503 when there is none.
        """
        if self._uploading >= self._uploads:
            raise over_capacity(
                f"expected at most {self._uploads} large uploads at once, got one more",
                # what was not read must not be taken for the next request
                {"Connection": "close"},
            )
        self._uploading += 1
        try:
            yield
        finally:
            self._uploading -= 1

    async def in_thread(self, function: Callable[[], Result]) -> Result:
        """Run `function` on a thread, so that the event loop stays free for others."""
        self._threads = self._threads or CapacityLimiter(THREADS)
        return await to_thread.run_sync(function, limiter=self._threads)


class Delayed:
    """Calls back what it is given, in order and each after the same time, by one timer for all."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._due: deque[tuple[float, Callable[[], object]]] = deque()

    def add(self, call: Callable[[], object]) -> None:
        """Make `call` when its time has come."""
        loop = asyncio.get_running_loop()
        self._due.append((loop.time() + self._delay_s, call))
        if len(self._due) == 1:
            loop.call_later(self._delay_s, self._look)

    def _look(self) -> None:
        loop, due = asyncio.get_running_loop(), self._due
        # a millisecond early is better than a turn of a busy event loop late
        until = loop.time() + 0.001
        try:
            while due and due[0][0] < until:
                due.popleft()[1]()
        finally:  # whatever became of one, the others are called
            if due:
                loop.call_at(due[0][0], self._look)


def over_capacity(detail: str, headers: dict[str, str] | None = None) -> HTTPProblemError:
    """503 for a request that finds every place taken."""
    return unavailable(OVER_CAPACITY, "The service is over capacity", detail, headers)


def unavailable(
    kind: str, title: str, detail: str, headers: dict[str, str] | None = None
) -> HTTPProblemError:
    """503 with the word when to come back."""
    retry = {"Retry-After": str(RETRY_AFTER_S)}
    return HTTPProblemError(503, kind, title, detail, retry | (headers or {}))

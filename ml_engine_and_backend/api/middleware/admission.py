"""How many requests are worked on at once."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from ml_engine_and_backend.api.errors.problems import problem_response
from ml_engine_and_backend.api.paths import OPEN_INFERENCE, SAFE_METHODS, route_path

# A prediction takes about a millisecond, so the event loop comes round to timers in time.
MAX_AT_WORK: Final = 16
# A request that finds all slots taken waits so long for one. This evens out bursts, and it paces
# clients that retry at once: their refusals would else take the processor from those at work.
MAX_WAIT_S: Final = 0.15
# what a model is asked; it needs no database
PREDICTIONS: Final = ("/predict/", "/read/", f"{OPEN_INFERENCE}/")
OVER_CAPACITY: Final = "over-capacity"


class Admission:
    """ASGI middleware: at most `slots` predictions at once, else 503 with Retry-After.

    As many other requests that change something have slots of their own: they wait for the
    database, and predictions must not wait with them. What is asked by GET is not limited: it costs
    little, and whoever watches the service must get an answer.
    """

    def __init__(self, app: ASGIApp, slots: int = MAX_AT_WORK, wait_s: float = MAX_WAIT_S) -> None:
        self.app = app
        self._limit = slots
        self._predictions = asyncio.Semaphore(slots)
        self._others = asyncio.Semaphore(slots)
        self._wait_s = wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once it has a slot."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        is_prediction = (route_path(scope) + "/").startswith(PREDICTIONS)
        slots = self._predictions if is_prediction else self._others
        try:
            async with asyncio.timeout(self._wait_s if slots.locked() else None):
                await slots.acquire()
        except TimeoutError:
            detail = f"expected at most {self._limit} requests at once, got more"
            title = "The service is over capacity"
            response = problem_response(scope, 503, OVER_CAPACITY, title, detail)
            await response(scope, receive, send)
            return
        try:
            # reading a drawing keeps the event loop busy: let it first see what else has come
            await asyncio.sleep(0)
            await self.app(scope, receive, send)
        finally:
            slots.release()

"""HTTP/1.1 on one connection: uvicorn's, with bounds for the sender and a cheap 503.

What cannot be left to the application, which sees a request only when its headers are whole:
senders that never finish, and refusing requests for less than it costs to start them.
"""

import asyncio
import math
from collections.abc import Iterable
from functools import partial
from typing import Any, Final, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ml_engine_and_backend.api import canned, metrics
from ml_engine_and_backend.api.admission import ADMITTED, OVER_CAPACITY, Admission
from ml_engine_and_backend.api.direct import Direct
from ml_engine_and_backend.api.gathering import Gathering
from ml_engine_and_backend.api.unparsed import is_whole_and_plain

HEADERS_TIMEOUT_S: Final = 10.0
BODY_TIMEOUT_S: Final = 30.0
# longer than proxies keep idle connections to us, so that it is they who close them
KEEP_ALIVE_TIMEOUT_S: Final = 75
MAX_HEADERS_BYTES: Final = 64 * 1024
# each may hold a part of a body, so they bound the memory
MAX_CONNECTIONS: Final = 2048
# Whoever watches must get an answer above all when there is much to do.
ALWAYS_ADMITTED: Final = frozenset(
    (b"/health", b"/ready", b"/metrics", b"/v2/health/live", b"/v2/health/ready")
)


TOO_LATE: Final = canned.too_late(HEADERS_TIMEOUT_S, BODY_TIMEOUT_S)
TOO_LONG: Final = canned.too_long(MAX_HEADERS_BYTES)


class LadderProtocol(HttpToolsProtocol):
    """One connection.

    A request whose short body is still coming is not started before it is whole, so that slow
    senders hold no place. Once whole it gets a place (see `Admission`) or a 503. Where the
    application has a short way (see `Direct`), the request takes that if it can.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        state = self.config.loaded_app.state
        self._admission: Admission = state.serving.admission
        self._direct: Direct = state.direct
        self._deadline = math.inf  # of what the client is to send now
        self._is_idle = False  # all is answered, and nothing new has begun
        self._headers_bytes = 0  # of a request whose headers are not whole yet
        self._is_in_headers = False
        self._has_ended = False  # a request, in the last piece that came
        self._is_refusing = False  # the request that is coming
        self._refusals = 0  # that wait for their time
        self._goes_on = True  # the connection, once they are sent
        self._watch: asyncio.TimerHandle | None = None
        self._unstarted: tuple[RequestResponseCycle, Any] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve one more client, if there are not too many."""
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))
        if len(self.connections) > MAX_CONNECTIONS and not self._close_an_idle_one():
            transport.abort()
            return
        self._watch = self.loop.call_later(HEADERS_TIMEOUT_S, self._look)

    def _close_an_idle_one(self) -> bool:
        for connection in self.connections:
            if isinstance(connection, LadderProtocol) and connection.is_idle:
                connection.transport.close()
                return True
        return False

    @property
    def is_idle(self) -> bool:
        """Whether the last request is answered and no next one has begun."""
        return self._is_idle and not self.transport.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the client."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Close the connection if the client is late, else look again."""
        now = self.loop.time()
        if now >= self._deadline:
            self._time_out()
            return
        # a deadline set meanwhile is no sooner than this
        wait_s = min(self._deadline - now, HEADERS_TIMEOUT_S, self.timeout_keep_alive)
        self._watch = self.loop.call_later(wait_s, self._look)

    def _time_out(self) -> None:
        if self._is_in_headers or self._is_refusing or self._unstarted is not None:
            self._close_with(TOO_LATE)
            return
        cycle = self.cycle
        if self._is_idle or cycle is None:
            self.transport.close()  # not a byte came
            return
        cycle.disconnected = True  # the application, which waits for the body, learns of it
        cycle.message_event.set()
        if cycle.response_started:
            self.transport.close()
        else:
            self._close_with(TOO_LATE)

    def _close_with(self, answer: bytes) -> None:
        self.transport.write(answer % canned.new_id())
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; `msg` is uvicorn's, and in its log."""
        self._close_with(canned.MALFORMED)

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade may be ignored (RFC 9110, section 7.8): no word for the log."""

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless a 503 is all there is to say about it."""
        if self._is_idle and self._admission.is_full and is_whole_and_plain(data):
            self._is_idle = False
            self._deadline = math.inf
            self._refuse_soon("POST", goes_on=True)
            return
        self._has_ended = False
        super().data_received(data)
        if self._is_in_headers:
            # what came before in the same piece belongs to another request
            self._headers_bytes += 0 if self._has_ended else len(data)
            if self._headers_bytes > MAX_HEADERS_BYTES and not self.transport.is_closing():
                self._close_with(TOO_LONG)

    def on_response_complete(self) -> None:
        """A request is answered; the next one may come, or has."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not (self._refusals or self._is_refusing or self._is_in_headers):
            # uvicorn has a timer of its own for this; one a connection is enough
            self._is_idle = True
            self._deadline = self.loop.time() + self.timeout_keep_alive

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        """A request's first bytes are here."""
        super().on_message_begin()
        self._is_idle = False
        self._is_in_headers = True
        self._headers_bytes = 0
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S

    def on_headers_complete(self) -> None:
        """A request's headers are here; its body, if any, follows."""
        self._is_in_headers = False
        self._deadline = self.loop.time() + BODY_TIMEOUT_S
        # What comes behind a refusal must not be answered before it. Where others come before, it
        # waits with them.
        self._is_refusing = bool(self._refusals) and not self.pipeline
        if not self._is_refusing:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the request's body is here."""
        if not self._is_refusing:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request is here."""
        self._has_ended = True
        if self._is_idle:  # it is answered already
            return
        self._deadline = math.inf
        if self._is_refusing:
            self._is_refusing = False
            method = self.parser.get_method().decode("ascii")
            self._refuse_soon(method, goes_on=self.parser.should_keep_alive())
            return
        super().on_message_complete()
        if self._unstarted is not None:
            unstarted, self._unstarted = self._unstarted, None
            self._start_asgi_task(*unstarted)

    def _refuse_soon(self, method: str, *, goes_on: bool) -> None:
        self._goes_on = goes_on
        metrics.count_request(method, metrics.UNMATCHED, 503)
        metrics.refused(OVER_CAPACITY)
        self._refusals += 1
        self._admission.refusals.add(self._refuse)

    def _refuse(self) -> None:
        if not self._refusals:  # it is done already
            return
        self._refusals -= 1
        if self.transport.is_closing():
            return
        if self.flow.write_paused:  # who does not read what it is told
            self.transport.abort()
            return
        refusal = canned.over_capacity(self._admission.limit)
        # now, not in the event loop's next turn, which may be full of others' predictions
        cast("Gathering", self.transport).write_now(refusal % canned.new_id())
        if not self._goes_on and not self._refusals:
            self.transport.close()
        self.on_response_complete()

    def shutdown(self) -> None:
        """Finish what has begun, and end the connection."""
        while self._refusals:
            self._refuse()
        super().shutdown()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.more_body:
            if not cycle.waiting_for_100_continue and _is_short(cycle.scope["headers"]):
                self._unstarted = cycle, app
            else:
                # the application reads it, takes a place then, and refuses what is too much
                super()._start_asgi_task(cycle, app)
            return
        cycle.scope["state"][ADMITTED] = True
        if cycle.scope["raw_path"] in ALWAYS_ADMITTED:
            super()._start_asgi_task(cycle, app)
        elif not self._admission.enter():
            cycle.response_started = cycle.response_complete = True
            self._refuse_soon(cycle.scope["method"], goes_on=cycle.keep_alive)
        elif self.flow.write_paused or not self._direct.take(
            cycle.scope, bytes(cycle.body), partial(self._reply, cycle, app)
        ):  # the application waits for who is slow to read
            super()._start_asgi_task(cycle, _leaving(app, self._admission))

    def _reply(self, cycle: RequestResponseCycle, app: Any, answer: bytes | None) -> bool:
        """Send a right answer; without one, let `app` have the say."""
        if answer is None:
            super()._start_asgi_task(cycle, _leaving(app, self._admission))
            return True
        self._admission.leave()
        if cycle.disconnected or self.transport.is_closing():
            return False
        head = [b"HTTP/1.1 200 OK\r\n"]
        for header in self.server_state.default_headers:
            head += (b"%b: %b\r\n" % header,)
        if not cycle.keep_alive:
            head.append(b"connection: close\r\n")
        cast("Gathering", self.transport).write_now(b"".join(head) + answer)
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
        return True


def _leaving(app: Any, admission: Admission) -> Any:
    """`app`, giving its request's place back when it is done."""

    async def leaving(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        finally:
            admission.leave()

    return leaving


def _is_short(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request is announced as one whose body comes in one piece, if it has any."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) <= HIGH_WATER_LIMIT
        if name == b"transfer-encoding":
            return False
    return True

"""HTTP/1.1 on one connection: uvicorn's, with bounds for the sender and a cheap 503.

What cannot be left to the application, which sees a request only when its headers are whole:
senders that never finish, and refusing requests for less than it costs to start them.
"""

import asyncio
import json
import math
import os
from typing import Any, Final, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ml_engine_and_backend.api import metrics
from ml_engine_and_backend.api.admission import ADMITTED, OVER_CAPACITY, RETRY_AFTER_S, Admission
from ml_engine_and_backend.api.problems import MEDIA_TYPE, TYPE_PREFIX

HEADERS_TIMEOUT_S: Final = 10.0
BODY_TIMEOUT_S: Final = 30.0
# longer than proxies keep idle connections to us, so that it is they who close them
KEEP_ALIVE_TIMEOUT_S: Final = 75
MAX_HEADERS_BYTES: Final = 64 * 1024
# each may hold a part of a body, so they bound the memory
MAX_CONNECTIONS: Final = 2048
# A refusal waits so long: clients that retry at once would else crowd out those let in.
REFUSAL_DELAY_S: Final = 0.01
# Whoever watches must get an answer above all when there is much to do.
ALWAYS_ADMITTED: Final = frozenset(
    ("/health", "/ready", "/metrics", "/v2/health/live", "/v2/health/ready")
)


def _answer(status: str, kind: str, title: str, detail: str, *headers: str) -> bytes:
    """A problem+json answer to write as it is; a request id goes where `%b` stands."""
    number = int(status.partition(" ")[0])
    body = json.dumps(
        {"type": TYPE_PREFIX + kind, "title": title, "status": number, "detail": detail}
    ).encode()
    lines = (
        f"HTTP/1.1 {status}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        "x-content-type-options: nosniff",
        *headers,
        "x-request-id: %b",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.replace(b"%", b"%%")


TOO_LATE: Final = _answer(
    "408 Request Timeout",
    "request-timeout",
    "The request came too slowly",
    f"expected the headers within {HEADERS_TIMEOUT_S:g} s and the body within "
    f"{BODY_TIMEOUT_S:g} s of them",
    "connection: close",
)


TOO_LONG: Final = _answer(
    "431 Request Header Fields Too Large",
    "headers-too-large",
    "The headers are too large",
    f"expected at most {MAX_HEADERS_BYTES} bytes of headers, got more",
    "connection: close",
)
MALFORMED: Final = _answer(
    "400 Bad Request",
    "malformed-request",
    "The request is malformed",
    "expected an HTTP/1.1 request, got bytes that are none",
    "connection: close",
)


class LadderProtocol(HttpToolsProtocol):
    """One connection.

    A request whose short body is still coming is not started before it is whole, so that slow
    senders hold no place. Once whole it gets a place (see `Admission`) or a 503.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._admission: Admission = self.config.loaded_app.state.serving.admission
        limit = self._admission.limit
        self._refusal = _answer(
            "503 Service Unavailable",
            OVER_CAPACITY,
            "The service is over capacity",
            f"expected at most {limit} requests at once, got one more",
            f"retry-after: {RETRY_AFTER_S}",
        )
        self._deadline = math.inf  # of what the client is sending now
        self._headers_bytes = 0  # of a request whose headers are not whole yet
        self._is_in_headers = False
        self._watch: asyncio.TimerHandle | None = None
        self._unstarted: tuple[RequestResponseCycle, Any] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve one more client, if there are not too many."""
        super().connection_made(cast("asyncio.Transport", _Gathering(transport, self.loop)))
        if len(self.connections) > MAX_CONNECTIONS and not self._close_an_idle_one():
            transport.abort()
            return
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S
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
        done = self.cycle is not None and self.cycle.response_complete
        return done and self._deadline == math.inf and not self.transport.is_closing()

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
        wait_s = min(self._deadline - now, HEADERS_TIMEOUT_S)
        self._watch = self.loop.call_later(wait_s, self._look)

    def _time_out(self) -> None:
        if self._is_in_headers or self._unstarted is not None:
            self._close_with(TOO_LATE)
            return
        cycle = self.cycle
        begun = cycle is not None and not cycle.response_complete
        if not begun:
            self.transport.close()  # not a byte came
            return
        cycle.disconnected = True  # the application, which waits for the body, learns of it
        cycle.message_event.set()
        if cycle.response_started:
            self.transport.close()
        else:
            self._close_with(TOO_LATE)

    def _close_with(self, answer: bytes) -> None:
        self.transport.write(answer % _request_id())
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP; `msg` is uvicorn's, and in its log."""
        self._close_with(MALFORMED)

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade may be ignored (RFC 9110, section 7.8): no word for the log."""

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        super().data_received(data)
        if self._is_in_headers:
            self._headers_bytes += len(data)
            if self._headers_bytes > MAX_HEADERS_BYTES and not self.transport.is_closing():
                self._close_with(TOO_LONG)
        if self.timeout_keep_alive_task is None and self.is_idle:
            # whatever comes stops uvicorn's timer: the rest of a body after its answer, empty lines
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        """A request's first bytes are here."""
        super().on_message_begin()
        self._is_in_headers = True
        self._headers_bytes = 0
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S

    def on_headers_complete(self) -> None:
        """A request's headers are here; its body, if any, follows."""
        self._is_in_headers = False
        self._deadline = self.loop.time() + BODY_TIMEOUT_S
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is here."""
        self._deadline = math.inf
        super().on_message_complete()
        if self._unstarted is not None:
            unstarted, self._unstarted = self._unstarted, None
            self._start_asgi_task(*unstarted)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.more_body:
            if _comes_in_one_piece(cycle):
                self._unstarted = cycle, app
            else:
                # the application reads it, takes a place then, and refuses what is too much
                super()._start_asgi_task(cycle, app)
            return
        cycle.scope["state"][ADMITTED] = True
        if cycle.scope["path"] in ALWAYS_ADMITTED:
            super()._start_asgi_task(cycle, app)
        elif self._admission.enter():
            super()._start_asgi_task(cycle, _leaving(app, self._admission))
        else:
            self.loop.call_later(REFUSAL_DELAY_S, self._refuse, cycle)

    def _refuse(self, cycle: RequestResponseCycle) -> None:
        if cycle.disconnected or self.transport.is_closing():
            return
        metrics.count_request(cycle.scope["method"], metrics.UNMATCHED, 503)
        metrics.refused(OVER_CAPACITY)
        self.transport.write(self._refusal % _request_id())
        # now, not in the event loop's next turn, which may be full of others' predictions
        cast("_Gathering", self.transport).flush()
        cycle.response_started = cycle.response_complete = True
        self.on_response_complete()


class _Gathering:
    """A transport that sends the head and the body of an answer, two writes, as one.

    What is written waits for the next write, or for the event loop's next turn if none comes.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            data, self._held = self._held + data, b""
            self._transport.write(data)
        elif data:
            self._held = data
            self._loop.call_soon(self.flush)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what waits."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _leaving(app: Any, admission: Admission) -> Any:
    """`app`, giving its request's place back when it is done."""

    async def leaving(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        finally:
            admission.leave()

    return leaving


def _comes_in_one_piece(cycle: RequestResponseCycle) -> bool:
    """Whether the body is announced, short, and on its way without a word from us."""
    if cycle.waiting_for_100_continue:
        return False
    for name, value in cycle.scope["headers"]:
        if name == b"content-length":
            return int(value) <= HIGH_WATER_LIMIT
    return False


def _request_id() -> bytes:
    return os.urandom(8).hex().encode()

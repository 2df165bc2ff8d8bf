"""One connection: its requests get a place or a 503, and the shortest way that will do."""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ml_engine_and_backend.api import canned
from ml_engine_and_backend.api.direct import Direct, Reply
from ml_engine_and_backend.api.gathering import Gathering
from ml_engine_and_backend.api.middleware.admission import ADMITTED, OVER_CAPACITY, Admission
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.timed import TimedProtocol
from ml_engine_and_backend.api.unparsed import PlainRequest, plain_request

# Whoever watches must get an answer above all when there is much to do.
ALWAYS_ADMITTED: Final = frozenset(
    (b"/health", b"/ready", b"/metrics", b"/v2/health/live", b"/v2/health/ready")
)


class LadderProtocol(TimedProtocol):
    """One connection.

    A request whose short body is still coming is not started before it is whole, so that slow
    senders hold no place. Once whole it gets a place (see `Admission`) or a 503. It takes the short
    way (see `Direct`) if it can, and the application's else.

    A request that comes whole and plain, between two others, is not even parsed for that.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        state = self.config.loaded_app.state
        self._admission: Admission = state.serving.admission
        self._direct: Direct = state.direct
        self._unparsed = b""  # a request on the short way
        self._behind = b""  # what came after it
        self._found: dict[str, Any] | None = None  # what is known of the request being parsed
        self._unstarted: tuple[RequestResponseCycle, Any] | None = None
        self._is_refusing = False  # the request that is coming
        self._refusals: deque[bytes] = deque()  # that wait for their time
        self._goes_on = True  # the connection, once it is answered

    @property
    def is_unstarted(self) -> bool:
        """Whether nobody works on the request that is coming yet."""
        return super().is_unstarted or self._is_refusing or self._unstarted is not None

    def data_received(self, data: bytes) -> None:
        """Read what came, by the parser if it must be."""
        if self._unparsed:  # which is to be answered first
            self._behind += data
            self.flow.pause_reading()
            return
        # the parser may still be in the rest of a request that is answered
        if self._is_between and not self._is_in_message and not self.flow.write_paused:
            plain = plain_request(data)
            if plain is not None and self._take(plain, data):
                return
        self._parse(data)

    def _take(self, plain: PlainRequest, data: bytes) -> bool:
        """Whether the request needs no parser: it is refused, or goes the short way."""
        if not self._admission.enter():
            self._is_between = False
            self._deadline = math.inf
            self._refuse_soon("POST", goes_on=True)
            return True
        found: dict[str, Any] = {}
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": plain.path.decode(),
            "query_string": plain.query,
            "headers": plain.headers,
            "client": self.client,
            "scheme": self.scheme,
            "state": found,
        }
        if not self._is_taken(scope, plain.body, partial(self._reply_unparsed, found)):
            self._admission.leave()
            self._found = found
            return False
        self._is_between = False
        self._deadline = math.inf
        self._unparsed = data
        return True

    def _is_taken(self, scope: Mapping[str, Any], body: bytes, reply: Reply) -> bool:
        try:
            return self._direct.take(scope, body, reply)
        except Exception:
            self._admission.leave()
            raise

    def _parse(self, data: bytes) -> None:
        super().data_received(data)
        self._found = None  # it was about this request alone

    def on_response_complete(self) -> None:
        """A request is answered; the next one may come, or has."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._is_new = False
        is_last = not self.pipeline
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if not self.pipeline:  # else each answer would let in more than it is for
            self.flow.resume_reading()
        if is_last and not (self._refusals or self._is_refusing or self._is_in_headers):
            self._wait_for_next()

    def on_headers_complete(self) -> None:
        """A request's headers are here; its body, if any, follows."""
        # What comes behind a refusal must not be answered before it. Where others come before, it
        # waits with them.
        self._is_refusing = bool(self._refusals) and not self.pipeline
        if self._is_refusing:
            self._time_body()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the request's body is here."""
        if not self._is_refusing:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request is here."""
        if self._is_refusing:
            self._is_refusing = self._is_in_message = False
            self._has_ended = True
            self._deadline = math.inf
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
        limit = self._admission.limit
        self._refusals.append(
            canned.over_capacity(limit, goes_on=goes_on, is_head=method == "HEAD")
        )
        self._admission.refusals.add(self._refuse)

    def _refuse(self) -> None:
        if not self._refusals:  # it is done already
            return
        refusal = self._refusals.popleft()
        if self.transport.is_closing():
            return
        if self.flow.write_paused:  # who does not read what it is told
            self.transport.abort()
            return
        # now, not in the event loop's next turn, which may be full of others' predictions
        cast("Gathering", self.transport).write_now(refusal % canned.new_id())
        if not self._goes_on and not self._refusals:
            self.transport.close()
        self.on_response_complete()

    def shutdown(self) -> None:
        """Finish what has begun, and end the connection."""
        while self._refusals:
            self._refuse()
        if self._unparsed:
            self._goes_on = False
        else:
            super().shutdown()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._found is not None:
            cycle.scope["state"].update(self._found)
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
        elif self._is_for_application(cycle, app):
            super()._start_asgi_task(cycle, _leaving(app, self._admission))

    def _is_for_application(self, cycle: RequestResponseCycle, app: Any) -> bool:
        if self._found is not None:  # the short way has had a look at it
            return True
        # the application waits for who is slow to read
        return self.flow.write_paused or not self._is_taken(
            cycle.scope, bytes(cycle.body), partial(self._reply, cycle, app)
        )

    def _reply(self, cycle: RequestResponseCycle, app: Any, answer: bytes | None) -> bool:
        """Send a right answer; without one, let `app` have the say. Whether the client is there."""
        if answer is None:
            super()._start_asgi_task(cycle, _leaving(app, self._admission))
            return True
        self._admission.leave()
        cycle.response_started = cycle.response_complete = True
        return not cycle.disconnected and self._send(answer, goes_on=cycle.keep_alive)

    def _reply_unparsed(self, found: dict[str, Any], answer: bytes | None) -> bool:
        """Send a right answer; without one, parse the request. Whether the client is there."""
        unparsed, self._unparsed = self._unparsed, b""
        behind, self._behind = self._behind, b""
        self._admission.leave()
        if self.transport.is_closing():
            return False
        if answer is None:
            self._found = found
            self._parse(unparsed)
            if not self._goes_on:
                super().shutdown()
        else:
            self._send(answer, goes_on=self._goes_on)
        if behind and not self.transport.is_closing():
            self.data_received(behind)
        return True

    def _send(self, answer: bytes, *, goes_on: bool) -> bool:
        """Send the rest of a right answer; whether the client is still there."""
        if self.transport.is_closing():
            return False
        headers = [*self.server_state.default_headers]
        if not goes_on:
            headers.append((b"connection", b"close"))
        head = b"".join(b"%b: %b\r\n" % header for header in headers)
        cast("Gathering", self.transport).write_now(b"HTTP/1.1 200 OK\r\n" + head + answer)
        if not goes_on:
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

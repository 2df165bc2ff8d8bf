"""HTTP/1.1 on one connection: uvicorn's, with bounds for the sender.

The application sees a request only when its headers are whole, so it cannot help against senders
that never finish.
"""

import asyncio
import math
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ml_engine_and_backend.api import canned
from ml_engine_and_backend.api.gathering import Gathering

HEADERS_TIMEOUT_S: Final = 10.0
BODY_TIMEOUT_S: Final = 30.0
# for the client to read what it is sent, once there is more of that than should be kept
READING_TIMEOUT_S: Final = 30.0
# longer than proxies keep idle connections to us, so that it is they who close them
KEEP_ALIVE_TIMEOUT_S: Final = 75
MAX_HEADERS_BYTES: Final = 64 * 1024
# each may hold a part of a body, so they bound the memory
MAX_CONNECTIONS: Final = 2048

TOO_LATE: Final = canned.too_late(HEADERS_TIMEOUT_S, BODY_TIMEOUT_S)
TOO_LONG: Final = canned.too_long(MAX_HEADERS_BYTES)


class TimedProtocol(HttpToolsProtocol):
    """One connection whose client must send in time, and not too much.

    One timer a connection looks at a deadline that moves on; uvicorn's own, which it starts anew
    with every request, is not used.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline = math.inf  # of what the client is to send now
        self._reading_deadline = math.inf  # of what it is to read
        self._is_between = True  # all is answered, and nothing new has begun
        self._is_new = True  # nothing was ever answered
        self._is_in_message = (
            False  # the parser: of the next request, or the rest of an answered one
        )
        self._is_in_headers = False
        self._headers_bytes = 0  # of a request whose headers are not whole yet
        self._has_ended = False  # a request, in the last piece that came
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve one more client, if there are not too many."""
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))
        if len(self.connections) > MAX_CONNECTIONS and not self._close_an_idle_one():
            transport.abort()
            return
        self._watch = self.loop.call_later(self._shortest_s, self._look)

    @property
    def _shortest_s(self) -> float:
        """No deadline is set that is nearer than this."""
        return min(HEADERS_TIMEOUT_S, READING_TIMEOUT_S, self.timeout_keep_alive)

    def _close_an_idle_one(self) -> bool:
        for connection in self.connections:
            if isinstance(connection, TimedProtocol) and connection.is_idle:
                connection.transport.close()
                return True
        return False

    @property
    def is_idle(self) -> bool:
        """Whether the last request is answered and no next one has begun."""
        return self._is_between and not self._is_new and not self.transport.is_closing()

    @property
    def is_unstarted(self) -> bool:
        """Whether nobody works on the request that is coming yet."""
        return self._is_in_headers

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the client."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """End the connection if the client is late, else look again."""
        now = self.loop.time()
        if self.transport.is_closing():  # which waits until all is read
            self._reading_deadline = min(self._reading_deadline, now + READING_TIMEOUT_S)
        if now >= self._reading_deadline:
            self.transport.abort()
            return
        if now >= self._deadline:
            self._deadline = math.inf
            self._time_out()
        wait_s = min(self._deadline, self._reading_deadline) - now
        self._watch = self.loop.call_later(min(wait_s, self._shortest_s), self._look)

    def pause_writing(self) -> None:
        """More waits to be read than should be kept."""
        super().pause_writing()
        self._reading_deadline = self.loop.time() + READING_TIMEOUT_S

    def resume_writing(self) -> None:
        """It was read."""
        super().resume_writing()
        self._reading_deadline = math.inf

    def _time_out(self) -> None:
        if self.is_unstarted:
            self._close_with(TOO_LATE)
            return
        if self._is_between:
            self.transport.close()  # not a byte came
            return
        cycle = self.cycle
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
        """An upgrade may be ignored (RFC 9110, section 7.8): no word for the log.

        But what came behind it is lost, so the connection ends with the answer.
        """
        self.cycle.keep_alive = False

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self._has_ended = False
        super().data_received(data)
        if self._is_in_headers:
            # what came before in the same piece belongs to another request
            self._headers_bytes += 0 if self._has_ended else len(data)
            if self._headers_bytes > MAX_HEADERS_BYTES and not self.transport.is_closing():
                self._close_with(TOO_LONG)

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        """A request's first bytes are here."""
        super().on_message_begin()
        self._is_between = False
        self._is_in_message = True
        self._is_in_headers = True
        self._headers_bytes = 0
        self._deadline = self.loop.time() + HEADERS_TIMEOUT_S

    def on_headers_complete(self) -> None:
        """A request's headers are here; its body, if any, follows."""
        self._time_body()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is here."""
        self._is_in_message = False
        self._has_ended = True
        if not self._is_between:  # which it is where the answer came before the rest of the body
            self._deadline = math.inf
            super().on_message_complete()

    def _time_body(self) -> None:
        self._is_in_headers = False
        self._deadline = self.loop.time() + BODY_TIMEOUT_S

    def _wait_for_next(self) -> None:
        """All is answered."""
        self._is_between = True
        self._deadline = self.loop.time() + self.timeout_keep_alive

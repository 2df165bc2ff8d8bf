"""A server on a real socket whose short way can be watched, held or closed."""

import asyncio
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

import pytest
import uvicorn
from fastapi import FastAPI

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.direct import Direct, Reply
from ml_engine_and_backend.api.middleware.admission import Admission
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.observability import logs
from ml_engine_and_backend.api.protocol import LadderProtocol
from ml_engine_and_backend.api.server import server_config
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.sockets import bind
from ml_engine_and_backend.engine.predictor import Ladder
from tests.api.conftest import PNG
from tests.api.scraping import Labels, Scrape
from tests.api.test_protocol import connect, read_all, wait_until
from tests.fakes import fake_ladder

# What a request's way may be; of one that is never offered to the short way, there is none.
SHORT: Final = "short"
PASSED_ON: Final = "taken, then passed on"
LEFT: Final = "left to the application"
# ends the connection, so that everything before it can be read without a word about its length
LAST: Final = b"GET /health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
COUNTED: Final = (
    "http_requests_total",
    "http_request_duration_seconds_count",
    "ladder_predictions_total",
    "ladder_inference_seconds_count",
    "ladder_refused_total",
)
NEW_ID: Final = re.compile(rb"[0-9a-f]{32}")


def asking(
    body: bytes | None = PNG,
    content_type: bytes | None = b"image/png",
    more: bytes = b"",
    *,
    target: bytes = b"/predict/",
    method: bytes = b"POST",
    version: bytes = b"1.1",
) -> bytes:
    """A request as a client writes it; `more` are lines of its head."""
    head = b"%b %b HTTP/%b\r\nHost: test\r\n" % (method, target, version)
    if content_type is not None:
        head += b"Content-Type: %b\r\n" % content_type
    head += more
    if body is None:
        return head + b"\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def in_chunks(body: bytes = PNG, more: bytes = b"") -> bytes:
    """A drawing whose length is not announced."""
    head = asking(None, more=more + b"Transfer-Encoding: chunked\r\n")
    return head + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


class Answer(NamedTuple):
    """An answer as it came, but for the time and for ids that are new each time."""

    status: int
    headers: list[bytes]  # sorted: their order means nothing
    body: bytes


def answers_in(received: bytes) -> list[Answer]:
    """The answers that a client received, one after the other."""
    answers = []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        assert end
        status, *lines = re.sub(rb"\r\ndate: [^\r]+", b"\r\ndate: then", head).split(b"\r\n")
        length = int(dict(line.split(b": ", 1) for line in lines).get(b"content-length", b"0"))
        body, received = received[:length], received[length:]
        lines = [NEW_ID.sub(b"new", line) for line in lines]
        answers.append(Answer(int(status[9:12]), sorted(lines), NEW_ID.sub(b"new", body)))
    return answers


class Watched(Direct):
    """Tells the way that each request takes."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app.state.serving, app.state.settings, app.state.gate)
        self.ways: list[str] = []

    def take(self, scope: Mapping[str, Any], body: bytes, reply: Reply) -> bool:
        def told(answer: bytes | None) -> bool:
            self.ways.append(PASSED_ON if answer is None else SHORT)
            return reply(answer)

        is_taken = super().take(scope, body, told)
        if not is_taken:
            self.ways.append(LEFT)
        return is_taken


class Closed(Watched):
    """Takes nothing, so that the application answers."""

    def take(self, scope: Mapping[str, Any], body: bytes, reply: Reply) -> bool:
        return False


class Held(Watched):
    """Reads nothing before it is told to."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app)
        self._loop: asyncio.AbstractEventLoop | None = None

    def _work(self) -> None:
        self._loop = asyncio.get_running_loop()

    def wait_for(self, drawings: int) -> None:
        """Until so many drawings wait."""
        wait_until(lambda: self._loop is not None and len(self._waiting) == drawings)

    def go_on(self) -> None:
        """Read what waits."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(super()._work)


class Told(NamedTuple):
    """Everything that is told of requests: to the client, in the access log and by metrics."""

    answers: list[Answer]
    lines: list[dict[str, object]]
    counts: dict[str, dict[Labels, float]]


@dataclass
class Served:
    """A server that runs, with the lines of its access log."""

    app: FastAPI
    server: uvicorn.Server
    port: int
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def admission(self) -> Admission:
        """Its places."""
        admission: Admission = self.app.state.serving.admission
        return admission

    def ask(self, sent: bytes, direct: Direct | None) -> Told:
        """Send `sent`, which ends its connection, where `direct` is the short way, or none is."""
        self.app.state.direct = direct or Closed(self.app)
        self.lines.clear()
        before = Scrape()
        with closing(connect(self.port)) as connection:
            connection.sendall(sent)
            answers = answers_in(read_all(connection))
        # a line is written when all else is done, and that may be behind the answer's last byte
        wait_until(lambda: len(self.lines) == len([a for a in answers if a.status != 100]))
        wait_until(lambda: self.admission.in_flight == 0)
        after = Scrape()
        assert after.of("http_requests_in_flight") == 0
        return Told(
            answers,
            [told_line(line) for line in self.lines],
            {name: after.since(before, name) for name in COUNTED},
        )


def told_line(line: Mapping[str, Any]) -> dict[str, object]:
    """A line of the access log, but for the time and for an id that is new."""
    assert 0 < line["duration_s"] < 20
    request = "new" if NEW_ID.fullmatch(line["request"].encode()) else line["request"]
    return {**line, "duration_s": None, "request": request}


@contextmanager
def served(
    settings: Settings | None = None, ladder: Ladder | None = None, max_in_flight: int = 64
) -> Iterator[Served]:
    """A server over `ladder`, whose short way is the application's own at first."""
    app = create_app(settings or Settings(), Serving(ladder or fake_ladder(), max_in_flight))
    listener = bind("127.0.0.1", 0)
    served = Served(app, uvicorn.Server(server_config(app)), int(listener.getsockname()[1]))
    thread = threading.Thread(target=served.server.run, args=([listener],))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "access", lambda **line: served.lines.append(line))
        thread.start()
        try:
            wait_until(lambda: served.server.started)
            yield served
        finally:
            served.server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def connections(server: Served) -> list[LadderProtocol]:
    """Those that the server has now."""
    return cast("list[LadderProtocol]", list(server.server.server_state.connections))

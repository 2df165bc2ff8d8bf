"""The short way for what is asked most: a small drawing, in a request that has come whole.

Only right answers are given here. Whatever else a request needs (a thread, an error, a refusal, a
word about its headers) it gets from the application, as if this way did not exist.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.middleware.access import DECIDED, Gate
from ml_engine_and_backend.api.middleware.observability import CLIENT_LEFT, request_id_of
from ml_engine_and_backend.api.middleware.proxies import ForwardedClients
from ml_engine_and_backend.api.middleware.security_headers import SECURITY_HEADERS, RawHeaders
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.observability import logs, metrics
from ml_engine_and_backend.api.prediction_service import (
    QUICK_BYTES,
    Answer,
    answers_of,
    asked_model,
    encode_all,
    encode_one,
    is_quick,
)
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.uploads.body import TAKEN_TYPES, media_type_of, picture_in
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import LadderError
from ml_engine_and_backend.engine.predictor import Rung
from ml_engine_and_backend.engine.preprocessing import preprocess

log = logging.getLogger(__name__)

# So many answers of rungs, and the event loop looks for what else has come.
TOGETHER: Final = 10
# With one of these the request is not as simple as it looks.
OTHER_HEADERS: Final = frozenset((b"content-encoding", b"expect", b"transfer-encoding"))
ENCODERS: Final[Mapping[str, Callable[[Sequence[Answer]], bytes]]] = {
    "/predict": encode_one,
    "/predict/": encode_one,
    "/predict/all": encode_all,
    "/predict/all/": encode_all,
}
_HEAD: Final = "\r\n".join(
    (
        "content-type: application/json",
        *(f"{name.lower()}: {value}" for name, value in SECURITY_HEADERS.items()),
        "content-length: ",
    )
).encode()

# Takes the head's lines after the status, and the body; returns whether the client is still there.
# Without them, the application shall answer.
Reply = Callable[[bytes | None], bool]


@dataclass(slots=True)
class _Asked:
    """A drawing that is being read; `work` is what the last step left of it, None if it failed."""

    path: str
    client: str | None
    request_id: bytes
    bytes_in: int
    headers: RawHeaders
    rungs: Sequence[Rung]
    reply: Reply
    started: float
    work: Any


class Direct:
    """Reads the small drawings that are asked for within one turn of the event loop together.

    Step by step: all are decoded, then all are centred, then all are read. From the second one on
    a step's code and numbers are in the processor's caches; one drawing after the other takes half
    as long again. For the event loop's thread.
    """

    def __init__(self, serving: Serving, settings: Settings, gate: Gate) -> None:
        self._serving = serving
        self._gate = gate
        self._clients = ForwardedClients(settings.trusted_proxies)
        # what other pages may ask is in the headers of every answer
        self._is_closed = bool(settings.cors_origins)
        self._max_bytes = min(settings.max_upload_bytes, QUICK_BYTES)
        self._waiting: list[_Asked] = []

    def take(self, scope: Mapping[str, Any], body: bytes, reply: Reply) -> bool:
        """Answer the request of `scope`, soon and by `reply`, if it is as simple as it seems."""
        path = scope["path"]
        if (
            self._is_closed
            or path not in ENCODERS
            or scope["method"] != "POST"
            or len(body) > self._max_bytes
        ):
            return False
        headers = dict(scope["headers"])
        if len(headers) < len(scope["headers"]) or not OTHER_HEADERS.isdisjoint(headers):
            return False
        scope = self._clients.of(scope)
        decision = self._gate.decide(scope)
        scope["state"][DECIDED] = decision
        if decision.refusal is not None:
            return False
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if media_type_of(content_type) not in TAKEN_TYPES:
            return False
        try:
            picture = picture_in(body, content_type)
            ladder = self._serving.ladder
            if ENCODERS[path] is encode_all:
                rungs: Sequence[Rung] = ladder.rungs
            else:
                rungs = (ladder.find(asked_model(scope["query_string"])),)
        except (HTTPProblemError, LadderError):
            return False
        if not is_quick(picture):
            return False
        metrics.request_begun()
        client = scope["client"]
        self._waiting.append(
            _Asked(
                path=path,
                client=client[0] if client else None,
                request_id=request_id_of(scope),
                bytes_in=len(body),
                headers=decision.headers,
                rungs=rungs,
                reply=reply,
                started=time.perf_counter(),
                work=picture,
            )
        )
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._work)
        return True

    def _work(self) -> None:
        together = self._next()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._work)
        for step in _STEPS:
            for asked in together:
                if asked.work is not None:
                    try:
                        asked.work = step(asked)
                    except Exception:  # the application finds it again, and has the words for it
                        asked.work = None
        with logs.written_together():
            for asked in together:
                try:
                    _end(asked)
                except Exception:  # the others shall have their answers
                    log.exception("Unexpected error behind an answer")

    def _next(self) -> Sequence[_Asked]:
        """The next that are read together: at least one, and more while their rungs are few."""
        count, rungs = 1, len(self._waiting[0].rungs)
        for asked in self._waiting[1:]:
            rungs += len(asked.rungs)
            if rungs > TOGETHER:
                break
            count += 1
        together, self._waiting = self._waiting[:count], self._waiting[count:]
        return together


_STEPS: Final[Sequence[Callable[[_Asked], Any]]] = (
    lambda asked: decode(asked.work),
    lambda asked: preprocess(asked.work),
    lambda asked: answers_of(asked.work, asked.rungs),
    lambda asked: ENCODERS[asked.path](asked.work),
)


def _end(asked: _Asked) -> None:
    body: bytes | None = asked.work
    answer = None
    if body is not None:
        head = b"%b%d\r\nx-request-id: %b\r\n" % (_HEAD, len(body), asked.request_id)
        for header in asked.headers:
            head += b"%b: %b\r\n" % header
        answer = head + b"\r\n" + body
    is_there = asked.reply(answer)
    if body is None and is_there:
        metrics.request_passed_on()
        return
    status = 200 if is_there else CLIENT_LEFT
    duration_s = time.perf_counter() - asked.started
    metrics.request_ended("POST", asked.path, status, duration_s)
    logs.access(
        request=asked.request_id.decode(),
        method="POST",
        route=asked.path,
        status=status,
        duration_s=duration_s,
        client=asked.client,
        bytes_in=asked.bytes_in,
        bytes_out=len(body) if body and is_there else 0,
    )

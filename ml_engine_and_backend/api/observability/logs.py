"""Logs on standard error, one line an event: JSON for programs, text for people."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

import orjson

from ml_engine_and_backend.api.settings import Settings

# The id of the request that is being answered; every line written meanwhile carries it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_TRACEBACKS: Final = logging.Formatter()
_access_log: Final = logging.getLogger("ml_engine_and_backend.access")

# A line must not end, or steer a terminal, where a client wants it to.
_ESCAPED: Final = {
    code: rf"\x{code:02x}" if code < 0x100 else rf"\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}
_ESCAPED_IN_TRACEBACK: Final = {code: to for code, to in _ESCAPED.items() if code != ord("\n")}


def configure_logging(settings: Settings) -> None:
    """Write everything that is logged in this process, uvicorn's words too, in one format.

    The format is `settings.log_format`; left out, it is text on a terminal and JSON elsewhere:
    whoever collects the lines of a service parses them, whoever started it by hand reads them.
    """
    chosen: Literal["json", "text"] | None = settings.log_format
    if chosen is None:
        chosen = "text" if sys.stderr.isatty() else "json"
    handler = JSONHandler(sys.stderr) if chosen == "json" else logging.StreamHandler(sys.stderr)
    if chosen == "text":
        handler.setFormatter(TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.setLevel(logging.NOTSET)
        server.propagate = True
    # a line for each request is ours to write
    logging.getLogger("uvicorn.access").propagate = False
    logging.captureWarnings(True)


def access(
    *,
    request: str,
    method: str,
    route: str,
    status: int,
    duration_s: float,
    client: str | None,
    bytes_in: int,
    bytes_out: int,
) -> None:
    """Log an answered request, by its id and its route's template.

    Nothing that the client wrote is in it but the id.
    """
    if not _access_log.isEnabledFor(logging.INFO):
        return
    duration_ms = round(1000 * duration_s, 3)
    handlers = logging.root.handlers
    if not (handlers and isinstance(handlers[0], JSONHandler)):
        answering = request_id.set(request)
        _access_log.info("%s %s %d in %.1f ms", method, route, status, duration_ms)
        request_id.reset(answering)
        return
    # past the logger, whose record of a call costs more than the rest of the line
    line = {
        "time": datetime.now(UTC),
        "level": "INFO",
        "logger": _access_log.name,
        "message": f"{method} {route} {status}",
        "request_id": request,
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": duration_ms,
        "client": client,
        "bytes_in": bytes_in,
        "bytes_out": bytes_out,
    }
    handlers[0].write(orjson.dumps(line).decode())


@contextmanager
def written_together() -> Iterator[None]:
    """Lines of JSON that are logged meanwhile go out in one piece at the end."""
    handlers = logging.root.handlers
    handler = handlers[0] if handlers else None
    if not isinstance(handler, JSONHandler):
        yield
        return
    handler.hold()
    try:
        yield
    finally:
        handler.write_held()


class JSONHandler(logging.StreamHandler[TextIO]):
    """`time` (RFC 3339, UTC), `level`, `logger`, `message`; `request_id` while a request is
    answered; `exception`, a traceback."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._held: list[str] | None = None
        self._lines = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record as one line of JSON."""
        try:
            line: dict[str, Any] = {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "level": record.levelname,
                "logger": record.name,
                "message": record.getMessage(),
            }
            answering = request_id.get()
            if answering is not None:
                line["request_id"] = answering
            if record.exc_info:
                line["exception"] = _TRACEBACKS.formatException(record.exc_info)
            # in ASCII: some readers end lines at more characters than JSON escapes
            self.write(json.dumps(line, separators=(",", ":")))
        except Exception:
            self.handleError(record)

    def write(self, line: str) -> None:
        """Write a line that is JSON already, or keep it to be written with others."""
        with self._lines:
            if self._held is not None:
                self._held.append(line)
                return
        # answers go on where logs cannot: to a full disk, or to a reader that is gone
        with suppress(OSError):
            # one call, so that lines of several threads do not mix
            self.stream.write(line + "\n")

    def hold(self) -> None:
        """Keep the lines that come."""
        with self._lines:
            self._held = self._held or []

    def write_held(self) -> None:
        """Write what was kept."""
        with self._lines:
            held, self._held = self._held, None
        if held:
            self.write("\n".join(held))


class TextFormatter(logging.Formatter):
    """`LEVEL: logger: message (request id)`; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and more, indented, only for a traceback."""
        line = f"{record.levelname}: {record.name}: {record.getMessage().translate(_ESCAPED)}"
        answering = request_id.get()
        if answering is not None:
            line += f" ({answering})"
        if record.exc_info:
            traceback = self.formatException(record.exc_info).translate(_ESCAPED_IN_TRACEBACK)
            line += "\n  " + traceback.replace("\n", "\n  ")
        return line

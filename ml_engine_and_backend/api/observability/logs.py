"""Logs on standard error, one line an event: JSON for programs, text for people."""

import logging
import logging.config
import sys
from contextvars import ContextVar
from typing import Any, Final, Literal

from pythonjsonlogger.core import RESERVED_ATTRS

# The id of the request that is being answered; every line written meanwhile carries it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_access_log: Final = logging.getLogger("ml_engine_and_backend.access")

# A line must not end, or steer a terminal, where a client wants it to.
_ESCAPED: Final = {
    code: rf"\x{code:02x}" if code < 0x100 else rf"\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}
_ESCAPED_IN_TRACEBACK: Final = {code: to for code, to in _ESCAPED.items() if code != ord("\n")}


def logging_config(level: str, form: Literal["json", "text"] | None) -> dict[str, Any]:
    """The configuration, for `logging.config.dictConfig`, of everything that this process logs.

    Without `form`, it is text on a terminal and JSON elsewhere: whoever collects the lines of a
    service parses them, whoever started it by hand reads them.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            "text": {"()": TextFormatter},
            "json": {
                # not its quicker one by orjson, which fails on names that are no Unicode, and does
                # not escape what some readers take for the end of a line
                "()": "pythonjsonlogger.json.JsonFormatter",
                # uvicorn's copy of its messages, for terminals
                "reserved_attrs": [*RESERVED_ATTRS, "color_message"],
                "fmt": "%(levelname)s %(name)s %(message)s",
                "timestamp": "time",
                "rename_fields": {
                    "levelname": "level",
                    "name": "logger",
                    "exc_info": "exception",
                },
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": form or ("text" if sys.stderr.isatty() else "json"),
            }
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in ("uvicorn", "uvicorn.error")},
            # a line for each request is ours to write
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }


def configure_logging(level: str, form: Literal["json", "text"] | None) -> None:
    """Write everything that is logged in this process, uvicorn's lines too, in one format."""
    logging.config.dictConfig(logging_config(level, form))
    logging.captureWarnings(True)


def access(*, method: str, route: str, status: int, duration_ms: float, **further: object) -> None:
    """Log an answered request by its route's template: nothing that the client wrote is in it."""
    _access_log.info(
        "%s %s %d in %.1f ms",
        method,
        route,
        status,
        duration_ms,
        extra={
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": duration_ms,
            **further,
        },
    )


class RequestIdFilter(logging.Filter):
    """Gives each record the id of the request that is being answered, if any."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        answering = request_id.get()
        if answering is not None:
            record.request_id = answering
        return True


class TextFormatter(logging.Formatter):
    """`LEVEL: logger: message (request id)`; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and more, indented, only for a traceback."""
        line = f"{record.levelname}: {record.name}: {record.getMessage().translate(_ESCAPED)}"
        answering = getattr(record, "request_id", None)
        if answering is not None:
            line += f" ({answering})"
        if record.exc_info:
            traceback = self.formatException(record.exc_info).translate(_ESCAPED_IN_TRACEBACK)
            line += "\n  " + traceback.replace("\n", "\n  ")
        return line

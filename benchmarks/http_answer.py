"""Just enough of HTTP/1.1 to time answers cheaply."""

import re
from dataclasses import dataclass
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE: Final = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """A whole answer, and whether the server closes the connection after it."""

    status: int
    closes: bool


def parse_answer(received: bytes) -> Answer | None:
    """The answer that `received` holds, or None while it is not whole.

    Raises:
        ValueError: an answer without Content-Length, whose end cannot be known.
    """
    head_end = received.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = received[:head_end]
    length = _LENGTH.search(head)
    if length is None:
        raise ValueError(f"expected an answer with Content-Length, got {head[:200]!r}")
    if len(received) < head_end + 4 + int(length[1]):
        return None
    return Answer(int(head[9:12]), _CLOSE.search(head) is not None)

"""Requests that can be read without a parser, since nothing about them is special."""

import re
from typing import Final, NamedTuple

from ml_engine_and_backend.api.middleware.security_headers import RawHeaders

# as most clients write them: nothing that changes where the body ends or what follows it
_OTHER_LINES: Final = (
    rb"(?:(?!(?i:content-length|transfer-encoding|(?:proxy-)?connection|upgrade|expect):)"
    rb"[\w!#$%&'*+.^`|~-]+:[ -~]*\r\n)*"
)
_HEAD: Final = re.compile(
    rb"POST (/[\w./@-]*)(?:\?([\w%&+.=@-]*))? HTTP/1\.1\r\n"
    rb"(" + _OTHER_LINES + rb"(?i:content-length): ?([0-9]{1,7})\r\n" + _OTHER_LINES + rb")\r\n"
)


class PlainRequest(NamedTuple):
    """A whole POST request, after which the connection goes on; its path has nothing encoded."""

    path: bytes
    query: bytes
    lines: bytes
    body: bytes

    @property
    def headers(self) -> RawHeaders:
        """Names in lower case and values, as ASGI has them."""
        headers = []
        for line in self.lines.split(b"\r\n")[:-1]:
            name, _, value = line.partition(b":")
            headers.append((name.lower(), value.strip(b" ")))
        return headers


def plain_request(data: bytes) -> PlainRequest | None:
    """The request, if `data` is exactly one such; in doubt it is not, and the parser has the say.

    Parsing takes five times as long.
    """
    head = _HEAD.match(data)
    if head is None or len(data) != head.end() + int(head[4]):
        return None
    return PlainRequest(head[1], head[2] or b"", head[3], data[head.end() :])

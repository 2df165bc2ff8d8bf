"""Headers that tell a browser what an answer must not be used for."""

from collections.abc import Iterable
from typing import Final

RawHeaders = list[tuple[bytes, bytes]]

# An answer is data: nothing in it loads, runs or is framed. Pages set their own policies.
POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": POLICY,
}


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_HEADERS: Final = _raw(SECURITY_HEADERS)
_NAMES: Final = frozenset(name for name, _ in _HEADERS)


def secured(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """`headers` of an answer, with each security header that they lack.

    Names are lower case on both sides, as ASGI has them.
    """
    missing = _HEADERS
    given = {name for name, _ in headers}
    if not given.isdisjoint(_NAMES):
        missing = [header for header in missing if header[0] not in given]
    return [*headers, *missing]

"""Headers that tell a browser what an answer must not be used for."""

from collections.abc import Iterable
from typing import Final

RawHeaders = list[tuple[bytes, bytes]]

# An answer is data: nothing in it loads, runs or is framed. The page sets its own policy.
POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
# The two pages that FastAPI makes of the OpenAPI document come from a CDN, with inline scripts.
DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net https://fonts.googleapis.com; "
    "font-src https://fonts.gstatic.com; worker-src blob:; "
    "img-src 'self' data: https://fastapi.tiangolo.com https://cdn.redoc.ly; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DOCS_PATHS: Final = frozenset(("/docs", "/redoc"))

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
_DOCS_HEADERS: Final = _raw(SECURITY_HEADERS | {"Content-Security-Policy": DOCS_POLICY})
_NAMES: Final = frozenset(name for name, _ in _HEADERS)


def secured(headers: Iterable[tuple[bytes, bytes]], path: str) -> RawHeaders:
    """`headers` of the answer at `path`, with each security header that they lack.

    Names are lower case on both sides, as ASGI has them.
    """
    missing = _DOCS_HEADERS if path in DOCS_PATHS else _HEADERS
    given = {name for name, _ in headers}
    if not given.isdisjoint(_NAMES):
        missing = [header for header in missing if header[0] not in given]
    return [*headers, *missing]

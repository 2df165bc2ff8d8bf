"""Paths that several parts of the API need to know."""

from typing import Final

from starlette.types import Scope

PAGE: Final = "/"
DOCS: Final = "/docs"
METRICS: Final = "/metrics"
OPEN_INFERENCE: Final = "/v2"
# these change nothing (RFC 9110, section 9.2.1)
SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


def route_path(scope: Scope) -> str:
    """The request's path as the routes name it: without the root path of a proxy."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"

"""A request of a fuzzer: as an ASGI scope, and as bytes for a socket."""

from dataclasses import dataclass, field
from typing import Any

from tests.api.asgi import request


@dataclass
class Message:
    """Nothing is added to the headers, which may be wrong."""

    method: str = "POST"
    path: str = "/predict/"
    query: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: list[bytes] = field(default_factory=lambda: [b""])  # the chunks in which it arrives

    def scope(self) -> dict[str, Any]:
        """As a server passes it to an application."""
        scope = request(self.method, self.path, self.headers)
        return {**scope, "query_string": self.query}

    def wire(self) -> bytes:
        """As a client sends it, with the true Content-Length unless there is one."""
        target = self.path.encode() + (b"?" + self.query if self.query else b"")
        body = b"".join(self.body)
        headers = [(name.encode(), value.encode("latin-1")) for name, value in self.headers]
        if not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"Content-Length", b"%d" % len(body)))
        lines = [b"%b %b HTTP/1.1" % (self.method.encode(), target), b"Host: test"]
        lines += [b"%b: %b" % header for header in headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

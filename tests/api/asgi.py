"""Calls an ASGI application as a server does: faster than a client, and able to leave."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Scope


@dataclass
class Answer:
    """What the application sent."""

    status: int = 0  # 0: nothing
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The only header called `name`."""
        (value,) = [value for key, value in self.headers if key == name]
        return value


def request(method: str = "GET", path: str = "/", headers: Iterable[tuple[str, str]] = ()) -> Scope:
    """An HTTP/1.1 request's scope."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("192.0.2.7", 50000),
        "server": ("test", 80),
        "state": {},
    }


async def call(
    app: ASGIApp,
    scope: Scope,
    body: Sequence[bytes] = (b"",),
    *,
    leaves: bool = False,
    stalls: bool = False,
) -> Answer:
    """The answer to `scope`.

    After the chunks of `body`, a client that `leaves` disconnects, and one that `stalls` waits for
    the answer, although it has announced more.
    """
    answer = Answer()
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": leaves or stalls or n < len(body)}
        for n, chunk in enumerate(body, 1)
    ]

    answered = asyncio.Event()

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if not leaves:
            await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
        else:
            answer.body += message.get("body", b"")
            if not message.get("more_body"):
                answered.set()

    await app(scope, receive, send)
    return answer

"""A transport that writes less often."""

import asyncio
from typing import Any


class Gathering:
    """A transport that sends the head and the body of an answer, two writes, as one.

    What is written waits for the next write, or for the event loop's next turn if none comes.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """Send `data` with what comes next."""
        if self._held:
            self.write_now(data)
        elif data:
            self._held = data
            self._loop.call_soon(self.flush)

    def write_now(self, data: bytes) -> None:
        """Send `data`, behind what waits, without waiting."""
        held, self._held = self._held, b""
        self._transport.write(held + data)

    def close(self) -> None:
        """Send what waits, then end the connection."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what waits."""
        if self._held:
            self.write_now(b"")

    def is_closing(self) -> bool:
        """Whether the connection is ending."""
        return self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

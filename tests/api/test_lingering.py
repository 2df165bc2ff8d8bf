"""A process that stops answers what a proxy is just sending, and nothing new."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ml_engine_and_backend.api import lingering
from ml_engine_and_backend.api.lingering import LingeringProtocol

REQUEST = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"
SOON_S = 5


async def answer(_: Request) -> Response:
    return PlainTextResponse("done")


APP = Starlette(routes=[Route("/", answer, methods=["POST"])])


class Connection:
    """One that a proxy keeps."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self) -> bytes:
        """What comes: an answer, or nothing where the connection is closed."""
        self._writer.write(REQUEST)
        async with asyncio.timeout(SOON_S):
            try:
                head = await self._reader.readuntil(b"\r\n\r\n")
                return head + await self._reader.readexactly(len(b"done"))
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""

    async def is_closed(self) -> bool:
        async with asyncio.timeout(SOON_S):
            is_closed = await self._reader.read() == b""
        self._writer.close()
        return is_closed


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


async def stopping(protocol: type[asyncio.Protocol] | str) -> list[bytes]:
    """The answers on a connection before and after its server is told to stop."""
    config = uvicorn.Config(
        APP, http=protocol, lifespan="off", log_config=None, timeout_graceful_shutdown=30
    )
    server = uvicorn.Server(config)
    with listening() as listener:
        address = listener.getsockname()
        serving = asyncio.create_task(server.serve([listener]))
        connection, idle = [Connection(*await asyncio.open_connection(*address)) for _ in "12"]
        answers = [await connection.ask()]
        server.should_exit = True
        async with asyncio.timeout(SOON_S):
            while listener.fileno() != -1:  # noqa: ASYNC110 - until it listens no more
                await asyncio.sleep(0.01)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*address)
        answers.append(await connection.ask())
        assert await connection.is_closed()
        # that nobody uses does not keep it from ending
        assert await idle.is_closed()
        async with asyncio.timeout(SOON_S):
            await serving
    return answers


def test_answers_on_an_idle_connection_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "LINGER_S", 0.5)
    before, after = asyncio.run(stopping(LingeringProtocol))
    assert before.startswith(b"HTTP/1.1 200")
    assert b"connection: close" not in before
    assert after.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in after


def test_stock_uvicorn_loses_what_is_being_sent() -> None:
    """If this fails, the protocol above may not be needed any more."""
    before, after = asyncio.run(stopping("httptools"))
    assert before.startswith(b"HTTP/1.1 200")
    assert after == b""

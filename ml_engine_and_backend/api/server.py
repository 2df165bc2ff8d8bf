"""The server process: uvicorn with our protocol, on a socket of its own."""

import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Final

import uvicorn
from fastapi import FastAPI

from ml_engine_and_backend.api.protocol import LadderProtocol
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.sockets import bind, raise_file_limit
from ml_engine_and_backend.api.timed import KEEP_ALIVE_TIMEOUT_S
from ml_engine_and_backend.collector import resume_collector

# For what is in flight when the process is told to stop; as long as a body may take.
STOPPING_TIMEOUT_S: Final = 30
BACKLOG: Final = 2048

log = logging.getLogger(__name__)


def serve(app: FastAPI, settings: Settings, *, is_worker: bool = False) -> None:
    """Serve `app` until SIGTERM or SIGINT, which let what is in flight finish.

    A worker shares its port with others, over which the kernel spreads the connections, and ends
    with the process that started it.

    Raises:
        OSError: the address cannot be listened on.
    """
    raise_file_limit()
    listener = bind(settings.host, settings.port, shares_port=is_worker)
    host, port = listener.getsockname()[:2]
    log.info("Listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    _Server(server_config(app, is_worker=is_worker)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's; what was there when it began to listen stays for good."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        resume_collector()


def server_config(app: FastAPI, *, is_worker: bool = False) -> uvicorn.Config:
    """How uvicorn runs `app` here."""
    return uvicorn.Config(
        app,
        http=LadderProtocol,
        ws="none",
        # on this work it is as fast as any other
        loop="asyncio",
        lifespan="on",
        backlog=BACKLOG,
        # logs, addresses of proxies and the server's name are the application's matter
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_TIMEOUT_S,
        timeout_graceful_shutdown=STOPPING_TIMEOUT_S,
        callback_notify=_until_orphaned() if is_worker else None,
        timeout_notify=1,
    )


def _until_orphaned() -> Callable[[], Awaitable[None]]:
    """A check that ends the process once whoever started it is gone."""
    parent = os.getppid()

    async def check() -> None:
        if os.getppid() != parent:
            signal.raise_signal(signal.SIGTERM)

    return check

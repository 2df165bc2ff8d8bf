"""A server of this process, whose inside can be looked at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from ml_engine_and_backend.api.server import server_config
from ml_engine_and_backend.api.sockets import bind

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.middleware.admission import Admission
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import Settings
from tests.api.test_protocol import wait_until
from tests.fakes import fake_ladder


@dataclass(frozen=True)
class Service:
    """What is served where."""

    port: int
    admission: Admission
    server: uvicorn.Server

    @property
    def held(self) -> dict[str, int]:
        """What requests take while they last."""
        state = self.server.server_state
        return {
            "places": self.admission.in_flight,
            "uploads": self.admission._uploading,
            "tasks": len(state.tasks),
            "connections": len(state.connections),
        }


@contextmanager
def running(keep_alive_s: float) -> Iterator[Service]:
    """The real server over a ladder of fakes, on a thread."""
    serving = Serving(fake_ladder())
    config = server_config(create_app(Settings(), serving))
    config.timeout_keep_alive = keep_alive_s  # type: ignore[assignment]  # below a second
    server = uvicorn.Server(config)
    listener = bind("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield Service(int(listener.getsockname()[1]), serving.admission, server)
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()

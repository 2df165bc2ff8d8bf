"""A server that counts: what the generators are tried on."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class SmallServer:
    """Answers every POST with `status`, on a thread; remembers what came."""

    def __init__(self) -> None:
        self.status = 200
        self.closes = False
        self.answered = 0
        self.bodies: set[bytes] = set()
        self.content_types: set[str] = set()
        outer, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    outer.answered += 1
                    outer.bodies.add(body)
                    outer.content_types.add(self.headers["Content-Type"])
                self.send_response(outer.status)
                self.send_header("Content-Length", "2")
                if outer.closes:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # wrk just leaves
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/predict/?model=cnn"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

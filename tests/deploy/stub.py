"""A stand-in for the application, which answers with what reached it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# body of the answer to /status/<code>
PROBLEM = b'{"type":"urn:digit-ladder:problem:from-the-application"}'
# of the answer to /huge; more than nginx and the kernel hold for a client that does not read
HUGE = bytes(4_000_000)


class _Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("X-Die"):  # as a killed process does: no answer, the connection gone
            self.close_connection = True
            return
        status, media_type = 200, "application/json"
        content = json.dumps(
            {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body_bytes": len(body),
                "port": self.connection.getsockname()[1],
                "padding": " " * (10_000 if self.path == "/long" else 0),
            }
        ).encode()
        if self.path.startswith("/status/"):
            status, media_type = int(self.path.rpartition("/")[2]), "application/problem+json"
            content = PROBLEM
        elif self.path == "/huge":
            content = HUGE
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815  the names that http.server looks for

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # nginx gave up a client that did not read
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


@contextmanager
def stub() -> Iterator[str]:
    """A stub's `host:port`; while it runs, it answers."""
    server = _Server(("127.0.0.1", 0), _Stub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

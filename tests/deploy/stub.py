"""A stand-in for the application: says what reached it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# status -> body of the answer to a path that asks for that status
PROBLEM = b'{"type":"urn:digit-ladder:problem:from-the-application"}'


class _Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/die":  # as a killed process does: no answer, the connection gone
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
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer  # noqa: N815  the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def stub() -> Iterator[str]:
    """A stub's `host:port`; while it runs, it answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

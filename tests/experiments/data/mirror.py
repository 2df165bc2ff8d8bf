"""A mirror on 127.0.0.1 that serves rightly or misbehaves; the first part of the path says how."""

import gzip
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from tests.experiments.data.mnist_fakes import FakeMnist


class Mirror:
    """Serves `files` by name while the context lasts; `requests` lists the paths asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.requests: list[str] = []
        self.closing = threading.Event()
        mirror = self

        class Handler(_Handler):
            def do_GET(self) -> None:
                _, behaviour, name = self.path.split("/")
                mirror.requests.append(self.path)
                getattr(self, behaviour)(name, files.get(name, b""), mirror.closing)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    def address(self, behaviour: str) -> str:
        """The base address of a mirror that behaves so."""
        return f"http://127.0.0.1:{self._server.server_port}/{behaviour}/"

    def __enter__(self) -> "Mirror":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class' name
        """Keep the test output quiet."""

    def _send(self, body: bytes, *, announced: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)

    def right(self, name: str, body: bytes, closing: threading.Event) -> None:
        self._send(body)

    def unpacked(self, name: str, body: bytes, closing: threading.Event) -> None:
        self._send(gzip.decompress(body))

    def missing(self, name: str, body: bytes, closing: threading.Event) -> None:
        self.send_error(404)

    def truncated(self, name: str, body: bytes, closing: threading.Event) -> None:
        self._send(body[: len(body) // 2])

    def other(self, name: str, body: bytes, closing: threading.Event) -> None:
        # the right shape, other contents
        self._send(FakeMnist(seed=8).gzipped["train-images-idx3-ubyte.gz"])

    def endless(self, name: str, body: bytes, closing: threading.Event) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while not closing.is_set():
                self.wfile.write(bytes(65536))
        except ConnectionError:
            return

    def stalling(self, name: str, body: bytes, closing: threading.Event) -> None:
        self._send(body[:100], announced=len(body))
        closing.wait()

    def silent(self, name: str, body: bytes, closing: threading.Event) -> None:
        closing.wait()

    def dripping(self, name: str, body: bytes, closing: threading.Event) -> None:
        self._send(b"", announced=len(body))
        try:
            for byte in body:
                if closing.wait(0.02):
                    return
                self.wfile.write(bytes((byte,)))
        except ConnectionError:
            return

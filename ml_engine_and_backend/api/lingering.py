"""How a process behind a proxy leaves, so that no request of the proxy is lost."""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# longer than deploy/nginx keeps a connection that it does not use
LINGER_S: Final = 4.5
CLOSE: Final = (b"connection", b"close")


class LingeringProtocol(HttpToolsProtocol):
    """uvicorn's, but an idle connection is not closed at once when the process is told to stop.

    The proxy may be sending a request into it just now, and may not send a POST twice. So whatever
    comes is answered, with `Connection: close`, until the proxy lets the connection go or LINGER_S
    have passed. Nothing listens meanwhile: new connections go to another process.
    """

    def shutdown(self) -> None:
        """Called by the server for each connection."""
        if CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers.append(CLOSE)
        self.loop.call_later(LINGER_S, super().shutdown)

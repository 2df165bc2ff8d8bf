"""The sockets of a server process."""

import socket
from contextlib import suppress


def bind(host: str, port: int, *, shares_port: bool = False) -> socket.socket:
    """A TCP socket bound to the address, not listening yet.

    Raises:
        OSError: the name means no address here, or the port is taken.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shares_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def raise_file_limit() -> None:
    """Let the process hold as many connections as it is allowed to at all."""
    with suppress(ImportError, ValueError, OSError):  # not every system has or grants it
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

"""Proxies whose word about the client's address and scheme is believed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from ipaddress import IPv4Network, ip_network
from typing import Any

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def add_trusted_proxies(app: FastAPI, proxies: Iterable[str]) -> None:
    """Read X-Forwarded-For and -Proto from these addresses and networks; from none, of none."""
    trusted = _trusted(proxies)
    if trusted:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)


class ForwardedClients:
    """Tells the client that a trusted proxy speaks for, as that middleware does."""

    def __init__(self, proxies: Iterable[str]) -> None:
        trusted = _trusted(proxies)
        self._middleware = ProxyHeadersMiddleware(_no_application, trusted) if trusted else None

    def of(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """`scope`, or a copy with the client and the scheme that the proxy tells."""
        if self._middleware is None:
            return scope
        copy = {**scope}
        with suppress(StopIteration):  # it waits for nothing, so its first step is its last
            self._middleware(copy, None, None).send(None)  # type: ignore[arg-type]
        return copy


async def _no_application(*_: Any) -> None:
    """Takes a scope that somebody else is interested in."""


def _trusted(proxies: Iterable[str]) -> list[str]:
    return [form for proxy in proxies for form in _forms(proxy)]


def _forms(proxy: str) -> list[str]:
    """The network, and that of its IPv4 addresses as a socket that takes IPv6 too tells them."""
    network = ip_network(proxy)
    if not isinstance(network, IPv4Network):
        return [str(network)]
    return [str(network), f"::ffff:{network.network_address}/{96 + network.prefixlen}"]

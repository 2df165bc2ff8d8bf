"""Proxies whose word about the client's address and scheme is believed."""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def add_trusted_proxies(app: FastAPI, proxies: Iterable[str]) -> None:
    """Read X-Forwarded-For and -Proto from these addresses and networks; from none, of none."""
    trusted = [form for proxy in proxies for form in _forms(proxy)]
    if trusted:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)


def _forms(proxy: str) -> list[str]:
    """The network, and that of its IPv4 addresses as a socket that takes IPv6 too tells them."""
    network = ip_network(proxy)
    if not isinstance(network, IPv4Network):
        return [str(network)]
    return [str(network), f"::ffff:{network.network_address}/{96 + network.prefixlen}"]

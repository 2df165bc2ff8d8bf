"""The proxies in front of the service: what they say of clients, and the path they show it at."""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class TrustedProxies(ProxyHeadersMiddleware):
    """uvicorn's middleware: X-Forwarded-For and -Proto are read from these networks only."""

    def __init__(self, app: ASGIApp, proxies: Iterable[str]) -> None:
        super().__init__(app, [form for proxy in proxies for form in _forms(proxy)])  # type: ignore[arg-type]


class RootPath:
    """ASGI middleware for a service that a proxy shows below `root_path`.

    Whether or not the proxy cuts that off, the path begins with it from here on, as ASGI has it:
    redirects and the OpenAPI document then name whole paths.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            is_whole = (scope["path"] + "/").startswith(self._root_path + "/")
            path = scope["path"] if is_whole else self._root_path + scope["path"]
            scope = {**scope, "root_path": self._root_path, "path": path}
        await self.app(scope, receive, send)


def _forms(proxy: str) -> list[str]:
    """The network, and its IPv4 addresses as a socket that takes IPv6 too shows them."""
    network = ip_network(proxy)
    if not isinstance(network, IPv4Network):
        return [str(network)]
    return [str(network), f"::ffff:{network.network_address}/{96 + network.prefixlen}"]

"""Which address a request comes from, when others have passed it on."""

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.middleware.proxies import add_trusted_proxies

PROXIES = ("192.0.2.0/24", "198.51.100.200", "2001:db8::/32")


def address_of(peer: str, *forwarded: str, proxies: tuple[str, ...] = PROXIES) -> str:
    """What an application behind `proxies` takes for the client of a request from `peer`."""
    app = FastAPI()
    add_trusted_proxies(app, proxies)

    @app.get("/")
    async def address(request: Request) -> str:
        assert request.client is not None
        return request.client.host

    client = TestClient(app, client=(peer, 50_000))
    headers = [("X-Forwarded-For", value) for value in forwarded]
    return str(client.get("/", headers=headers).json())


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", ["203.0.113.9"], "203.0.113.9"),
        ("198.51.100.200", ["203.0.113.9"], "203.0.113.9"),
        ("2001:db8::7", ["203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["2001:db9::1"], "2001:db9::1"),
        # IPv4 on a socket that takes IPv6 too
        ("::ffff:192.0.2.7", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:198.51.100.200", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:198.51.100.201", ["203.0.113.9"], "::ffff:198.51.100.201"),
        # what the client itself wrote stands left of what the proxy added
        ("192.0.2.7", ["203.0.113.1, 203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["203.0.113.1", "203.0.113.9"], "203.0.113.9"),
        ("192.0.2.7", ["192.0.2.8, 203.0.113.9"], "203.0.113.9"),
        # two proxies
        ("192.0.2.7", ["203.0.113.1, 203.0.113.9, 192.0.2.8"], "203.0.113.9"),
        ("192.0.2.7", ["203.0.113.9, "], "192.0.2.7"),
        ("192.0.2.7", [""], "192.0.2.7"),
        ("192.0.2.7", [], "192.0.2.7"),
        # from anybody else it is hearsay
        ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("198.51.100.1", ["192.0.2.8"], "198.51.100.1"),
        ("127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
    ],
)
def test_forwarded_addresses_count_from_trusted_proxies_alone(
    peer: str, forwarded: list[str], address: str
) -> None:
    assert address_of(peer, *forwarded) == address


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.7", "::1"])
def test_without_proxies_nobody_is_believed(peer: str) -> None:
    assert address_of(peer, "203.0.113.9", proxies=()) == peer

import asyncio

import pytest
from limits import parse

from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.accounts.rate_limit import RateLimit, client_of


def test_one_client_takes_nothing_from_another() -> None:
    limit = RateLimit(parse("3/hour"), Limiter())
    hits = [asyncio.run(limit.hit("a"))[0] for _ in range(5)]
    assert hits == [True] * 3 + [False] * 2
    is_allowed, headers = asyncio.run(limit.hit("b"))
    assert is_allowed
    assert headers["RateLimit-Remaining"] == "2"
    assert "Retry-After" not in headers


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
        ("x" * 5000, "x" * 64),
    ],
)
def test_client_is_the_address_or_the_ipv6_network(address: str, client: str) -> None:
    assert client_of(address) == client

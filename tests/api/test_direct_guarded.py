"""The short way behind keys, rates, proxies and other pages, over a real socket."""

import pytest
from pydantic import SecretStr

from ml_engine_and_backend.api.accounts.rate_limit import Rate
from ml_engine_and_backend.api.settings import Settings
from tests.api.short_way import LEFT, PASSED_ON, SHORT, Watched, asking, served
from tests.api.test_direct import BLANK, CLOSE

KEY = "a-key-of-sixteen-characters"
# settings; lines of the head; the answers' statuses and ways, what the last one's head holds,
# the client
GUARDED: dict[str, tuple[Settings, bytes, list[int], list[str], bytes, str]] = {
    "no key": (
        Settings(api_keys=(SecretStr(KEY),)),
        b"",
        [401, 401],
        [LEFT, LEFT],
        b"www-authenticate",
        "",
    ),
    "a key": (
        Settings(api_keys=(SecretStr(KEY),)),
        b"X-API-Key: %b\r\n" % KEY.encode(),
        [200, 200],
        [SHORT, SHORT],
        b"x-request-id",
        "",
    ),
    "a rate": (
        Settings(rate_limit=Rate.parse("1/minute")),
        b"",
        [200, 429],
        [SHORT, LEFT],
        b"retry-after",
        "",
    ),
    "another page": (
        Settings(cors_origins=("https://example.org",)),
        b"Origin: https://example.org\r\n",
        [200, 200],
        [LEFT, LEFT],
        b"access-control-allow-origin: https://example.org",
        "",
    ),
    "a proxy": (
        Settings(trusted_proxies=("127.0.0.1",)),
        b"X-Forwarded-For: 192.0.2.7\r\n",
        [200, 200],
        [SHORT, SHORT],
        b"x-request-id",
        "192.0.2.7",
    ),
    "a proxy and a rate": (
        Settings(trusted_proxies=("127.0.0.1",), rate_limit=Rate.parse("1/minute")),
        b"X-Forwarded-For: 192.0.2.7\r\n",
        [200, 429],
        [SHORT, LEFT],
        b"ratelimit-remaining: 0",
        "192.0.2.7",
    ),
}


@pytest.mark.parametrize(
    ("settings", "more", "statuses", "ways", "header", "client"), GUARDED.values(), ids=GUARDED
)
def test_nothing_goes_past_what_stands_before_the_drawings(
    settings: Settings,
    more: bytes,
    statuses: list[int],
    ways: list[str],
    header: bytes,
    client: str,
) -> None:
    sent = asking(more=more) + asking(more=more + CLOSE)
    with served(settings) as server:
        direct = Watched(server.app)
        told = server.ask(sent, direct)
    with served(settings) as server:
        assert server.ask(sent, None) == told
    assert direct.ways == ways
    assert [answer.status for answer in told.answers] == statuses
    assert any(line.startswith(header) for line in told.answers[1].headers)
    assert {line["client"] for line in told.lines} == {client or "127.0.0.1"}


def test_what_is_passed_on_is_counted_once_against_the_rate() -> None:
    with served(Settings(rate_limit=Rate.parse("3/minute"))) as server:
        direct = Watched(server.app)
        told = server.ask(asking(BLANK) + asking(b"<svg/>") + asking(more=CLOSE), direct)
    assert direct.ways == [PASSED_ON, LEFT, SHORT]
    left = [
        line.rpartition(b" ")[2]
        for answer in told.answers
        for line in answer.headers
        if line.startswith(b"ratelimit-remaining")
    ]
    assert left == [b"2", b"1", b"0"]

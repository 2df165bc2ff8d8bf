"""Requests that are refused unread: which are, and that only whole ones can be."""

import pytest

from ml_engine_and_backend.api.unparsed import is_whole_and_plain

LINE = b"POST /predict/?model=cnn HTTP/1.1\r\n"
HOST = b"Host: test\r\n"
LENGTH = b"Content-Length: 4\r\n"
PLAIN = LINE + HOST + LENGTH + b"\r\n\x89PNG"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        LINE + LENGTH + HOST + b"X-Empty:\r\n\r\n\x89PNG",
        LINE + HOST + b"content-length:4\r\n\r\n\x89PNG",
        LINE
        + b"Accept: */*\r\nCookie: a=b; c=d\r\n"
        + LENGTH
        + b"Content-Type: a/b\r\n\r\n\r\n\r\n",
        LINE + b"Content-Length: 0\r\n\r\n",
    ],
)
def test_a_whole_request_as_most_are(data: bytes) -> None:
    assert is_whole_and_plain(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PLAIN[:-1],
        PLAIN + b"P",
        PLAIN + PLAIN,
        PLAIN[: PLAIN.index(b"\r\n\r\n") + 2],
        *(PLAIN.replace(b"POST", other) for other in (b"GET", b"post", b"POST ", b"\r\nPOST")),
        *(PLAIN.replace(b"1.1", other) for other in (b"1.0", b"2.0", b"1.1 ")),
        *(PLAIN.replace(b"/predict/", other) for other in (b"http://a/", b"*", b"/a b", b"/\xff")),
        PLAIN.replace(HOST, b"Transfer-Encoding: chunked\r\n"),
        PLAIN.replace(HOST, b"Connection: close\r\n"),
        PLAIN.replace(HOST, b"connection: close\r\n"),
        PLAIN.replace(HOST, b"Upgrade: websocket\r\n"),
        PLAIN.replace(HOST, b"Expect: 100-continue\r\n"),
        PLAIN.replace(HOST, LENGTH),
        PLAIN.replace(LENGTH, LENGTH + LENGTH),
        PLAIN.replace(LENGTH, LENGTH + b"content-length: 5\r\n"),
        PLAIN.replace(LENGTH, b""),
        *(PLAIN.replace(b": 4", b": " + other) for other in (b"+4", b"4 4", b"0x4", b"-1", b"4,4")),
        PLAIN.replace(HOST, b"Host : test\r\n"),
        PLAIN.replace(HOST, b" folded\r\n"),
        PLAIN.replace(HOST, b"Host: te\0st\r\n"),
        PLAIN.replace(HOST, b"Host: te\nst\r\n"),
        PLAIN.replace(HOST, b"Host test\r\n"),
        PLAIN.replace(b"\r\n", b"\n"),
    ],
)
def test_in_doubt_the_parser_has_the_say(data: bytes) -> None:
    assert not is_whole_and_plain(data)


def test_a_hostile_head_takes_no_longer_than_it_is_long() -> None:
    assert not is_whole_and_plain(LINE + b"a:" * 100_000)
    assert not is_whole_and_plain(LINE + b"a: b\r\n" * 40_000)
    assert not is_whole_and_plain(LINE + b"a: b\r\n" * 20_000 + LENGTH + b"a: b\r\n" * 20_000)

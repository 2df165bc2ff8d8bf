"""Requests that no parser is asked about: only whole ones, with nothing special about them."""

import pytest

from ml_engine_and_backend.api.unparsed import PlainRequest, plain_request

LINE = b"POST /predict/?model=cnn HTTP/1.1\r\n"
HOST = b"Host: test\r\n"
LENGTH = b"Content-Length: 4\r\n"
PLAIN = LINE + HOST + LENGTH + b"\r\n\x89PNG"


NAMES = [(b"host", b"test"), (b"content-length", b"4")]


@pytest.mark.parametrize(
    ("data", "path", "query", "headers", "body"),
    [
        (PLAIN, b"/predict/", b"model=cnn", NAMES, b"\x89PNG"),
        (
            b"POST /predict HTTP/1.1\r\ncontent-length:4\r\n"
            b"X-Empty:\r\nHost:  test \r\n\r\n\x89PNG",
            b"/predict",
            b"",
            [(b"content-length", b"4"), (b"x-empty", b""), (b"host", b"test")],
            b"\x89PNG",
        ),
        (
            b"POST /predict? HTTP/1.1\r\nCookie: a=b; c=d\r\nContent-Length: 0\r\n\r\n",
            b"/predict",
            b"",
            [(b"cookie", b"a=b; c=d"), (b"content-length", b"0")],
            b"",
        ),
        (
            PLAIN.replace(b"cnn", b"cnn%401").replace(b"\x89PNG", b"\r\n\r\n"),
            b"/predict/",
            b"model=cnn%401",
            NAMES,
            b"\r\n\r\n",
        ),
    ],
)
def test_a_whole_request_as_most_are(
    data: bytes, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    plain = plain_request(data)
    assert isinstance(plain, PlainRequest)
    assert (plain.path, plain.query, plain.headers, plain.body) == (path, query, headers, body)


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
        *(
            PLAIN.replace(b"/predict/", other)
            for other in (b"http://a/", b"*", b"/a b", b"/\xff", b"/%70/", b"/a#", b"//a\x00")
        ),
        PLAIN.replace(HOST, b"Transfer-Encoding: chunked\r\n"),
        PLAIN.replace(HOST, b"Connection: close\r\n"),
        PLAIN.replace(HOST, b"connection: close\r\n"),
        PLAIN.replace(HOST, b"Proxy-Connection: close\r\n"),
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
        PLAIN.replace(HOST, b"Ho(st: test\r\n"),
        PLAIN.replace(HOST, b"Host: t\xe9st\r\n"),
        PLAIN.replace(b"model=cnn", b"model=<cnn>"),
        PLAIN.replace(b"\r\n", b"\n"),
    ],
)
def test_in_doubt_the_parser_has_the_say(data: bytes) -> None:
    assert plain_request(data) is None


def test_a_hostile_head_takes_no_longer_than_it_is_long() -> None:
    assert plain_request(LINE + b"a:" * 100_000) is None
    assert plain_request(LINE + b"a: b\r\n" * 40_000) is None
    assert plain_request(LINE + b"a: b\r\n" * 20_000 + LENGTH + b"a: b\r\n" * 20_000) is None

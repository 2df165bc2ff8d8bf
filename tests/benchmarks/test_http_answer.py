"""Answers, recognised while they come in."""

import pytest

from benchmarks.http_answer import Answer, parse_answer

WHOLE = b"HTTP/1.1 200 OK\r\ndate: x\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_part_is_no_answer(length: int) -> None:
    assert parse_answer(WHOLE[:length]) is None


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (WHOLE, Answer(200, closes=False)),
        (
            b"HTTP/1.1 503 x\r\ncontent-length:0\r\nConnection: close\r\n\r\n",
            Answer(503, closes=True),
        ),
        # what a body says is no header
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n\r\nconnection: close",
            Answer(200, closes=False),
        ),
    ],
)
def test_status_and_end(received: bytes, expected: Answer) -> None:
    assert parse_answer(received) == expected


def test_an_answer_without_a_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected an answer with Content-Length"):
        parse_answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")

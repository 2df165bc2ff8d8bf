"""Answers that are written as they stand are whole and right."""

import json

import pytest

from ml_engine_and_backend.api import canned
from ml_engine_and_backend.api.errors.problems import MEDIA_TYPE
from ml_engine_and_backend.api.middleware.admission import RETRY_AFTER_S

CANNED = {
    "too late": (canned.too_late(10, 0.5), 408, "request-timeout", True),
    "too long": (canned.too_long(65_536), 431, "headers-too-large", True),
    "no HTTP": (canned.MALFORMED, 400, "malformed-request", True),
    "no place": (canned.over_capacity(32), 503, "over-capacity", False),
}


@pytest.mark.parametrize(("answer", "status", "kind", "ends"), CANNED.values(), ids=CANNED)
def test_each_is_a_problem_of_the_length_it_says_with_an_id_of_its_own(
    answer: bytes, status: int, kind: str, ends: bool
) -> None:
    head, _, body = (answer % b"mine-1").partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(headers) == len(lines)
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert int(headers["content-length"]) == len(body)
    assert headers["content-type"] == MEDIA_TYPE
    assert headers["x-request-id"] == "mine-1"
    assert headers.get("connection") == ("close" if ends else None)
    assert headers.get("retry-after") == (None if ends else str(RETRY_AFTER_S))
    problem = json.loads(body)
    assert problem["type"] == f"urn:digit-ladder:problem:{kind}"
    assert problem["status"] == status
    assert set(problem) == {"type", "title", "status", "detail"}


def test_the_bounds_are_named_as_they_are() -> None:
    assert b"within 10 s and the body within 0.5 s" in canned.too_late(10, 0.5)
    assert b"at most 65536 bytes" in canned.too_long(65_536)
    # one limit is kept, and another one takes its place
    for limit in (32, 64, 32):
        assert b"at most %d requests" % limit in canned.over_capacity(limit) % b"mine-1"


def test_ids_are_new_each_time() -> None:
    ids = {canned.new_id() for _ in range(99)}
    assert len(ids) == 99
    assert {len(given) for given in ids} == {16}

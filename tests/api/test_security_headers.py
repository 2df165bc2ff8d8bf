import pytest

from ml_engine_and_backend.api.middleware.security_headers import SECURITY_HEADERS, secured

EXPECTED = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
LENGTH = (b"content-length", b"3")


def test_an_answer_without_any_gets_all() -> None:
    assert dict(secured([LENGTH])) == EXPECTED | dict([LENGTH])
    assert dict(secured([])) == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_an_answers_own_header_stays_and_stays_alone(name: bytes) -> None:
    own = [(name, b"its own"), LENGTH]
    headers = secured(own)
    assert headers[:2] == own
    assert len(headers) == len(EXPECTED) + 1
    assert dict(headers) == EXPECTED | dict(own)


def test_the_answers_list_is_not_changed() -> None:
    headers = [LENGTH]
    secured(headers).append(LENGTH)
    assert headers == [LENGTH]
    assert len(secured(headers)) == len(SECURITY_HEADERS) + 1

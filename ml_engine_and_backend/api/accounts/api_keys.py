"""The API keys that an operator gives out."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers

KEY_HEADER: Final = "X-API-Key"


class APIKeys:
    """Knows the operator's `keys`; it keeps only their SHA-256."""

    def __init__(self, keys: Sequence[str]) -> None:
        # of one length, so that comparing tells nothing of the keys' own
        self._digests = [_digest(key) for key in keys]

    def find(self, given: str | None) -> str | None:
        """The digest of a given key if it is one of ours, in the same time for all of them."""
        if given is None:
            return None
        digest, is_known = _digest(given), False
        for known in self._digests:
            is_known |= hmac.compare_digest(known, digest)
        return digest if is_known else None


def given_key(headers: Headers) -> str | None:
    """The key that a request carries, in X-API-Key or as a Bearer token (RFC 6750)."""
    key = headers.get(KEY_HEADER)
    if key is not None:
        return key.strip()
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

"""Passwords, kept as Argon2id hashes."""

import functools
import secrets
import unicodedata
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ml_engine_and_backend.database.errors import BadPasswordError

SHORTEST: Final = 8
LONGEST: Final = 1024
# What OWASP's Password Storage Cheat Sheet asks at least: 19 MiB, two passes, one lane. RFC 9106's
# 64 MiB and four lanes would take the service's cores from those who draw.
HASHER: Final = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))


def hash_password(password: str) -> str:
    """What is kept of a new password.

    Raises:
        BadPasswordError: it has fewer than SHORTEST or more than LONGEST characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPasswordError(
            f"expected a password of {SHORTEST} to {LONGEST} characters, got {len(password)}"
        )
    return HASHER.hash(_normalised(password))


def verify_password(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether `password` is the one that `kept` was made from; None is never right.

    It takes as long for None as for a wrong password, so that time does not tell which names
    exist. Where `kept` was made with other parameters, what to keep from now on comes second.
    """
    # made in either case, since the first time takes as long as a verification
    nobody = _hash_of_nobody()
    is_right, renewed = HASHER.verify_and_update(_normalised(password), kept or nobody)
    return is_right and kept is not None, renewed


@functools.cache
def _hash_of_nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe())


def _normalised(password: str) -> str:
    """The same bytes from every keyboard (NIST SP 800-63B, section 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)

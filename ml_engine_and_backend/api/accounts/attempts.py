"""How often somebody may try a password, or sign up."""

import math
import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.database.accounts import name_key, sha256

# One person who mistypes; what an attacker at one address gets at one name.
OF_NAME_AND_ADDRESS: Final = RateLimitItemPerMinute(10, 10)
# a class that signs in behind one address
OF_ADDRESS: Final = RateLimitItemPerMinute(100, 10)
# what a crowd of addresses gets at one name: some 14,000 guesses a day
OF_NAME: Final = RateLimitItemPerMinute(100, 10)
SIGN_UPS: Final = RateLimitItemPerHour(60)


class Attempts:
    """Counts by `limiter`, which keeps an address for as long as it is limited, and on no disk.

    While a name or an address is limited, the right password is refused too, or refusals would
    tell which one it is. What is refused is not counted: a limit ends by itself, however long
    somebody hammers. One address gets a tenth of what a name takes, so nobody alone can keep
    others out of their account; ten addresses at once can, from new sign-ins, while they go on and
    for ten minutes more. Whoever is signed in stays so.
    """

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    def password(self, name: str, client: str) -> None:
        """Count one try of a password of `name` from the address or network `client`.

        Raises:
            HTTPProblemError: 429 with Retry-After.
        """
        # a hash, since a name may be as long as anybody likes
        key = sha256(name_key(name))
        self._hit(OF_NAME_AND_ADDRESS, "both", key, client)
        self._hit(OF_ADDRESS, "address", client)
        self._hit(OF_NAME, "name", key)

    def sign_up(self, client: str) -> None:
        """Count one sign-up from `client`.

        Raises:
            HTTPProblemError: 429 with Retry-After.
        """
        self._hit(SIGN_UPS, "sign-up", client)

    def _hit(self, limit: RateLimitItem, *identifiers: str) -> None:
        count = self._limiter.hit(limit, *identifiers)
        if count.is_allowed:
            return
        wait_s = max(1, math.ceil(count.reset_at - time.time()))
        raise HTTPProblemError(
            429,
            "too-many-attempts",
            "Too many attempts",
            f"expected at most {limit.amount} attempts per {limit.get_expiry()} s, got more; "
            f"try again in {wait_s} s",
            {"Retry-After": str(wait_s)},
        )

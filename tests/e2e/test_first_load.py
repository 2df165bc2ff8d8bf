"""What has to come over the wire before the field can be drawn on."""

import re
from pathlib import Path

from ml_engine_and_backend.api.middleware.precompressed import ENDINGS

# Slow 3G as browsers' tools simulate it: 500 kbit/s, 400 ms for each of two round trips.
BYTES_A_SECOND = 500_000 / 8
ROUND_TRIPS_S = 2 * 0.4
WITHIN_S = 3.0


def test_field_comes_in_time_on_slow_3g(dist: Path) -> None:
    page = (dist / "index.html").read_text()
    named = re.findall(r'(?:src|href)="\./([^"]+\.(?:js|css|svg))"', page)
    assert len(named) >= 4
    for ending in ENDINGS.values():
        sent = sum((dist / f"{name}{ending}").stat().st_size for name in ("index.html", *named))
        assert ROUND_TRIPS_S + sent / BYTES_A_SECOND < WITHIN_S, (ending, sent)

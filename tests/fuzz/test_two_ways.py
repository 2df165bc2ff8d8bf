"""Random requests in random pieces: the short way and the application answer them alike."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import pytest

from ml_engine_and_backend.api.settings import Settings
from tests.api.short_way import LAST, Answer, Closed, Served, Watched, answers_in, asking, served
from tests.api.test_direct import CLOSE, MAX_BYTES, ROWS
from tests.api.test_protocol import connect, read_all

# those after which the connection goes on, and one whose answer comes before its body does
GOING_ON = [
    row.sent
    for row in ROWS.values()
    if CLOSE not in row.sent and b"HTTP/1.0" not in row.sent and row.status not in (100, 413)
]
PLAIN = asking()
EARLY = asking(PLAIN + bytes(66_000), target=b"/nothing")
SEQUENCES = 120
SEED = 20_261_127


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served(Settings(max_upload_bytes=MAX_BYTES)) as server:
        yield server


def pieces(sent: bytes, chance: random.Random) -> list[bytes]:
    """`sent`, cut anywhere, and rather often around what may be taken for a request."""
    begins = [at for at in range(len(sent)) if sent.startswith(PLAIN, at)]
    cuts = [chance.randrange(len(sent)) for _ in range(chance.randrange(6))]
    for at in chance.sample(begins, chance.randrange(len(begins) + 1)):
        cuts += [at, at + len(PLAIN)]
    edges = sorted({0, *cuts, len(sent)})
    return [sent[start:end] for start, end in pairwise(edges)]


def answers(server: Served, sent: list[bytes]) -> list[Answer]:
    with closing(connect(server.port)) as connection:
        for piece in sent:
            connection.sendall(piece)
            time.sleep(0.002)  # or the next one would come with it
        return answers_in(read_all(connection))


def test_whatever_comes_in_whatever_pieces_is_answered_alike_and_in_order(server: Served) -> None:
    ways: set[str] = set()
    for number in range(SEQUENCES):
        chance = random.Random(SEED + number)  # noqa: S311
        requests = chance.choices([*GOING_ON, EARLY], k=chance.randrange(1, 5))
        sent = pieces(b"".join(requests) + LAST, chance)
        short, usual = Watched(server.app), Closed(server.app)
        told = []
        for direct in (short, usual):
            server.app.state.direct = direct
            told.append(answers(server, sent))
        assert told[0] == told[1], f"sequence {number}"
        assert len(told[0]) == len(requests) + 1, f"sequence {number}"
        ways.update(short.ways)
    assert len(ways) == 3
    assert server.admission.in_flight == 0

"""What is written for a client, and in how many pieces it goes out."""

import asyncio
from collections.abc import Callable

import pytest

from ml_engine_and_backend.api.gathering import Gathering

CLOSED = b"<closed>"


class Recorded(asyncio.Transport):
    """Keeps what goes out, piece by piece."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 50000)})
        self.sent: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.sent.append(CLOSED)

    def is_closing(self) -> bool:
        return CLOSED in self.sent


def sent_by(use: Callable[[Gathering], object]) -> tuple[list[bytes], list[bytes]]:
    """What has gone out when `use` is done, and what has a turn of the loop later."""

    async def used() -> tuple[list[bytes], list[bytes]]:
        transport = Recorded()
        use(Gathering(transport, asyncio.get_running_loop()))
        at_once = list(transport.sent)
        await asyncio.sleep(0)
        in_a_turn = list(transport.sent)
        await asyncio.sleep(0)
        assert transport.sent == in_a_turn
        return at_once, in_a_turn

    return asyncio.run(used())


def writes(*pieces: bytes) -> Callable[[Gathering], object]:
    def use(gathering: Gathering) -> None:
        for piece in pieces:
            gathering.write(piece)

    return use


# what is written in one turn; what goes out at once, and what one turn later
WRITTEN: dict[str, tuple[list[bytes], list[bytes], list[bytes]]] = {
    "nothing": ([b""], [], []),
    "one piece": ([b"head"], [], [b"head"]),
    "a head and a body": ([b"head", b"body"], [b"headbody"], [b"headbody"]),
    # a body of nothing ends the wait all the same: no more comes
    "a head without a body": ([b"head", b""], [b"head"], [b"head"]),
    "two answers": (
        [b"head", b"body", b"HEAD", b"BODY"],
        [b"headbody", b"HEADBODY"],
        [b"headbody", b"HEADBODY"],
    ),
    "an answer in three pieces": (
        [b"head", b"body", b"more"],
        [b"headbody"],
        [b"headbody", b"more"],
    ),
}


@pytest.mark.parametrize(("pieces", "at_once", "in_a_turn"), WRITTEN.values(), ids=WRITTEN)
def test_two_writes_go_out_as_one_and_one_alone_in_the_next_turn(
    pieces: list[bytes], at_once: list[bytes], in_a_turn: list[bytes]
) -> None:
    assert sent_by(writes(*pieces)) == (at_once, in_a_turn)


@pytest.mark.parametrize(
    ("waits", "sent"), [(b"", [b"now"]), (b"before ", [b"before now"])], ids=["nothing", "a piece"]
)
def test_what_cannot_wait_goes_out_at_once_behind_what_waits(
    waits: bytes, sent: list[bytes]
) -> None:
    def use(gathering: Gathering) -> None:
        gathering.write(waits)
        gathering.write_now(b"now")

    assert sent_by(use) == (sent, sent)


def test_what_is_written_behind_what_could_not_wait_waits() -> None:
    def use(gathering: Gathering) -> None:
        gathering.write(b"a")
        gathering.write_now(b"b")
        gathering.write(b"c")

    assert sent_by(use) == ([b"ab"], [b"ab", b"c"])


@pytest.mark.parametrize(
    ("pieces", "sent"),
    [([], [CLOSED]), ([b"a"], [b"a", CLOSED]), ([b"a", b"b"], [b"ab", CLOSED])],
    ids=["nothing", "a piece", "an answer"],
)
def test_what_waits_goes_out_before_the_connection_ends(
    pieces: list[bytes], sent: list[bytes]
) -> None:
    def use(gathering: Gathering) -> None:
        writes(*pieces)(gathering)
        gathering.close()

    assert sent_by(use) == (sent, sent)


def test_what_waits_can_be_sent_without_more() -> None:
    def use(gathering: Gathering) -> None:
        gathering.write(b"a")
        gathering.flush()
        gathering.flush()

    assert sent_by(use) == ([b"a"], [b"a"])


def test_all_else_is_the_transports() -> None:
    def use(gathering: Gathering) -> None:
        assert gathering.get_extra_info("peername") == ("192.0.2.7", 50000)
        assert not gathering.is_closing()
        gathering.close()
        assert gathering.is_closing()

    sent_by(use)

"""The short way alone: what it reads together, in which order, and what comes in between."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ml_engine_and_backend.api import direct
from ml_engine_and_backend.api.direct import TOGETHER, Direct
from ml_engine_and_backend.api.middleware.access import Gate
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import Settings
from tests.api.asgi import request
from tests.api.conftest import PNG
from tests.api.scraping import Scrape
from tests.drawings import draw, encode
from tests.fakes import fake_ladder

STEPS = ("decode", "preprocess", "answers_of")
BLANK = encode(draw([]))  # fails when it is centred
HALF = PNG[: len(PNG) // 2]  # fails when it is decoded
ANSWERED = "answer"
OTHERS = "others"


class Turns:
    """The short way on an event loop of its own, and what happened there, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[str] = []
        self.answers: dict[str, bytes | None] = {}
        self._direct = Direct(Serving(fake_ladder()), Settings(), Gate())
        for step in STEPS:
            monkeypatch.setattr(direct, step, self._told(step, getattr(direct, step)))

    def _told(self, step: str, function: Callable[..., object]) -> Callable[..., object]:
        def told(*arguments: object) -> object:
            self.events.append(step)
            return function(*arguments)

        return told

    def take(
        self,
        name: str,
        picture: bytes = PNG,
        then: Callable[[], object] = lambda: None,
        path: str = "/predict/",
    ) -> bool:
        """Ask for `picture`; `then` comes right after the answer."""
        headers = [("Content-Type", "image/png"), ("X-Request-ID", name)]

        def reply(answer: bytes | None) -> bool:
            assert name not in self.answers
            self.answers[name] = answer
            self.events.append(ANSWERED)
            then()
            return True

        scope: Mapping[str, Any] = request("POST", path, headers)
        return self._direct.take(scope, picture, reply)

    def run(self, asked: Callable[[], object], answers: int) -> None:
        """Ask, and let others have their turns until so many are answered."""

        async def all_of_it() -> None:
            asked()
            assert not self.events  # nothing is read while a connection's bytes are taken in
            while len(self.answers) < answers:
                await asyncio.sleep(0)
                self.events.append(OTHERS)

        asyncio.run(asyncio.wait_for(all_of_it(), 20))

    @property
    def turns(self) -> list[list[str]]:
        """The events of each turn of the loop in which there were any."""
        turns: list[list[str]] = [[]]
        for event in self.events:
            if event == OTHERS:
                turns.append([])
            else:
                turns[-1].append(event)
        return [turn for turn in turns if turn]


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(monkeypatch)


def in_step(drawings: int) -> list[str]:
    return [event for event in (*STEPS, ANSWERED) for _ in range(drawings)]


@pytest.mark.parametrize("drawings", [1, 2, TOGETHER])
def test_all_are_decoded_then_all_are_centred_then_all_are_read(
    turns: Turns, drawings: int
) -> None:
    names = [str(number) for number in range(drawings)]
    turns.run(lambda: [turns.take(name) for name in names], drawings)
    assert turns.turns == [in_step(drawings)]
    assert list(turns.answers) == names
    for name, answer in turns.answers.items():
        assert answer is not None
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.endswith(b"\r\nx-request-id: " + name.encode())
        assert json.loads(body)["digit"] == 7


def test_past_so_many_the_rest_waits_while_others_have_their_turn(turns: Turns) -> None:
    drawings = 2 * TOGETHER + 3
    names = [str(number) for number in range(drawings)]
    turns.run(lambda: [turns.take(name) for name in names], drawings)
    assert turns.turns == [in_step(TOGETHER), in_step(TOGETHER), in_step(3)]
    assert list(turns.answers) == names


def test_who_asks_every_rung_counts_as_many(turns: Turns) -> None:
    rungs = len(fake_ladder().rungs)
    every = TOGETHER // rungs
    names = [str(number) for number in range(every + 2)]

    def ask() -> None:
        for name in names[:-1]:
            turns.take(name, path="/predict/all")
        turns.take(names[-1])

    turns.run(ask, len(names))
    assert 1 < every < TOGETHER
    assert turns.turns == [in_step(every), in_step(2)]
    assert list(turns.answers) == names


@pytest.mark.parametrize("asked_before", [1, TOGETHER, TOGETHER + 1])
def test_what_is_asked_for_behind_an_answer_is_read_in_the_next_turn(
    turns: Turns, asked_before: int
) -> None:
    def behind() -> None:
        turns.take("behind")

    def ask() -> None:
        turns.take("first", then=behind)
        for number in range(asked_before - 1):
            turns.take(str(number))

    turns.run(ask, asked_before + 1)
    now = min(asked_before, TOGETHER)
    assert turns.turns == [in_step(now), in_step(asked_before - now + 1)]
    assert list(turns.answers)[-1] == "behind"


def test_who_asks_in_a_later_turn_is_read_then(turns: Turns) -> None:
    for name in ("a", "b"):
        turns.run(lambda name=name: turns.take(name), 1)  # type: ignore[misc]
        assert turns.turns == [in_step(1)]
        turns.events.clear()
        del turns.answers[name]


@pytest.mark.parametrize(
    ("picture", "steps"), [(HALF, 1), (BLANK, 2)], ids=["not decoded", "not centred"]
)
def test_one_that_fails_is_passed_on_and_does_not_hurt_its_neighbours(
    turns: Turns, picture: bytes, steps: int
) -> None:
    pictures = {"before": PNG, "it": picture, "after": PNG}
    before = Scrape()
    turns.run(lambda: [turns.take(*asked) for asked in pictures.items()], len(pictures))
    after = Scrape()

    assert list(turns.answers) == ["before", "it", "after"]
    assert turns.answers["it"] is None
    for name in ("before", "after"):
        answer = turns.answers[name]
        assert answer is not None
        assert b'"digit":7' in answer
    # no step is made with what the last one did not leave
    expected = dict.fromkeys(STEPS[:steps], 3) | dict.fromkeys(STEPS[steps:], 2)
    assert {step: turns.events.count(step) for step in STEPS} == expected
    # the application counts it
    assert sum(after.since(before, "http_requests_total").values()) == 2
    assert after.of("http_requests_in_flight") == before.of("http_requests_in_flight")


def test_who_waits_is_in_flight(turns: Turns) -> None:
    def ask() -> None:
        before = Scrape()
        turns.take("a")
        turns.take("b", HALF)
        assert Scrape().since(before, "http_requests_in_flight") == {frozenset(): 2}

    before = Scrape()
    turns.run(ask, 2)
    assert not Scrape().since(before, "http_requests_in_flight")


def test_what_is_not_taken_leaves_nothing_behind(turns: Turns) -> None:
    before = Scrape()
    turns.run(lambda: [turns.take("a"), turns.take("b", b"<svg/>")], 1)
    assert list(turns.answers) == ["a"]
    assert sum(Scrape().since(before, "http_requests_total").values()) == 1

"""Places are taken, given back, and never more than there are."""

import asyncio
import threading
import time

import pytest

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.middleware.admission import ADMITTED, Admission, Delayed


def test_there_are_so_many_places_and_no_more() -> None:
    admission = Admission(limit=2)
    assert [admission.enter() for _ in range(3)] == [True, True, False]
    with pytest.raises(HTTPProblemError, match="at most 2 requests at once") as error:
        admission.place({}).__enter__()
    assert (error.value.status, error.value.headers) == (503, {"Retry-After": "1"})
    admission.leave()
    with admission.place({}):
        assert not admission.enter()
    assert admission.in_flight == 1


def test_a_place_is_given_back_whatever_happens() -> None:
    admission = Admission(limit=1)
    for _ in range(3):
        with pytest.raises(KeyError), admission.place({}):
            raise KeyError
    for _ in range(3):
        with pytest.raises(KeyError), admission.upload():
            raise KeyError
    assert admission.in_flight == 0


def test_who_was_let_in_before_takes_no_second_place() -> None:
    admission = Admission(limit=1)
    assert admission.enter()
    with admission.place({"state": {ADMITTED: True}}):
        assert admission.in_flight == 1
    assert admission.in_flight == 1


def test_uploads_have_their_own_room() -> None:
    admission = Admission(limit=1, uploads=1)
    with admission.upload():
        with pytest.raises(HTTPProblemError, match="at most 1 large uploads at once") as error:
            admission.upload().__enter__()
        assert error.value.headers == {"Retry-After": "1", "Connection": "close"}
        assert admission.enter()


def test_work_runs_off_the_event_loop() -> None:
    async def where() -> int:
        return await Admission().in_thread(threading.get_ident)

    assert asyncio.run(where()) != threading.get_ident()


def test_what_is_delayed_comes_in_order_each_in_its_time() -> None:
    called: list[tuple[int, float]] = []

    async def ask() -> None:
        delayed = Delayed(0.05)

        def add(number: int) -> None:
            asked = time.monotonic()
            delayed.add(lambda: called.append((number, time.monotonic() - asked)))

        for number in range(3):
            add(number)
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        add(3)  # and again once none waits
        await asyncio.sleep(0.1)

    asyncio.run(ask())
    assert [number for number, _ in called] == [0, 1, 2, 3]
    assert all(after_s >= 0.048 for _, after_s in called)

"""The floor's clock and its steps."""

import itertools

import pytest

from benchmarks.floor import WARM_UP_CALLS, Loop, cpu_us
from benchmarks.picture import draw_seven, encode
from tests.fakes import fake_ladder


def test_each_step_is_charged_with_its_own_time() -> None:
    now_ns, calls = 0, {"short": 0, "long": 0}

    def step(name: str, ns: int) -> None:
        nonlocal now_ns
        now_ns += ns
        calls[name] += 1

    steps = [lambda: step("short", 2_000), lambda: step("long", 8_000)]
    assert cpu_us(steps, seconds=1e-4, clock_ns=lambda: now_ns) == [2.0, 8.0]
    # 100 µs at 10 µs a round, after the warm-up
    assert calls == {"short": 10 + WARM_UP_CALLS, "long": 10 + WARM_UP_CALLS}


def test_the_steps_make_one_prediction_of_every_rung() -> None:
    rungs = fake_ladder().rungs
    loop = Loop(encode(draw_seven()), rungs)
    times = cpu_us(
        [loop.decode, loop.preprocess, loop.infer], 0.01, itertools.count(0, 10**6).__next__
    )
    assert times == pytest.approx([1000] * 3)

"""The floor's clock."""

from benchmarks.floor import WARM_UP_CALLS, floor_us, mean_cpu_us
from benchmarks.picture import draw_seven, encode
from tests.fakes import fake_ladder


def test_mean_leaves_out_the_warm_up() -> None:
    now_ns, calls = 0, 0

    def work() -> None:
        nonlocal now_ns, calls
        calls += 1
        now_ns += 1_000_000 if calls <= WARM_UP_CALLS else 10_000

    assert mean_cpu_us(work, seconds=1e-4, clock_ns=lambda: now_ns) == 10
    assert calls == WARM_UP_CALLS + 10


def test_floor_reads_the_picture_with_every_rung() -> None:
    assert floor_us(encode(draw_seven()), fake_ladder().models, seconds=0.01) > 0

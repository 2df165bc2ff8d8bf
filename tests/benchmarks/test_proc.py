"""/proc, parsed."""

import os
import subprocess
import sys
import time

import pytest

from benchmarks import proc
from benchmarks.proc import Memory, Stat, descendants, parse_memory, parse_stat

STAT = "42 (a (bad) name) S 7 42 42 0 -1 4194304 1 2 3 4 {utime} {stime} 0 0 20 0 1 0 5 6 7"
SMAPS_ROLLUP = """\
5581e0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]
Rss:              102400 kB
Pss:               51200 kB
Pss_Anon:          40000 kB
"""


def test_a_commands_brackets_do_not_shift_the_fields() -> None:
    ticks = proc.TICKS_PER_S
    assert parse_stat(STAT.format(utime=2 * ticks, stime=ticks)) == Stat(parent=7, cpu_s=3.0)


def test_memory_is_in_bytes() -> None:
    assert parse_memory(SMAPS_ROLLUP) == Memory(rss=102400 * 1024, pss=51200 * 1024)


@pytest.mark.parametrize(("root", "expected"), [(1, {1, 2, 3, 4}), (2, {2, 3}), (4, {4}), (9, {9})])
def test_descendants(root: int, expected: set[int]) -> None:
    assert descendants(root, {2: 1, 3: 2, 4: 1, 5: 8}) == expected


def test_a_childs_work_and_memory_count() -> None:
    code = "x = bytearray(30_000_000)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        try:
            deadline = time.monotonic() + 30
            while proc.cpu_s(child.pid) < 0.2 and time.monotonic() < deadline:
                time.sleep(0.02)
            assert child.pid in proc.tree(os.getpid())
            assert proc.cpu_s(os.getpid()) >= proc.cpu_s(child.pid) >= 0.2
            used = proc.memory(child.pid)
            assert used.rss >= used.pss > 30_000_000
        finally:
            child.kill()
    assert child.pid not in proc.tree(os.getpid())

"""Linux's /proc: what a process and those it started have used."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_KILOBYTES: Final = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Stat:
    """What /proc/<pid>/stat says that we need."""

    parent: int
    cpu_s: float  # user and system time of all its threads


@dataclass(frozen=True)
class Memory:
    """Bytes resident, and bytes resident with shared pages divided among those who share them."""

    rss: int
    pss: int


def parse_stat(text: str) -> Stat:
    """Parent and CPU time; the command's name may hold spaces and brackets (proc(5))."""
    fields = text.rpartition(")")[2].split()
    return Stat(int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS_PER_S)


def parse_memory(smaps_rollup: str) -> Memory:
    """Rss and Pss of /proc/<pid>/smaps_rollup."""
    sizes = {name: 1024 * int(size) for name, size in _KILOBYTES.findall(smaps_rollup)}
    return Memory(sizes["Rss"], sizes["Pss"])


def descendants(root: int, parents: Mapping[int, int]) -> set[int]:
    """`root` and all below it; `parents` maps a process to its parent."""
    tree = {root}
    while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return tree


def tree(root: int) -> dict[int, Stat]:
    """The process `root` and those it started, alive now."""
    stats = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                stats[int(folder.name)] = parse_stat((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):  # ended while we looked
                continue
    alive = descendants(root, {pid: stat.parent for pid, stat in stats.items()})
    return {pid: stats[pid] for pid in alive if pid in stats}


def cpu_s(root: int) -> float:
    """CPU time so far of the process `root` and those it started, in seconds."""
    return sum(stat.cpu_s for stat in tree(root).values())


def memory(root: int) -> Memory:
    """Memory of the process `root` and those it started."""
    return _sum(parse_memory((PROC / str(pid) / "smaps_rollup").read_text()) for pid in tree(root))


def _sum(memories: Iterable[Memory]) -> Memory:
    rss, pss = 0, 0
    for each in memories:
        rss, pss = rss + each.rss, pss + each.pss
    return Memory(rss, pss)

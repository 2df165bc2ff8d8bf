"""`python -m benchmarks [NAME …]`: measure and print; without names, write docs/benchmarks.md."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks import conditions, report
from benchmarks.errors import BenchmarkError
from benchmarks.figure import NO_FAILURES, Figure, Section
from benchmarks.measures import cost, memory, overload, slow_clients, soak, speed, start, workers
from benchmarks.picture import Upload, draw_seven, encode
from benchmarks.plan import Plan
from ml_engine_and_backend.api.settings import REPOSITORY

MEASURES: Final[dict[str, Callable[[Plan], Section]]] = {
    "speed": speed.measure,
    "cost": cost.measure,
    "start": start.measure,
    "memory": memory.measure,
    "workers": workers.measure,
    "overload": overload.measure,
    "slow_clients": slow_clients.measure,
    "soak": soak.measure,
}
PAGE: Final = REPOSITORY / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; the exit status is 1 if a measure could not be made."""
    asked = _parse(arguments)
    names = asked.names or list(MEASURES)
    png = asked.picture.read_bytes() if asked.picture else encode(draw_seven())
    command = ["python", "-m", "benchmarks", *(sys.argv[1:] if arguments is None else arguments)]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        upload = Upload(png, Path(folder))
        plan = Plan(upload, asked.seconds, asked.repeats, asked.soak_requests)
        found = conditions.gather(plan, command)
        sections, failures = run(plan, {name: MEASURES[name] for name in names})
    text = report.page(found, sections)
    out = asked.out or (None if asked.names else PAGE)
    if out:
        out.write_text(text)
        print(f"Written to {out}", file=sys.stderr)
    else:
        print(text)
    return 1 if failures else 0


def run(plan: Plan, measures: dict[str, Callable[[Plan], Section]]) -> tuple[list[Section], int]:
    """Each measure's section, and how many could not be made: those stand there with the reason."""
    sections, failures = [], 0
    for name, measure in measures.items():
        started = time.monotonic()
        try:
            sections.append(measure(plan))
        except BenchmarkError as error:
            failures += 1
            sections.append(
                Section(name, f"Not measured: {error}", [Figure("failures", 1, "", NO_FAILURES)])
            )
        missed = [figure.what for figure in sections[-1].figures if figure.missed]
        taken_s = time.monotonic() - started
        verdict = f"missed: {'; '.join(missed)}" if missed else "no goal missed"
        print(f"{name}: {taken_s:.0f} s, {verdict}", file=sys.stderr, flush=True)
    return sections, failures


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition(": ")[2]
    )
    known = ", ".join(MEASURES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {known}; all")
    parser.add_argument("--seconds", type=int, default=3, help="length of a burst of load")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of bursts taking turns")
    parser.add_argument("--soak-requests", type=int, default=200_000)
    parser.add_argument("--picture", type=Path, help="a PNG instead of the drawn seven")
    parser.add_argument("--out", type=Path, help="where to write the page; docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in MEASURES]:
        parser.error(f"expected some of {known}, got {', '.join(unknown)}")
    return asked


if __name__ == "__main__":
    raise SystemExit(main())

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
from benchmarks.figure import Section
from benchmarks.measures import (
    accuracy,
    browser,
    cost,
    database,
    memory,
    overload,
    reading,
    scale,
    soak,
    speed,
    start,
    trainings,
    workers,
)
from benchmarks.picture import Upload, draw_seven, encode
from benchmarks.plan import Plan
from ml_engine_and_backend.api.settings import REPOSITORY

MEASURES: Final[dict[str, Callable[[Plan], Section]]] = {
    "speed": speed.measure,
    "cost": cost.measure,
    "database": database.measure,
    "start": start.measure,
    "memory": memory.measure,
    "workers": workers.measure,
    "browser": browser.measure,
    "overload": overload.measure,
    "soak": soak.measure,
}
# by name alone: for docs/scale.md, and what takes long
ON_REQUEST: Final[dict[str, Callable[[Plan], Section]]] = {
    "scale": scale.measure,
    "reading": reading.measure,
    "trainings": trainings.measure,
    "accuracy": accuracy.measure,
}
PAGE: Final = REPOSITORY / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the measurements that are asked for; the exit status is 1 if one could not be made."""
    asked = _parse(arguments)
    png = asked.picture.read_bytes() if asked.picture else encode(draw_seven())
    command = ["python", "-m", "benchmarks", *(sys.argv[1:] if arguments is None else arguments)]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        upload = Upload(png, Path(folder))
        plan = (
            Plan(upload, 1, 1, 1_000, asked.postgresql)
            if asked.quick
            else Plan(upload, asked.seconds, asked.repeats, asked.soak_requests, asked.postgresql)
        )
        try:
            found = conditions.gather(plan, command)
        except BenchmarkError as error:
            print(error, file=sys.stderr)
            return 1
        sections = [_measure(name, plan) for name in asked.names or MEASURES]
    text = report.page(found, sections)
    out = asked.out or (None if asked.names or asked.quick else PAGE)
    if out:
        out.write_text(text, encoding="utf-8")
        print(f"Written to {out}", file=sys.stderr)
    else:
        print(text)
    return 0 if all(section.figures for section in sections) else 1


def _measure(name: str, plan: Plan) -> Section:
    """The measure's section; one that fails says why, and the others go on."""
    started = time.monotonic()
    try:
        section = (MEASURES | ON_REQUEST)[name](plan)
    except BenchmarkError as error:
        section = Section(name.capitalize(), f"Not measured: {error}", [])
    missed = [figure.name for figure in section.figures if figure.missed]
    verdict = f"missed: {'; '.join(missed)}" if missed else "no goal missed"
    if not section.figures:
        verdict = section.how
    print(f"{name}: {time.monotonic() - started:.0f} s, {verdict}", file=sys.stderr, flush=True)
    return section


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition(": ")[2]
    )
    known = ", ".join(MEASURES | ON_REQUEST)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"some of {known}; without names all but {', '.join(ON_REQUEST)}",
    )
    parser.add_argument("--seconds", type=int, default=Plan.seconds, help="length of a burst")
    parser.add_argument("--repeats", type=int, default=Plan.repeats, help="how many turns")
    parser.add_argument("--soak-requests", type=int, default=Plan.soak_requests)
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="an empty database: measure it too; its password in PGPASSWORD",
    )
    parser.add_argument("--quick", action="store_true", help="see that it works; no figure counts")
    parser.add_argument("--picture", type=Path, help="a PNG instead of the drawn seven")
    parser.add_argument("--out", type=Path, help="where to write the page; docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in MEASURES | ON_REQUEST]:
        parser.error(f"expected some of {known}, got {', '.join(unknown)}")
    return asked


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m experiments read`."""

import argparse
import time
from contextlib import ExitStack, closing
from typing import Any

from experiments.cluster.connect import connected
from experiments.console import Reporter
from experiments.reading import shards
from experiments.reading.inputs import find_inputs


def read(options: argparse.Namespace, reporter: Reporter) -> dict[str, Any]:
    """Read what is missing; what the folder then holds.

    Raises:
        LadderError: nothing to read, no such model, or a folder of another reading.
    """
    inputs = find_inputs(options.inputs)
    if inputs.ignored:
        reporter.say(f"Ignored: {inputs.ignored:,} files that are neither pictures nor containers")
    with ExitStack() as stack:
        reading = stack.enter_context(
            shards.open_reading(
                inputs, options.models_dir, options.model, options.out, options.shard_size
            )
        )
        manifest = reading.manifest
        left = sum(piece.drawings for shard in reading.missing.values() for piece in shard)
        reporter.say(
            f"{manifest.drawings:,} drawings in {manifest.files:,} files, by {manifest.model}: "
            f"{left:,} to read, in {len(reading.missing):,} of {manifest.shards:,} shards"
        )
        started = time.perf_counter()
        if options.ray:
            from experiments.reading.on_ray import read_on_ray

            stack.enter_context(connected(options.ray))
            source = read_on_ray(reading, options.workers)
        else:
            source = shards.read_here(reading)
        # whatever ends it, Ray Data ends before Ray does; it would start Ray again
        stack.enter_context(closing(source))
        with reporter.task("Reading", left) as task:
            for done in source:
                rate = done.drawings / done.seconds
                task.advance(done.drawings, f"{rate:,.0f} a second and worker")
        seconds = time.perf_counter() - started
    return {
        "folder": str(options.out),
        "model": manifest.model,
        "drawings": manifest.drawings,
        "read_now": left,
        "seconds": round(seconds, 2),
        "verdicts": dict(sorted(shards.count_verdicts(options.out).items())),
    }


def show(found: dict[str, Any]) -> None:
    """Print what `read` returned."""
    from rich.console import Console

    rate = found["read_now"] / found["seconds"] if found["seconds"] else 0
    console = Console(highlight=False)
    console.print(
        f"{found['drawings']:,} drawings in {found['folder']} by {found['model']}: "
        f"{found['read_now']:,} read now in {found['seconds']:.1f} s ({rate:,.0f} a second)",
        soft_wrap=True,
        markup=False,
    )
    for verdict, count in found["verdicts"].items():
        console.print(f"{verdict:<13}{count:>12,}  {count / found['drawings']:.1%}")

"""Numbered inputs: each is made again from the seed and its number alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

SEED = int(os.environ.get("DIGIT_LADDER_FUZZ_SEED", "1998"))


def inputs(default: int) -> range:
    """The numbers of a fuzzer's inputs, `default` of them unless the environment says."""
    return range(int(os.environ.get("DIGIT_LADDER_FUZZ_INPUTS", default)))


def random_for(number: int) -> Random:
    """The generator that makes input `number`."""
    return Random(f"{SEED}/{number}")  # noqa: S311  nothing is secret


@contextmanager
def replayable(number: int, sent: bytes, folder: Path) -> Iterator[None]:
    """Save what was sent if the block fails; a time-out counts as failing."""
    try:
        yield
    except BaseException as error:
        file = folder / f"input-{number}.http"
        file.write_bytes(sent)
        error.add_note(f"input {number} of DIGIT_LADDER_FUZZ_SEED={SEED}, saved as {file}")
        raise

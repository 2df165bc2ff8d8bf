"""Writing files, so that an error of it says which."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming_file(path: Path) -> Iterator[Path]:
    """`path`; an error of writing it names it, which the error of a full disk does not."""
    try:
        yield path
    except OSError as error:
        if error.filename is None:
            raise OSError(error.errno or errno.EIO, error.strerror or str(error), path) from error
        raise

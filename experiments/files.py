"""Errors of writing a file that name the file."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming_file(path: Path) -> Iterator[Path]:
    """Give `path`; an OSError raised inside names it, as that of a full disk does not by itself."""
    try:
        yield path
    except OSError as error:
        if error.filename is None:
            raise OSError(error.errno or errno.EIO, error.strerror or str(error), path) from error
        raise

"""`python -m experiments.data`: downloads MNIST within a bounded time, or says why not."""

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from experiments.console import Reporter
from experiments.data import download
from experiments.data.mnist import MIRRORS, MNIST_FILES, find_file
from experiments.errors import DownloadError


def main(arguments: Sequence[str] | None = None) -> int:
    """Download the missing MNIST files; returns 0 if all are present afterwards, else 1."""
    parser = argparse.ArgumentParser(prog="python -m experiments.data", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="at most (default: %(default)s)")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(os.environ.get("LADDER_DATA_DIR", "data")),
        help="is to hold mnist/ (default: LADDER_DATA_DIR, or data)",
    )
    options = parser.parse_args(arguments)
    folder: Path = options.data_dir / "mnist"
    failure = f"expected MNIST within {options.seconds:g} s"

    def fetch_missing() -> None:
        nonlocal failure
        try:
            for file in MNIST_FILES:
                if find_file(folder, file) is None:
                    folder.mkdir(parents=True, exist_ok=True)
                    download.fetch(file, folder, MIRRORS, Reporter(quiet=True))
            failure = ""
        except (DownloadError, OSError) as error:
            failure = str(error)

    # a daemon thread, because looking up a host name has no time-out
    fetching = threading.Thread(target=fetch_missing, daemon=True)
    fetching.start()
    fetching.join(options.seconds)
    if failure:
        print(f"MNIST is not in {folder}: {failure}", file=sys.stderr)
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())

"""Where workers count together: the part of the metrics that the process above them needs."""

import atexit
import os
import shutil
import tempfile
from typing import Final

# the variable by which prometheus_client, when it is imported, learns to count in files
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


def prepare_workers() -> None:
    """Make the folder that workers count in; they find it in their environment.

    To be called before their processes start. The folder goes when this process ends.
    """
    folder = tempfile.mkdtemp(prefix="digit-ladder-metrics-")
    os.environ[FOLDER] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def mark_dead(pid: int) -> None:
    """Forget what the worker `pid`, which has ended, had in flight and loaded; its counts stay."""
    # imported here: this process else counts nothing
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]

"""A connection to a Ray cluster, whose workers get this project's code."""

import argparse
import importlib.util
import logging
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Final

from experiments.errors import ClusterError

LOCAL: Final = "local"
CONNECT_SECONDS: Final = 10
_ADDRESS = re.compile(r"auto|local|\[?[\w.:-]+\]?:\d+")
# what the workers run; data goes through the object store
_CODE: Final = ("experiments", "ml_engine_and_backend")


def ray_address(text: str) -> str:
    """The argument of `--ray`. Raises ArgumentTypeError for what is none, such as a rung's name."""
    if not _ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"expected HOST:PORT, auto or nothing after it, got {text!r}; names go before --ray"
        )
    return text


def need_ray() -> None:
    """Raise ClusterError where Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise ClusterError(
            "--ray: expected Ray to be installed, found none: "
            "pip install -r requirements-ray.txt, or make ray"
        )


def _check_listening(address: str) -> None:
    """Raise ClusterError where nothing listens at HOST:PORT; Ray would try for minutes."""
    host, _, port = address.rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(f"expected a Ray cluster at {address}, got: {error}") from error


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Ray at `address`, for as long as the context lasts.

    `local` starts a cluster of this machine's cores and ends it afterwards; `auto` finds the one
    that this machine is a node of; HOST:PORT is that of a cluster's head. There is no dashboard.
    Workers import the code of this checkout, which Ray copies to every node, and need the same
    Python and the packages of requirements.txt and requirements-ray.txt. What is printed meanwhile
    goes to standard error.

    Raises ClusterError when Ray is not installed, or answers at `address` with another version or
    not at all.
    """
    need_ray()
    _check_listening(address)
    # nobody is told that it runs
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    # before it is told `logging_level`, it warns of its own defaults
    logging.getLogger("ray").setLevel(logging.ERROR)
    root = Path(__file__).resolve().parents[2]
    on_terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            runtime_env={"py_modules": [str(root / name) for name in _CODE]},
        )
    except Exception as error:  # as bare as this where a node takes too long to start
        # `ray start` asks for the token as soon as there is one, which is shown in this mode only
        hint = (
            "" if "RAY_AUTH_MODE" in os.environ else "; if it has a token, set RAY_AUTH_MODE=token"
        )
        raise ClusterError(f"expected a Ray cluster at {address}, got: {error}{hint}") from error
    if threading.current_thread() is threading.main_thread():
        # Ray's own handler ends the process on the spot
        signal.signal(signal.SIGTERM, on_terminate)
    # Ray tells of lost workers on standard output, which is for a command's results
    with redirect_stdout(sys.stderr):
        try:
            yield
        finally:
            ray.shutdown()

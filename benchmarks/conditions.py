"""Where and with what a run was made."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.load import generator_name
from benchmarks.plan import Plan
from ml_engine_and_backend.api.settings import REPOSITORY

PACKAGES: Final = (
    "uvicorn",
    "uvloop",
    "httptools",
    "fastapi",
    "starlette",
    "pydantic",
    "numpy",
    "scipy",
    "pillow",
    "ai-edge-litert",
    "tensorflow",
    "keras",
)
QUIET_LOAD: Final = 0.3


def gather(plan: Plan, command: Sequence[str]) -> dict[str, str]:
    """The conditions by name; call it before the load begins."""
    cores = len(os.sched_getaffinity(0))
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": " ".join(command),
        "commit": _commit(),
        "processor": f"{cpu_model(Path('/proc/cpuinfo').read_text())}, {cores} cores",
        "load average before": load_average(os.getloadavg()),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "load generator": generator_name(),
        "picture": f"PNG of {len(plan.upload.png):,} bytes; `--picture` takes another",
        "bursts": f"{plan.seconds} s each, {plan.repeats} rounds",
    }


def cpu_model(cpuinfo: str) -> str:
    """The processor's name in /proc/cpuinfo, or the machine's kind where it names none."""
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def load_average(loads: tuple[float, float, float]) -> str:
    """The last minute's load, marked where others were at work."""
    text = f"{loads[0]:.2f}"
    if loads[0] > QUIET_LOAD:
        text += " (**the machine was not quiet: ratios hold, absolute figures do not**)"
    return text


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ("git", "-C", str(REPOSITORY), *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = " with uncommitted changes" if git("status", "--porcelain", "-uno") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed

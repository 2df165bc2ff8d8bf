"""Where and with what a run was made."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks import wrk
from benchmarks.plan import Plan
from ml_engine_and_backend.api.settings import REPOSITORY

PACKAGES: Final = (
    *("uvicorn", "httptools", "fastapi", "starlette", "pydantic"),
    *("numpy", "pillow", "ai-edge-litert", "tensorflow", "keras"),
)
QUIET_LOAD: Final = 0.3


def gather(plan: Plan, command: Sequence[str]) -> dict[str, str]:
    """The conditions by name; call it before the load begins.

    Raises:
        BenchmarkError: wrk is not installed.
    """
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": " ".join(command),
        "commit": _commit(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "load average before": load_average(os.getloadavg()[0]),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "load generator": wrk.version(),
        "picture": f"PNG of {len(plan.upload.png):,} bytes",
        "bursts": f"{plan.seconds} s each, {plan.repeats} turns",
    }


def load_average(last_minute: float) -> str:
    """The load, marked where other processes were at work."""
    busy = " (**other processes were at work: only ratios to the baseline hold**)"
    return f"{last_minute:.2f}" + busy * (last_minute > QUIET_LOAD)


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    for line in file.read_text().splitlines() if file.is_file() else ():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def _commit() -> str:
    if not shutil.which("git"):
        return "unknown"

    def git(*arguments: str) -> str:
        command = ("git", "-C", str(REPOSITORY), *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = " with uncommitted changes" if git("status", "--porcelain", "-uno") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed

"""The garbage collector pauses while the service starts, and knows afterwards what stays."""

import subprocess
import sys
from pathlib import Path

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.tiny_networks import network_file, write_model


def run(code: str, *arguments: str) -> str:
    """What a fresh Python prints."""
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        cwd=REPOSITORY,
        check=True,
        text=True,
    )
    return result.stdout.strip()


def test_a_pause_ends_with_what_is_there_out_of_the_collector_s_sight() -> None:
    printed = run(
        "import gc\n"
        "from ml_engine_and_backend.collector import pause_collector, resume_collector\n"
        "pause_collector()\n"
        "print(gc.isenabled())\n"
        "there = [[] for _ in range(100_000)]\n"
        "resume_collector()\n"
        "print(gc.isenabled(), gc.get_freeze_count() >= 100_000, len(gc.get_objects()) < 1_000)\n"
    )
    assert printed.split() == ["False", "True", "True", "True"]


def test_a_network_that_was_there_is_freed_with_its_folder_all_the_same(tmp_path: Path) -> None:
    write_model(tmp_path, "low", 1, network_file([0.0] * 10))
    write_model(tmp_path, "high", 1, network_file([1.0] * 10))
    printed = run(
        "import gc, shutil, sys, weakref\n"
        "from pathlib import Path\n"
        "from ml_engine_and_backend.collector import resume_collector\n"
        "from ml_engine_and_backend.engine.model_repository import ModelRepository\n"
        "repository = ModelRepository(Path(sys.argv[1]))\n"
        "repository.poll()\n"
        "network = weakref.ref(repository.ladder.find('low').network)\n"
        "resume_collector()\n"
        "gc.disable()  # it could not free what it does not see\n"
        "print(network() is None)\n"
        "shutil.rmtree(Path(sys.argv[1], 'low'))\n"
        "repository.poll()\n"
        "print(network() is None, repository.ladder.names)\n",
        str(tmp_path),
    )
    assert printed.split() == ["False", "True", "['high']"]

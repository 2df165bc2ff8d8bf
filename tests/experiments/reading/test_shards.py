"""Shards -> Parquet files, whatever happens meanwhile."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest

from experiments.__main__ import main
from experiments.errors import ClusterError, ReadingError
from experiments.reading import shards
from experiments.reading.inputs import find_inputs
from experiments.reading.shards import (
    MANIFEST_FILE,
    Reading,
    count_verdicts,
    open_reading,
    read_here,
)
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from tests.conftest import REPOSITORY, leave_out
from tests.drawings import SEVEN, draw, encode
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

PICTURES = 11
SHARD = 2


@pytest.fixture(autouse=True)
def _parquet() -> None:
    if find_spec("pyarrow") is None or find_spec("ray") is None:
        leave_out("needs Ray (make ray)")


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rungs: one always reads a 3, the other a 4."""
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, "three", 1, network_file(reads(3)), order=1)
    write_model(folder, "four", 1, network_file(reads(4)), order=2)
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of PICTURES, of which one is none."""
    folder = tmp_path_factory.mktemp("pictures")
    for n in range(PICTURES):
        (folder / f"{n:02}.png").write_bytes(encode(draw(SEVEN)) if n != 4 else b"none")
    return folder


def opened(
    pictures: Path, models_dir: Path, out: Path, model: str = "three", size: int = SHARD
) -> AbstractContextManager[Reading]:
    return open_reading(find_inputs([pictures]), models_dir, model, out, size)


def table(out: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    return list(parquet.read_table(out).to_pylist())


def stamps(out: Path) -> dict[str, tuple[int, int]]:
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.glob("*.parquet")
    }


def test_a_reading_that_is_broken_off_goes_on_where_it_was(
    pictures: Path, models_dir: Path, tmp_path: Path
) -> None:
    with opened(pictures, models_dir, tmp_path) as reading:
        assert [done[:2] for done in islice(read_here(reading), 3)] == [(0, 2), (1, 2), (2, 2)]
    before = stamps(tmp_path)
    (tmp_path / "_draft-000003-0badc0de").write_bytes(b"PAR1 and no more")
    with opened(pictures, models_dir, tmp_path) as reading:
        assert list(reading.missing) == [3, 4, 5]
        assert [each.drawings for each in read_here(reading)] == [2, 2, 1]
    after = stamps(tmp_path)
    assert {name: after[name] for name in before} == before
    assert not list(tmp_path.glob("_draft-*"))
    rows = table(tmp_path)
    assert [row["path"] for row in rows] == [str(pictures / f"{n:02}.png") for n in range(PICTURES)]
    assert [row["digit"] for row in rows] == [None if n == 4 else 3 for n in range(PICTURES)]
    assert rows[4]["verdict"] == "unreadable"
    assert rows[4]["error"].endswith("got 4 bytes that begin with b'none'")
    assert rows[5]["probabilities"] == pytest.approx(rows[0]["probabilities"])
    assert count_verdicts(tmp_path) == {"sure": PICTURES - 1, "unreadable": 1}
    with opened(pictures, models_dir, tmp_path) as reading:
        assert reading.missing == {}


def test_the_last_of_many_classes_has_its_number_and_its_name(
    pictures: Path, tmp_path: Path
) -> None:
    names = tuple(f"class {n}" for n in range(256))
    network = network_file([5.0 * (name == "class 255") for name in names])
    write_model(tmp_path / "models", "many", 1, network, classes=names, preprocessing="as_is")
    with opened(pictures, tmp_path / "models", tmp_path / "out", "many") as reading:
        next(read_here(reading))
    first, second = table(tmp_path / "out")
    assert (first["digit"], first["label"]) == (255, "class 255")
    assert (second["digit"], second["label"]) == (255, "class 255")


def test_a_killed_command_leaves_whole_shards(
    pictures: Path, models_dir: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for n in range(100):
        shutil.copy(pictures / "00.png", many / f"{n:03}.png")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "experiments", "read", str(many), "--shard-size", "1"]
    command += ["--out", str(out), "--models-dir", str(models_dir), "--model", "three"]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL) as process:
        while len(stamps(out)) < 3 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    before = stamps(out)
    assert 3 <= len(before) < 100
    with opened(many, models_dir, out, size=1) as reading:
        assert len(reading.missing) == 100 - len(before)
        for _ in read_here(reading):
            pass
    assert {name: each for name, each in stamps(out).items() if name in before} == before
    paths = [row["path"] for row in table(out)]
    assert sorted(paths) == sorted(map(str, many.iterdir()))


def test_a_folder_of_another_reading_is_refused(
    pictures: Path, models_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with opened(pictures, models_dir, out) as reading:
        for _ in read_here(reading):
            pass
        with (
            pytest.raises(ReadingError, match=r"no other reading into it, got one running"),
            opened(pictures, models_dir, out),
        ):
            pass
    before = stamps(out)
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    shutil.copy(pictures / "00.png", fewer)
    other = shutil.copytree(models_dir, tmp_path / "models")
    shutil.rmtree(other / "three")
    write_model(other, "three", 1, network_file(reads(5)))
    for changed, told in (
        (opened(fewer, models_dir, out), r"inputs .*\(11 files, SHA-256 .*got 1 files"),
        (opened(pictures, models_dir, out, "four"), r"three@1 behind gate None, got four@1"),
        (opened(pictures, other, out), r"expected the network .*, got another three@1"),
        (opened(pictures, models_dir, out, size=3), r"shards of 2 as it was begun, got 3; --out"),
        (opened(pictures, models_dir, pictures), r"expected an empty folder, or one of an earlier"),
    ):
        with pytest.raises(ReadingError, match=told), changed:
            pass
    manifest = out / MANIFEST_FILE
    manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 1'))
    with (
        pytest.raises(BrokenModelError, match=r"format: Input should be 2, got '1'"),
        opened(pictures, models_dir, out),
    ):
        pass
    assert stamps(out) == before


def test_without_parquet_one_sentence(
    pictures: Path, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "find_spec", lambda _: None)
    with (
        pytest.raises(ReadingError, match=r"expected pyarrow, .*requirements-ray\.txt"),
        opened(pictures, models_dir, tmp_path / "out"),
    ):
        pass
    assert not (tmp_path / "out").exists()


# Ray's own, about its own settings
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cluster_without_cpus_is_one_sentence(
    pictures: Path, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray

    from experiments.reading.on_ray import read_on_ray

    monkeypatch.setattr(ray, "cluster_resources", lambda: {"memory": 1e9, "GPU": 1.0})
    with (
        opened(pictures, models_dir, tmp_path) as reading,
        pytest.raises(ClusterError, match=r"expected a CPU a worker on the Ray cluster, got 0"),
    ):
        next(read_on_ray(reading))


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of a Ray cluster."""
    from ray.cluster_utils import Cluster

    arguments = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
    running: Any = Cluster(initialize_head=True, head_node_args=arguments)
    yield str(running.address)
    running.shutdown()


# Ray's own, about its own settings
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_killed_worker_on_ray_costs_no_row_and_doubles_none(
    cluster: str,
    pictures: Path,
    models_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, here, there = tmp_path / "pictures", tmp_path / "here", tmp_path / "there"
    shutil.copytree(pictures, folder)
    with opened(folder, models_dir, here) as reading:
        assert len(list(read_here(reading))) == 6
    # a worker that reads it is held until something is written
    pipe, picture = folder / "07.png", (folder / "07.png").read_bytes()
    pipe.unlink()
    os.mkfifo(pipe)
    with opened(folder, models_dir, there) as reading:
        next(read_here(reading))
    before = stamps(there)
    killed: list[int] = []

    def kill_and_deliver() -> None:
        with pipe.open("wb"):
            (worker,) = workers_on_ray()
            worker.kill()
            worker.wait()
            killed.append(worker.pid)
        pipe.write_bytes(picture)

    # a daemon: nobody opens the pipe where the worker is not started again
    killing = Thread(target=kill_and_deliver, daemon=True)
    killing.start()
    command = ["read", str(folder), "--out", str(there), "--models-dir", str(models_dir), "--json"]
    assert main([*command, "--model", "three", "--shard-size", str(SHARD), "--ray", cluster]) == 0
    killing.join(10)
    assert len(killed) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["drawings"], found["read_now"]) == (PICTURES, PICTURES - SHARD)
    assert found["verdicts"] == {"sure": PICTURES - 1, "unreadable": 1}
    assert table(there) == table(here)
    assert stamps(there).items() >= before.items()


def workers_on_ray() -> list[psutil.Process]:
    """The actors of Ray Data on the cluster that this process started."""
    workers = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may have ended meanwhile
            if " ".join(process.cmdline()).startswith("ray::MapWorker"):
                workers.append(process)
    return workers

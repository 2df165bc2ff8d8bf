"""Model folders appear whole or not at all, and what was left behind is found or removed."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from experiments.files import naming_file
from experiments.training.workspace import open_workspace, publish_folder
from ml_engine_and_backend.model_folder.folder import latest, read_metadata, read_report, versions
from ml_engine_and_backend.model_folder.report import FullReport
from tests.experiments.model_fakes import add_model, full_metadata


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> FullReport:
    return read_report(add_model(tmp_path_factory.mktemp("models"), "cnn", 1, 30, ()))


def publish(models_dir: Path, report: FullReport, content: str = "weights") -> Path:
    with open_workspace(models_dir, "cnn", "", resume=False) as workspace:
        (workspace.folder / "model.keras").write_text(content)
        return publish_folder(workspace, full_metadata(name="cnn", title=content), report)


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_each_training_makes_the_next_version(tmp_path: Path, report: FullReport) -> None:
    folders = [publish(tmp_path, report) for _ in range(2)]
    (tmp_path / "cnn" / "9").mkdir()
    # a gap is not filled: 3 may once have been served
    folders.append(publish(tmp_path, report))
    assert [folder.name for folder in folders] == ["1", "2", "10"]
    assert [read_metadata(folder).version for folder in folders] == [1, 2, 10]
    assert [read_report(folder).version for folder in folders] == [1, 2, 10]
    assert latest(tmp_path, "cnn") == folders[-1]
    assert entries(tmp_path / "cnn") == ["1", "10", "2", "9"]


def fail(models_dir: Path, *, checkpoint: bool = True) -> None:
    with (  # noqa: PT012
        pytest.raises(KeyboardInterrupt),
        open_workspace(models_dir, "cnn", "seed 1", resume=False) as workspace,
    ):
        (workspace.folder / "model.keras").write_text("half")
        if checkpoint:
            workspace.checkpoint.write_text("an epoch")
        raise KeyboardInterrupt


def test_an_interruption_before_the_first_epoch_leaves_no_trace(tmp_path: Path) -> None:
    fail(tmp_path, checkpoint=False)
    assert entries(tmp_path) == []


def test_a_checkpoint_is_left_to_be_resumed(tmp_path: Path, report: FullReport) -> None:
    publish(tmp_path, report)
    fail(tmp_path)
    assert versions(tmp_path, "cnn") == [1]
    with open_workspace(tmp_path, "cnn", "seed 2", resume=True) as workspace:
        assert not workspace.checkpoint.exists()  # another training than that
    with open_workspace(tmp_path, "cnn", "seed 1", resume=True) as workspace:
        assert workspace.checkpoint.read_text() == "an epoch"
        assert entries(workspace.folder) == []
    assert entries(tmp_path / "cnn") == ["1"]


def test_the_next_training_removes_what_was_left_behind(tmp_path: Path, report: FullReport) -> None:
    fail(tmp_path)
    (tmp_path / "cnn" / ".unfinished-0a1b2c3d").mkdir()  # as versions before this one left them
    publish(tmp_path, report)
    assert entries(tmp_path / "cnn") == ["1"]


HOLD = """
import sys, time
from pathlib import Path
from experiments.training.workspace import open_workspace
with open_workspace(Path(sys.argv[1]), "cnn", "seed 1", resume=False) as workspace:
    workspace.checkpoint.write_text("an epoch")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_running_training_is_left_alone(tmp_path: Path, report: FullReport) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        publish(tmp_path, report)
        with open_workspace(tmp_path, "cnn", "seed 1", resume=True) as workspace:
            assert not workspace.checkpoint.exists()
        assert len(list(tmp_path.glob("cnn/.unfinished-*/checkpoint.npz"))) == 1
        running.kill()  # nothing can be cleaned up
    with open_workspace(tmp_path, "cnn", "seed 1", resume=True) as workspace:
        assert workspace.checkpoint.read_text() == "an epoch"
    assert entries(tmp_path / "cnn") == ["1"]


def test_simultaneous_trainings_get_different_versions(
    tmp_path: Path, report: FullReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_know_their_number = threading.Barrier(2, timeout=10)
    rename = Path.rename

    def wait_and_rename(source: Path, target: Path) -> Path:
        if target.name == "1":
            both_know_their_number.wait()
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", wait_and_rename)
    threads = [
        threading.Thread(target=publish, args=(tmp_path, report, content))
        for content in ("one", "other")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert entries(tmp_path / "cnn") == ["1", "2"]
    for version in (1, 2):
        folder = tmp_path / "cnn" / str(version)
        assert read_metadata(folder).version == version
        assert (folder / "model.keras").read_text() == read_metadata(folder).title


def test_an_error_of_writing_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with pytest.raises(OSError, match="No space left on device") as full, naming_file(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert (full.value.errno, full.value.filename) == (errno.ENOSPC, path)
    # one that knows its file keeps it
    with pytest.raises(FileNotFoundError) as absent, naming_file(path):
        (tmp_path / "other").read_bytes()
    assert absent.value.filename == str(tmp_path / "other")

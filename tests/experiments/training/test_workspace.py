"""Model folders appear whole or not at all, and what was left behind is found or removed."""

import subprocess
import sys
from pathlib import Path

import pytest

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

"""What every room's tests share: the real data where it lies, and honest skips."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

from experiments.console import Reporter
from experiments.data.mnist import Mnist, load_mnist

# must be set before TensorFlow is imported, as the command line does
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

REPOSITORY = Path(__file__).resolve().parents[1]
LONGEST_FILE = "test_evidence.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest file: begun last, it would keep one core waiting for the other."""
    items.sort(key=lambda item: item.path.name != LONGEST_FILE)


def leave_out(reason: str) -> NoReturn:
    """Skip the running test in words; where nothing may be left out, fail it."""
    if os.environ.get("DIGIT_LADDER_NO_SKIP") == "1":
        pytest.fail(f"DIGIT_LADDER_NO_SKIP=1, but this {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder that holds mnist/."""
    folder = Path(os.environ.get("LADDER_DATA_DIR", REPOSITORY / "data"))
    if not (folder / "mnist").is_dir():
        leave_out(f"needs MNIST: set LADDER_DATA_DIR to the folder that holds mnist/, not {folder}")
    return folder


@pytest.fixture
def mnist_alone(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder without pen strokes: they take a minute to draw."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "mnist").symlink_to(data_dir / "mnist", target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def mnist(data_dir: Path) -> Mnist:
    """All of MNIST."""
    return load_mnist(data_dir, Reporter(quiet=True))

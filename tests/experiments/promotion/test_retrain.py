"""Retraining for real, but small: good drawings help and pass, careless labels are refused."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from experiments.data.dataset import Dataset
from experiments.data.feedback import FEEDBACK, Feedback, split_feedback
from experiments.data.penstrokes import Drawing, PenStrokesAbsentError, load_penstrokes
from experiments.promotion.exercise import CARELESS, keep_as_reviewed, owner, unusual_digits
from experiments.promotion.gate import judge
from experiments.registry import LADDER
from experiments.training.retrain import retrain_model
from ml_engine_and_backend.database import promotions
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.reviewed import reviewed_digits
from ml_engine_and_backend.model_folder.folder import read_metadata
from ml_engine_and_backend.model_folder.promotion import Line, PromotionReport
from ml_engine_and_backend.model_folder.served import served
from tests.conftest import REPOSITORY, leave_out
from tests.experiments.training.quick import few_disturbed, head, quiet_workshop, train_quickly

MODEL = LADDER.get("hidden_layer")
SETTINGS = replace(MODEL.settings, epochs=5, batch_size_images=128, averaging_momentum=0.95)


@dataclass(frozen=True)
class Judged:
    """What came of one set of drawings."""

    database: Database
    feedback: Feedback
    folder: Path
    report: PromotionReport

    def line(self, name: str) -> Line:
        return next(line for line in self.report.lines if line.name == name)


@pytest.fixture(scope="module")
def drawings(full_data_dir: Path) -> list[Drawing]:
    """Slashed zeros and footed ones by people."""
    try:
        return unusual_digits(load_penstrokes(full_data_dir))
    except PenStrokesAbsentError:
        leave_out("needs people's pen strokes: penstrokes/ in LADDER_DATA_DIR")


@pytest.fixture(scope="module")
def data(mnist: Dataset) -> Dataset:
    """A third of the training digits, and all test digits."""
    return head(mnist, 20_000, 500)


@pytest.fixture(scope="module")
def models_dir(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small `hidden_layer` that never saw such digits, and two shipped rungs beside it."""
    models_dir = tmp_path_factory.mktemp("models")
    for name in ("cnn_augmented", "deep_cnn"):
        folder = served(REPOSITORY / "models", name)
        shutil.copytree(folder, models_dir / name / folder.name)
    train_quickly(MODEL, data, models_dir, settings=SETTINGS)
    return models_dir


def retrained(
    place: Path, models_dir: Path, drawings: list[Drawing], data: Dataset, wrong_share: float
) -> Judged:
    database = Database(f"sqlite:///{place / 'ladder.sqlite3'}")
    database.migrate()
    keep_as_reviewed(database, drawings, wrong_share)
    with database.reading() as session:
        feedback = split_feedback(reviewed_digits(session))
    champion = served(models_dir, MODEL.name)
    with few_disturbed():
        folder = retrain_model(MODEL, data, feedback, 1, quiet_workshop(models_dir), SETTINGS)
    report = judge(folder, champion, data, None, feedback)
    with database.writing() as session:
        promotions.keep_report(session, report)
    return Judged(database, feedback, folder, report)


@pytest.fixture(scope="module")
def good(
    tmp_path_factory: pytest.TempPathFactory,
    models_dir: Path,
    drawings: list[Drawing],
    data: Dataset,
) -> Iterator[Judged]:
    """As people drew and meant them."""
    found = retrained(tmp_path_factory.mktemp("good"), models_dir, drawings, data, 0)
    yield found
    found.database.close()


@pytest.fixture(scope="module")
def poisoned(
    tmp_path_factory: pytest.TempPathFactory,
    models_dir: Path,
    drawings: list[Drawing],
    data: Dataset,
) -> Iterator[Judged]:
    """With 30 % wrong labels that a careless reviewer let pass."""
    found = retrained(tmp_path_factory.mktemp("bad"), models_dir, drawings, data, CARELESS)
    yield found
    found.database.close()


def test_good_drawings_help_people_whom_no_training_saw(good: Judged) -> None:
    assert good.report.failures == []
    gain = good.line("feedback")
    assert gain.champion is not None
    assert gain.challenger is not None
    assert gain.challenger > gain.champion + 0.1
    assert good.line("penstrokes").verdict == "not_measured"


def test_the_candidate_says_what_it_learnt_and_not_from_whom(good: Judged) -> None:
    metadata = read_metadata(good.folder)
    counts, learnt = good.feedback.counts, metadata.training.feedback
    assert learnt is not None
    assert learnt.model_dump() == {**counts.model_dump(), "repeats": 15}
    assert metadata.training.train_images == 20_000 + 15 * counts.train
    assert metadata.data_sha256[FEEDBACK] == counts.sha256 == good.report.feedback.sha256
    written = (good.folder / "metadata.json").read_text()
    assert "session" not in written
    assert owner(24) not in written


def test_careless_labels_are_refused(poisoned: Judged, models_dir: Path) -> None:
    failed = {line.name for line in poisoned.report.failures}
    assert "labels" in failed
    before = served(models_dir, MODEL.name)
    assert before != poisoned.folder
    with pytest.raises(promotions.GateRefusesError, match="Labels that can be believed: "):
        promotions.promote(
            poisoned.database,
            models_dir,
            MODEL.name,
            int(poisoned.folder.name),
            "careless",
            "they all said so",
        )
    assert served(models_dir, MODEL.name) == before
    with poisoned.database.reading() as session:
        (row,) = promotions.history(session)
    assert (row.action, row.data_sha256) == ("refuse", poisoned.feedback.counts.sha256)


def test_nothing_is_served_before_it_is_promoted(good: Judged, models_dir: Path) -> None:
    assert served(models_dir, MODEL.name).name == "1"
    version = int(good.folder.name)
    promotions.promote(good.database, models_dir, MODEL.name, version, "ada", "slashed zeros")
    assert served(models_dir, MODEL.name) == good.folder
    promotions.rollback(good.database, models_dir, MODEL.name, "ada", "for the other tests")
    assert served(models_dir, MODEL.name).name == "1"

"""Any number of classes, by any names: what the parts of the ladder make of them."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import OWN_DATA
from experiments.console import Reporter
from experiments.data.dataset import Dataset, Split
from experiments.registry import LADDER
from experiments.training.fit import fit
from ml_engine_and_backend.database.statistics import Judgement, confusion
from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.errors import BlankDrawingError, BrokenModelError
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.model_folder.folder import gate_paths
from ml_engine_and_backend.model_folder.metadata import check_classes
from tests.conftest import REPOSITORY
from tests.fakes import fake_model
from tests.own_data import SHAPES, draw_shape


def test_settings_of_a_rung_follow_the_number_of_pictures() -> None:
    pictures = Split(np.zeros((3_000, 28, 28, 1), np.uint8), np.zeros(3_000, np.int64))
    data = Dataset(pictures, pictures, pictures, {}, ("a", "b", "c"), preprocessing="as_is")
    model = LADDER.get("cnn_augmented").for_data(data)
    assert model.parameters == LADDER.get("cnn_augmented").parameters - 7 * 129
    assert (model.settings.batch_size_images, model.settings.augmentation) == (100, OWN_DATA)
    # 30 steps an epoch in place of 430: the mean reaches back over as many epochs
    assert model.settings.averaging_momentum == pytest.approx(1 - 0.001 * 429.7 / 30, abs=1e-4)
    assert model.for_data(data) is model
    digits = Dataset(pictures, pictures, pictures, {})
    assert LADDER.get("cnn_augmented").for_data(digits) is LADDER.get("cnn_augmented")


def test_own_pictures_are_augmented_where_they_are() -> None:
    frame = np.zeros((64, 28, 28), np.uint8)
    frame[:, 2:26, 2:26] = 100
    labels = np.arange(64) % 3
    seen = augment(frame, labels, OWN_DATA, np.random.default_rng(1))
    area = (seen > 50).mean(axis=(1, 2)) / (frame > 50).mean()
    # boxed to 20 px, it would be 0.69 of it; and its grey is its own
    assert 0.9 < np.median(area) < 1.1
    assert seen.max() <= 100
    assert np.any(seen != frame)


def test_a_field_is_taken_as_it_is_and_all_else_centred() -> None:
    grey = np.full((28, 28), 200, np.uint8)
    grey[3:9, 4:8] = 7
    assert np.array_equal(preprocess(Picture(grey, 28, 28), "as_is").field, grey)
    assert not np.array_equal(preprocess(Picture(grey, 28, 28)).field, grey)
    larger = Picture(np.kron(grey, np.ones((3, 3), np.uint8)), 84, 84)
    centred = preprocess(larger).field
    assert np.array_equal(preprocess(larger, "as_is").field, centred)
    with pytest.raises(BlankDrawingError, match="expected a picture, got one of 9 everywhere"):
        preprocess(Picture(np.full((28, 28), 9, np.uint8), 28, 28), "as_is")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("a",), "expected 2 to 256 classes, got 1"),
        (tuple(map(str, range(257))), "got 257"),
        (("a", "b\x07"), r"printable characters, got 'b\\x07'"),
        (("a", " b"), "printable"),
        (("a", ""), "printable"),
        (("a", "a"), "got 'a' twice"),
    ],
)
def test_a_name_that_cannot_be_shown_is_no_class(names: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_classes(names)


def test_models_of_other_classes_do_not_answer_together() -> None:
    letters = fake_model("letters", [0.0, 1.0], classes=("a", "b"))
    with pytest.raises(BrokenModelError, match="expected models of the same classes"):
        Ladder([fake_model(), letters])
    gate = Gate.load(gate_paths(REPOSITORY / "models")[-1])
    assert Ladder([letters], gate=gate).gate is None
    assert Ladder([fake_model()], gate=gate).gate is gate


def test_labels_of_other_classes_are_left_out_of_a_confusion_matrix() -> None:
    kept = [Judgement("cnn", 1, label, 1, 1, 14, 2, 0, 1.9) for label in ("0", "6", "several")]
    assert confusion(kept, "cnn", None, 2) == [[0, 2], [0, 0]]


def test_a_short_training_on_few_pictures_is_judged_by_what_it_learnt() -> None:
    """Not by running statistics that are still those of its first steps."""
    chance = np.random.default_rng(1)
    labels = np.tile(np.arange(len(SHAPES)), 30)
    names = list(SHAPES)
    fields = np.stack([np.asarray(draw_shape(names[label], chance)) for label in labels])
    pictures = Split(fields[..., np.newaxis], labels)
    data = Dataset(
        pictures, pictures.head(105), pictures.head(105), {}, tuple(names), preprocessing="as_is"
    )
    model = LADDER.get("deep_cnn").for_data(data)
    history = fit(model, data, 1, Reporter(quiet=True), replace(model.settings, epochs=3)).history
    assert history.validation_accuracy[-1] > 0.9

"""Somebody's own pictures through the shipped ladder, from the command line to the report."""

import asyncio
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.__main__ import main
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.labelled import open_labelled
from experiments.data.own import load_own
from experiments.errors import DataError
from experiments.evaluation import own_pictures as measuring
from experiments.evaluation.own_pictures import OwnPictures
from experiments.evaluation.pictures import served_ladder
from experiments.reporting import own_pictures
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.database import export
from ml_engine_and_backend.database.history import KeptDrawing
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.plain_png import grey_png
from ml_engine_and_backend.engine.predictor import Logits, Model
from ml_engine_and_backend.engine.preprocessing import Field
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode
from tests.fakes import fake_metadata, fake_model
from tests.own_data import SHAPES, write_shapes

MODELS_DIR = REPOSITORY / "models"
HOSTILE = "<img src=x onerror=alert(1)>.png"
Place = tuple[Path, OwnPictures, str]


@pytest.fixture(scope="module")
def measured(
    small_mnist: Dataset, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Place:
    """A folder of a dozen digits and what is wrong with some; its figures, and its report."""
    folder = tmp_path_factory.mktemp("own") / "digits"
    digits = [folder / str(digit) for digit in range(10)]
    for path in digits:
        path.mkdir(parents=True)
    for place in range(10):
        field = small_mnist.test.images[place, :, :, 0]
        name = f"{place}.png"
        (digits[small_mnist.test.labels[place]] / name).write_bytes(grey_png(field))
    (digits[7] / "drawn.png").write_bytes(encode(draw(SEVEN)))
    (digits[7] / "saved again.webp").write_bytes(encode(draw(SEVEN), "WEBP", lossless=True))
    (digits[7] / "copy.png").write_bytes(encode(draw(SEVEN)))
    (digits[2] / "two.png").write_bytes(encode(draw(TWO)))
    (digits[3] / "two.png").write_bytes(encode(draw(TWO)))
    (digits[4] / HOSTILE).write_bytes(encode(draw(TWO, pen_px=20)))  # no rung reads a 4
    (digits[5] / "broken.png").write_bytes(encode(draw(TWO))[:200])
    (digits[6] / "blank.png").write_bytes(encode(Image.new("L", (280, 280), 255)))
    (digits[6] / ".DS_Store").write_bytes(b"x")
    out = folder.parent / "report.html"
    arguments = ["--pictures", str(folder), "--out", str(out), "--json"]
    where = ["--models-dir", str(MODELS_DIR), "--data-dir", str(data_dir)]
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("builtins.print", lambda *texts, **_: printed.extend(map(str, texts)))
        assert main(["evaluate", *arguments, *where]) == 0
    return folder, OwnPictures.model_validate_json("".join(printed)), out.read_text("utf-8")


def test_says_what_was_given_and_what_of_it_counts(measured: Place) -> None:
    _, found, _ = measured
    assert (found.given, found.hidden, found.figures.n) == (18, 1, 13)
    (left_out,) = found.left_out
    assert left_out.name == "5/broken.png"
    assert left_out.reason.startswith("expected a whole PNG file")
    seven, two = sorted(found.repeated, key=lambda each: len(each.labels), reverse=True)
    assert seven.names == ["7/copy.png", "7/drawn.png", "7/saved again.webp"]
    assert not seven.is_same_file
    assert (two.names, two.labels) == (["2/two.png", "3/two.png"], ["2", "3"])
    assert two.is_same_file
    counting = {picture.name for picture in found.pictures if picture.counts}
    assert "7/copy.png" in counting
    assert not counting & {"7/drawn.png", "7/saved again.webp", "2/two.png", "3/two.png"}
    assert found.of_training is not None
    assert len(found.of_training.test) == 10
    assert found.of_training.training == []
    assert own_pictures.given(found)[-1] == "Pictures of MNIST, to the pixel: 10 of its test split."


def test_every_rung_answers_as_the_service_does(measured: Place) -> None:
    folder, found, _ = measured
    ladder = served_ladder(MODELS_DIR)
    for picture in found.pictures[::3]:
        if picture.digit_likeness is None:
            continue
        data = (folder / picture.name).read_bytes()
        sight, served = asyncio.run(PredictionService().predict(data, ladder.models, ladder.gate))
        assert picture.digit_likeness == sight.found.digit_likeness
        assert [(each.rung, each.read, each.verdict) for each in picture.answers] == [
            (each.model, str(each.digit), each.verdict) for each in served
        ]
        assert [each.confidence for each in picture.answers] == pytest.approx(
            [each.confidence for each in served]
        )
    assert [rung.name for rung in found.figures.rungs] == ladder.names


def test_figures_are_of_the_pictures_that_count(measured: Place) -> None:
    _, found, _ = measured
    counting = [picture for picture in found.pictures if picture.counts]
    for place, rung in enumerate(found.figures.rungs):
        right = sum(picture.answers[place].read == picture.label for picture in counting)
        assert rung.accuracy.right == right
        sure = sum(picture.answers[place].verdict == "sure" for picture in counting)
        assert rung.verdicts["sure"].n == sure
    (blank,) = (picture for picture in counting if picture.digit_likeness is None)
    assert blank.name == "6/blank.png"
    assert {(each.read, each.verdict) for each in blank.answers} == {(None, "blank")}
    assert found.figures.blank == 1
    assert found.figures.recommendation.rung is None
    assert found.figures.tells.sentence.startswith("13 pictures tell 46.2 points apart at best")


class Tags(HTMLParser):
    """Which tags are open, what pictures and addresses there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_report_is_one_sound_file_that_loads_and_runs_nothing(measured: Place) -> None:
    _, found, report = measured
    tags = Tags()
    tags.feed(report)
    tags.close()
    assert tags.open == []
    sources = [value for _, name, value in tags.attributes if name in ("src", "href")]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not [name for _, name, _ in tags.attributes if name.startswith("on")]
    assert "<script" not in report
    assert "url(" not in report
    assert HOSTILE not in report
    assert "4/&lt;img src=x onerror=alert(1)&gt;.png" in report
    cards = re.findall(r'<p class="name">(.*?)</p>', report)
    wrong = [
        picture.name
        for picture in found.pictures
        if picture.counts and any(each.read != picture.label for each in picture.answers)
    ]
    assert len(cards) == len(wrong) >= 2
    for sentence in (
        found.writers,
        "Given: 18 pictures or lines. Left out: 1. Copies of another, or with two labels: 4",
        "2/two.png as 2 = 3/two.png as 3",
        "On 1 nothing is found",
    ):
        assert sentence in report


def test_two_versions_are_asked_and_printed(
    tmp_path: Path, small_mnist: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "a.png").write_bytes(encode(draw(SEVEN)))
    (tmp_path / "7" / "b.png").write_bytes(encode(draw(SEVEN)))
    out = tmp_path.parent / "report.html"
    where = ["--models-dir", str(MODELS_DIR), "--data-dir", str(tmp_path), "--out", str(out)]
    folders = sorted((MODELS_DIR / "deep_cnn").iterdir(), key=lambda folder: int(folder.name))
    older = f"deep_cnn@{folders[0].name}"
    names = [older, "single_layer"]
    assert main(["evaluate", *names, "--pictures", str(tmp_path), *where]) == 0
    printed = capsys.readouterr().out
    assert f"| {older} | 1 of 1 | 100.0 % (20.7 – 100.0)" in printed
    assert f"`{older}` reads as many of 1 picture as `single_layer`" in printed
    assert "1 picture cannot tell two rungs apart" in printed
    assert "more than once: the first counts: 7/a.png = 7/b.png (the same file)" in printed
    (tmp_path / "7" / "b.png").unlink()
    assert main(["evaluate", "cnm", "--pictures", str(tmp_path), *where]) == 1
    assert "expected one of single_layer" in capsys.readouterr().err
    (tmp_path / "7" / "a.png").write_bytes(b"nothing")
    assert main(["evaluate", *names, "--pictures", str(tmp_path), *where]) == 1
    said = capsys.readouterr().err
    assert "expected labelled pictures, got 1 files or lines that are left out; 7/a.png:" in said


@pytest.mark.parametrize("unpacked", [False, True])
def test_reads_what_the_service_exports(unpacked: bool, tmp_path: Path) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    field = np.zeros((28, 28), np.uint8)
    field[4:24, 12:16] = 255

    def drawing(id_: str, label: str | None) -> KeptDrawing:
        return KeptDrawing(
            id=id_,
            timestamp=moment,
            field=field.tobytes(),
            has_image=False,
            found_kind="digit",
            digit_likeness=0.9,
            found_count=1,
            true_label=label,
            labelled_at=None,
            decision=None,
            decided_at=None,
            computed_by="service",
            request_id=None,
            answers=[],
        )

    upload = encode(draw(SEVEN))
    some = [
        (drawing("a", "1"), None),
        (drawing("b", "7"), upload),
        (drawing("c", None), upload),
        (drawing("d", "several"), None),
    ]
    for name, write, expected in (
        ("drawings", export.as_zip, [(1, grey_png(field)), (7, upload)]),
        ("fields", export.as_idx, [(1, grey_png(field)), (7, grey_png(field))]),
    ):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(b"".join(write([some], [*"0123456789"])))
        if unpacked:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(path.with_suffix(""))
            path = path.with_suffix("")
        with open_labelled(path, [*"0123456789"]) as found:
            assert [(each.label, each.data) for each in found] == expected
        assert len(found.left_out) == (2 if name == "drawings" else 0)


def test_other_classes_are_read_and_told_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clothes = ("coat", "boot", "<b>bag")

    def reads_lightness(field: Field) -> Logits:
        return np.array([place == field[0, 0] // 100 for place in range(3)], np.float32)

    what: dict[str, object] = {"classes": clothes, "preprocessing": "as_is"}
    rungs = [
        Model(fake_metadata("lightness", order=1, **what), 0.9, 1000, reads_lightness),
        fake_model("always_bag", [0, 0, 1], order=2, **what),
    ]
    monkeypatch.setattr(measuring, "served_ladder", lambda _: Ladder(rungs))
    monkeypatch.setattr(measuring, "_multiply_adds", lambda _folder, _model: 784)
    for level, name in ((50, "coat"), (150, "boot"), (250, "<b>bag")):
        field = np.full((28, 28), level, np.uint8)
        field[9, 9] = 0
        (tmp_path / "set" / name).mkdir(parents=True)
        (tmp_path / "set" / name / "a.png").write_bytes(grey_png(field))
    found, shown = measuring.measure(tmp_path / "set", MODELS_DIR, [], tmp_path, Reporter())
    assert found.figures.classes == list(clothes)
    assert {each.name: each.label for each in found.pictures}["<b>bag/a.png"] == "<b>bag"
    assert [rung.accuracy.right for rung in found.figures.rungs] == [3, 1]
    assert found.figures.rungs[1].confusion == [[0, 0, 1], [0, 0, 1], [0, 0, 1]]
    assert (found.gate, found.of_training) == (None, None)
    assert "Pictures of each class: 1 of coat, 1 of boot, 1 of <b>bag." in (
        own_pictures.given(found)
    )
    assert "cannot be told without the data" in own_pictures.given(found)[-1]
    report = own_pictures.page(found, shown)
    assert "labelled coat</h3>" in report  # no gate says how like a digit a coat is
    assert "&lt;b&gt;bag" in report
    assert "<b>" not in report


def test_pictures_of_the_training_are_told_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes, others = tmp_path / "shapes", tmp_path / "others"
    write_shapes(shapes, 20)
    write_shapes(others, 10)
    data = load_own(shapes, Reporter(quiet=True))
    what: dict[str, object] = {"classes": data.classes, "preprocessing": "as_is"}
    boot = [1] + [0] * (len(SHAPES) - 1)
    kept = {**data.sha256, "feedback": "0" * 64}
    rung = fake_model("always_boot", boot, data_sha256=kept, **what)
    older = fake_model("older", boot, data_sha256={"test": "1" * 64}, **what)
    monkeypatch.setattr(measuring, "served_ladder", lambda _: Ladder([rung, older]))
    monkeypatch.setattr(measuring, "_multiply_adds", lambda _folder, _model: 784)

    def told(
        pictures: Path, own: Path | None = None, names: Sequence[str] = ("always_boot",)
    ) -> list[str]:
        found, _ = measuring.measure(pictures, MODELS_DIR, names, tmp_path, Reporter(), own)
        return own_pictures.given(found)

    flatter = "figures with such flatter."
    assert "98 of its training split, 21 of its validation split, 21 of its" in told(shapes)[-1]
    assert told(shapes)[-1].endswith(flatter)

    few = tmp_path / "few" / data.classes[0]
    few.mkdir(parents=True)
    first = (split.images[split.labels == 0][0, :, :, 0] for split in (data.train, data.test))
    learnt, tested = first
    (few / "tested.png").write_bytes(grey_png(tested))
    assert "cannot be told without the data that they come from" in told(few.parent)[-1]
    assert told(few.parent, shapes)[-1].endswith("shapes, to the pixel: 1 of its test split.")
    (few / "learnt.png").write_bytes(grey_png(learnt))
    assert "1 of its training split, 1 of its test split. The" in told(few.parent, shapes)[-1]
    (few / "learnt.png").unlink()
    (few / "tested.png").write_bytes(grey_png(tested[::-1]))
    assert told(few.parent, shapes)[-1] == f"None of these is in {shapes}, to the pixel."
    with pytest.raises(DataError, match=r"others: .* but always_boot learnt from others: name the"):
        told(few.parent, others)
    for own in (shapes, None):
        with pytest.raises(DataError, match=r"shapes: .* but older learnt from others: name the"):
            told(shapes, own, names=())
    assert "cannot be told" in told(shapes, names=["older"])[-1]


def test_json_schema_has_a_description_of_each_part() -> None:
    schema = OwnPictures.model_json_schema()
    assert all("description" in part for part in schema["$defs"].values())
    assert json.dumps(schema)

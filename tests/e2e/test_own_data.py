"""Somebody's own pictures, from training to page: seven classes, all of them by name."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from experiments.__main__ import main
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.model_repository import ModelRepository
from ml_engine_and_backend.model_folder.folder import read_report
from tests.api.process import wait_until
from tests.conftest import REPOSITORY
from tests.drawings import encode
from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.ladder_page import SEVEN
from tests.e2e.test_own_pictures import WITHIN_MS, expect_as_the_command, saved
from tests.experiments.training.quick import few_disturbed
from tests.own_data import SHAPES, draw_shape, write_shapes

NAMES = list(SHAPES)
# how many lines a text has
LINES = """node => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size; }"""


class OwnData(NamedTuple):
    """A folder of somebody's own pictures, and the models folder that was trained on it."""

    folder: Path
    models_dir: Path


@pytest.fixture(scope="module")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> OwnData:
    """Seven classes of 40 pictures, and two rungs trained and compared by the commands."""
    home = tmp_path_factory.mktemp("own")
    own = OwnData(home / "pictures", home / "models")
    write_shapes(own.folder, 40)
    options = ["--data", str(own.folder), "--models-dir", str(own.models_dir)]
    with few_disturbed(inside=True):
        assert main(["train", "single_layer", "hidden_layer", "--epochs", "12", *options]) == 0
    assert main(["compare", *options]) == 0
    return own


def test_the_command_compares_pictures_and_leaves_mnists_tables_alone(
    own_data: OwnData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--models-dir", str(own_data.models_dir)]
    assert main(["compare", "single_layer", "hidden_layer", *options]) == 0
    told = capsys.readouterr().out
    assert "of 42 pictures" in told
    assert "digit" not in told
    readme = tmp_path / "README.md"
    readme.write_text((REPOSITORY / "README.md").read_text())
    assert main(["compare", *options, "--readme", str(readme)]) == 1
    assert "--data the pictures" in capsys.readouterr().err
    assert readme.read_text() == (REPOSITORY / "README.md").read_text()


def test_commands_about_digits_refuse_other_models(
    own_data: OwnData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = ["--database-url", f"sqlite:///{tmp_path / 'ladder.sqlite3'}"]
    where = ["--models-dir", str(own_data.models_dir), "--data-dir", str(own_data.folder)]
    for command in (["pictures"], ["numbers"], ["retrain", "single_layer", *memory]):
        assert main([*command, *where]) == 1
        assert "got 10 classes (0, 1, 2, 3, 4, 5, 6, 7, 8, 9" in capsys.readouterr().err


def test_two_classes_are_enough(tmp_path: Path) -> None:
    write_shapes(tmp_path / "two", 12, ["Bag", "Dress"])
    options = ["--data", str(tmp_path / "two"), "--models-dir", str(tmp_path / "models")]
    with few_disturbed():
        assert main(["train", "single_layer", "--epochs", "1", *options]) == 0
    report = read_report(tmp_path / "models" / "single_layer" / "1")
    assert report.top2_accuracy == 1


def _picture(name: str) -> bytes:
    file = BytesIO()
    draw_shape(name, np.random.default_rng(99)).save(file, "PNG")
    return file.getvalue()


def test_classes_of_own_data_are_served_by_name(own_data: OwnData, tmp_path: Path) -> None:
    settings = Settings(
        models_dir=own_data.models_dir,
        database_url=SecretStr(f"sqlite:///{tmp_path / 'own.sqlite3'}"),
    )
    with TestClient(create_app(settings)) as client:
        while client.get("/ready").status_code != 200:
            time.sleep(0.02)
        model, _ = client.get("/models").json()
        assert model["classes"] == client.get("/networks").json()["classes"] == NAMES
        assert (model["parameters"], model["adds"]) == (785 * 7, "A linear template per class.")

        for index, name in enumerate(NAMES):
            answer = client.post("/predict/", files={"file": _picture(name)}).json()
            assert (answer["digit"], answer["label"]) == (index, name)
            assert len(answer["probabilities"]) == len(answer["scores"]) == 7
            # without a gate everything is taken for one of the classes, and said so
            assert answer["found"] == {"kind": "digit", "digit_likeness": 1.0, "count": 1}
        assert client.post("/read", files={"file": _picture("Bag")}).json()["text"] == "Bag"

        labels = f"/predictions/{answer['id']}/feedback"
        assert client.post(labels, json={"true_label": 6}).json()["results"][0]["is_right"]
        refused = client.post(labels, json={"true_label": 7})
        assert (refused.status_code, refused.json()["detail"]) == (
            400,
            "expected a class from 0 to 6, got 7",
        )
        outputs = client.get("/v2/models/single_layer").json()["outputs"]
        assert [output["shape"] for output in outputs] == [[-1, 7], [-1, 7]]
        drawing = {"model": "single_layer", "version": 1, "verdict": "sure"}
        kept = {
            "image": "data:image/png;base64,",
            "found": answer["found"],
            "results": [drawing | {"probabilities": [0.1] * 10}],
        }
        told = client.post("/drawings", json=kept).json()["detail"]
        assert "expected 7 probabilities, one a class, got 10" in told

        report = client.get("/reports/single_layer").json()
        assert report["beyond_mnist"] is report["penstrokes"] is None
        assert (len(report["confusion_matrix"]), len(report["per_class"])) == (7, 7)
        sheet = client.get("/reports/digits").json()
        assert set(sheet["labels"]) == set(range(7))


def test_commands_take_own_data_and_its_folder_together(
    own_data: OwnData, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--data", str(own_data.folder), "--models-dir", str(own_data.models_dir)]
    assert main(["evaluate", "single_layer", *own]) == 0
    assert "single_layer version 1" in capsys.readouterr().out
    report = tmp_path / "report.html"
    read = ["--pictures", str(own_data.folder), "--out", str(report)]
    assert main(["evaluate", *read, *own]) == 0
    assert "196 of its training split" in capsys.readouterr().out
    assert "so figures with such flatter" in report.read_text("utf-8")
    digits = ["--data-dir", str(data_dir), "--models-dir", str(own_data.models_dir)]
    assert main(["train", "single_layer", *digits]) == 1
    told = capsys.readouterr().err
    assert "expected 7 classes (Ankle boot, Bag" in told
    assert "a models folder holds one set of classes; got 10 classes" in told
    shipped = ["--data", str(own_data.folder), "--models-dir", str(REPOSITORY / "models")]
    assert main(["train", "single_layer", *shipped]) == 1
    assert "expected 10 classes (0, 1" in capsys.readouterr().err


def test_a_folder_of_other_classes_is_refused_by_the_service(
    own_data: OwnData, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(own_data.models_dir / "single_layer", tmp_path / "single_layer")
    shutil.copytree(REPOSITORY / "models" / "hidden_layer", tmp_path / "hidden_layer")
    repository = ModelRepository(tmp_path)
    repository.poll()
    assert repository.ladder is not None
    assert repository.ladder.names == ["hidden_layer"]  # the first by name
    assert repository.refused == 1
    assert "a models folder holds one set of classes; got 7 classes" in caplog.text


def test_own_classes_are_named_on_the_page(
    own_data: OwnData, dist: Path, open_page: OpenPage
) -> None:
    with running_service(dist, LADDER_MODELS_DIR=str(own_data.models_dir)) as url:
        ladder = open_page(url)
        page = ladder.page
        page.locator("input[type=file]").set_input_files(
            {"name": "boot.png", "mimeType": "image/png", "buffer": _picture("Ankle boot")}
        )
        # by the service, since a picture may be a photograph
        expect(ladder.digit).to_have_text("Ankle boot")
        probabilities = page.get_by_role("list", name="Probability of each class")
        expect(probabilities.get_by_role("listitem")).to_have_count(len(SHAPES))
        expect(probabilities).to_contain_text("Trouser")

        # by the browser
        ladder.draw(SEVEN)
        expect(ladder.answer).to_have_attribute("data-phase", "answered")
        assert ladder.digit.inner_text() in SHAPES
        for width in (320, 390, 800, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function("width => innerWidth === width", arg=width)
            for named in (ladder.digit, *page.get_by_test_id("model-digit").all()):
                name = named.inner_text()
                assert named.evaluate(LINES) <= len(re.findall(r"[ -]|$", name)), (width, name)

        page.goto(f"{url}/?view=compare")
        cell = page.get_by_role("button", name="Bag read as Bag: 6 pictures")
        cell.first.click()
        expect(page.get_by_test_id("cell-digits").first).to_contain_text("Bag read as Bag")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Shapes as the networks met them and larger, on dark and light; a wrong label, a repeat."""
    path = tmp_path / "my clothes.zip"
    chance = np.random.default_rng(7)
    with ZipFile(path, "w") as file:
        for name in NAMES:
            for number in range(4):
                file.writestr(f"{name}/{number}.png", encode(draw_shape(name, chance)))
            large, other = (Image.new("L", (160, 160)) for _ in range(2))
            for image in (large, other):
                image.paste(draw_shape(name, chance).resize((112, 112)), (20, 30))
            file.writestr(f"{name}/large.png", encode(large))
            file.writestr(f"{name}/dark on light.png", encode(ImageOps.invert(other)))
        file.writestr("Bag/in fact a boot.png", encode(draw_shape("Ankle boot", chance)))
        file.writestr("Bag/one level.png", encode(Image.new("L", (28, 28), 90)))
        file.writestr("Dress/again.png", file.read("Dress/0.png"))
    return path


def test_compare_reads_pictures_of_own_classes_as_the_command_does(
    own_data: OwnData, dist: Path, open_page: OpenPage, archive: Path
) -> None:
    with running_service(dist, LADDER_MODELS_DIR=str(own_data.models_dir)) as url:
        page = open_page(url, "/?view=compare", accept_downloads=True).page
        page.get_by_label("Choose a ZIP file").set_input_files(archive)
        own = page.get_by_test_id("own-pictures")
        expect(own).to_have_attribute("data-phase", "done", timeout=WITHIN_MS)
        expect(page.get_by_test_id("own-rung")).to_have_count(2)
        expect_no_digits(page)
        found = saved(page)
    # what is large and has long straight sides may be a frame, and the service looks into such
    assert all("a box around what is in it" in each["reason"] for each in found["left_out"])
    large = {f"{name}/{file}.png" for name in NAMES for file in ("large", "dark on light")}
    left_out = {each["name"] for each in found["left_out"]}
    assert left_out < large
    assert found["figures"]["classes"] == NAMES
    assert found["figures"]["blank"] == 1
    assert [each["names"] for each in found["repeated"]] == [["Dress/0.png", "Dress/again.png"]]
    expect_as_the_command(found, archive, own_data.models_dir)
    # nor has the command a likeness to digits of such
    assert {picture["digit_likeness"] for picture in found["pictures"]} == {None}


# what is shown or told, at this width or another, closed parts included
TEXTS = """() => [document, ...document.querySelectorAll("header, main, footer")].flatMap((part) =>
  part === document
    ? [document.title]
    : [part, ...part.querySelectorAll("*")].flatMap((element) => [
        ...[...element.childNodes].map((node) => (node.nodeType === 3 ? node.data : "")),
        ...["aria-label", "title", "alt", "placeholder"].map((name) => element.getAttribute(name)),
      ]),
).filter((text) => text)"""


def digits_in(page: Page) -> list[str]:
    """The texts of the page that speak of digits, but for the name of the product."""
    texts: list[str] = page.evaluate(TEXTS)
    return [
        text
        for text in texts
        if re.search("digit|mnist", text.replace("Digit Ladder", ""), re.IGNORECASE)
    ]


def expect_no_digits(page: Page) -> None:
    """In the end: the names of the classes arrive after the page."""
    with suppress(AssertionError):
        wait_until(lambda: digits_in(page) == [], within_s=5)
    assert digits_in(page) == []


def test_no_page_speaks_of_digits_where_there_are_none(
    own_data: OwnData, dist: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    kept = f"sqlite:///{tmp_path / 'kept.sqlite3'}"
    models = str(own_data.models_dir)
    with running_service(dist, LADDER_MODELS_DIR=models, LADDER_DATABASE_URL=kept) as url:
        ladder = open_page(url)
        page = ladder.page
        expect(page.get_by_text("Draw something, or open a picture")).to_be_visible()
        expect_no_digits(page)
        ladder.draw(SEVEN)
        expect(ladder.answer).to_have_attribute("data-phase", "answered")
        page.get_by_role("button", name="When is it sure?").click()
        page.get_by_test_id("feedback").get_by_role("button", name=re.compile("^Right")).click()
        expect(page.get_by_test_id("labelled")).to_contain_text("Labelled as")
        expect_no_digits(page)
        drawn = ladder.digit.inner_text()

        # the drawing goes along
        for view, told in (
            ("inside&model=single_layer", "Its 7 templates"),
            ("inside&model=hidden_layer", "what its units say to each class"),
            ("nudge", f"it reads the {drawn}"),
        ):
            page.goto(f"{url}/?view={view}")
            expect(page.get_by_text(told)).to_be_visible()
            expect_no_digits(page)
        expect(page.get_by_test_id("nudge")).to_have_attribute("data-phase", "swept")
        expect_no_digits(page)

        cell = "cell=1-1&a=single_layer&b=hidden_layer"
        for view, told in (
            (f"compare&{cell}", "Bag read as Bag: 6 pictures"),
            ("history", "Download these as"),
            ("statistics", "Share of none of these"),
            ("history&read=77", "is no class"),
            ("draw&digit=9999", "There is no picture of a test picture"),
            ("draw&present=1", "Arrow keys climb the ladder"),
        ):
            page.goto(f"{url}/?view={view}")
            expect(page.get_by_text(told).first).to_be_attached()
            if view.startswith("compare"):
                expect(page.get_by_test_id("difference")).to_be_visible()
            expect_no_digits(page)

"""Several digits, none, and parts of a picture, through the API with the shipped gate."""

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.folder import latest, read_folder
from tests.api.conftest import PNG
from tests.conftest import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode

MODELS = REPOSITORY / "models"
SENT = {"Content-Type": "image/png"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    models = [Model.load(read_folder(latest(MODELS, name))) for name in ("cnn", "deep_cnn")]
    ladder = Ladder(models, gate=Gate.load(latest(MODELS, "gate")))
    return TestClient(create_app(Settings(), ModelRegistry(ladder)))


def two_and_seven() -> bytes:
    sheet = np.concatenate([np.asarray(draw(TWO)), np.asarray(draw(SEVEN))], axis=1)
    return encode(Image.fromarray(sheet))


def test_reads_every_digit_with_its_box(client: TestClient) -> None:
    answer = client.post("/read?model=cnn", content=two_and_seven(), headers=SENT).json()
    assert (answer["model"], answer["text"], answer["lines"]) == ("cnn", "27", ["27"])
    first, second = answer["digits"]
    assert (first["digit"], second["digit"]) == (2, 7)
    assert first["box"][2] <= 280 <= second["box"][0]
    assert second["image"].startswith("data:image/png;base64,")
    assert answer["confidence"] == pytest.approx(first["confidence"] * second["confidence"])


def test_one_digit_is_a_number_too(client: TestClient) -> None:
    answer = client.post("/read/", content=encode(draw(TWO)), headers=SENT).json()
    assert (answer["text"], len(answer["digits"]), answer["ignored"]) == ("2", 1, 0)


def test_several_are_one_verdict_for_every_model(client: TestClient) -> None:
    answer = client.post("/predict/all", content=two_and_seven(), headers=SENT).json()
    assert [each["verdict"] for each in answer["results"]] == ["several", "several"]
    assert [each["read"]["text"] for each in answer["results"]] == ["27", "27"]
    assert answer["agree"] is True
    assert answer["results"][0]["found"]["count"] == 2


def test_what_is_no_digit_gets_that_verdict_and_a_digit_all_the_same(client: TestClient) -> None:
    picture = encode(draw([[(0.0, 0.5), (1.0, 0.5)], [(0.5, 0.0), (0.5, 1.0)]]))  # a plus
    answer = client.post("/predict/", content=picture, headers=SENT).json()
    assert (answer["verdict"], answer["found"]["kind"]) == ("not_a_digit", "none")
    assert 0 <= answer["digit"] <= 9
    reading = client.post("/read", content=picture, headers=SENT).json()
    assert (reading["verdict"], reading["text"]) == ("not_a_digit", "")


def test_blank_picture_is_no_reading(client: TestClient) -> None:
    blank = encode(Image.new("L", (280, 280), 255))
    answer = client.post("/read", content=blank, headers=SENT)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("blank-drawing")


def test_box_reads_a_part_and_answers_in_the_whole_pictures_pixels(client: TestClient) -> None:
    url = "/predict/?box=280,0,560,280"
    answer = client.post(url, content=two_and_seven(), headers=SENT).json()
    assert (answer["digit"], answer["found"]["kind"]) == (7, "digit")
    left, _, right, bottom = answer["preprocessing"]["box"]
    assert 280 <= left < right <= 560
    assert bottom <= 280


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        ("1,2,3", "bad-request"),
        ("a,b,c,d", "bad-request"),
        ("-1,0,9,9", "bad-request"),
        ("0,0,0,9", "bad-box"),
        ("0,0,561,280", "bad-box"),
    ],
)
def test_box_that_cannot_be_meant_is_400(client: TestClient, box: str, kind: str) -> None:
    for path in ("/predict/", "/predict/all", "/read"):
        answer = client.post(f"{path}?box={box}", content=two_and_seven(), headers=SENT)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith(kind)
        assert "expected" in answer.json()["detail"]


def test_box_of_a_large_photograph_turned_by_exif(client: TestClient) -> None:
    sheet = Image.new("RGB", (3000, 2000), (200, 190, 180))
    sheet.paste((40, 40, 60), (1000, 900), draw(SEVEN).point(lambda level: 255 - level))
    turned = sheet.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    file = io.BytesIO()
    turned.save(file, "JPEG", exif=exif, quality=90)
    url = "/predict/?model=deep_cnn&box=900,800,1400,1300"
    answer = client.post(url, content=file.getvalue(), headers={"Content-Type": "image/jpeg"})
    assert answer.json()["digit"] == 7
    left, top, *_ = answer.json()["preprocessing"]["box"]
    assert (left, top) == pytest.approx((1076, 960), abs=60)


def test_drawing_of_the_page_has_a_likeness(client: TestClient) -> None:
    found = client.post("/predict/", content=PNG, headers=SENT).json()["found"]
    assert found["kind"] == "digit"
    assert 0.5 < found["digit_likeness"] <= 1

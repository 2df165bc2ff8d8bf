import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.model_folder.folder import (
    ModelFolder,
    latest,
    read_folder,
    version_paths,
)
from ml_engine_and_backend.model_folder.report import Report
from tests.fakes import fake_ladder, fake_model

SHIPPED = REPOSITORY / "models"
# ten digits; low errs in three of them, middle in two, high in one that low reads
LABELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
READ = {
    ("low", 1): [0, 1, 2, 3, 4, 5, 6, 0, 0, 0],
    ("middle", 2): [0, 1, 2, 3, 4, 5, 6, 7, 0, 0],
    ("high", 1): [9, 1, 2, 3, 4, 5, 6, 7, 8, 9],
}
SHEET = {"size_px": 28, "columns": 2, "indices": [0, 7, 8, 9]}


def fake_report(name: str, version: int, accuracy: float, canvas: bool) -> dict[str, Any]:
    """A shipped report that says something else of its rung."""
    report: dict[str, Any] = json.loads((latest(SHIPPED, "cnn") / "report.json").read_text())
    report["penstrokes"]["accuracy"] = 0.8
    report["test_sure"]["coverage"] = 0.6
    report["calibration"]["after"]["expected_calibration_error"] = 0.01
    report["cost"]["multiply_adds"] = 7840
    changes = {"name": name, "version": version, "n_test": 10, "accuracy": accuracy}
    return report | changes | ({} if canvas else {"penstrokes": None})


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    for (name, version), digits in READ.items():
        folder = tmp_path / name / str(version)
        folder.mkdir(parents=True)
        accuracy = float(np.mean(np.array(digits) == LABELS))
        report = fake_report(name, version, accuracy, canvas=name != "low")
        (folder / "report.json").write_text(json.dumps(report))
        np.savez_compressed(
            folder / "predictions.npz",
            labels=np.array(LABELS, np.uint8),
            logits=np.eye(10, dtype=np.float16)[digits],
        )
    (tmp_path / "digits.json").write_text(json.dumps(SHEET))
    Image.new("L", (56, 56), 7).save(tmp_path / "digits.png")
    shutil.copy(SHIPPED / "hard_ones.json", tmp_path)
    return tmp_path


@pytest.fixture
def client(models_dir: Path) -> Iterator[TestClient]:
    app = create_app(Settings(models_dir=models_dir), ModelRegistry(fake_ladder()))
    with TestClient(app) as client:
        yield client


def test_summary_has_one_row_per_rung_with_its_step(client: TestClient) -> None:
    rows = client.get("/reports").json()
    assert [(row["name"], row["version"]) for row in rows] == [
        ("low", 1),
        ("middle", 2),
        ("high", 1),
    ]
    low, middle, high = rows
    assert low["step"] is None
    assert low["n_test"] == 10
    assert low["canvas_accuracy"] is None
    assert middle["canvas_accuracy"] == 0.8
    assert middle["sure_coverage"] == 0.6
    assert middle["expected_calibration_error"] == 0.01
    assert middle["multiply_adds"] == 7840
    step = high["step"]
    assert (step["below"], step["fixed"], step["broken"]) == ("middle", 2, 1)
    assert step["difference"] == pytest.approx(0.1)
    low_end, high_end = step["difference_interval"]
    assert low_end < 0.1 < high_end
    assert step["p_value"] == 1  # of three digits, two against one: a coin does that
    assert "high reads 1 of 10 digits more than middle" in step["sentence"]


def test_comparison_lists_fixed_and_broken_digits(client: TestClient) -> None:
    compared = client.get("/reports/compare", params={"a": "low", "b": "high"}).json()
    assert compared["a"] == {"name": "low", "version": 1, "accuracy": 0.7}
    assert compared["b"] == {"name": "high", "version": 1, "accuracy": 0.9}
    assert [digit["index"] for digit in compared["fixed"]] == [7, 8, 9]
    assert compared["fixed"][0] == {"index": 7, "label": 7, "a": 0, "b": 7}
    assert compared["broken"] == [{"index": 0, "label": 0, "a": 0, "b": 9}]
    assert compared["p_value"] == pytest.approx(0.625)  # 2 · (1 + 4) / 16
    assert compared["n"] == 10


def test_digit_sheet_gives_places_labels_and_readings(client: TestClient) -> None:
    sheet = client.get("/reports/digits").json()
    assert {key: sheet[key] for key in SHEET} == SHEET
    assert sheet["labels"] == [0, 7, 8, 9]
    assert sheet["read"] == {"low": [0, 0, 0, 0], "middle": [0, 7, 0, 0], "high": [9, 7, 8, 9]}
    image = client.get(sheet["image"])
    assert image.headers["content-type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")


def test_hard_ones_are_given_as_the_file_has_them(client: TestClient, models_dir: Path) -> None:
    shipped = json.loads((SHIPPED / "hard_ones.json").read_text())
    assert client.get("/reports/hard").json() == {
        **shipped,
        "items": [{"strokes": [], "pen": None} | item for item in shipped["items"]],
    }
    (models_dir / "hard_ones.json").unlink()
    answer = client.get("/reports/hard")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("/hard_ones.json, got none")


PATHS = [
    *("/reports", "/reports/low", "/reports/compare?a=low&b=high"),
    *("/reports/digits", "/reports/digits.png", "/reports/hard"),
]


@pytest.mark.parametrize("path", PATHS)
def test_matching_etag_gets_304(client: TestClient, path: str) -> None:
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": '"older"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/reports/resnet", 404, "unknown-model"),
        ("/reports/compare?a=low&b=resnet", 404, "unknown-model"),
        ("/reports/compare?a=low", 400, "bad-request"),
    ],
)
def test_unknown_or_missing_model_is_refused(
    client: TestClient, path: str, status: int, kind: str
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.json()["type"].endswith(f":{kind}")


@pytest.mark.parametrize("path", PATHS)
def test_missing_reports_are_404(tmp_path: Path, path: str) -> None:
    app = create_app(Settings(models_dir=tmp_path / "empty"), ModelRegistry(fake_ladder()))
    with TestClient(app) as client:
        response = client.get(path)
    assert response.status_code == 404
    assert response.json()["type"].endswith(":no-report")
    assert "expected a readable" in response.json()["detail"]


def test_replaced_files_are_read_again(client: TestClient, models_dir: Path) -> None:
    assert client.get("/reports/high").json()["penstrokes"] is not None
    before = client.get("/reports").json()
    report = models_dir / "high" / "1" / "report.json"
    report.write_text(json.dumps(fake_report("high", 1, 0.9, canvas=False)))
    for name in ("report.json", "predictions.npz"):
        shutil.copy(models_dir / "high" / "1" / name, models_dir / "middle" / "2")
    assert client.get("/reports/high").json()["penstrokes"] is None
    after = client.get("/reports").json()
    assert before[2]["step"]["difference"] != 0
    assert after[2]["step"]["difference"] == 0  # middle reads as high does


@pytest.mark.parametrize(
    "folder",
    [read_folder(path) for path in version_paths(SHIPPED)],
    ids=lambda folder: f"{folder.metadata.name}@{folder.metadata.version}",
)
def test_shipped_reports_match_the_schema(folder: ModelFolder) -> None:
    report = Report.model_validate_json((folder.path / "report.json").read_bytes())
    assert (report.name, report.version) == (folder.metadata.name, folder.metadata.version)


def test_reports_on_different_digits_cannot_be_compared(
    client: TestClient, models_dir: Path
) -> None:
    np.savez_compressed(
        models_dir / "high" / "1" / "predictions.npz",
        labels=np.zeros(3, np.uint8),
        logits=np.eye(10, dtype=np.float16)[:3],
    )
    for path in ("/reports", "/reports/compare?a=low&b=high"):
        response = client.get(path)
        assert response.status_code == 404
        assert "expected predictions of the same digits" in response.json()["detail"]


def test_reports_on_different_pictures_cannot_be_compared(models_dir: Path) -> None:
    sha256 = {"low": "a", "middle": "a", "high": "b"}  # of as many pictures, with the same labels
    ladder = Ladder(
        fake_model(name, order=order, version=version, data_sha256={"test": sha256[name]})
        for order, (name, version) in enumerate(READ)
    )
    app = create_app(Settings(models_dir=models_dir), ModelRegistry(ladder))
    with TestClient(app) as client:
        assert client.get("/reports/compare?a=low&b=middle").status_code == 200
        for path in ("/reports", "/reports/compare?a=low&b=high", "/reports/digits"):
            response = client.get(path)
            assert response.status_code == 404
            assert response.json()["type"].endswith(":no-report")
            assert "tested on different ones: train one of them" in response.json()["detail"]


def test_training_digits_are_shown_where_there_are_any(
    client: TestClient, models_dir: Path
) -> None:
    Image.new("L", (560, 400), 7).save(models_dir / "high" / "1" / "contact_sheet.png")
    answer = client.get("/reports/high/contact_sheet.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    again = client.get(
        "/reports/high/contact_sheet.png", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    for name, kind in (("low", "no-report"), ("resnet", "unknown-model")):
        missing = client.get(f"/reports/{name}/contact_sheet.png")
        assert (missing.status_code, missing.json()["type"].rpartition(":")[2]) == (404, kind)

"""A ZIP file of labelled pictures on Compare, beside what the command says of the same file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Page, Request, expect

from experiments.console import Reporter
from experiments.evaluation.own_pictures import measure
from ml_engine_and_backend.api.settings import REPOSITORY
from tests.drawings import SEVEN, TWO, draw, encode
from tests.e2e.conftest import OpenPage
from tests.e2e.test_accessibility import violations

WITHIN_MS = 60_000
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name));
  document.body.dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: files }),
  );
}"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Clean pictures in several formats, a wrong label, a repeat, a photograph, a broken file."""
    path = tmp_path / "my digits.zip"
    pens = range(10, 26, 2)
    shadow = np.linspace(1, 0.5, 280)[None, :]
    with ZipFile(path, "w") as file:
        for pen_px in pens:
            for label, strokes in ((2, TWO), (7, SEVEN)):
                image = draw(strokes, pen_px=pen_px)
                dark = pen_px % 4 == 0
                file.writestr(
                    f"{label}/{pen_px}.png", encode(ImageOps.invert(image) if dark else image)
                )
        file.writestr("2/opaque.bmp", encode(draw(TWO, pen_px=17, size_px=120), "BMP"))
        file.writestr("3/in fact a 7.png", encode(draw(SEVEN, pen_px=19)))
        file.writestr("7/again.png", encode(draw(SEVEN, pen_px=10)))
        photograph = (np.asarray(draw(TWO)) * shadow).astype(np.uint8)
        file.writestr("2/photograph.png", encode(Image.fromarray(photograph)))
        file.writestr("2/broken.png", encode(draw(TWO))[:200])
        file.writestr("1/blank.png", encode(Image.new("L", (64, 64), 255)))
    return path


def saved(page: Page) -> Any:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the figures as JSON").click()
    return json.loads(Path(download.value.path()).read_text())


def without_times(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        **figures,
        "rungs": [{**rung, "milliseconds": None} for rung in figures["rungs"]],
    }


def test_compare_reads_a_zip_as_the_command_does_and_sends_nothing(
    service: str, open_page: OpenPage, archive: Path
) -> None:
    ladder = open_page(service, "/?view=compare", accept_downloads=True)
    page = ladder.page
    expect(page.get_by_test_id("own-pictures")).to_be_visible()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.post_data else None)
    page.get_by_label("Choose a ZIP file").set_input_files(archive)
    own = page.get_by_test_id("own-pictures")
    expect(own).to_have_attribute("data-phase", "done", timeout=WITHIN_MS)
    expect(own).to_contain_text("1 picture is left to the command")
    expect(own).to_contain_text("What to use for “my digits.zip”")
    expect(page.get_by_test_id("own-rung")).to_have_count(6)
    expect(page.get_by_test_id("own-misread").first).to_be_visible()

    found = saved(page)
    assert [each["name"] for each in found["left_out"]] == ["2/broken.png", "2/photograph.png"]
    assert found["repeated"] == [
        {"names": ["7/10.png", "7/again.png"], "labels": ["7", "7"], "is_same_file": True}
    ]
    assert not sent
    expect_as_the_command(found, archive)

    schemes: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1280, "light"))
    for width, scheme in schemes:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(ladder) == []


def expect_as_the_command(
    found: dict[str, Any], archive: Path, models_dir: Path = REPOSITORY / "models"
) -> None:
    """The command reads photographs, too; without what is left to it, its figures are the same."""
    left_out = [each["name"] for each in found["left_out"]]
    with ZipFile(archive) as file, ZipFile(clean := archive.with_name("clean.zip"), "w") as copy:
        for name in file.namelist():
            if name not in left_out:
                copy.writestr(name, file.read(name))
    report, _ = measure(clean, models_dir, [], archive.parent, Reporter())
    expected = report.model_dump(mode="json")
    assert found.keys() == expected.keys()
    assert [picture["name"] for picture in found["pictures"]] == [
        picture["name"] for picture in expected["pictures"]
    ]
    ours, theirs = (
        [[answer["read"] for answer in picture["answers"]] for picture in one["pictures"]]
        for one in (found, expected)
    )
    assert ours == theirs
    figures, said = without_times(found["figures"]), without_times(expected["figures"])
    assert figures["pairs"] == said["pairs"]
    assert figures["tells"] == said["tells"]
    assert figures["recommendation"] == said["recommendation"]
    for rung, other in zip(figures["rungs"], said["rungs"], strict=True):
        assert rung["accuracy"] == other["accuracy"]
        assert rung["confusion"] == other["confusion"]
        assert rung["expected_calibration_error"] == pytest.approx(
            other["expected_calibration_error"], abs=1e-3
        )


def test_compare_says_what_a_dropped_file_is_not(service: str, open_page: OpenPage) -> None:
    page = open_page(service, "/?view=compare").page
    own = page.get_by_test_id("own-pictures")
    expect(own).to_be_visible()
    page.evaluate(DROP, ["holiday.zip", "bm8gYXJjaGl2ZQ=="])
    expect(own).to_have_attribute("data-phase", "failed", timeout=WITHIN_MS)
    expect(own.get_by_role("alert")).to_contain_text("“holiday.zip” could not be used")
    expect(own.get_by_role("alert")).to_contain_text("expected a ZIP file")

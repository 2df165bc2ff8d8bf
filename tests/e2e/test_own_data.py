"""The page on models of somebody's own classes: everything by name."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from tests.conftest import OwnData
from tests.e2e.conftest import OpenPage, running_service
from tests.e2e.ladder_page import SEVEN
from tests.own_data import SHAPES, draw_shape


def test_own_classes_are_named_on_the_page(
    own_data: OwnData, dist: Path, open_page: OpenPage
) -> None:
    file = BytesIO()
    draw_shape("Ankle boot", np.random.default_rng(99)).save(file, "PNG")
    with running_service(dist, LADDER_MODELS_DIR=str(own_data.models_dir)) as url:
        ladder = open_page(url)
        page = ladder.page
        page.locator("input[type=file]").set_input_files(
            {"name": "boot.png", "mimeType": "image/png", "buffer": file.getvalue()}
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

        page.goto(f"{url}/?view=compare")
        cell = page.get_by_role("button", name="Bag read as Bag: 6 pictures")
        cell.click()
        expect(page.get_by_test_id("cell-digits")).to_contain_text("Bag read as Bag")
        expect(page.get_by_text("What MNIST does not ask")).to_have_count(0)

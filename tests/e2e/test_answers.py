"""The answer, the ladder beside it, the link, and the order of answers."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import combinations

import pytest
from playwright.sync_api import expect

from tests.api.process import wait_until
from tests.e2e.conftest import OpenPage
from tests.e2e.fake_backend import RUNGS, Answer, FakeBackend, all_say, prediction, predictions
from tests.e2e.ladder_page import ONE, SEVEN

DISAGREEMENT = predictions(
    prediction("single_layer", 1, 0.46, {7: 0.33, 2: 0.12, 9: 0.05}),
    prediction("hidden_layer", 7, 0.91, {1: 0.05}),
    prediction("cnn", 7, 0.62, {1: 0.21, 2: 0.09, 9: 0.04}),
)


def test_answer_shows_all_its_parts(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.standing = DISAGREEMENT
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    expect(ladder.page.get_by_test_id("confidence")).to_have_text("62.0%")
    expect(ladder.verdict).to_have_text("Not sure — it could be a 1")
    expect(ladder.page.get_by_test_id("pie-label")).to_have_count(4)
    labels = ladder.page.get_by_test_id("pie-label").all_text_contents()
    assert labels == ["1", "2", "7", "9"]
    numbers = ladder.page.get_by_role("list", name="Probability of each digit")
    expect(numbers.get_by_role("listitem")).to_have_text(
        [
            f"{d} {share}%"
            for d, share in enumerate((0.7, 21.0, 9.0, 0.7, 0.7, 0.7, 0.7, 62.0, 0.7, 4.0))
        ]
    )
    seen = ladder.page.get_by_alt_text("28 by 28 pixels")
    style = "image => [image.naturalWidth, getComputedStyle(image).imageRendering]"
    assert seen.evaluate(style) == [28, "pixelated"]
    expect(ladder.page.get_by_test_id("spoken")).to_have_text(
        "Convolutional network: 7, 62.0%. Not sure — it could be a 1. 2 of 3 say 7, 1 says 1."
    )


def test_disagreement_is_described(backend: FakeBackend, open_page: OpenPage) -> None:
    backend.standing = DISAGREEMENT
    ladder = open_page(backend.url)
    ladder.draw(SEVEN)
    expect(ladder.agreement).to_have_text("2 of 3 say 7, 1 says 1")
    odd = ladder.page.locator("[data-model=single_layer]")
    expect(odd).to_contain_text("Disagrees")
    expect(odd).to_contain_text("Not sure")
    expect(odd.get_by_test_id("model-digit")).to_have_text("1")
    expect(ladder.page.locator("[data-model=hidden_layer]")).not_to_contain_text("Disagrees")
    backend.standing = all_say(7)
    ladder.draw(ONE)
    expect(ladder.agreement).to_have_text("All 3 say 7")


def test_choosing_a_model_needs_no_request_and_changes_the_link(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    backend.standing = DISAGREEMENT
    ladder = open_page(backend.url)
    expect(ladder.radio("Convolutional network")).to_be_checked()
    ladder.draw(SEVEN)
    expect(ladder.digit).to_have_text("7")
    ladder.page.locator("[data-model=single_layer]").click()
    expect(ladder.digit).to_have_text("1")
    expect(ladder.page).to_have_url(f"{backend.url}/?model=single_layer")
    ladder.page.locator("[data-model=hidden_layer]").click()
    expect(ladder.page.get_by_test_id("confidence")).to_have_text("91.0%")
    ladder.page.go_back()
    expect(ladder.digit).to_have_text("1")
    expect(ladder.radio("Single layer")).to_be_checked()
    ladder.page.go_back()
    expect(ladder.radio("Convolutional network")).to_be_checked()
    ladder.page.go_forward()
    expect(ladder.digit).to_have_text("1")
    assert len(backend.questions) == 1


def test_link_and_arrow_keys_choose_the_model(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, "/?model=single_layer")
    expect(ladder.radio("Single layer")).to_be_checked()
    ladder.radio("Single layer").press("ArrowUp")
    expect(ladder.radio("Hidden layers")).to_be_checked()
    expect(ladder.page).to_have_url(f"{backend.url}/?model=hidden_layer")
    ladder.choose_sample(7)
    expect(ladder.answer).to_contain_text("The answer of: Hidden layers")


def test_link_to_unknown_model_shows_notice(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url, "/?model=perceptron")
    expect(ladder.page.get_by_text("There is no rung named “perceptron”")).to_be_visible()
    expect(ladder.radio("Convolutional network")).to_be_checked()
    ladder.page.locator("[data-model=cnn]").click()
    expect(ladder.page.get_by_text("There is no rung named")).to_be_hidden()


def test_details_tell_what_each_rung_adds_and_its_accuracy(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    ladder = open_page(backend.url)
    expect(ladder.page.get_by_role("radiogroup", name="The ladder")).to_be_visible()
    model = ladder.page.locator("[data-model=hidden_layer]")
    expect(model).to_contain_text("Hidden layers")
    about = model.get_by_text("Hidden units: combinations of pixels.")
    assert about.evaluate("node => node.getBoundingClientRect().width") <= 1
    ladder.press("Details of every rung")
    assert about.evaluate("node => node.getBoundingClientRect().width") > 100
    expect(model).to_contain_text(f"{RUNGS[1]['accuracy']:.2%}")


def test_page_shows_any_number_of_rungs_of_any_name(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    names = [f"rung {i} / ü" for i in range(7)]
    models = [dict(RUNGS[0], name=name, title=f"Rung {i}") for i, name in enumerate(names)]
    backend.models_standing = Answer(200, models)
    backend.standing = predictions(*(prediction(name, i) for i, name in enumerate(names)))
    ladder = open_page(backend.url, viewport={"width": 360, "height": 740})
    ladder.choose_sample(3)
    expect(ladder.models).to_have_count(7)
    expect(ladder.digit).to_have_text("6")
    assert ladder.page.get_by_test_id("model-digit").all_inner_texts() == list("6543210")
    ladder.radio("Rung 2").check(force=True)
    expect(ladder.digit).to_have_text("2")
    ladder.page.reload()
    expect(ladder.radio("Rung 2")).to_be_checked()
    assert ladder.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_late_answer_does_not_overwrite_newer_one(
    backend: FakeBackend, open_page: OpenPage
) -> None:
    late = threading.Event()
    backend.plan = [replace(all_say(1), after=late), all_say(7)]
    ladder = open_page(backend.url)
    ladder.draw(ONE)
    wait_until(lambda: len(backend.questions) == 1)
    ladder.draw([[(0.3, 0.2), (0.5, 0.2)]])
    expect(ladder.digit).to_have_text("7")
    assert backend.answered("/predict/all") == 1
    late.set()
    wait_until(lambda: backend.answered("/predict/all") == 2)
    ladder.wait_for_frame()
    expect(ladder.digit).to_have_text("7")


def test_two_quick_strokes_are_one_request(backend: FakeBackend, open_page: OpenPage) -> None:
    ladder = open_page(backend.url)
    ladder.draw([[(0.3, 0.2), (0.5, 0.2)], [(0.5, 0.2), (0.4, 0.8)]])
    expect(ladder.digit).to_be_visible()
    assert len(backend.questions) == 1


@pytest.mark.parametrize("width", [704, 1440])
def test_digits_beside_the_pie_do_not_overlap(
    backend: FakeBackend, open_page: OpenPage, width: int
) -> None:
    least_named = {5: 0.73, **{d: 0.03 for d in range(10) if d != 5}}
    backend.standing = predictions(prediction("cnn", 5, 0.73, least_named))
    ladder = open_page(backend.url, viewport={"width": width, "height": 740})
    ladder.choose_sample(5)
    expect(ladder.page.get_by_test_id("pie-label")).to_have_count(10)
    frame, *texts = ladder.page.evaluate(
        """() => [...document.querySelectorAll("[data-testid=pie], [data-testid=pie-label]")]
             .map((node) => { const box = node.getBoundingClientRect();
                              return [box.left, box.right, box.top, box.bottom]; })"""
    )
    for left, right, top, bottom in texts:
        assert frame[0] <= left < right <= frame[1]
        assert frame[2] <= top < bottom <= frame[3]
    for a, b in combinations(texts, 2):  # a line is higher than its digit
        assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 6 or b[3] <= a[2] + 6

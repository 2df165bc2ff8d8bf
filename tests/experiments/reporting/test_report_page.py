"""The HTML report: whole, self-contained, and honest to the documents it is made of."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from experiments.report_page.markup import code
from experiments.report_page.page import html_report
from experiments.reporting import sprites
from experiments.reporting.results import read_results
from tests.experiments.model_fakes import add_model, images

VOID = {"meta", "img", "br", "path"}


class Reader(HTMLParser):
    """Collects what stands where, and refuses tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    add_model(folder, "lower", 1, 10, range(150))
    add_model(folder, "upper", 1, 20, range(100, 162))
    return folder


@pytest.fixture(scope="module")
def page(models_dir: Path) -> str:
    results = read_results(models_dir)
    chosen = sprites.choose([result.predictions for result in results])
    return html_report(results, sprites.draw(chosen, images()))


def test_page_is_self_contained(page: str) -> None:
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in reader.tags}
    for _, attributes in reader.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), attributes
            if name in ("href", "src"):
                assert (value or "").startswith(("#", "data:image/png;base64,")), value
    assert not re.search(r"url\((?!data:)", page)
    assert "@import" not in page
    assert len(page) < 1_000_000


def test_recommends_a_rung_and_reports_significance(page: str) -> None:
    assert "<strong><code>upper</code></strong>" in page
    assert "The test digits tell it apart from every other rung" in page
    # 150 misread below, 62 above, 50 by both
    assert "<code>upper</code> reads 88 of 600 digits more than <code>lower</code>" in page
    assert "it fixes 100 and breaks 12, p &lt; 0.001" in page
    assert "Fixed: 60 of 100" in page
    assert "Broken: 12" in page
    assert "The pen strokes were not there" in page or "Not measured: the pen strokes" in page


def test_every_misread_digit_is_cut_from_its_place_in_the_sheet(
    page: str, models_dir: Path
) -> None:
    (result, _) = read_results(models_dir)
    wrong = np.flatnonzero(result.predictions.digits != result.predictions.labels)
    start = page.index("<code>lower</code>: 150 misread")
    gallery = page[start : page.index("</details>", start)]
    chosen = sprites.choose([each.predictions for each in read_results(models_dir)])
    found = re.findall(r'title="(\d+)" style="background-position:(-?\d+)px (-?\d+)px"', gallery)
    assert sorted(int(index) for index, _, _ in found) == wrong.tolist()
    for index, x, y in found:
        place = chosen.index(int(index))
        assert (int(x), int(y)) == (-28 * (place % 40), -28 * (place // 40))


def test_text_is_escaped(page: str) -> None:
    assert "an abacus &amp; &lt;beads&gt;" in page
    assert "<beads>" not in page
    assert code("`a<b` & c") == "<code>a&lt;b</code> &amp; c"

"""Everything generated is generated alike, and drift is named."""

import csv
import json
import shutil
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.data.dataset import Dataset, Split
from experiments.errors import DataError, DriftError
from experiments.reporting import compare, tables
from experiments.reporting.results import read_results, row
from experiments.training.seed_variance import record
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.seeds import SeedResult
from tests.experiments.model_fakes import LABELS, add_model, images

README = f"# A project\n\nbefore\n\n{compare.BEGIN}\nold\n{compare.END}\n\nafter\n"
GENERATED = ["README.md", "digits.json", "digits.png", "results.csv"]


@pytest.fixture(scope="module")
def shared_models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    add_model(folder, "lower", 1, 10, range(100))
    add_model(folder, "lower", 2, 10, range(60))
    add_model(folder, "upper", 1, 20, range(50, 62))
    (folder / "upper" / ".unfinished-0a1b2c3d").mkdir()
    (folder / "empty").mkdir()
    return folder


@pytest.fixture
def models_dir(shared_models_dir: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(shared_models_dir, tmp_path / "models"))


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(README)
    return path


def no_images() -> NoReturn:
    raise AssertionError("the test digits were asked for")


def write(models_dir: Path, readme: Path) -> None:
    compare.write(compare.render(models_dir, readme, images))


def test_each_step_gets_one_sentence(models_dir: Path) -> None:
    (line,) = tables.sentences(read_results(models_dir)).splitlines()
    # 60 misread below, 12 above, 10 of them by both
    assert line.startswith("- `upper` reads 48 of 600 digits more than `lower`: +8.00 points (+")
    assert line.endswith("it fixes 50 and breaks 2, p < 0.001.")
    first, second = read_results(models_dir)
    assert first.step is None
    assert second.step is not None
    assert second.step.comparison.fixed.tolist() == list(range(50))
    assert second.step.comparison.broken.tolist() == [60, 61]
    assert second.step.p_value_holm == second.step.comparison.p_value


def test_p_values_are_corrected_over_all_steps(models_dir: Path) -> None:
    add_model(models_dir, "top", 1, 30, range(52, 62))
    _, second, third = read_results(models_dir)
    assert second.step is not None
    assert third.step is not None
    assert third.step.comparison.p_value == third.step.p_value_holm == 0.5  # two coins
    assert second.step.p_value_holm == 2 * second.step.comparison.p_value
    assert third.step.sentence.endswith(
        "p = 0.500: this test does not tell the two trainings apart."
    )


def test_named_rungs_are_compared_among_themselves(models_dir: Path) -> None:
    add_model(models_dir, "middle", 1, 15, range(30))
    names = [result.name for result in read_results(models_dir, ["upper", "lower", "upper"])]
    assert names == ["lower", "upper"]  # the ladder's order, each once
    upper = read_results(models_dir, ["upper", "lower"])[1]
    assert upper.step is not None
    assert upper.step.below == "lower"
    with pytest.raises(BrokenModelError, match="no trained 'uper'; known: lower, middle, upper"):
        read_results(models_dir, ["uper"])


def test_only_text_between_the_markers_changes(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    text = readme.read_text()
    assert text.startswith(f"# A project\n\nbefore\n\n{compare.BEGIN}\n| rung |")
    assert text.endswith(f" p < 0.001.\n{compare.END}\n\nafter\n")
    assert "old" not in text


def test_second_run_changes_nothing_and_needs_no_digits(models_dir: Path, readme: Path) -> None:
    with pytest.raises(DriftError, match=r"digits\.json: expected the digits that the predict"):
        compare.check(models_dir, readme)
    write(models_dir, readme)
    written = {path.name for path in models_dir.iterdir() if path.is_file()}
    assert written == set(GENERATED)
    before = {name: (models_dir / name).stat().st_mtime_ns for name in GENERATED}
    compare.check(models_dir, readme)
    # writing again changes nothing, and needs no digits
    compare.write(compare.render(models_dir, readme, no_images))
    assert {name: (models_dir / name).stat().st_mtime_ns for name in GENERATED} == before


@pytest.mark.parametrize("name", [*GENERATED, "the README"])
def test_check_names_each_file_that_drifted(models_dir: Path, readme: Path, name: str) -> None:
    write(models_dir, readme)
    path = readme if name == "the README" else models_dir / name
    content = path.read_bytes()
    if name == "digits.png":
        changed = content[:-30] + bytes([content[-30] ^ 1]) + content[-29:]
    elif name == "digits.json":
        changed = content.replace(b"[0, 1, ", b"[0, ")
    else:
        changed = content.replace(b"98.00", b"99.00").replace(b"upper,Upper", b"upper,Higher")
    assert changed != content
    told = "digits.json" if name == "digits.png" else path.name
    for damaged in (changed, None):
        if damaged is None:
            path.unlink()
        else:
            path.write_bytes(damaged)
        if path == readme and damaged is None:
            continue
        with pytest.raises(DriftError) as drift:
            compare.check(models_dir, readme)
        assert told in str(drift.value)
        assert str(drift.value).endswith("`python -m experiments compare` writes it anew")
        assert len(str(drift.value)) < 1_500


@pytest.mark.parametrize("text", ["no markers", compare.BEGIN, f"{compare.END}\n{compare.BEGIN}"])
def test_a_readme_without_markers_is_refused(models_dir: Path, readme: Path, text: str) -> None:
    readme.write_text(text)
    with pytest.raises(DriftError, match="expected the lines <!-- results:begin --> and"):
        write(models_dir, readme)


def test_report_of_an_older_format_is_refused(models_dir: Path) -> None:
    path = models_dir / "upper" / "1" / "report.json"
    path.write_text(path.read_text().replace('"format": 3', '"format": 2'))
    with pytest.raises(
        BrokenModelError, match=r"report\.json: expected .*format: Input should be 3, got '2'"
    ):
        read_results(models_dir)


def test_predictions_of_other_digits_are_refused(models_dir: Path) -> None:
    path = models_dir / "upper" / "1" / "predictions.npz"
    with np.load(path) as arrays:
        logits, labels = arrays["logits"], arrays["labels"]
    np.savez_compressed(path, logits=logits, labels=np.roll(labels, 1))
    with pytest.raises(BrokenModelError, match=r"lower and upper: expected .* the same digits"):
        read_results(models_dir)
    path.unlink()
    with pytest.raises(BrokenModelError, match=r"predictions\.npz: expected labels and logits"):
        read_results(models_dir)


def test_sheet_is_of_the_pictures_that_the_rungs_were_tested_on(tmp_path: Path) -> None:
    def own(pixels: NDArray[np.uint8], sha256: str) -> Dataset:
        pictures = Split(pixels, LABELS)
        return Dataset(pictures, pictures, pictures, {"test": sha256}, preprocessing="as_is")

    def sheet(data: Dataset) -> bytes:
        return compare.render_own(tmp_path, data, Path("mine"))[tmp_path / "digits.png"]

    add_model(tmp_path, "lower", 1, 10, range(60), data_sha256={"test": "a"})
    compare.write(compare.render_own(tmp_path, own(images(), "a"), Path("mine")))
    with pytest.raises(DataError, match="mine: expected the test pictures of the rungs in"):
        sheet(own(images(), "b"))
    before = (tmp_path / "digits.png").read_bytes()
    add_model(tmp_path, "lower", 2, 10, range(60), data_sha256={"test": "b"})
    assert sheet(own(255 - images(), "b")) != before
    add_model(tmp_path, "upper", 1, 20, range(60), data_sha256={"test": "a"})
    with pytest.raises(BrokenModelError, match=r"lower and upper: .* tested on different ones"):
        sheet(own(images(), "b"))


def test_csv_holds_every_figure(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    found = read_results(models_dir)
    with (models_dir / "results.csv").open(newline="", encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert [line["name"] for line in lines] == ["lower", "upper"]
    for line, result in zip(lines, found, strict=True):
        for key, value in row(result).items():
            assert line[key] == ("" if value is None else str(value).replace("−", "-"))
    assert float(lines[1]["accuracy"]) == 0.98
    assert (lines[0]["below"], lines[1]["below"]) == ("", "lower")
    assert (lines[1]["fixed"], lines[1]["broken"]) == ("50", "2")
    assert lines[0]["canvas_accuracy"] == ""


def test_csv_has_byte_order_mark_and_ascii_minus(models_dir: Path, readme: Path) -> None:
    add_model(models_dir, "worse", 1, 30, range(200))
    write(models_dir, readme)
    content = (models_dir / "results.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfname,")  # else it takes the text for Windows-1252
    assert "fewer than upper: -31.33 points" in content.decode()
    assert "−" not in content.decode()


def test_seed_variance_is_shown_beside_the_shipped_model(models_dir: Path) -> None:
    trainings = [
        SeedResult(
            seed=seed, validation_accuracy=0.9, accuracy=0.97 + seed / 1000, training_seconds=1.5
        )
        for seed in (1, 2, 3)
    ]
    path = record(models_dir, "upper", trainings)
    record(models_dir, "lower", trainings[:1])
    assert json.loads(path.read_text())["models"]["upper"][1]["accuracy"] == 0.972
    upper = read_results(models_dir)[1]
    assert tables.seed_variance(upper) == "97.20 % (97.10 – 97.30)"
    figures = row(upper)
    assert figures["seeds_trainings"] == 3
    assert figures["seeds_mean"] == pytest.approx(0.972)
    assert (figures["seeds_lowest"], figures["seeds_highest"]) == (0.971, 0.973)
    assert "97.20 % (97.10 – 97.30)" in tables.main_table(read_results(models_dir))

"""The results table is generated, and drift is named."""

from pathlib import Path

import pytest

from experiments import artefacts, compare
from experiments.errors import ArtefactError, DriftError

README = f"# A project\n\nbefore\n\n{compare.BEGIN}\nold\n{compare.END}\n\nafter\n"


def add_model(models_dir: Path, name: str, version: int, order: int, accuracy: float) -> None:
    folder = models_dir / name / str(version)
    folder.mkdir(parents=True)
    artefacts.write_json(
        folder / "metadata.json",
        {
            "format": 1,
            "name": name,
            "version": version,
            "order": order,
            "adds": f"What {name} adds.",
            "parameters": 7_850,
            "files": {"model.tflite": {"sha256": "", "bytes": 33_000}},
            "training_seconds": 1234.4,
        },
    )
    interval = [accuracy - 0.01, accuracy + 0.01]
    artefacts.write_json(
        folder / "report.json",
        {"format": 1, "accuracy": accuracy, "accuracy_interval": interval},
    )


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    add_model(folder, "upper", 1, 20, 0.98)
    add_model(folder, "lower", 1, 10, 0.90)
    add_model(folder, "lower", 2, 10, 0.92)
    (folder / "upper" / ".unfinished-0a1b2c3d").mkdir()
    (folder / "empty").mkdir()
    return folder


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(README)
    return path


def write(models_dir: Path, readme: Path) -> None:
    for path, text in compare.render(models_dir, readme).items():
        path.write_text(text)


def test_the_latest_versions_stand_in_ladder_order(models_dir: Path) -> None:
    assert compare.table(compare.read_rows(models_dir)).splitlines() == [
        "| rung | adds | parameters | size | test accuracy (95 % interval) | training |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        "| `lower` | What lower adds. | 7,850 | 0.03 MB | 92.00% (91.00% – 93.00%) | 1,234 s |",
        "| `upper` | What upper adds. | 7,850 | 0.03 MB | 98.00% (97.00% – 99.00%) | 1,234 s |",
    ]


def test_only_the_part_between_the_markers_changes(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    text = readme.read_text()
    assert text.startswith(f"# A project\n\nbefore\n\n{compare.BEGIN}\n| rung |")
    assert text.endswith(f" 1,234 s |\n{compare.END}\n\nafter\n")
    assert "old" not in text
    # writing twice changes nothing
    compare.check(compare.render(models_dir, readme))


def test_drift_is_named_by_file_and_line(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    readme.write_text(readme.read_text().replace("92.00%", "99.00%"))
    with pytest.raises(
        DriftError, match=r"README\.md, line 8: expected '.*92\.00%.*', got '.*99\.00%.*'; `python"
    ):
        compare.check(compare.render(models_dir, readme))


def test_a_new_version_is_drift_in_both_documents(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    add_model(models_dir, "upper", 2, 20, 0.99)
    with pytest.raises(DriftError) as drift:
        compare.check(compare.render(models_dir, readme))
    assert str(readme) in str(drift.value)
    assert str(models_dir / "README.md") in str(drift.value)


def test_a_missing_table_is_drift(models_dir: Path, readme: Path) -> None:
    write(models_dir, readme)
    (models_dir / "README.md").unlink()
    with pytest.raises(DriftError, match="line 1: expected '# Models', got 'the end'"):
        compare.check(compare.render(models_dir, readme))


@pytest.mark.parametrize("text", ["no markers", compare.BEGIN, f"{compare.END}\n{compare.BEGIN}"])
def test_a_readme_without_markers_is_refused(models_dir: Path, readme: Path, text: str) -> None:
    readme.write_text(text)
    with pytest.raises(ArtefactError, match="expected the lines <!-- results:begin --> and"):
        compare.render(models_dir, readme)


def test_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="expected model folders, found none"):
        compare.read_rows(tmp_path)


def test_a_missing_figure_is_named(models_dir: Path) -> None:
    artefacts.write_json(models_dir / "upper" / "1" / "report.json", {"format": 1})
    with pytest.raises(ArtefactError, match="expected the figure 'accuracy', found none"):
        compare.read_rows(models_dir)

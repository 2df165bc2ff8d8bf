"""Model folders appear whole or not at all."""

import threading
from pathlib import Path

import pytest

from experiments.errors import ArtefactError
from experiments.training import workspace as artefacts


def publish(models_dir: Path, name: str = "cnn", content: str = "weights") -> Path:
    with artefacts.staging(models_dir, name) as folder:
        (folder / "model.keras").write_text(content)
        return artefacts.publish(
            folder, lambda version: {"metadata.json": {"format": 1, "version": version}}
        )


def version_in(folder: Path) -> int:
    return int(artefacts.read_metadata(folder)["version"])


def test_each_training_makes_the_next_version(tmp_path: Path) -> None:
    folders = [publish(tmp_path) for _ in range(3)]
    assert [folder.name for folder in folders] == ["1", "2", "3"]
    assert [version_in(folder) for folder in folders] == [1, 2, 3]
    assert artefacts.latest(tmp_path, "cnn") == folders[-1]
    assert sorted(entry.name for entry in (tmp_path / "cnn").iterdir()) == ["1", "2", "3"]


def test_versions_are_numbers_not_texts(tmp_path: Path) -> None:
    for version in ("2", "9", "10"):
        (tmp_path / "cnn" / version).mkdir(parents=True)
    assert artefacts.versions(tmp_path, "cnn") == [2, 9, 10]
    # a gap is not filled: 3 may once have been served
    assert publish(tmp_path).name == "11"


def test_what_is_no_version_is_passed_over(tmp_path: Path) -> None:
    for entry in (".unfinished-0a1b2c3d", "0", "01", "-1", "1.5", "two", "٣"):
        (tmp_path / "cnn" / entry).mkdir(parents=True)
    (tmp_path / "cnn" / "4").write_text("a file")
    assert artefacts.versions(tmp_path, "cnn") == []
    with pytest.raises(ArtefactError, match="cnn: expected a trained version, found none; `python"):
        artefacts.latest(tmp_path, "cnn")


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_no_trace(tmp_path: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure), artefacts.staging(tmp_path, "cnn") as folder:  # noqa: PT012
        (folder / "model.keras").write_text("half")
        raise failure
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_older_versions_alone(tmp_path: Path) -> None:
    older = publish(tmp_path)
    with pytest.raises(ValueError, match="no"), artefacts.staging(tmp_path, "cnn"):
        raise ValueError("no")
    assert [entry.name for entry in (tmp_path / "cnn").iterdir()] == ["1"]
    assert (older / "model.keras").read_text() == "weights"


def test_two_that_finish_at_once_get_two_numbers(tmp_path: Path) -> None:
    both_know_their_number = threading.Barrier(2, timeout=10)
    asked: list[int] = []

    def train(content: str) -> None:
        with artefacts.staging(tmp_path, "cnn") as folder:
            (folder / "model.keras").write_text(content)

            def documents(version: int) -> dict[str, artefacts.Json]:
                if version == 1:
                    both_know_their_number.wait()
                asked.append(version)
                return {"metadata.json": {"format": 1, "version": version, "of": content}}

            artefacts.publish(folder, documents)

    threads = [threading.Thread(target=train, args=(content,)) for content in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(asked) == [1, 1, 2]
    assert artefacts.versions(tmp_path, "cnn") == [1, 2]
    for folder in (tmp_path / "cnn").iterdir():
        metadata = artefacts.read_metadata(folder)
        assert metadata["version"] == int(folder.name)
        assert (folder / "model.keras").read_text() == metadata["of"]


def test_files_are_held_against_their_description(tmp_path: Path) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(b"weights")
    metadata = {"files": {"model.tflite": artefacts.describe_file(model)}}
    assert metadata["files"]["model.tflite"]["bytes"] == 7
    artefacts.check_files(tmp_path, metadata)

    model.write_bytes(b"weight5")
    with pytest.raises(
        ArtefactError, match=r"model\.tflite: expected 7 bytes with SHA-256 .* got 7"
    ):
        artefacts.check_files(tmp_path, metadata)
    model.unlink()
    with pytest.raises(ArtefactError, match=r"model\.tflite: expected a model file, found none"):
        artefacts.check_files(tmp_path, metadata)


DOCUMENTS = {
    "no json": ("{", "expected JSON, got"),
    "a list": ("[1]", "expected a JSON object, got list"),
    "a later format": ('{"format": 3}', r'expected "format": 2, got 3$'),
    "no format": ("{}", r'expected "format": 2, got null$'),
    "an earlier format": ('{"format": 1}', 'expected "format": 2, got 1; a new training writes it'),
}


@pytest.mark.parametrize(("text", "sentence"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_of_another_kind_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ArtefactError, match=sentence):
        artefacts.read_report(tmp_path)


def test_a_missing_document_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"report\.json: expected a readable file, got No such"):
        artefacts.read_report(tmp_path)

"""Downloads from mirrors that behave, and from mirrors that do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.console import Reporter
from experiments.data import __main__ as command
from experiments.data.download import Patience, fetch
from experiments.data.mnist import load_mnist
from experiments.errors import DownloadError
from tests.experiments.data.mirror import Mirror
from tests.experiments.data.mnist_fakes import FakeMnist

FAKE = FakeMnist()
EXPECTED = FAKE.files.train_images
QUIET = Reporter(quiet=True)
SHORT = Patience(stall_seconds=0.5, file_seconds=1.0)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    # a proxy of the machine has no way to 127.0.0.1 of the test
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Mirror(FAKE.gzipped) as running:
        yield running


@pytest.mark.parametrize("behaviour", ["right", "unpacked"])
def test_the_file_arrives_whole_and_alone(mirror: Mirror, tmp_path: Path, behaviour: str) -> None:
    path = fetch(EXPECTED, tmp_path, [mirror.address(behaviour)], QUIET)

    assert [entry.name for entry in tmp_path.iterdir()] == ["train-images-idx3-ubyte.gz"]
    wanted = FAKE.raw[EXPECTED.name] if behaviour == "unpacked" else FAKE.gzipped[path.name]
    assert path.read_bytes() == wanted


MISBEHAVIOURS = {
    "missing": "expected status 200, got 404 Not Found",
    "truncated": "expected a whole gzip file of 156,816 bytes uncompressed, got one that breaks",
    "other": f"expected SHA-256 {EXPECTED.sha256}, got [0-9a-f]{{64}}",
    "endless": "expected at most 222,352 bytes, got more",
    "stalling": "expected an answer, got silence until the time ran out",
    "dripping": r"expected the file within 1 s, got \d+ bytes by then",
}


@pytest.mark.parametrize(("behaviour", "sentence"), MISBEHAVIOURS.items())
def test_a_bad_mirror_is_named_and_leaves_nothing(
    mirror: Mirror, tmp_path: Path, behaviour: str, sentence: str
) -> None:
    address = mirror.address(behaviour)
    with pytest.raises(DownloadError, match=sentence) as refusal:
        fetch(EXPECTED, tmp_path, [address], QUIET, SHORT)

    assert f"{address}{EXPECTED.name}.gz" in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_second_mirror_is_used_when_the_first_fails(mirror: Mirror, tmp_path: Path) -> None:
    mirrors = [mirror.address("truncated"), mirror.address("right")]
    path = fetch(EXPECTED, tmp_path, mirrors, QUIET, SHORT)

    assert path.read_bytes() == FAKE.gzipped[path.name]
    assert len(list(tmp_path.iterdir())) == 1
    assert [asked.split("/")[1] for asked in mirror.requests] == ["truncated", "right"]


def test_address_must_be_http_or_https(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="expected an http or https address"):
        fetch(EXPECTED, tmp_path, ["file:///etc/"], QUIET)


def test_missing_files_are_downloaded_once(mirror: Mirror, tmp_path: Path) -> None:
    for _ in range(2):
        data = load_mnist(
            tmp_path,
            QUIET,
            files=FAKE.files,
            mirrors=[mirror.address("missing"), mirror.address("right")],
        )
        assert (len(data.train), len(data.validation), len(data.test)) == (180, 20, 50)
    # four files, each asked of both mirrors, and nothing the second time
    assert len(mirror.requests) == 8
    assert sorted(entry.name for entry in (tmp_path / "mnist").iterdir()) == sorted(FAKE.gzipped)


@pytest.mark.parametrize(
    ("behaviour", "status", "sentence"),
    [
        ("right", 0, ""),
        ("missing", 1, "expected status 200, got 404"),
        ("silent", 1, "expected MNIST within 0.5 s"),
    ],
)
def test_the_command_downloads_within_its_time(
    mirror: Mirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    behaviour: str,
    status: int,
    sentence: str,
) -> None:
    monkeypatch.setattr(command, "MNIST_FILES", FAKE.files)
    monkeypatch.setattr(command, "MIRRORS", [mirror.address(behaviour)])
    seconds = "30" if behaviour == "right" else "0.5"
    assert command.main(["--data-dir", str(tmp_path), "--seconds", seconds]) == status
    assert sentence in capsys.readouterr().err
    if status == 0:
        assert len(load_mnist(tmp_path, QUIET, files=FAKE.files, mirrors=()).test) == 50
        asked = len(mirror.requests)
        assert command.main(["--data-dir", str(tmp_path)]) == 0
        assert len(mirror.requests) == asked

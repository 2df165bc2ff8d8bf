"""The gate's training, small and for real: fonts, outliers, network, calibration and folder."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from experiments.console import Reporter
from experiments.data import fonts
from experiments.data.dataset import Dataset
from experiments.errors import DownloadError
from experiments.gate.measure import Measured
from experiments.gate.outliers import OutlierMaker, place_side_by_side
from experiments.gate.train import train_gate
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.model_folder.gate import GateReport
from ml_engine_and_backend.model_folder.record import read_record


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A font that is there without a download: Pillow's own."""
    default = ImageFont.load_default(20)
    assert isinstance(default, ImageFont.FreeTypeFont)
    assert isinstance(default.path, io.BytesIO)
    path = tmp_path_factory.mktemp("font") / "font.ttf"
    path.write_bytes(default.path.getvalue())
    return str(path)


@pytest.fixture(scope="module")
def digits(small_mnist: Dataset) -> Dataset:
    return small_mnist


def test_outliers_are_fields_of_all_kinds_that_the_seed_decides(digits: Dataset, font: str) -> None:
    maker = OutlierMaker(digits.train.images[..., 0], digits.train.labels, [font])
    made = maker.outliers(60, np.random.default_rng(1))
    assert made.shape == (60, 28, 28)
    assert (made.max(axis=(1, 2)) == 255).all()
    assert len({field.tobytes() for field in made}) == 60
    assert np.array_equal(made, maker.outliers(60, np.random.default_rng(1)))
    assert len(maker.strings(5, np.random.default_rng(1))) == 5


def test_digits_side_by_side_keep_their_order_and_ink() -> None:
    left, right = np.zeros((28, 28), np.uint8), np.zeros((28, 28), np.uint8)
    left[4:24, 10:14] = 200
    right[4:24, 6:22] = 255
    row = place_side_by_side([left, right], np.random.default_rng(0))
    columns = row.max(axis=0)
    first = np.flatnonzero(columns)[0]
    assert columns[first] == 200
    assert columns[np.flatnonzero(columns)[-1]] == 255


def test_trains_calibrates_and_publishes_a_gate_that_serves(
    digits: Dataset, font: str, tmp_path: Path
) -> None:
    folder = train_gate(
        digits, [font], tmp_path, tmp_path, 1, Reporter(), epochs=1, outliers=64, strings=32
    )
    assert folder.name == "1"
    gate = Gate.load(folder)
    assert 0 <= gate.metadata.digit_from <= gate.metadata.sure_from <= 1
    assert sum(gate.shares(digits.test.images[0, :, :, 0])) == pytest.approx(1)
    report = read_record(folder / "report.json", GateReport)
    assert report.digits == len(digits.validation)
    assert report.size_bytes < 100_000


def test_report_counts_what_is_accepted() -> None:
    measured = Measured(
        digits=np.array([0.2, 0.8, 0.9, 1.0]),
        letters=np.array([0.1, 0.5, 0.95]),
        lookalikes=np.array([0.9, 0.0]),
    )
    report = measured.report(1, 0.5, 0.85, np.array([0.6, 0.1]), 84_232, 30.0)
    assert report.digits_refused == 0.25
    assert report.letters_accepted == pytest.approx(2 / 3)
    assert report.lookalikes_accepted == 0.5
    assert report.digits_like_enough == 0.5
    assert report.letters_like_enough == pytest.approx(1 / 3)
    assert report.pairs_accepted == 0.5
    # of the twelve pairs, the digit is the likelier one in eight
    assert report.auroc == pytest.approx(8 / 12)


def archive(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo(f"package/files/{name}-latin-400-normal.woff")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_fonts_are_fetched_once_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, font_server: "tuple[str, Path]"
) -> None:
    registry, served = font_server
    packed = archive("pen", b"a font")
    place = served / "@fontsource" / "pen" / "-"
    place.mkdir(parents=True)
    (place / f"pen-{fonts.VERSION}.tgz").write_bytes(packed)
    monkeypatch.setattr(fonts, "FONTS", {"pen": hashlib.sha256(packed).hexdigest()})
    (path,) = fonts.load_fonts(tmp_path, registry)
    assert Path(path).read_bytes() == b"a font"
    (place / f"pen-{fonts.VERSION}.tgz").unlink()
    assert fonts.load_fonts(tmp_path, registry) == [path]
    monkeypatch.setattr(fonts, "FONTS", {"pen": "0" * 64, "brush": "1" * 64})
    with pytest.raises(DownloadError, match="brush: expected its font from"):
        fonts.load_fonts(tmp_path, registry)

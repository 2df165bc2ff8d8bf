"""Files that are not what they should be, each with its sentence."""

import gzip

import numpy as np
import pytest

from experiments.data.idx import parse
from experiments.errors import DataError
from tests.experiments.data.mnist_fakes import FakeMnist, idx_bytes

FAKE = FakeMnist()
EXPECTED = FAKE.files.train_images
RAW = FAKE.raw[EXPECTED.name]
ZIPPED = gzip.compress(RAW)


@pytest.mark.parametrize("packed", [RAW, ZIPPED], ids=["plain", "gzipped"])
def test_the_right_file_becomes_an_array(packed: bytes) -> None:
    values = parse(packed, EXPECTED, "here")
    assert values.dtype == np.uint8
    np.testing.assert_array_equal(values, FAKE.arrays[EXPECTED.name])


def _tampered() -> bytes:
    return RAW[:-1] + bytes((RAW[-1] ^ 1,))


FOREIGN = {
    "text": (b"PK\x03\x04 an archive", "begins 00 00 08 03, got one that begins 50 4b 03 04"),
    "header only in part": (RAW[:9], "expected a header of 16 bytes, got 9"),
    "fewer images": (
        idx_bytes(np.zeros((50, 28, 28), np.uint8)),
        r"expected the shape \(200, 28, 28\), got \(50, 28, 28\)",
    ),
    "truncated": (RAW[:-5], "expected 156,816 bytes uncompressed, got 156,811"),
    "too long": (RAW + b"!", "expected 156,816 bytes uncompressed, got more"),
    "tampered": (_tampered(), f"expected SHA-256 {EXPECTED.sha256}, got [0-9a-f]{{64}}"),
    "gzip cut short": (ZIPPED[:-1000], "expected a whole gzip file .* got one that breaks off"),
    "gzip damaged": (
        ZIPPED[:500] + bytes(200) + ZIPPED[700:],
        "expected a whole gzip file .* got one that breaks off or is damaged",
    ),
    "bomb": (
        gzip.compress(RAW[:16] + bytes(50_000_000)),
        "expected 156,816 bytes uncompressed, got more",
    ),
}


@pytest.mark.parametrize(("packed", "sentence"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_wrong_file_is_refused_by_name(packed: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as refusal:
        parse(packed, EXPECTED, "mnist/some-file.gz")
    assert str(refusal.value).startswith("mnist/some-file.gz: expected ")

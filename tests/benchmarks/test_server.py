"""Servers as processes."""

import sys
from pathlib import Path

import pytest

from benchmarks import proc, server
from benchmarks.errors import BenchmarkError
from benchmarks.picture import Upload, draw_seven, encode
from benchmarks.server import Server


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    return Upload(encode(draw_seven()), tmp_path)


def test_ours_answers_and_is_gone_afterwards(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADDER_DEFAULT_MODEL", "inherited")  # would stop the start
    with server.ours() as ours:
        ours.answer_one(upload)
        pid = ours.pid
        assert ours.cpu_s() > 0
        assert ours.memory().rss > 10_000_000
        assert ours.url(upload.raw, upload) == f"http://127.0.0.1:{ours.port}/predict/?model=cnn"
    assert pid not in proc.tree(pid)


def test_raw_and_form_have_their_own_paths(upload: Upload) -> None:
    baseline = server.baseline()
    assert baseline.url(upload.raw, upload).endswith("/predict/raw")
    assert baseline.url(upload.multipart, upload).endswith("/predict/")


def test_a_server_that_ends_is_told_with_its_last_words(upload: Upload) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no models on port {port}')"]
    with Server("ours", command, ("/", "/")) as failing, pytest.raises(BenchmarkError) as error:
        failing.answer_one(upload)
    assert f"no models on port {failing.port}" in str(error.value)

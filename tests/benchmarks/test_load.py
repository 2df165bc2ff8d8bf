"""What the generators print."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import load
from benchmarks.errors import BenchmarkError
from benchmarks.load import Burst, parse_client, parse_wrk
from benchmarks.picture import Upload
from tests.benchmarks.small_server import SmallServer

NO_ERRORS = {"connect": 0, "read": 0, "write": 0, "timeout": 0, "status": 0}
LINE = {"requests": 600, "duration_us": 2_000_000, "p50_us": 400, "p99_us": 1500}


def wrk_output(**changes: object) -> str:
    line = json.dumps(LINE | {"errors": NO_ERRORS} | changes)
    return f"Running 2s test @ x\n  600 requests\n{line}\n"


def test_wrks_line() -> None:
    burst = parse_wrk(wrk_output(), client_cpu_s=0.3)
    assert burst == Burst(600, 2.0, 0.4, 1.5, failed=0, client_cpu_s=0.3)
    assert burst.rate == 300


def test_every_kind_of_error_is_a_failure() -> None:
    errors = {"connect": 1, "read": 2, "write": 4, "timeout": 8, "status": 16}
    assert parse_wrk(wrk_output(errors=errors), 0).failed == 31


@pytest.mark.parametrize("output", ["", "unable to connect", wrk_output(requests=0)])
def test_no_answers_are_no_measurement(output: str) -> None:
    with pytest.raises(BenchmarkError, match="expected"):
        parse_wrk(output, 0)


def test_our_own_clients_report_reads_the_same() -> None:
    came = {
        "seconds": 2.0,
        "cpu_s": 0.5,
        "lost": 1,
        "refused": 2,
        "answers": {
            "200": {"count": 590, "median_ms": 0.4, "p99_ms": 1.5},
            "503": {"count": 10, "median_ms": 9, "p99_ms": 9},
        },
    }
    assert parse_client(came) == Burst(600, 2.0, 0.4, 1.5, failed=13, client_cpu_s=0.5)


@pytest.fixture
def small_server() -> Iterator[SmallServer]:
    with SmallServer() as server:
        yield server


@pytest.mark.parametrize("tool", ["wrk", None])
def test_a_burst_sends_the_body_and_counts_the_answers(
    tool: str | None, small_server: SmallServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # where wrk is missing, our own client is all there is to test
    monkeypatch.setattr(load, "WRK", tool and shutil.which(tool))
    upload = Upload(b"\x00\x01 any bytes \xff", tmp_path)
    burst = load.burst(small_server.url, upload.raw, connections=2, seconds=1)
    assert burst.requests > 0
    assert burst.failed == 0
    assert burst.client_cpu_s > 0
    assert small_server.bodies == {upload.png}
    assert small_server.content_types == {"image/png"}


@pytest.mark.parametrize("tool", ["wrk", None])
def test_a_burst_of_refusals_is_all_failures(
    tool: str | None, small_server: SmallServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "WRK", tool and shutil.which(tool))
    small_server.status = 503
    burst = load.burst(small_server.url, Upload(b"x", tmp_path).multipart, connections=1, seconds=1)
    assert burst.failed == burst.requests > 0


def test_a_generator_that_fails_says_so(tmp_path: Path) -> None:
    body = Upload(b"x", tmp_path).raw
    with pytest.raises(BenchmarkError, match="exit status"):
        load.client_run("http://127.0.0.1:1/", body, "sideways", 1)

"""`python -m benchmarks.statistics`."""

import pytest

from benchmarks.statistics import main


def test_fills_an_empty_database_and_measures_it(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([database_url, "--predictions", "600", "--explain"]) == 0
    output = capsys.readouterr().out
    assert "100 drawings, 600 predictions" in output
    for measured in ("all: counts", "statistics of one visitor", "history: first page"):
        assert f"\n{measured} " in output
    assert "ix_drawings_owner_timestamp_id" in output
    assert main([database_url]) == 1
    assert "expected an empty database" in capsys.readouterr().err

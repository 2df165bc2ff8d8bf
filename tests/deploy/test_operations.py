"""docs/operations.md says what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ml_engine_and_backend.api import server, timed
from ml_engine_and_backend.api.middleware import admission
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.settings import PREFIX, REPOSITORY, Settings
from tests.deploy.nginx import NGINX

DOCUMENT = (REPOSITORY / "docs" / "operations.md").read_text()
RULES = REPOSITORY / "deploy" / "prometheus" / "rules.yml"
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
]
METRIC = re.compile(r"(?<![-\w])(?:http|ladder)_[a-z_]+\b")


def table(heading: str) -> dict[str, list[str]]:
    """Rows of the table whose first column is called `heading`: first cell -> the others."""
    _, _, after = DOCUMENT.partition(f"\n| {heading} |")
    rows = after.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first.strip("`"): rest for first, *rest in cells}


def known_metrics() -> set[str]:
    """Names of all samples and families that `/metrics` has."""
    found = set()
    for line in metrics.exposition().decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            found.add(name)
            if kind == "histogram":
                found |= {f"{name}_{part}" for part in ("bucket", "count", "sum")}
    return found


def written(default: object) -> str | None:
    """A default as the table has it; None where words tell it."""
    if default is None or default == ():
        return None
    if isinstance(default, Path):
        return f"`{default.relative_to(REPOSITORY)}`"
    return f"`{default}`"


def test_every_setting_is_told_with_its_default() -> None:
    told = table("variable")
    fields = Settings.model_fields
    assert list(told) == [PREFIX + name.upper() for name in fields]
    defaults = Settings.model_construct()
    for name in fields:
        expected, cell = written(getattr(defaults, name)), told[PREFIX + name.upper()][0]
        if expected is None:
            assert "`" not in cell, name
        else:
            assert cell == expected, name


def test_the_time_outs_are_those_of_the_code() -> None:
    template = "".join(path.read_text() for path in sorted(NGINX.rglob("*.*")))
    given = dict(re.findall(r"^\s*(?!#)(\w+) (\d+)s;", template, re.M))
    # the group of processes has one of its own, before the server's
    between = re.findall(r"^\s*keepalive_timeout (\d+)s;", template, re.M)[0]
    told = table("what")
    assert told == {
        "headers must be whole within": [
            f"{given['client_header_timeout']} s",
            f"{timed.HEADERS_TIMEOUT_S:g} s",
        ],
        "body must be whole within": [
            f"{given['client_body_timeout']} s between two pieces",
            f"{timed.BODY_TIMEOUT_S:g} s",
        ],
        "idle connection is kept for": [
            f"{given['keepalive_timeout']} s",
            f"{timed.KEEP_ALIVE_TIMEOUT_S} s",
        ],
        "idle connection between the two": [f"{between} s", f"{timed.KEEP_ALIVE_TIMEOUT_S} s"],
        "connection to a process must stand within": [f"{given['proxy_connect_timeout']} s", ""],
        "answer must begin within": [f"{given['proxy_read_timeout']} s", ""],
        "answer must be read within": ["", f"{timed.READING_TIMEOUT_S:g} s"],
        "in flight when told to stop": [
            f"{given['worker_shutdown_timeout']} s",
            f"{server.STOPPING_TIMEOUT_S} s",
        ],
    }
    # nginx must be the one who closes an idle connection between the two
    assert int(between) < timed.KEEP_ALIVE_TIMEOUT_S


def test_the_places_are_as_many_as_there_are() -> None:
    assert f"works on {admission.MAX_IN_FLIGHT} requests at once" in DOCUMENT
    assert f"near the {admission.MAX_IN_FLIGHT} places" in DOCUMENT


def test_every_metric_that_is_named_exists() -> None:
    named = set(METRIC.findall(" ".join(re.findall("`[^`\n]+`", DOCUMENT))))
    named |= {name for alert in ALERTS for name in METRIC.findall(alert["expr"])}
    assert len(named) >= 8
    assert named - known_metrics() == set()


def test_every_alert_is_told() -> None:
    assert list(table("alert")) == [alert["alert"] for alert in ALERTS]
    assert all(alert["annotations"]["summary"] for alert in ALERTS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", DOCUMENT))))
def test_links_lead_somewhere(target: str) -> None:
    if target == "benchmarks.md":
        # `make bench` writes it, on the machine whose figures it tells
        assert (REPOSITORY / "benchmarks" / "__main__.py").is_file()
    else:
        assert (REPOSITORY / "docs" / target).is_file()

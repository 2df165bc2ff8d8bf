"""docs/operations.md agrees with the code."""

import inspect
import re
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from fastapi.testclient import TestClient
from pydantic import SecretStr

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.cli import STOPPING_TIMEOUT_S
from ml_engine_and_backend.api.middleware.admission import MAX_AT_WORK, MAX_WAIT_S
from ml_engine_and_backend.api.settings import PREFIX, REPOSITORY, Settings
from ml_engine_and_backend.api.uploads.body import BODY_TIMEOUT_S
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


def written(default: object) -> str | None:
    """A default as the table has it; None where it is in words."""
    if default in (None, (), ""):
        return None
    if isinstance(default, SecretStr):
        default = default.get_secret_value().replace(f"{REPOSITORY}/", "")
    if isinstance(default, bool):
        default = str(default).lower()
    if isinstance(default, Path):
        return f"`{default.relative_to(REPOSITORY)}`"
    return f"`{default}`"


def test_settings_have_their_defaults() -> None:
    documented = table("variable")
    fields = Settings.model_fields
    assert list(documented) == [PREFIX + name.upper() for name in fields]
    defaults = Settings.model_construct()
    for name in fields:
        expected, cell = written(getattr(defaults, name)), documented[PREFIX + name.upper()][0]
        if expected is None:
            assert "`" not in cell, name
        else:
            assert cell == expected, name


def test_time_outs_are_those_of_the_code() -> None:
    template = "".join(path.read_text() for path in sorted(NGINX.rglob("*.*")))
    nginx = dict(re.findall(r"^\s*(?!#)(\w+) (\d+)s;", template, re.M))
    # that of the upstream comes before that of the server
    upstream = re.findall(r"^\s*keepalive_timeout (\d+)s;", template, re.M)[0]
    uvicorns = inspect.signature(uvicorn.run).parameters["timeout_keep_alive"].default
    assert table("what") == {
        "headers complete within": [f"{nginx['client_header_timeout']} s", ""],
        "body complete within": [
            f"{nginx['client_body_timeout']} s between two reads",
            f"{BODY_TIMEOUT_S:g} s",
        ],
        "client reads within": [f"{nginx['send_timeout']} s between two writes", ""],
        "idle connection of a client is kept for": [
            f"{nginx['keepalive_timeout']} s",
            f"{uvicorns} s",
        ],
        "idle connection of nginx to a process is kept for": [f"{upstream} s", f"{uvicorns} s"],
        "connection to a process established within": [f"{nginx['proxy_connect_timeout']} s", ""],
        "answer begins within": [f"{nginx['proxy_read_timeout']} s", ""],
        "requests in flight at a stop": [
            f"{nginx['worker_shutdown_timeout']} s",
            f"{STOPPING_TIMEOUT_S} s",
        ],
    }
    # nginx must be the one to close an idle connection, or it may send a request into a closed one
    assert int(upstream) < uvicorns


def test_capacity_is_that_of_the_code() -> None:
    assert f"works on {MAX_AT_WORK} predictions at once" in DOCUMENT
    assert f"no slot within {MAX_WAIT_S * 1000:g} ms" in DOCUMENT


def test_metrics_exist() -> None:
    exposed = set()
    for line in TestClient(create_app()).get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            exposed.add(name)
            if kind == "histogram":
                exposed |= {f"{name}_{part}" for part in ("bucket", "count", "sum")}
    named = set(METRIC.findall(" ".join(re.findall("`[^`\n]+`", DOCUMENT))))
    named |= {name for alert in ALERTS for name in METRIC.findall(alert["expr"])}
    assert len(named) >= 8
    assert named - exposed == set()


def test_alerts_are_documented() -> None:
    assert list(table("alert")) == [alert["alert"] for alert in ALERTS]
    assert all(alert["annotations"]["summary"] for alert in ALERTS)

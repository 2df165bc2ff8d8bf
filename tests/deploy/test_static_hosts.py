"""What the hosts of the static site are told: the service's own policy and cache times."""

import json
import tomllib
from typing import Any

import pytest
import yaml

from ml_engine_and_backend.api.middleware.page_headers import IMMUTABLE, POLICY
from tests.conftest import REPOSITORY

STATIC = REPOSITORY / "deploy" / "static"
Rules = dict[str, dict[str, str]]


def netlify() -> Rules:
    rules = tomllib.loads((STATIC / "netlify.toml").read_text())["headers"]
    return {rule["for"].replace("*", "**"): rule["values"] for rule in rules}


def firebase() -> Rules:
    rules = json.loads((STATIC / "firebase.json").read_text())["hosting"]["headers"]
    return {
        rule["source"]: {header["key"]: header["value"] for header in rule["headers"]}
        for rule in rules
    }


@pytest.mark.parametrize("read", [netlify, firebase])
def test_hosts_send_the_headers_of_the_service(read: Any) -> None:
    rules: Rules = read()
    everywhere = next(iter(rules.values()))
    assert everywhere["Content-Security-Policy"] == POLICY
    assert everywhere["X-Content-Type-Options"] == "nosniff"
    for path in ("/assets/**", "/data/networks/**"):
        assert rules[path] == {"Cache-Control": IMMUTABLE}
    (wasm,) = [headers for path, headers in rules.items() if path.endswith(".wasm")]
    assert wasm == {"Content-Type": "application/wasm"}
    assert IMMUTABLE not in everywhere.values()


def test_every_host_publishes_what_make_site_writes() -> None:
    steps = yaml.safe_load((STATIC / "github-pages.yml").read_text())["jobs"]["publish"]["steps"]
    assert {"run": "make site"} in steps
    (uploaded,) = [step["with"]["path"] for step in steps if "path" in step.get("with", {})]
    build = tomllib.loads((STATIC / "netlify.toml").read_text())["build"]
    hosting = json.loads((STATIC / "firebase.json").read_text())["hosting"]
    assert uploaded == build["publish"] == hosting["public"] == "frontend/site"
    assert build["command"] == "make site"
    assert "--out frontend/site" in (REPOSITORY / "Makefile").read_text()

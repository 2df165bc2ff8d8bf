"""An audit that could not ask anybody does not pass."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import audit

CLEAN_PYTHON = {"dependencies": [{"name": "a", "version": "1", "vulns": []}]}
CLEAN_PAGE = {"vulnerabilities": {}, "metadata": {"dependencies": {"prod": 76}}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (CLEAN_PYTHON, audit.Audit(1)),
        (
            {
                "dependencies": [
                    {"name": "a", "version": "1", "vulns": []},
                    {
                        "name": "b",
                        "version": "2",
                        "vulns": [
                            {"id": "PYSEC-1", "fix_versions": ["2.1", "3"]},
                            {"id": "GHSA-2", "fix_versions": []},
                        ],
                    },
                ]
            },
            audit.Audit(
                2, ("b 2: PYSEC-1, fixed in 2.1, 3", "b 2: GHSA-2, fixed in no version yet")
            ),
        ),
    ],
)
def test_pip_audit_is_read(answer: dict[str, Any], expected: audit.Audit) -> None:
    assert audit.read_pip_audit(json.dumps(answer)) == expected


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ('{"dependencies": []}', "expected a list of packages"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": []},'
            ' {"name": "b", "skip_reason": "not found on PyPI"}]}',
            "1 of 2 packages: not found on PyPI",
        ),
        ("Traceback", "expected JSON, got 'Traceback'"),
        ("[]", "expected a JSON object"),
    ],
)
def test_what_pip_audit_left_out_was_not_asked(output: str, reason: str) -> None:
    with pytest.raises(audit.NotAskedError, match=reason):
        audit.read_pip_audit(output)


def test_npm_audit_is_read() -> None:
    assert audit.read_npm_audit(json.dumps(CLEAN_PAGE)) == audit.Audit(76)
    found = CLEAN_PAGE | {"vulnerabilities": {"vite": {"range": "<8", "severity": "high"}}}
    assert audit.read_npm_audit(json.dumps(found)) == audit.Audit(76, ("vite <8: high",))


def test_an_npm_audit_without_an_answer_was_not_asked() -> None:
    with pytest.raises(audit.NotAskedError, match="405 Method Not Allowed"):
        audit.read_npm_audit('{"message": "405 Method Not Allowed", "error": {}}')


def program(path: Path, output: str, status: int, errors: str = "") -> str:
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"sys.stdout.write({output!r}); sys.stderr.write({errors!r}); sys.exit({status})\n"
    )
    path.chmod(0o755)
    return str(path)


VULNERABLE_PAGE = CLEAN_PAGE | {"vulnerabilities": {"vite": {"range": "<8", "severity": "high"}}}


@pytest.mark.parametrize(
    ("python", "page", "status", "told"),
    [
        (CLEAN_PYTHON, CLEAN_PAGE, 0, "Python: 1 packages, 0 vulnerabilities"),
        (CLEAN_PYTHON, VULNERABLE_PAGE, 1, "vite <8: high"),
        (None, VULNERABLE_PAGE, 2, "Python: NOT AUDITED: ProxyError: nobody there"),
        (CLEAN_PYTHON, None, 2, "page: NOT AUDITED: ProxyError: nobody there"),
    ],
)
def test_the_exit_status_tells_clean_from_vulnerable_from_not_asked(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    python: dict[str, Any] | None,
    page: dict[str, Any] | None,
    status: int,
    told: str,
) -> None:
    commands = []
    for name, answer in (("pip-audit", python), ("npm", page)):
        output = json.dumps(answer) if answer else ""
        errors = "" if answer else "Traceback\nProxyError: nobody there"
        commands += [f"--{name}", program(tmp_path / name, output, 1, errors)]
    assert audit.main(commands) == status
    captured = capsys.readouterr()
    assert told in captured.out + captured.err


def test_a_missing_program_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    npm = program(tmp_path / "npm", json.dumps(CLEAN_PAGE), 0)
    assert audit.main(["--pip-audit", str(tmp_path / "nowhere"), "--npm", npm]) == 2
    assert "Python: NOT AUDITED: " in capsys.readouterr().err

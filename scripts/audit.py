"""Ask the advisory databases whether anything that is shipped has a known vulnerability.

`make audit` runs it: pip-audit over requirements-serve.lock, npm audit over what the page's build
depends on. Either tool may end happily without having asked anybody (pip-audit where the index
does not know a package, npm where it is told to stay offline), so silence is no answer here: what
could not be asked fails, in words. Exit status 0: everything was asked about and nothing is known;
1: a vulnerability; 2: not everything could be asked about.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
LOCK = REPOSITORY / "requirements-serve.lock"
PAGE = REPOSITORY / "frontend"
TIMEOUT_S = 300


class NotAskedError(Exception):
    """The advisory database gave no answer about at least one package."""


@dataclass(frozen=True)
class Audit:
    """How many packages were asked about, and a line for each vulnerability."""

    packages: int
    vulnerabilities: tuple[str, ...] = ()


def read_pip_audit(output: str) -> Audit:
    """What `pip-audit --format json` says.

    Raises:
        NotAskedError: it is no answer, or one that leaves a package out.
    """
    packages = _json(output).get("dependencies")
    if not packages:
        raise NotAskedError("expected a list of packages from pip-audit, got none")
    skipped = [package for package in packages if "skip_reason" in package]
    if skipped:
        raise NotAskedError(
            f"{len(skipped)} of {len(packages)} packages: {skipped[0]['skip_reason']}"
        )
    return Audit(
        len(packages),
        tuple(
            f"{package['name']} {package['version']}: {vulnerability['id']}, "
            f"fixed in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
            for package in packages
            for vulnerability in package["vulns"]
        ),
    )


def read_npm_audit(output: str) -> Audit:
    """What `npm audit --json` says.

    Raises:
        NotAskedError: it is no answer.
    """
    answer = _json(output)
    if "vulnerabilities" not in answer:
        raise NotAskedError(str(answer.get("message") or "npm gave no reason"))
    return Audit(
        int(answer["metadata"]["dependencies"]["prod"]),
        tuple(
            f"{name} {found['range']}: {found['severity']}"
            for name, found in answer["vulnerabilities"].items()
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask both, tell both, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pip-audit", default="pip-audit", help="the program, if not on the PATH")
    parser.add_argument("--npm", default="npm", help="the program, if not on the PATH")
    given = parser.parse_args(arguments)
    audits = (
        (
            "Python",
            [
                *(given.pip_audit, "--disable-pip", "--require-hashes", "--progress-spinner=off"),
                *("--format=json", f"--requirement={LOCK}"),
            ],
            read_pip_audit,
        ),
        (
            "page",
            [given.npm, f"--prefix={PAGE}", "audit", "--omit=dev", "--json", "--no-offline"],
            read_npm_audit,
        ),
    )
    status = 0
    for what, command, read in audits:
        try:
            audit = read(_output(command))
        except NotAskedError as error:
            print(f"{what}: NOT AUDITED: {error}", file=sys.stderr)
            status = 2
            continue
        print(f"{what}: {audit.packages} packages, {len(audit.vulnerabilities)} vulnerabilities")
        for vulnerability in audit.vulnerabilities:
            print(f"  {vulnerability}")
            status = status or 1
    return status


def _output(command: Sequence[str]) -> str:
    # both tools fail where they find something, so their exit status says too little
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAskedError(str(error)) from error
    if not result.stdout.strip():
        last = result.stderr.strip().rpartition("\n")[2]
        raise NotAskedError(last or f"{command[0]} said nothing, exit status {result.returncode}")
    return result.stdout


def _json(output: str) -> dict[str, Any]:
    try:
        answer = json.loads(output)
    except ValueError as error:
        raise NotAskedError(f"expected JSON, got {output[:200]!r}") from error
    if not isinstance(answer, dict):
        raise NotAskedError(f"expected a JSON object, got {output[:200]!r}")
    return answer


if __name__ == "__main__":
    sys.exit(main())

"""Reads the Dockerfile and .dockerignore, where no container engine is."""

import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import REPOSITORY

DOCKERFILE = REPOSITORY / "Dockerfile"


@dataclass
class Stage:
    """From one FROM to the next."""

    base: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def values(self, instruction: str) -> list[str]:
        return [value for name, value in self.instructions if name == instruction]

    @property
    def environment(self) -> dict[str, str]:
        pairs = [pair for value in self.values("ENV") for pair in shlex.split(value)]
        return dict(pair.split("=", 1) for pair in pairs)

    @property
    def copied(self) -> list[tuple[str, str]]:
        """Pairs of a path in the repository and its target; not what comes from other stages."""
        found = []
        for value in self.values("COPY"):
            if not value.startswith("--from="):
                *sources, target = value.split()
                found += [(source, target) for source in sources]
        return found


def read_stages(text: str) -> list[Stage]:
    """The stages of a Dockerfile, in order."""
    stages: list[Stage] = []
    code = re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ")
    for line in filter(None, map(str.strip, code.splitlines())):
        name, _, value = line.partition(" ")
        if name == "FROM":
            base, _, stage = value.partition(" AS ")
            stages.append(Stage(base, stage))
        else:
            stages[-1].instructions.append((name, " ".join(value.split())))
    return stages


class Ignore:
    """A .dockerignore: the last pattern that matches a path or a folder above it decides."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self._rules = [
            (not line.startswith("!"), _pattern(line.lstrip("!")))
            for line in lines
            if line and not line.startswith("#")
        ]

    def __contains__(self, path: Path) -> bool:
        """Whether `path`, relative to the repository, is not sent to the builder."""
        ignored = False
        above = [path, *path.parents][:-1]
        for ignores, pattern in self._rules:
            if any(pattern.fullmatch(part.as_posix()) for part in above):
                ignored = ignores
        return ignored


def _pattern(rule: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*)", rule.strip("/"))
    regex = {"**/": "(.*/)?", "*": "[^/]*"}
    return re.compile("".join(regex.get(part, re.escape(part)) for part in parts))


def copy_context(stage: Stage, ignore: Ignore, target: Path) -> None:
    """Copy into `target` what `stage` copies from the repository into its working folder."""
    for source, place in stage.copied:
        origin = REPOSITORY / source
        files = [origin] if origin.is_file() else [p for p in origin.rglob("*") if p.is_file()]
        for file in files:
            if file.relative_to(REPOSITORY) in ignore:
                continue
            inner = Path(file.name) if origin.is_file() else file.relative_to(origin)
            copy = target / place / inner
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)

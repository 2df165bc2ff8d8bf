"""The model repository: the folders of `models/` as they come, change and go."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model, Networks
from ml_engine_and_backend.model_folder.folder import (
    METADATA_FILE,
    REPORT_FILE,
    FileStamp,
    ModelFolder,
    file_stamp,
    gate_paths,
    read_folder,
    version_paths,
)
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.metadata import NETWORK_FILE, other_subject
from ml_engine_and_backend.model_folder.served import SERVED_FILE, read_served

Stamp = tuple[FileStamp | None, ...]  # of each file that serving reads

log = logging.getLogger(__name__)


@dataclass
class _Version:
    """One `<name>/<version>/`: its files when they were last read, and what is served of it."""

    stamp: Stamp | None = None
    judged: bool = False  # whether that state of the files was loaded, or refused for good
    model: Model | None = None
    gate: Gate | None = None  # in place of a model
    # an ensemble's records, newest first: they may wait for members; the last one's is served
    ensembles: list[ModelFolder] = field(default_factory=list)
    refusal: str = ""  # why the newest of them is not served
    is_broken: bool = False  # whether that state of the files was refused


@dataclass
class _Choice:
    """Which version of a model answers to its name alone."""

    stamp: FileStamp | None = None  # of served.json, when it was last looked at
    model: Model | None = None
    refusal: str = ""  # why it is not the one that served.json names


class ModelRepository:
    """Loads what is sound in `models_dir`, and what has changed since; for one thread at a time.

    What was loaded from a folder is served on while its files are incomplete or damaged, until the
    folder itself is gone. An ensemble goes when one of its members does. A model answers to its
    name by the version that its `served.json` names; while that is malformed, or names a version
    that is not there, by the one that it answered by before, if any.
    """

    def __init__(self, models_dir: Path, default: str | None = None) -> None:
        """`default` names the model for requests that name none, as in `Ladder`."""
        self.ladder: Ladder | None = None
        self.reason = "the models are still being loaded"  # why there is no ladder
        self._models_dir = models_dir
        self._default = default
        self._networks = Networks(self._served)
        self._versions: dict[Path, _Version] = {}
        self._choices: dict[Path, _Choice] = {}  # by the model's folder
        self._is_first_poll = True
        self._obstacle = ""  # what kept the last poll from looking

    @property
    def refused(self) -> int:
        """How many folders, and served.json, cannot be served as they are now."""
        return sum(
            version.is_broken or version.refusal != "" for version in self._versions.values()
        ) + sum(choice.refusal != "" for choice in self._choices.values())

    def poll(self) -> bool:
        """Look at every file and load what is new; True where `ladder` or `reason` is another.

        Where nothing has changed, this costs one `stat` a file. A broken folder may be one that is
        still being copied in: it is refused, with one log line, when its files have kept still
        from one poll to the next. In the first poll it is refused at once.
        """
        try:
            models = version_paths(self._models_dir)
            stamps = {path: _stamp(path) for path in [*models, *gate_paths(self._models_dir)]}
            homes = dict.fromkeys(path.parent for path in models)
            chosen = {home: file_stamp(home / SERVED_FILE) for home in homes}
        except OSError as error:
            return self._cannot_look(error)
        self._obstacle = ""
        changed = self._is_first_poll
        for path in sorted(self._versions.keys() - stamps.keys()):
            changed = True
            gone = self._versions.pop(path)
            if gone.model or gone.gate:
                log.info("Model folder gone, no longer served: %s", path)
        for path, stamp in stamps.items():
            version = self._versions.setdefault(path, _Version())
            if version.judged and version.stamp == stamp:
                continue
            changed = True
            keeps_still = self._is_first_poll or version.stamp == stamp
            version.stamp = stamp  # taken before reading: what is written meanwhile shows next time
            version.judged = self._load(path, version, refuse=keeps_still)
        self._choices = {home: self._choices.get(home, _Choice()) for home in homes}
        for home, stamp_of_choice in chosen.items():
            changed |= self._choices[home].stamp != stamp_of_choice
            self._choices[home].stamp = stamp_of_choice
        if changed:
            self._gather_ensembles()
            for home, choice in self._choices.items():
                self._choose(home, choice)
            self._build_ladder()
        self._is_first_poll = False
        return changed

    def _load(self, path: Path, version: _Version, *, refuse: bool) -> bool:
        """Load one folder; False where it is broken and not to be refused yet."""
        try:
            if path.parent.name == GATE:
                version.gate = Gate.load(path)
                version.is_broken = False
                log.info("Gate loaded: %s", path)
                return True
            folder = read_folder(path)
            self._check_subject(path, folder)
            if folder.metadata.members:
                version.ensembles = [folder, *(version.ensembles[-1:] if version.model else ())]
            else:
                version.model = Model.load(folder, self._networks)
                version.ensembles = []
                log.info("Model folder loaded: %s", path)
        except BrokenModelError as error:
            if refuse:
                version.is_broken = True
                log.warning("Model folder refused: %s%s", error, _rest(version))
            return refuse
        version.is_broken = False
        return True

    def _check_subject(self, path: Path, folder: ModelFolder) -> None:
        """Raise BrokenModelError for other classes than those of what is served."""
        for other, version in self._versions.items():
            if other == path or version.model is None:
                continue
            subject, served = folder.metadata.subject, version.model.metadata.subject
            if served != subject:
                raise BrokenModelError(f"{path}: {other_subject(subject, other, served)}")
            return

    def _gather_ensembles(self) -> None:
        """Serve each ensemble by its newest record whose members are served."""
        for path, version in self._versions.items():
            was_served, refusals = version.model is not None, list[str]()
            for place, folder in enumerate(version.ensembles, 1):
                version.model = None
                try:
                    version.model = Model.load(folder, self._networks)
                except BrokenModelError as error:
                    refusals.append(str(error))
                else:
                    del version.ensembles[place:]
                    break
            refusal = refusals[0] if refusals else ""
            if refusal and refusal != version.refusal:
                fate = "no longer served" if was_served and not version.model else "refused"
                log.warning("Ensemble %s: %s%s", fate, refusal, _rest(version))
            elif version.ensembles and not refusal and (version.refusal or not was_served):
                log.info("Ensemble loaded: %s", path)
            version.refusal = refusal

    def _choose(self, home: Path, choice: _Choice) -> None:
        """Take the version that `served.json` names; without one, the highest."""
        loaded = {
            int(path.name): version.model
            for path, version in self._versions.items()
            if path.parent == home and version.model
        }
        former = choice.model.metadata.version if choice.model else None
        try:
            version = _version_to_serve(home, loaded)
        except BrokenModelError as error:
            if former in loaded:  # its files may have changed in place
                choice.model = loaded[former]
            if str(error) != choice.refusal:
                fate = "nothing is served by that name" if former is None else "as before"
                log.error("Served version not taken: %s; %s", error, fate)  # noqa: TRY400
            choice.refusal = str(error)
            return
        choice.refusal = ""
        choice.model = None if version is None else loaded[version]
        if former is not None and version not in (None, former):
            log.info("Served as %s: version %d in place of %d", home.name, version, former)

    def _build_ladder(self) -> None:
        models = [version.model for version in self._versions.values() if version.model]
        served = {
            choice.model.metadata.name: choice.model
            for choice in self._choices.values()
            if choice.model
        }
        gates = [version.gate for version in self._versions.values() if version.gate]
        gate = max(gates, key=lambda each: each.metadata.version, default=None)
        before, self.ladder = self.ladder, None
        try:
            self.ladder = Ladder(models, self._default, gate, served)
        except BrokenModelError as error:
            self.reason = f"{self._models_dir}: {error}"
            if before or self._is_first_poll:
                log.error("Not ready: %s", self.reason)  # noqa: TRY400  the sentence says it all
            return
        names = ", ".join(self.ladder.names)
        log.info("Serving %s", names)
        if self.ladder.default is None and (before is None or before.default is not None):
            log.error("Default model missing: expected %s among %s", self._default, names)

    def _cannot_look(self, error: OSError) -> bool:
        """Keep what is served: it is not known to be gone."""
        if str(error) == self._obstacle:
            return False
        self._obstacle = str(error)
        self.reason = f"{self._models_dir}: expected a folder that can be listed ({error})"
        log.error("Models not looked at: %s", self.reason)
        return True

    def _served(self, path: Path) -> ModelFolder:
        """What is served of the folder at `path`, whatever has become of its files.

        Raises:
            BrokenModelError: nothing.
        """
        version = self._versions.get(path)
        if version is None or version.model is None:
            raise BrokenModelError(f"{path}: expected a model that is served, got none")
        return ModelFolder(path, version.model.metadata, version.model.accuracy)


def _stamp(path: Path) -> Stamp:
    return tuple(file_stamp(path / name) for name in (METADATA_FILE, REPORT_FILE, NETWORK_FILE))


def _version_to_serve(home: Path, loaded: Collection[int]) -> int | None:
    """The version that served.json names; without one, the highest that is loaded, if any.

    Raises:
        BrokenModelError: served.json is malformed, or names one that is not loaded.
    """
    named = read_served(home)
    if named is None:
        return max(loaded, default=None)
    if named.version not in loaded:
        raise BrokenModelError(
            f"{home / SERVED_FILE}: expected one of the versions that can be served, "
            f"{sorted(loaded)}, got {named.version}"
        )
    return named.version


def _rest(version: _Version) -> str:
    return "; what was loaded before is served on" if version.model else ""

"""A reading that can be broken off at any time, and goes on where it was.

The drawings are cut into shards, the same for the same files, and each is one Parquet file, which
has its name once it is whole. So what is missing can be told from the folder, and no drawing is
read into two rows. The manifest says what the folder is of; nothing else is added to it.
"""

import secrets
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

from filelock import FileLock, Timeout
from pydantic import Field

from experiments.errors import ReadingError
from experiments.files import naming_file
from experiments.reading.inputs import Inputs, Piece, Shard, shards_of
from experiments.reading.reader import Reader
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.folder import read_folder
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.metadata import NETWORK_FILE
from ml_engine_and_backend.model_folder.record import Record, Sha256, read_record, write_record

if TYPE_CHECKING:
    import pyarrow as pa

# Parquet readers that take a folder pass over names that begin so
MANIFEST_FILE: Final = "_manifest.json"
LOCK_FILE: Final = "_lock"
DRAFT: Final = "_draft-"
SHARD_SIZE: Final = 2_000


class Manifest(Record):
    """What a folder of shards is of: `drawings` in `shards`, read by a model behind a gate.

    `inputs_sha256` is of the paths and sizes of `files`, `networks_sha256` of the LiteRT files.
    """

    format: Literal[2]
    files: Annotated[int, Field(ge=1)]
    inputs_sha256: Sha256
    drawings: int
    shards: int
    shard_size: Annotated[int, Field(ge=1)]
    model: str  # <name>@<version>
    gate: int | None  # its version
    networks_sha256: list[Sha256]


@dataclass(frozen=True)
class Job:
    """What a worker must know beside the shard: where the models are, which one, and where to."""

    models_dir: Path
    model: str
    gate: int | None
    out: Path

    def load(self) -> Reader:
        """The model and the gate.

        Raises:
            BrokenModelError: either is broken or gone.
        """
        name, _, version = self.model.partition("@")
        model = Model.load(read_folder(self.models_dir / name / version))
        gate = None if self.gate is None else Gate.load(self.models_dir / GATE / str(self.gate))
        return Reader(model, gate)


class Done(NamedTuple):
    """A shard that is written: how many drawings, how long it took, and the CPU time of that."""

    number: int
    drawings: int
    seconds: float
    cpu_seconds: float


class Reading(NamedTuple):
    """A reading that is ready to go on: what it is, and the shards that are missing."""

    job: Job
    manifest: Manifest
    missing: dict[int, Shard]


@contextmanager
def open_reading(
    inputs: Inputs, models_dir: Path, model: str | None, out: Path, shard_size: int = SHARD_SIZE
) -> Iterator[Reading]:
    """The reading of `inputs` by `model` (without one: by the default) into the folder `out`.

    Raises:
        ReadingError: the folder is of other inputs or of another model, or another reading into
            it is running, or there is nothing to write Parquet with.
        LadderError: there is no such model.
    """
    # here, since the workers need nothing of it
    from experiments.evaluation.pictures import served_ladder

    _check_parquet()
    ladder = served_ladder(models_dir)
    gate, metadata = ladder.gate, ladder.find(model).metadata
    shards = shards_of(inputs.paths, shard_size)
    networks = [member.sha256 for member in metadata.members]
    manifest = Manifest(
        format=2,
        files=len(inputs.paths),
        inputs_sha256=inputs.sha256,
        drawings=sum(piece.drawings for shard in shards for piece in shard),
        shards=len(shards),
        shard_size=shard_size,
        model=f"{metadata.name}@{metadata.version}",
        gate=gate.metadata.version if gate else None,
        networks_sha256=networks or [metadata.files[NETWORK_FILE].sha256],
    )
    out.mkdir(parents=True, exist_ok=True)
    try:
        # the system drops it when the process ends, however
        with FileLock(out / LOCK_FILE, timeout=0):
            _begin(out, manifest)
            missing = {
                number: shard
                for number, shard in enumerate(shards)
                if not shard_path(out, number).exists()
            }
            job = Job(models_dir.absolute(), manifest.model, manifest.gate, out.absolute())
            yield Reading(job, manifest, missing)
    except Timeout as error:
        raise ReadingError(f"{out}: expected no other reading into it, got one running") from error


def read_here(reading: Reading) -> Generator[Done, None, None]:
    """Read what is missing in this process, shard by shard."""
    reader = reading.job.load()
    for number, shard in reading.missing.items():
        yield write_shard(reader, number, shard, reading.job.out)


def write_shard(reader: Reader, number: int, shard: Sequence[Piece], out: Path) -> Done:
    """Read one shard into its Parquet file, which appears whole."""
    import pyarrow as pa
    from pyarrow import parquet

    started, cpu_started = time.perf_counter(), time.process_time()
    rows = [row for piece in shard for row in reader.read(piece)]
    path = shard_path(out, number)
    # of its own: a worker that lost its driver may still be at the same shard
    draft = path.with_name(f"{DRAFT}{path.stem}-{secrets.token_hex(4)}")
    try:
        with naming_file(draft):
            parquet.write_table(pa.Table.from_pylist(rows, _schema()), draft, compression="zstd")
            draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    return Done(
        number,
        len(rows),
        time.perf_counter() - started,
        time.process_time() - cpu_started,
    )


def shard_path(out: Path, number: int) -> Path:
    """The Parquet file of one shard."""
    return out / f"{number:06}.parquet"


def count_verdicts(out: Path) -> Counter[str]:
    """How many of all rows in the folder have each verdict."""
    from pyarrow import parquet

    verdicts = parquet.read_table(out, columns=["verdict"]).column("verdict").value_counts()
    return Counter({each["values"]: each["counts"] for each in verdicts.to_pylist()})


def _begin(out: Path, manifest: Manifest) -> None:
    path = out / MANIFEST_FILE
    if path.exists():
        former = read_record(path, Manifest)
        if former != manifest:
            raise ReadingError(
                f"{out}: {_difference(former, manifest)}; --out names another folder"
            )
        for draft in out.glob(f"{DRAFT}*"):
            draft.unlink(missing_ok=True)
    elif any(not path.name.startswith("_") for path in out.iterdir()):
        raise ReadingError(f"{out}: expected an empty folder, or one of an earlier reading")
    else:
        draft = out / f"{DRAFT}{MANIFEST_FILE}"
        write_record(draft, manifest)
        draft.replace(path)


def _difference(former: Manifest, now: Manifest) -> str:
    if former.inputs_sha256 != now.inputs_sha256:
        return (
            f"expected the inputs that it was begun with ({former.files:,} files, SHA-256 "
            f"{former.inputs_sha256[:12]}), got {now.files:,} files, {now.inputs_sha256[:12]}"
        )
    if (former.model, former.gate) != (now.model, now.gate):
        return (
            f"expected the model that it was begun with, {former.model} behind gate "
            f"{former.gate}, got {now.model} behind gate {now.gate}"
        )
    if former.networks_sha256 != now.networks_sha256:
        return f"expected the network that it was begun with, got another {now.model}"
    return f"expected shards of {former.shard_size:,} as it was begun, got {now.shard_size:,}"


def _check_parquet() -> None:
    if find_spec("pyarrow") is None:
        raise ReadingError(
            "expected pyarrow, which writes Parquet and comes with Ray, got none: "
            "pip install -r requirements-ray.txt"
        )


def _schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("path", pa.string(), nullable=False),
            pa.field("place", pa.int64()),  # in a container, from 0
            pa.field("digit", pa.int16()),  # the class, of up to 256
            pa.field("label", pa.string()),  # its name
            pa.field("confidence", pa.float32()),
            pa.field("probabilities", pa.list_(pa.float32())),
            # the service's, and `blank` or `unreadable` where there is no answer but an error
            pa.field("verdict", pa.string(), nullable=False),
            pa.field("found", pa.string()),
            pa.field("digit_likeness", pa.float32()),
            pa.field("box", pa.list_(pa.int32())),  # left, top, right, bottom
            pa.field("error", pa.string()),
        ]
    )

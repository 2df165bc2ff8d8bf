"""Shards read by workers on a Ray cluster, by Ray Data.

What travels is where a shard's drawings lie, and that it is done: the workers open the files and
write the Parquet themselves, so that no picture goes through the object store or the driver.
Every node must see inputs, models and the folder for the results at the same paths.
"""

import logging
from collections.abc import Generator
from typing import TYPE_CHECKING

from experiments.errors import ClusterError, ReadingError
from experiments.reading.inputs import Piece
from experiments.reading.shards import Done, Job, Reading, write_shard

if TYPE_CHECKING:
    import pyarrow as pa


class Worker:
    """An actor with one CPU: it loads the model once, and reads a shard a call."""

    def __init__(self, job: Job) -> None:
        self._reader = job.load()
        self._out = job.out

    def __call__(self, batch: "pa.Table") -> "pa.Table":
        """Read the shards of `batch`; a row of `Done` for each."""
        import pyarrow as pa

        done = [
            write_shard(
                self._reader, row["number"], [Piece(**each) for each in row["pieces"]], self._out
            )
            for row in batch.to_pylist()
        ]
        return pa.Table.from_pylist([each._asdict() for each in done])


def read_on_ray(reading: Reading, workers: int | None = None) -> Generator[Done, None, None]:
    """Read what is missing on the cluster that is connected, by `workers`: without, one a CPU.

    A worker that is lost is started again, and its shard with it.

    Raises:
        ClusterError: the cluster has no CPU.
        ReadingError: a worker could not load the model, or not write.
    """
    import ray
    import ray.data
    from ray.exceptions import RayError

    cpus = ray.cluster_resources().get("CPU", 0)
    if cpus < 1:
        raise ClusterError(f"expected a CPU a worker on the Ray cluster, got {cpus:g} in all")
    # progress is told by whoever asked
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    workers = min(workers or int(cpus), len(reading.missing))
    shards = [
        {"number": number, "pieces": [piece._asdict() for piece in shard]}
        for number, shard in reading.missing.items()
    ]
    if not shards:
        return
    done = ray.data.from_items(shards, override_num_blocks=len(shards)).map_batches(
        Worker,
        fn_constructor_args=[reading.job],
        batch_size=1,
        batch_format="pyarrow",
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=workers),
    )
    try:
        for row in done.iter_rows():
            yield Done(**row)
    except RayError as error:
        raise ReadingError(f"expected the workers to read every shard, got {error}") from error

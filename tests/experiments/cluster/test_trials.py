"""Trainings on a real Ray cluster of two nodes, one of which dies."""

import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.__main__ import main
from experiments.cluster import trials
from experiments.cluster.trials import Cluster
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.registry import LADDER
from experiments.training.halving import Halving
from experiments.training.sweep import Outcome, run_here, sweep
from experiments.training.train import Run
from ml_engine_and_backend.model_folder.folder import read_report
from tests.conftest import leave_out
from tests.experiments.training.quick import few_disturbed, head

# Ray and what it imports warn of their own; on a busy machine its processes start slowly
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)]
MODEL = LADDER.get("single_layer")


class Nodes:
    """A head without processors, and nodes of four, which count more than this machine has."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster as RayCluster

        self._memory = {"object_store_memory": 80 * 1024**2}
        self._cluster = RayCluster(
            initialize_head=True,
            head_node_args={"num_cpus": 0, "include_dashboard": False, **self._memory},
        )
        self.address = str(self._cluster.address)
        self.nodes: list[Any] = []
        self.add()

    def add(self) -> None:
        self.nodes.append(self._cluster.add_node(num_cpus=4, **self._memory))

    def kill_oldest(self) -> None:
        self._cluster.remove_node(self.nodes.pop(0), allow_graceful=False)

    def end(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """A cluster, on which each training gets two processors, as many threads as without Ray."""
    if importlib.util.find_spec("ray") is None:
        leave_out("needs Ray: pip install -r requirements-ray.txt")
    nodes = Nodes()
    yield nodes
    nodes.end()


def test_a_killed_node_costs_a_training_one_epoch_at_most_and_changes_no_weight(
    nodes: Nodes, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    killing: list[threading.Timer] = []

    def say(_: Reporter, line: str) -> None:
        told.append(line)
        if "epoch  3/25" in line:
            nodes.add()
            # while the fourth epoch is trained
            killing.append(threading.Timer(0.1, nodes.kill_oldest))
            killing[0].start()

    monkeypatch.setattr(Reporter, "say", say)
    command = ["train", "single_layer", "--epochs", "25", "--seed", "5"]
    command += ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    ray = ["--ray", nodes.address, "--cpus-per-trial", "2", "--storage", str(tmp_path / "ray")]
    with few_disturbed():
        assert main([*command, *ray]) == 0
        killing[0].join()
        on_cluster = [line for line in told if line.startswith("seed 5  single_layer  epoch")]
        # more than it takes to kill a node
        assert [line.split("epoch ")[1][:5] for line in on_cluster] == [
            f"{epoch:>2}/25" for epoch in range(1, 26)
        ]
        (recovery,) = (i for i, line in enumerate(told) if "failed, tried again" in line)
        epochs_before = sum(line in on_cluster for line in told[:recovery])
        assert 3 <= epochs_before < 25
        assert told[recovery] == (
            f"single_layer, seed 5: failed, tried again after epoch {epochs_before}"
        )

        monkeypatch.undo()
        assert main(command) == 0
    folders = [tmp_path / "single_layer" / version for version in ("1", "2")]
    first, second = (read_report(folder).learning_curves for folder in folders)
    assert first == second
    assert len({(folder / "model.tflite").read_bytes() for folder in folders}) == 1
    assert list((tmp_path / "ray").iterdir()) == []
    assert [path for path in (tmp_path / "single_layer").iterdir() if path not in folders] == []


def test_a_sweep_on_the_cluster_ends_as_one_after_the_other_and_a_failing_trial_alone(
    nodes: Nodes, small_mnist: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, settings = head(small_mnist, 300), replace(MODEL.settings, epochs=4)
    quiet = Reporter(quiet=True)
    monkeypatch.setattr(trials, "RETRIES", 0)
    cluster = Cluster(nodes.address, cpus=2, storage=str(tmp_path))
    broken = Run(replace(MODEL, parameters=1), 1, settings)
    errors = []

    def on_cluster(runs: list[Run], rule: Halving) -> list[Outcome]:
        with trials.trials([*runs, broken], data, cluster, quiet, rule) as outcomes:
            errors.append(outcomes[-1].error)
            return outcomes[:-1]

    def here(runs: list[Run], rule: Halving) -> list[Outcome]:
        return run_here(runs, data, quiet, rule)

    one, other = (
        sweep(MODEL, data, settings, 2, [1], 1, train)  # type: ignore[arg-type]
        for train in (on_cluster, here)
    )
    assert [(each.history, each.stopped) for each in one.outcomes] == [
        (each.history, each.stopped) for each in other.outcomes
    ]
    assert {each.stopped for each in one.outcomes} == {True, False}
    assert one.best == other.best
    assert errors[0] is not None
    assert "single_layer: expected 1 parameters, got 7,850" in errors[0]
    # kept, to be resumed
    assert len(list(tmp_path.iterdir())) == 1

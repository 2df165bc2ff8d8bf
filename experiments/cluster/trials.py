"""Trainings as trials of Ray Tune: side by side, each on processors of its own."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from experiments.cluster.connect import connected, need_ray
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.errors import ClusterError
from experiments.training.fit import History, epoch_line, fit
from experiments.training.halving import Halving, Verdict
from experiments.training.publish import libraries
from experiments.training.sweep import Outcome
from experiments.training.train import Checkpoints, Run

# how often a trial is tried again after its worker, its node or its code failed
RETRIES: Final = 3
_CHECKPOINT: Final = "checkpoint.npz"
# `reporter` alone says what goes on, and Ctrl-C ends us as it does everywhere
_QUIET: Final = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_WARN_EXCESSIVE_EXPERIMENT_CHECKPOINT_SYNC_THRESHOLD_S": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where trials run: `address` as `connected` takes it.

    Checkpoints lie in `storage`, a folder that every node sees, or the URI of a bucket; those of an
    interrupted run are continued with `resume`. Every trial gets `cpus` processors and computes
    with as many threads.
    """

    address: str
    cpus: int = 1
    storage: str = "~/ray_results"
    resume: bool = False


@contextmanager
def trials(
    runs: Sequence[Run],
    data: Dataset,
    cluster: Cluster,
    reporter: Reporter,
    halving: Halving | None = None,
) -> Iterator[list[Outcome]]:
    """Run every training as a trial; gives their outcomes, in the same order.

    After each epoch a trial stores its checkpoint. When its worker or its node dies, it is tried
    again from there elsewhere, and ends with the same weights. A trial that fails for good leaves
    the others alone. The checkpoints last as long as the context.

    Raises ClusterError when there is no cluster.
    """
    need_ray()
    from pyarrow.fs import FileSystem

    storage = cluster.storage
    if "://" not in storage:
        storage = str(Path(storage).expanduser().absolute())
    files, path = FileSystem.from_uri(
        f"{storage.rstrip('/')}/{_name(runs, data, cluster, halving)}"
    )
    with tempfile.TemporaryDirectory() as folder:
        with connected(cluster.address):
            _check_size(cluster)
            tuner = _tuner(runs, data, cluster, reporter, halving, files, path)
            results = sorted(tuner.fit(), key=lambda result: result.config["number"])
            outcomes = [
                _outcome(result, run, Path(folder) / str(number))
                for number, (result, run) in enumerate(zip(results, runs, strict=True))
            ]
        yield outcomes
    if not any(outcome.error for outcome in outcomes):  # nothing to resume
        files.delete_dir(path)


@contextmanager
def checkpoints(
    runs: Sequence[Run], data: Dataset, cluster: Cluster, reporter: Reporter
) -> Iterator[Checkpoints]:
    """Train every run, each once; gives the last checkpoints of those that did not fail.

    Raises ClusterError as `trials`, and in the end when one failed.
    """
    once = list({run.key: run for run in runs}.values())
    if not once:
        yield {}
        return
    with trials(once, data, cluster, reporter) as outcomes:
        yield {
            run.key: outcome.checkpoint
            for run, outcome in zip(once, outcomes, strict=True)
            if outcome.checkpoint is not None
        }
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if failed:
        raise ClusterError(f"expected all trials to end, got {'; '.join(failed)}")


def _name(runs: Sequence[Run], data: Dataset, cluster: Cluster, halving: Halving | None) -> str:
    # the same trials have the same folder, so that they can be resumed
    identity = json.dumps(
        [
            [[*run.key, run.model.parameters, asdict(run.settings)] for run in runs],
            dict(data.sha256),
            cluster.cpus,
            halving and asdict(halving),
        ]
    )
    return f"ladder-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


def _check_size(cluster: Cluster) -> None:
    import ray

    largest = max(int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"])
    if largest < cluster.cpus:
        raise ClusterError(
            f"expected a node with {cluster.cpus} processors for a trial, got {largest} at most"
        )


def _tuner(
    runs: Sequence[Run],
    data: Dataset,
    cluster: Cluster,
    reporter: Reporter,
    halving: Halving | None,
    files: Any,
    path: str,
) -> Any:
    from pyarrow.fs import FileType
    from ray import tune
    from ray.tune.logger import JsonLoggerCallback

    os.environ |= _QUIET
    trainable = tune.with_resources(
        # into the object store once, and from there to each node once
        tune.with_parameters(
            train_one, runs=runs, data=data, versions=libraries(), threads=cluster.cpus
        ),
        {"cpu": cluster.cpus},
    )
    space = {"number": tune.grid_search(list(range(len(runs))))}
    if cluster.resume and tune.Tuner.can_restore(path, files):
        return tune.Tuner.restore(
            path,
            trainable,
            param_space=space,
            resume_unfinished=True,
            resume_errored=True,
            storage_filesystem=files,
        )
    if files.get_file_info(path).type is not FileType.NotFound:
        files.delete_dir(path)
    home, _, name = path.rpartition("/")
    return tune.Tuner(
        trainable,
        param_space=space,
        tune_config=tune.TuneConfig(scheduler=halving and _scheduler(halving)),
        run_config=tune.RunConfig(
            name=name,
            storage_path=home,
            storage_filesystem=files,
            verbose=0,
            callbacks=[JsonLoggerCallback(), _telling(runs, reporter)],
            failure_config=tune.FailureConfig(max_failures=RETRIES),
            checkpoint_config=tune.CheckpointConfig(num_to_keep=2),
        ),
    )


def train_one(
    config: dict[str, Any],
    *,
    runs: Sequence[Run],
    data: Dataset,
    versions: dict[str, str],
    threads: int,
) -> None:
    """The trial `config["number"]`, in a process of its own: `fit`, which reports its epochs."""
    from ray import tune

    if libraries() != versions:
        raise ClusterError(f"expected every node to have {versions}, got {libraries()}")
    # before TensorFlow starts
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = str(threads)
    run = runs[config["number"]]
    with tempfile.TemporaryDirectory() as folder:
        former = tune.get_checkpoint()
        if former is not None:
            former.to_directory(folder)

        def report(history: History) -> bool:
            tune.report(
                {"history": json.dumps(asdict(history))},
                checkpoint=tune.Checkpoint.from_directory(folder),
            )
            return True

        fit(
            run.model,
            data,
            run.seed,
            Reporter(quiet=True),
            run.settings,
            Path(folder) / _CHECKPOINT,
            report,
        )


def _outcome(result: Any, run: Run, folder: Path) -> Outcome:
    history = _history(result.metrics)
    if result.error is not None:
        reason = str(result.error).strip().splitlines()[-1]
        return Outcome(history, None, f"{run.label}: {reason}", stopped=False)
    result.checkpoint.to_directory(folder)
    stopped = len(history.epoch) < run.settings.epochs
    return Outcome(history, folder / _CHECKPOINT, None, stopped)


def _history(metrics: dict[str, Any] | None) -> History:
    return (
        History(**json.loads(metrics["history"])) if metrics and "history" in metrics else History()
    )


def _telling(runs: Sequence[Run], reporter: Reporter) -> Any:
    from ray import tune

    class Telling(tune.Callback):  # type: ignore[misc]
        def on_trial_result(self, *, trial: Any, result: dict[str, Any], **_: Any) -> None:
            run = runs[trial.config["number"]]
            line = epoch_line(run.model, run.settings, _history(result))
            reporter.say(f"seed {run.seed}  {line}")

        def on_trial_recover(self, *, trial: Any, **_: Any) -> None:
            run = runs[trial.config["number"]]
            epoch = len(_history(trial.last_result).epoch)
            reporter.say(f"{run.label}: failed, tried again after epoch {epoch}")

    return Telling()


def _scheduler(halving: Halving) -> Any:
    from ray.tune.experiment import Trial
    from ray.tune.schedulers import FIFOScheduler, TrialScheduler

    class InOrder(FIFOScheduler):  # type: ignore[misc]
        """Asks `halving` after every epoch; a trial that must wait gives its processors back."""

        _decisions: Final = {
            Verdict.GO_ON: TrialScheduler.CONTINUE,
            Verdict.STOP: TrialScheduler.STOP,
            Verdict.WAIT: TrialScheduler.PAUSE,
        }

        def on_trial_result(self, controller: Any, trial: Any, result: dict[str, Any]) -> str:
            return str(self._decisions[self._verdict(controller, trial, result)])

        def choose_trial_to_run(self, controller: Any) -> Any:
            pending = None
            for trial in controller.get_trials():
                if trial.status == Trial.PENDING and pending is None:
                    pending = trial
                elif trial.status == Trial.PAUSED:
                    verdict = self._verdict(controller, trial, trial.last_result)
                    if verdict is Verdict.STOP:
                        controller.stop_trial(trial)
                    elif verdict is Verdict.GO_ON:
                        return trial
            return pending

        def _verdict(self, controller: Any, trial: Any, result: dict[str, Any]) -> Verdict:
            results = {each.config["number"]: each.last_result for each in controller.get_trials()}
            number = trial.config["number"]
            results[number] = result
            scores = {number: _history(last).scores for number, last in results.items()}
            ended = {
                each.config["number"] for each in controller.get_trials() if each.is_finished()
            }
            return halving.verdict(number, scores, ended)

    return InOrder()

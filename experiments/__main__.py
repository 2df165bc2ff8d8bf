"""The command line: trains, measures, compares and publishes rungs, and chooses what is shown.

Results go to standard output, progress to standard error. Exit status: 0 done, 1 failed with one
sentence, 2 a command line that makes no sense, 130 interrupted.
"""

import argparse
import getpass
import io
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from experiments.cluster.connect import LOCAL, ray_address
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.mnist import load_mnist
from experiments.data.own import load_own
from experiments.errors import DataError, FeedbackError
from experiments.registry import LADDER
from experiments.reporting import compare, hard_ones, results, tables
from experiments.spec import ModelSpec, TrainingSettings
from ml_engine_and_backend.model_folder.errors import LadderError
from ml_engine_and_backend.model_folder.folder import (
    latest,
    read_folder,
    read_metadata,
    read_report,
    versions,
)
from ml_engine_and_backend.model_folder.metadata import MNIST, FeedbackCounts
from ml_engine_and_backend.model_folder.promotion import PromotionReport
from ml_engine_and_backend.model_folder.served import pin, served

if TYPE_CHECKING:
    from experiments.cluster.trials import Cluster
    from experiments.training.halving import Halving
    from experiments.training.train import Checkpoints, Run
    from ml_engine_and_backend.database.database import Database
    from ml_engine_and_backend.database.tables import Promotion

T = TypeVar("T")
# the service's own, where nothing else is said
DATABASE_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "ladder.sqlite3"

# TensorFlow is imported inside the commands that need it, so that --help and list are instant.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    _replace_unprintable()
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    with _signals_interrupt():
        try:
            command(options)
        except LadderError as error:
            return _fail(f"error: {error}", 1)
        except OSError as error:
            place = error.filename or "a file"
            return _fail(f"error: {place}: {error.strerror or error}", 1)
        except KeyboardInterrupt:
            return _fail("interrupted", 130)
    return 0


def _replace_unprintable() -> None:
    # output may not be UTF-8: characters that it lacks become question marks
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """SIGTERM, and SIGHUP from a terminal that closes, end a command as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    # a signal that is ignored stays ignored: nohup
    former = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    for number in former:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _fail(sentence: str, status: int) -> int:
    with suppress(OSError):  # the terminal may be gone
        print(sentence, file=sys.stderr)
    return status


def _list(options: argparse.Namespace) -> None:
    rows: list[dict[str, Any]] = []
    for name in LADDER.names():
        model = LADDER.get(name)
        rows.append(
            {
                "name": model.name,
                "title": model.title,
                "adds": model.adds,
                "order": model.order,
                "parameters": model.parameters,
                "activation": model.activation,
                "versions": versions(options.models_dir, name),
            }
        )
    if options.json:
        _print_json(rows)
        return
    for row in rows:
        trained = ", ".join(str(version) for version in row["versions"]) or "none"
        print(f"{row['name']:<16}{row['parameters']:>10,} parameters  versions: {trained}")
        print(f"{'':<16}{row['adds']}")


def _train(options: argparse.Namespace) -> None:
    from experiments.evaluation.test_sets import load_test_sets
    from experiments.training.train import Workshop, find_trained, needed_runs, train_model

    chosen, reporter = _chosen(options.names), Reporter()
    data = _data(options, reporter)
    models = [model.for_data(data) for model in chosen]
    if not options.names and not options.again:
        missing = []
        for model in models:
            settings = _with_epochs(model, options.epochs)
            folder = find_trained(options.models_dir, model, settings, options.seed, data.sha256)
            if folder is None:
                missing.append(model)
            else:
                reporter.say(
                    f"{model.name}: already trained as {folder}; --again trains it once more"
                )
        models = missing
    if not models:
        _show_published([], options)
        return
    runs = {
        model.name: needed_runs(
            model, data, options.models_dir, options.seed, _with_epochs(model, options.epochs)
        )
        for model in models
    }
    test_sets = load_test_sets(options.data_dir, options.models_dir, data, reporter)
    with _side_by_side(_flat(runs.values()), data, options, reporter) as checkpoints:
        workshop = Workshop(
            options.models_dir, test_sets, reporter, options.resume, checkpoints or {}
        )
        _show_published(
            (
                train_model(
                    model, data, options.seed, workshop, _with_epochs(model, options.epochs)
                )
                for model in models
                if _are_trained(runs[model.name], checkpoints)
            ),
            options,
        )


def _side_by_side(
    runs: "list[Run]", data: Dataset, options: argparse.Namespace, reporter: Reporter
) -> "AbstractContextManager[Checkpoints | None]":
    """The last checkpoints of `runs`, trained on Ray; None without --ray, where none is yet."""
    if options.ray is None:
        return nullcontext()
    from experiments.cluster.trials import checkpoints

    return checkpoints(runs, data, _cluster(options), reporter)


def _are_trained(runs: "list[Run]", checkpoints: "Checkpoints | None") -> bool:
    """Whether nothing in `runs` failed on Ray."""
    return checkpoints is None or all(run.key in checkpoints for run in runs)


def _cluster(options: argparse.Namespace) -> "Cluster":
    from experiments.cluster.trials import Cluster

    return Cluster(options.ray, options.cpus_per_trial, options.storage, options.resume)


def _retrain(options: argparse.Namespace) -> None:
    from experiments.data.feedback import split_feedback, with_feedback
    from experiments.evaluation.test_sets import load_test_sets
    from experiments.promotion.gate import judge
    from experiments.training.retrain import retrain_model
    from experiments.training.train import Workshop, needed_runs
    from ml_engine_and_backend.database.promotions import keep_report, times_asked
    from ml_engine_and_backend.database.reviewed import reviewed_digits

    models = _chosen(options.names)
    reporter = Reporter()
    with _database(options) as database:
        with database.reading() as session:
            feedback = split_feedback(reviewed_digits(session))
        _say_feedback(feedback.counts, reporter)
        data = _mnist(options, reporter)
        test_sets = load_test_sets(options.data_dir, options.models_dir, data, reporter)
        people_too = with_feedback(data, feedback)
        runs = {
            model.name: needed_runs(
                model,
                people_too,
                options.models_dir,
                options.seed,
                _with_epochs(model, options.epochs),
            )
            for model in models
        }
        rows = []
        with _side_by_side(_flat(runs.values()), people_too, options, reporter) as checkpoints:
            workshop = Workshop(
                options.models_dir, test_sets, reporter, options.resume, checkpoints or {}
            )
            for model in models:
                if not _are_trained(runs[model.name], checkpoints):
                    continue
                champion = pin(options.models_dir, model.name)
                settings = _with_epochs(model, options.epochs)
                folder = retrain_model(model, data, feedback, options.seed, workshop, settings)
                report = judge(
                    folder,
                    options.models_dir / model.name / str(champion),
                    data,
                    test_sets.canvas,
                    feedback,
                )
                with database.writing() as session:
                    keep_report(session, report)
                    asked = times_asked(session)[model.name]
                rows.append({"folder": str(folder), **_gate_row(report, asked)})
                if not options.json:
                    _show_gate(report, asked)
    if options.json:
        _print_json(rows)


def _promote(options: argparse.Namespace) -> None:
    from experiments.data.feedback import split_feedback
    from experiments.evaluation.canvas import load_canvas_test
    from experiments.promotion.gate import judge
    from ml_engine_and_backend.database import promotions
    from ml_engine_and_backend.database.reviewed import reviewed_digits

    name, models_dir = LADDER.get(options.name).name, options.models_dir
    version = options.version or int(latest(models_dir, name).name)
    with _database(options) as database:
        champion = served(models_dir, name)
        with database.reading() as session:
            report = promotions.newest_report(session, name, version, int(champion.name))
            feedback = split_feedback(reviewed_digits(session))
        if report is None and version != int(champion.name):
            reporter = Reporter()
            data = _mnist(options, reporter)
            canvas = load_canvas_test(options.data_dir, reporter)
            judged = judge(models_dir / name / str(version), champion, data, canvas, feedback)
            with database.writing() as session:
                promotions.keep_report(session, judged)
                asked = promotions.times_asked(session)[name]
            if not options.json:
                _show_gate(judged, asked)
        row = promotions.promote(database, models_dir, name, version, _who(options), options.reason)
    _show_promotion(row, options)


def _rollback(options: argparse.Namespace) -> None:
    from ml_engine_and_backend.database import promotions

    name = LADDER.get(options.name).name
    with _database(options) as database:
        row = promotions.rollback(database, options.models_dir, name, _who(options), options.reason)
    _show_promotion(row, options)


@contextmanager
def _database(options: argparse.Namespace) -> "Iterator[Database]":
    from sqlalchemy.exc import ArgumentError

    from ml_engine_and_backend.database.database import Database

    if options.database_url == "none":
        raise FeedbackError("expected the URL of a database, got none: nothing is kept")
    try:
        database = Database(options.database_url)
    except ArgumentError as error:
        raise FeedbackError(f"expected the URL of a database, got {error}") from error
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def _who(options: argparse.Namespace) -> str:
    if options.by is not None:
        return str(options.by)
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # in a container, a user may have no name
        return "unknown"


def _say_feedback(counts: FeedbackCounts, reporter: Reporter) -> None:
    reporter.say(
        f"Reviewed drawings: {counts.train} by {counts.train_writers} writers to train on, "
        f"{counts.held_out} by {counts.held_out_writers} held out"
    )
    if not counts.held_out:
        reporter.say("None is held out: the gate will refuse, since no gain can be shown")


def _gate_row(report: PromotionReport, asked: int) -> dict[str, Any]:
    return {"passed": report.passed, "test_split_asked": asked, **report.model_dump(mode="json")}


def _show_gate(report: PromotionReport, asked: int) -> None:
    for line in report.lines:
        print(f"{line.verdict.replace('_', ' '):<13}{line.title}: {line.text}")
    verdict = "may be promoted" if report.passed else "is refused"
    times = "once" if asked == 1 else f"{asked} times"
    print(
        f"{report.model}@{report.version} against @{report.champion_version}: {verdict}; the test "
        f"split was asked {times} for {report.model}"
    )


def _show_promotion(row: "Promotion", options: argparse.Namespace) -> None:
    if options.json:
        shown = {key: getattr(row, key) for key in ("id", "action", "model", "version", "actor")}
        _print_json(shown | {"from_version": row.from_version, "reason": row.reason})
    else:
        print(f"{row.model}: version {row.version} is served in place of {row.from_version}")


def _measure(options: argparse.Namespace) -> None:
    from experiments.evaluation.test_sets import load_test_sets
    from experiments.training.train import Workshop, measure_again

    reporter = Reporter()
    data = _data(options, reporter)
    test_sets = load_test_sets(options.data_dir, options.models_dir, data, reporter)
    workshop = Workshop(options.models_dir, test_sets, reporter)
    _show_published(
        (
            folder
            for model in _chosen(options.names)
            for folder in measure_again(model, data, workshop)
        ),
        options,
    )


def _inside(options: argparse.Namespace) -> None:
    from experiments.training.inside import add_inside
    from experiments.training.train import AGREEMENT_IMAGES

    images = load_mnist(options.data_dir, Reporter()).test.head(AGREEMENT_IMAGES).images
    rows = []
    for model in _chosen(options.names):
        if model.member is not None:  # the page asks its members
            continue
        folder = served(options.models_dir, model.name)
        rows.append(
            {"name": model.name, "folder": str(folder), "added": add_inside(folder, images)}
        )
        if not options.json:
            told = (
                "inside.tflite" if rows[-1]["added"] else "no inside: its layers are no known chain"
            )
            print(f"{folder}: {told}")
    if options.json:
        _print_json(rows)


def _show_published(folders: Iterable[Path], options: argparse.Namespace) -> None:
    rows = []
    for folder in folders:
        metadata, report = read_metadata(folder), read_report(folder)
        row = {
            "name": metadata.name,
            "version": metadata.version,
            "folder": str(folder),
            "seed": metadata.seed,
            "epochs_run": metadata.training.epochs_run,
            "validation_accuracy": metadata.validation_accuracy,
            "accuracy": report.accuracy,
            "accuracy_interval": report.accuracy_interval,
            "training_seconds": metadata.training_seconds,
        }
        rows.append(row)
        if not options.json:
            print(_measured(row) + f"  training {row['training_seconds']:.0f} s  {folder}")
    if options.json:
        _print_json(rows)


def _evaluate(options: argparse.Namespace) -> None:
    if options.pictures is None and options.out is not None:
        raise DataError(f"expected --pictures beside --out, got {options.out} alone")
    if options.pictures is not None:
        _own_pictures(options)
        return
    from experiments.evaluation.canvas import load_canvas_test
    from experiments.evaluation.evaluate import evaluate_folder

    folders = [served(options.models_dir, model.name) for model in _chosen(options.names)]
    data = _data(options, Reporter())
    canvas = None if data.is_own else load_canvas_test(options.data_dir, Reporter())
    rows = []
    for folder in folders:
        row = asdict(evaluate_folder(folder, data, canvas))
        rows.append(row)
        if not options.json:
            print(f"{_measured(row)}  {_canvas(row)}  as report.json says")
    if options.json:
        _print_json(rows)


def _own_pictures(options: argparse.Namespace) -> None:
    from experiments.evaluation.own_pictures import measure
    from experiments.reporting import own_pictures

    reporter, out = Reporter(), options.out or Path("report.html")
    if not out.parent.is_dir():
        raise DataError(f"{out}: expected a folder for the report, found no {out.parent}")
    found, shown = measure(
        options.pictures,
        options.models_dir,
        options.names,
        options.data_dir,
        reporter,
        own=options.data,
    )
    own_pictures.write(out, found, shown)
    reporter.say(f"Report: {out}")
    if options.json:
        _print_json(found.model_dump(mode="json"))
    else:
        own_pictures.show(found, Console())


def _compare(options: argparse.Namespace) -> None:
    from experiments.training.publish import check_subject

    def images() -> NDArray[np.uint8]:
        return _data(options, Reporter()).test.images

    if options.data is not None:
        data = _data(options, Reporter())
        compare.write(compare.render_own(options.models_dir, data, options.data))
    elif options.check:
        compare.check(options.models_dir, options.readme)
    elif not options.names:
        # README's tables are MNIST's
        check_subject(options.models_dir, MNIST)
        compare.write(compare.render(options.models_dir, options.readme, images))
        ladder = results.read_results(options.models_dir)
        hard_ones.refresh(options.models_dir, ladder, options.data_dir, Reporter())
    found = results.read_results(options.models_dir, options.names)
    if options.json:
        _print_json([results.row(result) for result in found])
    else:
        tables.show(found, Console())


def _gate(options: argparse.Namespace) -> None:
    reporter = Reporter()
    if options.compare:
        from experiments.gate import alternatives
        from experiments.gate import compare as gate_compare

        people = gate_compare.load_people(options.data_dir, reporter)
        data = load_mnist(options.data_dir, reporter)
        ways = alternatives.ways(data.train, options.models_dir)
        compared = gate_compare.compare(ways, people, reporter)
        if options.json:
            _print_json([asdict(row) for row in compared])
        else:
            gate_compare.show(compared, Console())
        return
    from experiments.data.fonts import load_fonts
    from experiments.gate.train import train_gate

    data = load_mnist(options.data_dir, reporter)
    fonts = load_fonts(options.data_dir)
    folder = train_gate(data, fonts, options.data_dir, options.models_dir, options.seed, reporter)
    if options.json:
        _print_json({"folder": str(folder)})


def _pictures(options: argparse.Namespace) -> None:
    from experiments.data.pictures import ONE_DIGIT, load_pictures
    from experiments.evaluation import pictures
    from experiments.training.publish import check_subject

    check_subject(options.models_dir, MNIST)
    labelled = load_pictures(options.data_dir)
    ladder = pictures.served_ladder(options.models_dir)
    model, gate = ladder.find(options.model), ladder.gate
    answered = [
        (picture, pictures.answer(pictures.see(picture.read(), gate), model, gate))
        for picture in labelled
    ]
    single = [pair for pair in answered if pair[0].kind in ONE_DIGIT]
    found = {
        "pictures": pictures.by_kind_and_source(answered),
        "disturbed": pictures.with_disturbances(single, model, gate),
    }
    if options.leave_one_out:
        found["leave_one_out"] = pictures.leave_one_out([p for p, _ in single], model)
    if options.json:
        _print_json({"model": model.metadata.name, "version": model.metadata.version} | found)
    else:
        for title, rows in found.items():
            tables.show_rows(title.replace("_", " ").capitalize(), rows, Console())


def _numbers(options: argparse.Namespace) -> None:
    from experiments.evaluation.numbers import measure_numbers
    from ml_engine_and_backend.engine.gate import Gate
    from ml_engine_and_backend.engine.predictor import Model
    from ml_engine_and_backend.model_folder.gate import GATE

    data = _mnist(options, Reporter())
    model = Model.load(read_folder(served(options.models_dir, options.model)))
    gate = Gate.load(latest(options.models_dir, GATE))
    found = measure_numbers(model, gate, data, options.data_dir, options.seeds)
    if options.json:
        _print_json(asdict(found))
        return
    print(
        f"{found.model}  people's numbers {found.people_exact:.1%} of {found.people}, touching "
        f"{found.touching_exact:.1%} of {found.touching}"
    )
    for seed, exact in found.made.items():
        print(f"made strings, seed {seed}: {exact:.1%}")
    print(
        f"pairs taken for one digit {found.pairs_as_one:.2%}, surely {found.pairs_as_one_sure:.2%}"
    )
    print(f"a page of 50 digits: {found.page_ms:.0f} ms")


def _read(options: argparse.Namespace) -> None:
    from experiments.reading.run import read, show

    found = read(options, Reporter())
    if options.json:
        _print_json(found)
    else:
        show(found)


def _refuse_resuming_here(options: argparse.Namespace) -> None:
    """Raise DataError for --resume where nothing is kept that could be continued."""
    if options.resume and options.ray is None:
        raise DataError("expected --ray beside --resume: this command alone keeps no checkpoints")


def _spread(options: argparse.Namespace) -> None:
    from experiments.training.seed_variance import record, refuse_ensemble, train_seeds
    from experiments.training.train import Run

    _refuse_resuming_here(options)
    models, seeds = _chosen(options.names), _flat(options.seeds)
    for model in models:
        refuse_ensemble(model)
    reporter = Reporter()
    data = _data(options, reporter)
    models = [model.for_data(data) for model in models]
    rows = {}
    runs = [Run(m, seed, _with_epochs(m, options.epochs)) for m in models for seed in seeds]
    with _side_by_side(runs, data, options, reporter) as checkpoints:
        for model in models:
            settings = _with_epochs(model, options.epochs)
            if not _are_trained([run for run in runs if run.model is model], checkpoints):
                continue
            spread = train_seeds(model, data, seeds, reporter, settings, checkpoints or {})
            record(options.models_dir, model.name, spread)
            rows[model.name] = [result.model_dump() for result in spread]
            if not options.json:
                for result in spread:
                    print(
                        f"{model.name} seed {result.seed}  test {result.accuracy:.2%}  "
                        f"validation {result.validation_accuracy:.2%}"
                    )
    if options.json:
        _print_json(rows)


def _sweep(options: argparse.Namespace) -> None:
    from experiments.reporting import sweeps
    from experiments.training import sweep as sweeping

    _refuse_resuming_here(options)
    model, seeds, reporter = LADDER.get(options.name), _flat(options.seeds), Reporter()
    data = load_mnist(options.data_dir, reporter)
    command = f"python -m experiments sweep {model.name} --tries {options.tries}"
    command += f" --seeds {' '.join(map(str, seeds))} --search-seed {options.search_seed}"
    command += "" if options.epochs is None else f" --epochs {options.epochs}"

    def train(runs: "Sequence[Run]", rule: "Halving") -> "Sequence[sweeping.Outcome]":
        if options.ray is None:
            return sweeping.run_here(runs, data, reporter, rule)
        from experiments.cluster.trials import trials

        with trials(runs, data, _cluster(options), reporter, rule) as outcomes:
            return outcomes

    swept = sweeping.sweep(
        model,
        data,
        _with_epochs(model, options.epochs),
        options.tries,
        seeds,
        options.search_seed,
        train,
    )
    if options.ray is not None:
        command += f" --ray --cpus-per-trial {options.cpus_per_trial}"
    folder, stem = Path("docs/sweeps"), f"{datetime.now(UTC):%Y-%m-%d}-{model.name}"
    page = options.out or sweeps.free_page(folder, stem, command)
    sweeps.write(swept, command, page)
    if options.json:
        rows = [sweeps.row(swept, number) for number in sweeps.ranked(swept)]
        best = None if swept.best is None else swept.best + 1
        told = {"expected_best": swept.luck.expected_best, **asdict(swept.luck)}
        _print_json({"best": best, "luck": told, "trials": rows, "page": str(page)})
    else:
        print(f"{sweeps.conclusion(swept)}\n{page}")


def _data(options: argparse.Namespace, reporter: Reporter) -> Dataset:
    """MNIST, or the pictures of --data; the models folder must be for the same classes."""
    from experiments.training.publish import check_subject

    if options.data is None:
        return _mnist(options, reporter)
    data = load_own(options.data, reporter)
    check_subject(options.models_dir, data.subject)
    return data


def _with_epochs(model: ModelSpec, epochs: int | None) -> TrainingSettings:
    return model.settings if epochs is None else replace(model.settings, epochs=epochs)


def _chosen(names: Sequence[str]) -> list[ModelSpec]:
    # each model once, however often it is named
    return [LADDER.get(name) for name in dict.fromkeys(names or LADDER.names())]


def _mnist(options: argparse.Namespace, reporter: Reporter) -> Dataset:
    """MNIST; raises DataError where the models are of other classes than its digits."""
    from experiments.training.publish import check_subject

    check_subject(options.models_dir, MNIST)
    return load_mnist(options.data_dir, reporter)


def _measured(row: dict[str, Any]) -> str:
    low, high = row["accuracy_interval"]
    return (
        f"{row['name']} version {row['version']}  test {row['accuracy']:.2%} "
        f"({low:.2%} – {high:.2%})  validation {row['validation_accuracy']:.2%}"
    )


def _canvas(row: dict[str, Any]) -> str:
    if row["canvas_accuracy"] is None:
        return "canvas: not measured"
    kept = "" if row["canvas_measured"] else f", kept (pen strokes {row['canvas_sha256'][:12]})"
    return f"canvas {row['canvas_accuracy']:.2%}{kept}"


def _print_json(document: object) -> None:
    # ASCII, so that no encoding of the output can change it
    print(json.dumps(document, indent=2))


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, got {text}")
    return value


def _name_of_person(text: str) -> str:
    if not 0 < len(text) <= 64 or "\0" in text:
        raise argparse.ArgumentTypeError(f"expected a name of 1 to 64 characters, got {text!r}")
    return text


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError(f"expected a seed in 0..{2**32 - 1}, got {text}")
    return value


def _seeds(text: str) -> list[int]:
    """One seed, or all from the first to the last: 1..8."""
    first, dots, last = text.partition("..")
    seeds = list(range(_seed(first), _seed(last if dots else first) + 1))
    if not seeds:
        raise argparse.ArgumentTypeError(f"expected the smaller seed first, got {text}")
    return seeds


def _flat(lists: Iterable[Iterable[T]]) -> list[T]:
    # each once, however often it is named
    return list(dict.fromkeys(itertools.chain.from_iterable(lists)))


class _ExactParser(argparse.ArgumentParser):
    """Takes no abbreviations: --data would pass for --data-dir where a command has no --data."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m experiments", description="Trains, measures and compares the ladder."
    )
    shared = _ExactParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print JSON on standard output")
    shared.add_argument(
        "--models-dir",
        type=Path,
        default=Path(os.environ.get("LADDER_MODELS_DIR", "models")),
        help="holds the model folders (default: LADDER_MODELS_DIR, or models)",
    )
    digits = _ExactParser(add_help=False)
    digits.add_argument(
        "--data-dir",
        type=Path,
        default=Path(os.environ.get("LADDER_DATA_DIR", "data")),
        help="holds mnist/, downloaded where missing (default: LADDER_DATA_DIR, or data)",
    )
    own = _ExactParser(add_help=False)
    own.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="your own 28×28 pictures in place of MNIST: a folder a class, or IDX files; their "
        "models need a --models-dir of their own",
    )
    named = _ExactParser(add_help=False)
    named.add_argument("names", nargs="*", metavar="NAME", help="rungs; all when none is named")

    side_by_side = _ExactParser(add_help=False)
    side_by_side.add_argument(
        "--ray",
        type=ray_address,
        nargs="?",
        const=LOCAL,
        metavar="ADDRESS",
        help="train side by side on a Ray cluster: of this machine's cores, of the HOST:PORT of a "
        "cluster's head, or auto (needs requirements-ray.txt)",
    )
    side_by_side.add_argument(
        "--cpus-per-trial",
        type=_positive,
        default=1,
        metavar="N",
        help="with --ray: processors and threads of each training; the number of threads decides "
        "the last bits of its weights, and trainings without --ray use 2 (default: 1)",
    )
    side_by_side.add_argument(
        "--storage",
        default="~/ray_results",
        help="with --ray: where checkpoints lie, a folder that every node sees, or the URI of a "
        "bucket (default: %(default)s)",
    )
    resuming = _ExactParser(add_help=False)
    resuming.add_argument(
        "--resume",
        action="store_true",
        help="continue an interrupted training after its last whole epoch",
    )

    commands = parser.add_subparsers(
        required=True,
        metavar="COMMAND",
        parser_class=_ExactParser,
    )
    listing = commands.add_parser("list", parents=[shared], help="show the rungs in order")
    listing.set_defaults(command=_list)

    training = commands.add_parser(
        "train",
        parents=[shared, digits, own, named, side_by_side, resuming],
        help="train rungs; each makes its next version",
        description="Trains the named rungs; without names, every rung that has not been trained "
        "yet with the same settings, seed and data.",
    )
    training.add_argument("--seed", type=_seed, default=1, help="default: 1")
    training.add_argument("--epochs", type=_positive, help="in place of the rung's own setting")
    training.add_argument(
        "--again",
        "--all",
        action="store_true",
        help="without names: also train models that are already trained",
    )
    training.set_defaults(command=_train)

    kept = _ExactParser(add_help=False)
    kept.add_argument(
        "--database-url",
        default=os.environ.get("LADDER_DATABASE_URL", f"sqlite:///{DATABASE_FILE}"),
        help="where drawings and promotions are kept (default: LADDER_DATABASE_URL, or "
        f"sqlite:///{DATABASE_FILE})",
    )
    retraining = commands.add_parser(
        "retrain",
        parents=[shared, digits, kept, named, side_by_side, resuming],
        help="train rungs on reviewed drawings too; each makes a candidate, which the gate judges",
        description="Trains the named rungs, or all, on MNIST and on what reviewers settled of "
        "people's drawings. What is served stays: `promote` serves a candidate.",
    )
    retraining.add_argument(
        "--from", choices=["feedback"], default="feedback", help="default: %(default)s"
    )
    retraining.add_argument("--seed", type=_seed, default=1, help="default: 1")
    retraining.add_argument("--epochs", type=_positive, help="in place of the rung's own setting")
    retraining.set_defaults(command=_retrain)

    decided = _ExactParser(add_help=False)
    decided.add_argument("name", metavar="NAME", help="a rung")
    decided.add_argument("--reason", required=True, help="why, for those who ask later")
    decided.add_argument("--by", type=_name_of_person, help="who (default: the system's user)")
    promoting = commands.add_parser(
        "promote",
        parents=[shared, digits, kept, decided],
        help="serve another version of a rung, if its gate passes",
        description="Refuses unless the gate passed against the version that is served now, and "
        "asks the gate where there is no report of the two.",
    )
    promoting.add_argument(
        "version", type=_positive, nargs="?", metavar="VERSION", help="default: the highest"
    )
    promoting.set_defaults(command=_promote)
    rolling_back = commands.add_parser(
        "rollback",
        parents=[shared, kept, decided],
        help="serve the version that was served before the last promotion",
    )
    rolling_back.set_defaults(command=_rollback)

    measuring = commands.add_parser(
        "measure",
        parents=[shared, digits, own, named],
        help="calibrate and measure trained rungs anew; each version makes a further one",
        description="Publishes every version of each rung once more, with the same weights: after "
        "a new gate, a change of the engine, or of what is measured. The former ones stay.",
    )
    measuring.set_defaults(command=_measure)

    inner = commands.add_parser(
        "inside",
        parents=[shared, digits, named],
        help="export the inner values of what is served; a training does it by itself",
        description="Writes inside.tflite into the served version of each rung, for the page's "
        "explanations. The network and the version stay as they are.",
    )
    inner.set_defaults(command=_inside)

    gate = commands.add_parser(
        "gate",
        parents=[shared, digits],
        help="train the gate, which says whether there is a digit at all",
    )
    gate.add_argument(
        "--compare",
        action="store_true",
        help="train nothing; measure the shipped gate beside simpler ways on people's drawings",
    )
    gate.add_argument("--seed", type=_seed, default=1, help="default: 1")
    gate.set_defaults(command=_gate)

    numbers = commands.add_parser(
        "numbers",
        parents=[shared, digits],
        help="measure how often whole numbers are read rightly",
    )
    numbers.add_argument("--model", default="ensemble", help="default: %(default)s")
    numbers.add_argument("--seeds", type=_seed, nargs="+", default=[1, 2, 3], metavar="SEED")
    numbers.set_defaults(command=_numbers)

    spreading = commands.add_parser(
        "spread",
        parents=[shared, digits, own, side_by_side, resuming],
        help="train rungs from several seeds; publish none",
    )
    spreading.add_argument("names", nargs="+", metavar="NAME", help="rungs that train in minutes")
    spreading.add_argument(
        "--seeds", type=_seeds, nargs="+", default=[[1, 2, 3]], metavar="SEED", help="such as 1..8"
    )
    spreading.add_argument("--epochs", type=_positive, help="in place of the rung's own setting")
    spreading.set_defaults(command=_spread)

    sweeping = commands.add_parser(
        "sweep",
        parents=[shared, digits, side_by_side, resuming],
        help="train a rung otherwise, many times, and say which is best by validation",
        description="Draws the tries from the space beside the rung and trains them beside the "
        "rung's own recipe; the poor ones are stopped early. Writes a page and a plot, publishes "
        "nothing. The same sweep gives the same page.",
    )
    sweeping.add_argument("name", metavar="NAME", help="a rung")
    sweeping.add_argument("--tries", type=_positive, default=16, help="default: %(default)s")
    sweeping.add_argument(
        "--seeds",
        type=_seeds,
        nargs="+",
        default=[[1, 2, 3]],
        metavar="SEED",
        help="those of the own recipe; the tries train from the first (default: 1..3)",
    )
    sweeping.add_argument(
        "--search-seed", type=_seed, default=1, help="decides the tries (default: 1)"
    )
    sweeping.add_argument(
        "--epochs", type=_positive, help="of the own recipe (default: its own setting)"
    )
    sweeping.add_argument("--out", type=Path, help="the page (default: docs/sweeps/<date>-NAME.md)")
    sweeping.set_defaults(command=_sweep)

    picturing = commands.add_parser(
        "pictures",
        parents=[shared, digits],
        help="measure how well people's pictures are read, disturbed ones too",
    )
    picturing.add_argument("--model", metavar="NAME", help="default: the one that is served")
    picturing.add_argument(
        "--leave-one-out",
        action="store_true",
        help="also choose the engine's constants without each source, and read that with them",
    )
    picturing.set_defaults(command=_pictures)

    reading = commands.add_parser(
        "read",
        parents=[shared],
        help="read any number of drawings into Parquet; broken off, it goes on where it was",
        description="Reads pictures, IDX files and JSON lines of pen strokes as the service would, "
        "a row a drawing. The same command once more reads what is missing.",
    )
    reading.add_argument(
        "inputs", type=Path, nargs="+", metavar="FOLDER|FILE", help="folders are searched"
    )
    reading.add_argument("--model", metavar="NAME[@VERSION]", help="default: the one that answers")
    reading.add_argument(
        "--out", type=Path, default=Path("read"), help="a new folder, or that of an earlier reading"
    )
    reading.add_argument(
        "--ray",
        type=ray_address,
        nargs="?",
        const=LOCAL,
        metavar="ADDRESS",
        help="read on the Ray cluster at ADDRESS; without one, on this machine's cores",
    )
    reading.add_argument(
        "--workers", type=_positive, help="with --ray: at most this many (default: one a CPU)"
    )
    reading.add_argument(
        "--shard-size", type=_positive, default=2000, help="drawings in a file (default: 2000)"
    )
    reading.set_defaults(command=_read)

    evaluation = commands.add_parser(
        "evaluate",
        parents=[shared, digits, own, named],
        help="measure trained rungs again and check their reports, or try them on your pictures",
        description="Without --pictures, measures the named rungs, or all, on MNIST and checks "
        "their reports. With it, reads your labelled pictures with each of them (cnn, or cnn@2) as "
        "the service would, and says which is for you. Taken are a folder a label (7/any.png); CSV "
        "with the columns file,label or label,pixel0,…,pixel783; JSON lines of label and file, "
        "image or strokes, as the service exports them; IDX; and a ZIP file of any of these.",
    )
    evaluation.add_argument(
        "--pictures",
        type=Path,
        metavar="PLACE",
        help="a folder or file of labelled pictures; --data then names those that the rungs were "
        "trained on, to tell which are among them",
    )
    evaluation.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="with --pictures, where the report goes (default: report.html)",
    )
    evaluation.set_defaults(command=_evaluate)

    comparison = commands.add_parser(
        "compare",
        parents=[shared, digits, own, named],
        help="compare the rungs; without names, write tables, CSV, HTML and digits",
    )
    comparison.add_argument(
        "--check", action="store_true", help="write nothing; fail when a generated file drifted"
    )
    comparison.add_argument(
        "--readme", type=Path, default=Path("README.md"), help="default: %(default)s"
    )
    comparison.set_defaults(command=_compare)
    return parser


if __name__ == "__main__":
    sys.exit(main())

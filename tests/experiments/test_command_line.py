"""`python -m experiments`, as people and scripts use it."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.architectures import ensemble
from experiments.console import Reporter
from experiments.data.mnist import Mnist
from experiments.errors import RegistryError
from experiments.registry import LADDER
from experiments.reporting import compare
from experiments.training.seed_variance import train_seeds

COMMAND = [sys.executable, "-m", "experiments"]
REPOSITORY = Path(__file__).resolve().parents[2]
# errors of the command line, none of which reach the data
REFUSALS = {
    "unknown rung": (["train", "cnm"], 1, "error: there is no rung named 'cnm'; known: single_l"),
    "unknown rung to evaluate": (["evaluate", "x"], 1, "error: there is no rung named 'x'; known"),
    "nothing trained": (
        ["evaluate", "cnn", "--models-dir", "nowhere"],
        1,
        "error: nowhere/cnn: expected a trained version, found none; `python -m experiments train",
    ),
    "nothing to compare": (["compare", "--models-dir", "nowhere"], 1, "error: nowhere: expected m"),
    "no epochs": (["train", "--epochs", "0"], 2, "expected a number of at least 1, got 0"),
    "no number": (["train", "--epochs", "x"], 2, "argument --epochs: invalid"),
    "bad seed": (["train", "--seed", "-1"], 2, "expected a seed in 0..4294967295, got -1"),
    "no command": ([], 2, "the following arguments are required: COMMAND"),
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        timeout=120,
    )


def outcome(arguments: list[str]) -> int:
    """The exit status, whether returned or raised by the argument parser."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize(("arguments", "status", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_are_one_sentence(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(arguments) == status
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command in text for command in ("list", "train", "evaluate", "compare", "spread"))
    assert outcome(["train", "--help"]) == 0
    text = capsys.readouterr().out
    for option in ("--seed", "--epochs", "--json", "--models-dir", "--data-dir", "NAME"):
        assert option in text


def test_list_shows_rungs_and_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cnn" / "3").mkdir(parents=True)
    assert outcome(["list", "--json", "--models-dir", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == LADDER.names()
    assert {row["name"]: row["versions"] for row in rows}["cnn"] == [3]
    assert rows[0]["parameters"] == 7_850

    assert outcome(["list", "--models-dir", str(tmp_path)]) == 0
    assert "hidden_layer       109,386 parameters  versions: none" in capsys.readouterr().out


def test_listing_and_importing_load_no_tensorflow() -> None:
    modules = sorted(
        f"experiments.{path.relative_to(REPOSITORY / 'experiments').with_suffix('')}".replace(
            "/", "."
        )
        for path in (REPOSITORY / "experiments").rglob("*.py")
    )
    assert "experiments.architectures.cnn" in modules
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print([name for name in ('tensorflow', 'keras', 'ai_edge_litert') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    assert found.stdout == "[]\n"


def test_bad_data_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "mnist"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03 but then nothing right")
    ended = run("train", "single_layer", LADDER_DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert f"error: {folder / 'train-images-idx3-ubyte'}: expected the shape" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_train_then_evaluate_then_tamper(
    mnist_alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = mnist_alone
    models_dir = tmp_path / "models"
    options = ["--epochs", "1", "--data-dir", str(data_dir), "--models-dir", str(models_dir)]
    ended = run("train", "single_layer", "--seed", "9", "--json", *options)
    assert ended.returncode == 0, ended.stderr
    (row,) = json.loads(ended.stdout)
    assert (row["name"], row["version"], row["seed"]) == ("single_layer", 1, 9)
    assert row["epochs_run"] == 1
    assert row["accuracy"] > 0.85
    assert "single_layer  epoch 1/1  loss" in ended.stderr
    assert "found no file: the canvas is left out" in ended.stderr

    # the same seed in another process: the same weights, to the last bit, as the next version
    assert outcome(["train", "single_layer", "--seed", "9", *options]) == 0
    assert f"single_layer version 2  test {row['accuracy']:.2%}" in capsys.readouterr().out
    first, second = (
        hashlib.sha256((models_dir / "single_layer" / version / "model.tflite").read_bytes())
        for version in ("1", "2")
    )
    assert first.hexdigest() == second.hexdigest()

    where = ["--data-dir", str(data_dir), "--models-dir", str(models_dir)]
    assert outcome(["evaluate", "single_layer", *where]) == 0
    assert "canvas: not measured  as report.json says" in capsys.readouterr().out
    assert outcome(["evaluate", "single_layer", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)[0]["accuracy"] == row["accuracy"]

    report = models_dir / "single_layer" / "2" / "report.json"
    told = f'"accuracy": {row["accuracy"]}'
    report.write_text(report.read_text().replace(told, '"accuracy": 0.9999', 1))
    assert outcome(["evaluate", "single_layer", *where]) == 1
    assert "expected 9,999 of 10,000 test digits right" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_a_training_leaves_nothing(
    mnist_alone: Path, tmp_path: Path, number: signal.Signals
) -> None:
    models_dir = tmp_path / "models"
    models_dir.mkdir()
    with subprocess.Popen(
        [*COMMAND, "train", "cnn", "--data-dir", mnist_alone, "--models-dir", models_dir],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        # a shell starts what runs in its background with interrupts ignored, and children inherit
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Training cnn"):
                break
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: nothing unfinished was left behind" in err
    assert "Traceback" not in err
    assert out == ""
    assert list(models_dir.iterdir()) == []


def test_compare_writes_and_checks(
    trained_models_dir: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models_dir = tmp_path / "models"
    shutil.copytree(trained_models_dir, models_dir)
    readme = tmp_path / "README.md"
    readme.write_text(f"# Project\n{compare.BEGIN}\n{compare.END}\n")
    options = ["--models-dir", str(models_dir), "--readme", str(readme)]

    assert outcome(["compare", "--check", *options]) == 1
    assert f"error: {models_dir / 'digits.json'}: expected the" in capsys.readouterr().err
    # asking about some rungs writes nothing
    assert outcome(["compare", "hidden_layer", *options]) == 0
    assert "| `hidden_layer` |" in capsys.readouterr().out
    assert not (models_dir / "results.csv").exists()
    assert outcome(["compare", "cnn", *options]) == 1
    assert "there is no trained 'cnn'; known: hidden_layer" in capsys.readouterr().err

    assert outcome(["compare", "--data-dir", str(data_dir), *options]) == 0
    assert "| `hidden_layer` |" in capsys.readouterr().out
    assert "| `hidden_layer` |" in readme.read_text()
    # from here on without MNIST
    assert outcome(["compare", "--data-dir", "nowhere", *options]) == 0
    assert outcome(["compare", "--check", "--json", *options]) == 0
    assert json.loads(capsys.readouterr().out.partition("[")[2].join(("[", "")))[0]["version"] == 1


def test_checking_is_fast_and_needs_no_tensorflow() -> None:
    code = (
        "import sys; from experiments.__main__ import main; status = main(['compare', '--check', "
        "'--json', '--data-dir', 'nowhere'])\n"
        "heavy = [n for n in ('tensorflow', 'keras', 'sklearn') if n in sys.modules]\n"
        "print(status, heavy, file=sys.stderr)"
    )
    before = os.times()
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert ended.stderr.endswith("0 []\n"), ended.stderr
    # processor time: a busy machine takes longer by the clock
    assert os.times().children_user - before.children_user < 10


def test_seeds_are_spread_and_recorded(
    mnist_alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models_dir = tmp_path / "models"
    models_dir.mkdir()
    where = ["--data-dir", str(mnist_alone), "--models-dir", str(models_dir)]
    command = ["spread", "single_layer", "--epochs", "1", "--json", *where]
    assert outcome([*command, "--seeds", "1", "2"]) == 0
    trainings = json.loads(capsys.readouterr().out)["single_layer"]
    assert [training["seed"] for training in trainings] == [1, 2]
    assert all(training["accuracy"] > 0.85 for training in trainings)
    assert trainings[0]["accuracy"] != trainings[1]["accuracy"]
    # nothing is published
    assert [path.name for path in models_dir.iterdir()] == ["spread.json"]
    recorded = json.loads((models_dir / "spread.json").read_text())
    assert recorded == {"format": 1, "rungs": {"single_layer": trainings}}


def test_an_ensemble_has_no_seeds_of_its_own(few_digits: Mnist) -> None:
    with pytest.raises(RegistryError, match="ensemble: expected a rung that is trained itself"):
        train_seeds(ensemble.SPEC, few_digits, [1, 2], Reporter(quiet=True))


def test_a_spread_names_its_rungs(capsys: pytest.CaptureFixture[str]) -> None:
    # all of them would be hours
    assert outcome(["spread"]) == 2
    assert "the following arguments are required: NAME" in capsys.readouterr().err

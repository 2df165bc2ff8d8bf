"""`python -m experiments`, as people and scripts use it."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.architectures import ensemble
from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.errors import RegistryError
from experiments.registry import LADDER, Registry
from experiments.reporting import compare
from experiments.training.seed_variance import train_seeds
from ml_engine_and_backend.model_folder.folder import latest, read_metadata, versions
from tests.experiments.training.quick import few_disturbed
from tests.experiments.training.test_train import TOY
from tests.model_folder.test_folder import edit

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
    "report of no pictures": (
        ["evaluate", "cnn", "--out", "mine.html"],
        1,
        "error: expected --pictures beside --out, got mine.html alone",
    ),
    "report in no folder": (
        ["evaluate", "--pictures", "mine", "--out", "nowhere/mine.html"],
        1,
        "error: nowhere/mine.html: expected a folder for the report, found no nowhere",
    ),
    "nothing to compare": (["compare", "--models-dir", "nowhere"], 1, "error: nowhere: expected m"),
    "no epochs": (["train", "--epochs", "0"], 2, "expected a number of at least 1, got 0"),
    "no number": (["train", "--epochs", "x"], 2, "argument --epochs: invalid"),
    "bad seed": (["train", "--seed", "-1"], 2, "expected a seed in 0..4294967295, got -1"),
    "a spread resumed here": (
        ["spread", "cnn", "--resume"],
        1,
        "error: expected --ray beside --res",
    ),
    "a sweep resumed here": (["sweep", "cnn", "--resume"], 1, "error: expected --ray beside --res"),
    "spread without names": (["spread"], 2, "the following arguments are required: NAME"),
    "no command": ([], 2, "the following arguments are required: COMMAND"),
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        errors="replace",  # not all tests ask for UTF-8
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
def test_errors_are_one_sentence(
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
    commands = ("list", "train", "evaluate", "compare", "spread", "pictures", "retrain", "promote")
    assert all(command in text for command in commands)
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


def test_train_then_evaluate_then_detect_tampering(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    ended = run("train", "single_layer", "--seed", "9", "--epochs", "4", "--json", *where)
    assert ended.returncode == 0, ended.stderr
    (row,) = json.loads(ended.stdout)
    assert (row["name"], row["version"], row["seed"]) == ("single_layer", 1, 9)
    assert row["epochs_run"] == 4
    assert row["accuracy"] > 0.3
    assert "single_layer  epoch 1/4  loss" in ended.stderr
    assert "found no file: the canvas is left out" in ended.stderr

    # the same seed in another process: the same weights, to the last bit, as the next version
    assert outcome(["train", "single_layer", "--seed", "9", "--epochs", "4", *where]) == 0
    assert f"single_layer version 2  test {row['accuracy']:.2%}" in capsys.readouterr().out
    first, second = (
        hashlib.sha256((tmp_path / "single_layer" / version / "model.tflite").read_bytes())
        for version in ("1", "2")
    )
    assert first.hexdigest() == second.hexdigest()

    assert outcome(["evaluate", "single_layer", *where]) == 0
    assert "canvas: not measured  as report.json says" in capsys.readouterr().out
    assert outcome(["evaluate", "single_layer", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)[0]["accuracy"] == row["accuracy"]

    report = tmp_path / "single_layer" / "2" / "report.json"
    written = report.read_text()
    beyond = json.loads(written)["beyond_mnist"]
    edit(report, beyond_mnist=beyond | {"two_digits": beyond["two_digits"] | {"confident": 0.99}})
    assert outcome(["evaluate", "single_layer", *where]) == 1
    assert "expected two_digits to be n=120 confident=0.99" in capsys.readouterr().err
    report.write_text(written)
    edit(report, accuracy=0.99)
    assert outcome(["evaluate", "single_layer", *where]) == 1
    assert "expected 594 of 600 test digits right" in capsys.readouterr().err


def test_measures_every_version_anew_with_the_same_weights(
    trained_models_dir: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    assert outcome(["measure", "hidden_layer", *where]) == 1
    assert "expected a trained version, found none" in capsys.readouterr().err
    former = latest(trained_models_dir, "hidden_layer")
    shutil.copytree(former, tmp_path / "hidden_layer" / former.name)
    with few_disturbed():
        assert outcome(["measure", "hidden_layer", "--json", *where]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["version"] == int(former.name) + 1
    before, after = read_metadata(former), read_metadata(Path(row["folder"]))
    changed = {"version", "created_at"}
    assert before.model_dump(exclude=changed) == after.model_dump(exclude=changed)
    for name in before.files:
        assert (former / name).read_bytes() == (Path(row["folder"]) / name).read_bytes()
    assert outcome(["evaluate", "hidden_layer", *where]) == 0


def test_train_without_names_skips_models_already_trained(
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("experiments.__main__.LADDER", Registry([TOY]))
    where = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]

    def trained(*arguments: str) -> list[str]:
        assert outcome(["train", "--epochs", "1", "--json", *where, *arguments]) == 0
        return [f"{row['name']}@{row['version']}" for row in json.loads(capsys.readouterr().out)]

    with few_disturbed():
        assert trained() == ["toy@1"]
        assert trained("toy", "--seed", "2") == ["toy@2"]
        assert trained("--resume") == []  # an older version will do
        assert trained("--again") == ["toy@3"]
        assert outcome(["train", "--epochs", "1", *where]) == 0
    told = capsys.readouterr().err
    assert f"toy: already trained as {tmp_path / 'toy' / '3'}; --again trains it once more" in told


def test_an_interrupted_training_is_resumed(data_dir: Path, tmp_path: Path) -> None:
    command = [*COMMAND, "train", "single_layer", "--epochs", "2000"]
    command += ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]

    def interrupt(number: signal.Signals, at: str, *options: str) -> str:
        with subprocess.Popen(
            [*command, *options],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            # a shell starts what runs in its background with interrupts ignored, and children
            # inherit
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
        ) as process:
            assert process.stderr is not None
            told = ""
            for line in process.stderr:
                told += line
                if at in line:
                    break
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "interrupted" in err
        assert "Traceback" not in err
        assert out == ""
        return told

    interrupt(signal.SIGINT, "Training single_layer")
    interrupt(signal.SIGTERM, "epoch    2/2000")
    assert versions(tmp_path, "single_layer") == []
    # a terminal that closes sends SIGHUP
    told = interrupt(signal.SIGHUP, "epoch    ", "--resume")
    assert "single_layer: continues after epoch" in told
    assert "epoch    1/2000" not in told
    assert len(list(tmp_path.glob("single_layer/.unfinished-*/"))) == 1


def test_full_disk_names_the_file(data_dir: Path, tmp_path: Path) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    code = (
        "import resource, sys; from experiments.__main__ import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); sys.exit(main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "train", "single_layer", "--epochs", "1", *where],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert ended.returncode == 1
    assert re.search(r"error: .*/\.unfinished-\w+/checkpoint\.npz\S*: File too large", ended.stderr)
    assert "Traceback" not in ended.stderr


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


def test_compare_check_is_fast_and_loads_no_tensorflow() -> None:
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


def test_spread_records_every_seed(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    command = ["spread", "single_layer", "--epochs", "4", "--json", *where]
    assert outcome([*command, "--seeds", "1", "2"]) == 0
    trainings = json.loads(capsys.readouterr().out)["single_layer"]
    assert [training["seed"] for training in trainings] == [1, 2]
    assert all(training["accuracy"] > 0.3 for training in trainings)
    assert trainings[0]["accuracy"] != trainings[1]["accuracy"]
    # nothing is published
    assert [path.name for path in tmp_path.iterdir()] == ["spread.json"]
    recorded = json.loads((tmp_path / "spread.json").read_text())
    assert recorded == {"format": 1, "models": {"single_layer": trainings}}


def test_an_ensemble_has_no_seeds_of_its_own(small_mnist: Dataset) -> None:
    with pytest.raises(RegistryError, match="ensemble: expected a rung that is trained itself"):
        train_seeds(ensemble.SPEC, small_mnist, [1, 2], Reporter(quiet=True))


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_output_survives_encodings_other_than_utf8(encoding: str) -> None:
    # the first can say a dash but no minus sign, the second neither
    table = run("compare", "ensemble", "deep_cnn", PYTHONIOENCODING=encoding)
    assert table.returncode == 0, table.stderr
    assert "`deep_cnn`" in table.stdout
    ended = run("compare", "ensemble", "deep_cnn", "--json", PYTHONIOENCODING=encoding)
    assert "(−0." in json.loads(ended.stdout)[1]["sentence"]

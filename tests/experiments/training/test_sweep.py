"""Sweeps: what is drawn, who goes on, and what luck alone would give."""

import argparse
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from experiments.__main__ import _seeds, main
from experiments.data.dataset import Dataset
from experiments.errors import RegistryError
from experiments.registry import LADDER
from experiments.reporting import sweeps
from experiments.space import Choice, LogUniform, Space, Uniform
from experiments.training.fit import History
from experiments.training.halving import Halving, Score, Verdict
from experiments.training.sweep import Outcome, Sweep, expected_maximum, luck, plan, sweep
from experiments.training.train import Run

CNN = LADDER.get("cnn")


@pytest.mark.parametrize(
    ("text", "seeds"), [("7", [7]), ("1..3", [1, 2, 3]), ("4..4", [4]), ("0..1", [0, 1])]
)
def test_seeds_are_one_or_a_range(text: str, seeds: list[int]) -> None:
    assert _seeds(text) == seeds


@pytest.mark.parametrize("text", ["3..1", "1..", "..3", "1...3", "-1..2", "a..b"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises((argparse.ArgumentTypeError, ValueError)):
        _seeds(text)


def test_values_come_from_their_distributions() -> None:
    generator = np.random.default_rng(0)
    rates = [LogUniform(1e-4, 1e-2).draw(generator) for _ in range(500)]
    assert 1e-4 <= min(rates) < 1.2e-4 < 8e-3 < max(rates) <= 1e-2
    assert np.median(rates) == pytest.approx(1e-3, rel=0.5)  # not 5e-3
    assert all(rate == float(f"{rate:.3g}") for rate in rates)
    shares = [Uniform(0.2, 0.4).draw(generator) for _ in range(500)]
    assert np.mean(shares) == pytest.approx(0.3, abs=0.01)
    assert {Choice((1, None)).draw(generator) for _ in range(50)} == {1, None}


@pytest.mark.parametrize("name", [name for name in LADDER.names() if LADDER.get(name).space])
def test_every_space_beside_a_rung_gives_trainings(name: str) -> None:
    model = LADDER.get(name)
    trials = plan(model, model.settings, 40, [1], 1)
    drawn = [trial.run for trial in trials[1:]]
    assert all(run.settings != model.settings for run in drawn)
    assert trials[0].run == Run(model, 1, model.settings)

    def values(tries: int, search_seed: int) -> list[dict[str, object]]:
        return [each.values for each in plan(model, model.settings, tries, [1], search_seed)]

    # the first ones of a longer sweep
    assert values(3, 1) == [trial.values for trial in trials[:4]]
    assert values(3, 2) != values(3, 1)


def test_a_space_changes_network_settings_and_augmentation() -> None:
    model = LADDER.get("deep_cnn")
    assert model.space is not None
    values = dict(plan(model, model.settings, 1, [1], 1)[1].values)
    values |= {"channels": (8, 16, 24), "mixup_alpha": 0.3, "augmentation.erased_share": 0.25}
    variant, settings = model.space.apply(model, model.settings, values)
    assert settings.mixup_alpha == 0.3
    assert settings.augmentation is not None
    assert settings.augmentation.erased_share == 0.25
    assert settings.augmentation.elastic_px == 1.2
    assert variant.build().count_params() == variant.parameters < model.parameters
    wide = CNN.space
    assert wide is not None
    assert wide.resized is not None
    narrow = wide.resized(channels=(4, 8), hidden_units=16)
    assert narrow.build().count_params() == narrow.parameters


def test_a_rung_without_a_space_is_refused() -> None:
    with pytest.raises(RegistryError, match="ensemble: expected a space beside the rung"):
        plan(LADDER.get("ensemble"), CNN.settings, 1, [1], 1)


def test_a_trial_goes_on_among_the_best_third_of_those_before_it() -> None:
    rule = Halving((2,), exempt=1)
    accuracies = [0.5, 0.9, 0.8, 0.95, 0.7, 0.94, 0.91]
    scores: dict[int, Sequence[Score]] = {
        number: [(0.1, -1.0), (accuracy, -1.0)] for number, accuracy in enumerate(accuracies)
    }
    went_on = [number for number in range(7) if rule.verdict(number, scores, ()) is Verdict.GO_ON]
    # 1 of the first 2 and 3, 2 of the first 4 to 6, 3 of all 7
    assert went_on == [0, 1, 3, 5, 6]
    assert rule.verdict(4, {**scores, 4: [(0.0, -1.0)]}, ()) is Verdict.GO_ON  # no milestone


def test_verdicts_depend_on_no_order_of_arrival() -> None:
    rule = Halving((1,), exempt=0)
    curves: dict[int, list[Score]] = {0: [(0.8, 0.0)], 1: [(0.7, 0.0)], 2: [(0.9, 0.0)], 3: []}
    expected = {0: Verdict.GO_ON, 1: Verdict.STOP, 2: Verdict.GO_ON}
    for order in permutations(range(3)):
        arrived: dict[int, Sequence[Score]] = {}
        verdicts: dict[int, Verdict] = {}
        for number in order:
            arrived[number] = curves[number]
            for each in arrived:
                verdict = rule.verdict(each, arrived, ())
                if verdict is not Verdict.WAIT:
                    assert verdicts.setdefault(each, verdict) is verdict
        assert verdicts == expected
    # who failed before the milestone is waited for no longer, and is no rival
    assert rule.verdict(1, {1: curves[1]}, ()) is Verdict.WAIT
    assert rule.verdict(1, {1: curves[1]}, {0}) is Verdict.GO_ON


def test_the_expected_best_is_that_of_normal_order_statistics() -> None:
    # Harter 1961, table 1
    assert [round(expected_maximum(n), 5) for n in (1, 2, 3, 10, 100)] == [
        0.0,
        0.56419,
        0.84628,
        1.53875,
        2.50759,
    ]
    told = luck([0.990, 0.990, 0.991, 0.992, 0.992], tries=10, validation_images=5_000)
    assert told.deviation == pytest.approx(0.001)
    assert told.expected_best == pytest.approx(0.991 + 1.53875 * told.deviation)
    assert told.chance(0.991) == pytest.approx(1 - 0.5**10)
    # two that happen to lie close together prove nothing
    few = luck([0.9900, 0.9902], tries=1, validation_images=1_000)
    assert few.is_binomial
    assert few.deviation == pytest.approx((0.9901 * 0.0099 / 1_000) ** 0.5)
    assert luck([1.0] * 5, 4, 100).deviation > 0


def made(small_mnist: Dataset, tries: int = 4) -> Sweep:
    """A sweep whose curves are written, not trained; the last try failed."""

    def train(runs: Sequence[Run], rule: Halving) -> list[Outcome]:
        assert rule == Halving((1,), exempt=2)
        outcomes = []
        for number in range(len(runs)):
            right = [0.5, 0.99, 0.9 + 0.01 * number]
            failed, stopped = number == len(runs) - 1, number == 3
            epochs = 1 if failed or stopped else 3
            curve = right[:epochs]
            history = History([*range(1, epochs + 1)], curve, curve, curve, curve, curve)
            error = "cnn, seed 1: a|b" if failed else None
            outcomes.append(Outcome(history, None, error, stopped))
        return outcomes

    settings = replace(CNN.settings, epochs=3)
    return sweep(CNN, small_mnist, settings, tries, [1, 2], 1, train)


def test_the_best_ran_to_its_end_and_is_not_the_own_recipe(small_mnist: Dataset) -> None:
    swept = made(small_mnist)
    assert swept.best == 4
    assert swept.luck.mean == pytest.approx(0.905)
    assert [sweeps.row(swept, n)["trial"] for n in sweeps.ranked(swept)] == [5, 3, 2, 1, 4, 6]
    assert made(small_mnist, tries=1).best is None


def test_the_page_states_tries_and_luck(small_mnist: Dataset, tmp_path: Path) -> None:
    page = tmp_path / "sweeps" / "cnn.md"
    sweeps.write(made(small_mnist), "the command", page)
    text = page.read_text()
    assert "4 tries, drawn at random, beside the rung's own recipe from 2 seeds" in text
    assert "4 trainings ran to their end, 1 were stopped, 1 failed; 14 epochs in all" in text
    assert "Best is trial 5, with 94.00 %. The own recipe reads 90.50 %" in text
    # the mean and 1.02938 deviations, for four tries: 0.905 + 1.02938 · 0.02932
    assert "the best of them would be expected at 93.52 %" in text
    assert "Whether it is better, other seeds say." in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 8
    assert rows[2].startswith("| **5** | ")
    assert rows[-1].endswith(" | cnn, seed 1: a\\|b |")
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1
    drawing = ElementTree.parse(tmp_path / "sweeps" / "cnn.svg")  # noqa: S314
    lines = drawing.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 6
    assert lines[-1].get("stroke") == sweeps.BEST
    assert "](cnn.svg)" in text


def test_a_page_of_another_sweep_stays(tmp_path: Path) -> None:
    first = sweeps.free_page(tmp_path, "today-cnn", "sweep cnn --tries 4")
    assert first == tmp_path / "today-cnn.md"
    first.write_text("`sweep cnn --tries 4`")
    assert sweeps.free_page(tmp_path, "today-cnn", "sweep cnn --tries 4") == first
    other = sweeps.free_page(tmp_path, "today-cnn", "sweep cnn --tries 40")
    assert other == tmp_path / "today-cnn-2.md"


def test_a_best_try_below_the_own_recipe_is_no_finding(small_mnist: Dataset) -> None:
    swept = made(small_mnist)
    better = replace(swept, luck=replace(swept.luck, mean=0.95))
    assert sweeps.conclusion(better).endswith(" It reads no more than the own recipe.")


def test_the_same_sweep_gives_the_same_page(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [tmp_path / name / "page.md" for name in ("first", "second")]
    command = ["sweep", "single_layer", "--tries", "1", "--seeds", "1", "--epochs", "2"]
    for page in pages:
        assert main([*command, "--data-dir", str(data_dir), "--out", str(page)]) == 0
        assert str(page) in capsys.readouterr().out
    texts = [page.read_text() for page in pages]
    assert texts[0] == texts[1]
    assert (
        "`python -m experiments sweep single_layer --tries 1 --seeds 1 --search-seed 1 --epochs 2`"
        in texts[0]
    )
    assert pages[0].with_suffix(".svg").read_text() == pages[1].with_suffix(".svg").read_text()


def test_an_unknown_setting_of_a_space_is_an_error() -> None:
    space = Space({"epoch": Choice((1,))})
    with pytest.raises(TypeError):
        space.apply(CNN, CNN.settings, {"epoch": 1})

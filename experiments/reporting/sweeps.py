"""A sweep as a page: what was tried, what is best by validation, and what luck alone would give."""

import itertools
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from experiments.files import naming_file
from experiments.training.sweep import Sweep

WIDTH: Final = 720
HEIGHT: Final = 400
# left, top, right, bottom
MARGIN: Final = (64, 24, 16, 48)
OWN, BEST, OTHER, STOPPED = "#1f5fbf", "#c2410c", "#6b7280", "#d1d5db"


def write(sweep: Sweep, command: str, page: Path) -> None:
    """Write the page and, beside it, its plot."""
    picture = page.with_suffix(".svg")
    page.parent.mkdir(parents=True, exist_ok=True)
    for path, text in ((picture, plot(sweep)), (page, document(sweep, command, picture.name))):
        with naming_file(path):
            path.write_text(text, encoding="utf-8")


def free_page(folder: Path, stem: str, command: str) -> Path:
    """`stem.md`, or `stem-2.md` and so on where that is the page of another command."""
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    pages = (folder / f"{name}.md" for name in names)
    return next(
        page for page in pages if not page.exists() or f"`{command}`" in page.read_text("utf-8")
    )


def row(sweep: Sweep, number: int) -> dict[str, Any]:
    """One trial as the table and `--json` show it; accuracy is of its last epoch."""
    trial, outcome = sweep.trials[number], sweep.outcomes[number]
    history = outcome.history
    last = history.scores[-1] if history.epoch else None
    return {
        "trial": number + 1,
        "recipe": "own" if number < sweep.own else "drawn",
        "seed": trial.run.seed,
        **trial.values,
        "parameters": trial.run.model.parameters,
        "epochs": len(history.epoch),
        "validation_accuracy": None if last is None else last[0],
        "validation_loss": None if last is None else -last[1],
        "end": outcome.error or ("stopped" if outcome.stopped else "whole"),
    }


def ranked(sweep: Sweep) -> list[int]:
    """The trials' numbers: whole ones first, the better before the worse, failed ones last."""

    def place(number: int) -> tuple[Any, ...]:
        outcome = sweep.outcomes[number]
        right, loss = outcome.history.scores[-1] if outcome.history.epoch else (0.0, -math.inf)
        epochs = len(outcome.history.epoch)
        return outcome.error is not None, outcome.stopped, -epochs * outcome.stopped, -right, -loss

    return sorted(range(len(sweep.trials)), key=place)


def document(sweep: Sweep, command: str, plot: str) -> str:
    """The page, in Markdown; `plot` is the name of the picture beside it."""
    names = list(dict.fromkeys(name for trial in sweep.trials for name in trial.values))
    whole = sum(map(sweep.is_whole, range(len(sweep.trials))))
    stopped = sum(outcome.stopped for outcome in sweep.outcomes)
    failed = len(sweep.trials) - whole - stopped
    epochs = sum(len(outcome.history.epoch) for outcome in sweep.outcomes)
    milestones = " and ".join(map(str, sweep.rule.milestones))
    head = [
        "trial",
        *names,
        "parameters",
        "epochs",
        "validation accuracy",
        "validation loss",
        "end",
    ]
    lines = [
        f"# Sweep of `{sweep.model.name}`",
        "",
        f"`{command}`",
        "",
        f"{sweep.luck.tries} tries, drawn at random, beside the rung's own recipe from "
        f"{sweep.own} seed{'s' * (sweep.own > 1)}; chosen by validation accuracy, the test split "
        f"was not looked at. After epochs {milestones} a try went on if it was among the best "
        f"third of those of smaller number there: {whole} trainings ran to their end, {stopped} "
        f"were stopped, {failed} failed; {epochs} epochs in all.",
        "",
        conclusion(sweep),
        "",
        f"![Validation error by epoch]({plot})",
        "",
        "| " + " | ".join(head) + " |",
        "| " + " | ".join("---" if name in ("trial", "end") else "---:" for name in head) + " |",
        *(_line(sweep, number, names) for number in ranked(sweep)),
    ]
    return "\n".join(lines) + "\n"


def conclusion(sweep: Sweep) -> str:
    """Which trial is best, and what as many equal trials would have given."""
    luck = sweep.luck
    spread = (
        f"the binomial deviation over the validation digits, {100 * luck.deviation:.3f} points, "
        "an upper bound where so few seeds do not tell"
        if luck.is_binomial
        else f"a standard deviation of {100 * luck.deviation:.3f} points over these seeds"
    )
    equal = (
        f"The own recipe reads {_percent(luck.mean)} of the validation digits"
        f"{f' on average over {luck.seeds} seeds' if luck.seeds > 1 else ''}. Were all "
        f"{luck.tries} tries as good as it, with {spread}, the best of them would be expected at "
        f"{_percent(luck.expected_best)}"
    )
    if sweep.best is None:
        return f"No try ran to its end. {equal}."
    right = sweep.outcomes[sweep.best].history.scores[-1][0]
    chance = luck.chance(right)
    often = "fewer than 1 %" if chance < 0.01 else _percent(chance, 0)
    told = (
        "Whether it is better, other seeds say."
        if right > luck.mean
        else "It reads no more than the own recipe."
    )
    return (
        f"Best is trial {sweep.best + 1}, with {_percent(right)}. {equal}, and at "
        f"{_percent(right)} or above in {often} of such sweeps. {told}"
    )


def _line(sweep: Sweep, number: int, names: Iterable[str]) -> str:
    values = row(sweep, number)
    own = number < sweep.own
    accuracy, loss = values["validation_accuracy"], values["validation_loss"]
    cells = [
        f"{number + 1}, own recipe, seed {values['seed']}" if own else str(number + 1),
        *("" if own else _text(values[name]) for name in names),
        f"{values['parameters']:,}",
        str(values["epochs"]),
        "" if accuracy is None else _percent(accuracy),
        "" if loss is None else f"{loss:.4f}",
        values["end"].replace("|", "\\|"),
    ]
    if number == sweep.best:
        cells = [f"**{cell}**" if cell else cell for cell in cells]
    return "| " + " | ".join(cells) + " |"


def _percent(share: float, digits: int = 2) -> str:
    return f"{100 * share:.{digits}f} %"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def plot(sweep: Sweep) -> str:
    """The validation error of every trial after each epoch, on a logarithmic axis; an SVG."""
    curves = {
        number: [100 * (1 - right) for right, _ in outcome.history.scores]
        for number, outcome in enumerate(sweep.outcomes)
        if outcome.history.epoch
    }
    # an error of none has no logarithm: half a digit stands for it
    errors = [max(error, 1e-3) for curve in curves.values() for error in curve] or [1.0]
    low, high = math.log10(min(errors)), math.log10(max(errors))
    high = max(high, low + 0.1)
    longest = max([2, *map(len, curves.values())])
    left, top, right, bottom = MARGIN

    def x(epoch: int) -> float:
        return left + (epoch - 1) / (longest - 1) * (WIDTH - left - right)

    def y(error: float) -> float:
        share = (math.log10(max(error, 1e-3)) - low) / (high - low)
        return HEIGHT - bottom - share * (HEIGHT - top - bottom)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(f'Sweep of {sweep.model.name}: validation error by epoch')}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tick in _ticks(low, high):
        parts += [
            f'<path d="M{left} {y(tick):.1f}H{WIDTH - right}" stroke="#e5e7eb"/>',
            f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g} %</text>',
        ]
    step = max(1, longest // 10)
    parts += [
        f'<text x="{x(epoch):.1f}" y="{HEIGHT - bottom + 18}" text-anchor="middle">{epoch}</text>'
        for epoch in range(1, longest + 1, step)
    ]
    # the ones that matter are drawn last, above the others
    for number in sorted(curves, key=lambda n: (n == sweep.best, n < sweep.own, sweep.is_whole(n))):
        colour = _colour(sweep, number)
        points = " ".join(f"{x(i):.1f},{y(error):.1f}" for i, error in enumerate(curves[number], 1))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            f'stroke-width="{2 if colour in (OWN, BEST) else 1}"/>'
        )
    legend = (("best try", BEST), ("own recipe", OWN), ("other tries", OTHER), ("stopped", STOPPED))
    for place, (text, colour) in enumerate(legend):
        at = left + 110 * place
        parts += [
            f'<path d="M{at} {HEIGHT - 12}h24" stroke="{colour}" stroke-width="3"/>',
            f'<text x="{at + 30}" y="{HEIGHT - 8}">{text}</text>',
        ]
    middle = WIDTH - right
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="end">epoch</text>')
    return "\n".join([*parts, "</svg>", ""])


def _colour(sweep: Sweep, number: int) -> str:
    if number == sweep.best:
        return BEST
    if number < sweep.own:
        return OWN
    return OTHER if sweep.is_whole(number) else STOPPED


def _ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(low), math.ceil(high) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [tick for tick in ticks if low <= math.log10(tick) <= high]

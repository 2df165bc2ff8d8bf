"""The page's plots, each with the table of its numbers."""

import base64
import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from experiments.report_page.markup import code, figure, numbers
from experiments.report_page.plots import Axis, Series, interval_chart, line_chart
from experiments.reporting.results import Result
from experiments.reporting.tables import NONE, latency, percent
from ml_engine_and_backend.model_folder.report import (
    LearningCurves,
    Penstrokes,
    Report,
    RobustnessCurve,
)

# errors in per cent: decades and their halves
_ERROR_TICKS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
# digits below which the accuracy of a part of the confidences is noise
ENOUGH: Final = 10


def error_rates(results: Sequence[Result]) -> str:
    """Share of misread test digits with its interval, on a logarithmic scale."""
    return _error_rates(
        [(result.name, slot, result.report) for slot, result in enumerate(results, start=1)],
        "test digits",
        "Misread digits of the test split, fewer to the left; the whiskers are Wilson’s 95 % "
        "intervals, each for its rung alone. Whether two rungs differ is told below, where the "
        "digits are paired.",
    )


def canvas_error_rates(results: Sequence[Result]) -> str:
    """The same for people's drawings; rungs whose report has none are left out."""
    return _error_rates(
        [
            (result.name, slot, drawn)
            for slot, result in enumerate(results, start=1)
            if (drawn := result.report.penstrokes)
        ],
        "drawings",
        "Misread drawings, fewer to the left.",
    )


def _error_rates(
    reports: Sequence[tuple[str, int, Report | Penstrokes]], what: str, caption: str
) -> str:
    rows = []
    for name, slot, report in reports:
        low, high = report.accuracy_interval
        error = 100 * (1 - report.accuracy)
        rows.append((name, slot, error, 100 * (1 - high), 100 * (1 - low)))
    axis = _error_axis(f"misread {what}, % (logarithmic)", [row[3:] for row in rows])
    cells = [
        [code(f"`{name}`"), f"{error:.2f} %", f"{low:.2f} % – {high:.2f} %"]
        for name, _, error, low, high in rows
    ]
    return figure(
        interval_chart(f"Misread {what} by rung, with 95 % intervals", axis, rows),
        caption,
        numbers(f"misread {what}", ("rung", "misread", "95 % interval"), cells),
    )


def error_against_latency(results: Sequence[Result]) -> str:
    """What an answer costs against how often it is wrong."""
    places = [
        (result.report.cost.median_latency_us, 100 * (1 - result.report.accuracy))
        for result in results
    ]
    times = [time for time, _ in places]
    x = Axis(
        "median time of a drawing (logarithmic)",
        min(times) / 2,
        max(times) * 2,
        tuple(t for t in (1, 10, 100, 1e3, 1e4) if min(times) / 2 <= t <= max(times) * 2),
        latency,
        logarithmic=True,
    )
    y = _error_axis("misread, %", [(error, error) for _, error in places])
    series = [
        Series(result.name, slot, [place], line=False)
        for slot, (result, place) in enumerate(zip(results, places, strict=True), start=1)
    ]
    rows = [
        [code(f"`{result.name}`"), latency(time), f"{error:.2f} %"]
        for result, (time, error) in zip(results, places, strict=True)
    ]
    return figure(
        line_chart("Misread test digits against time", x, y, series, width=420, height=260),
        "Time of one answer on one thread of the processor that measured, against misread test "
        "digits. Lower left is better.",
        numbers("time and misread digits", ("rung", "a drawing", "misread"), rows),
    )


def robustness(results: Sequence[Result]) -> str:
    """A small chart for each disturbance, all rungs in each."""
    figures = []
    for number, curve in enumerate(results[0].report.robustness.curves):
        title, unit, levels = curve.title, curve.unit, curve.levels
        curves = [_curve(result, curve.name) for result in results]
        x = Axis(f"{title.lower()}, {unit}", levels[0], levels[-1], tuple(levels[:: _step(levels)]))
        series = [
            Series(result.name, slot, list(zip(levels, _percents(found), strict=True)))
            for slot, (result, found) in enumerate(zip(results, curves, strict=True), start=1)
            if found
        ]
        rows = [
            [f"{level:g} {unit}", *(percent(f.accuracy[at], 1) if f else NONE for f in curves)]
            for at, level in enumerate(levels)
        ]
        chart = line_chart(
            f"{title}: accuracy by rung", x, _accuracy_axis(), series, width=330, height=230
        )
        headings = (f"{title.lower()}", *(code(f"`{result.name}`") for result in results))
        figures.append(
            figure(
                chart,
                f"{number + 1}. {escape(title)}",
                numbers(f"accuracy by {title.lower()}", headings, rows),
            )
        )
    return f'<div class="grid">{"".join(figures)}</div>'


def reliability(results: Sequence[Result]) -> str:
    """Confidence against accuracy, before and after temperature scaling."""
    figures = []
    for moment, words in (("before", "at temperature 1"), ("after", "at the fitted temperature")):
        series, rows = [], []
        for slot, result in enumerate(results, start=1):
            found = getattr(result.report.calibration, moment).reliability
            filled = [place for place in found if place.count]
            points = [
                (place.confidence, place.accuracy) for place in filled if place.count >= ENOUGH
            ]
            series.append(Series(result.name, slot, points))
            rows += [
                [
                    code(f"`{result.name}`"),
                    f"{place.low:.2f} – {place.high:.2f}",
                    f"{place.count:,}",
                    f"{place.confidence:.3f}",
                    f"{place.accuracy:.3f}",
                ]
                for place in filled
            ]
        ticks = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
        chart = line_chart(
            f"Reliability {words}",
            Axis("confidence", 0, 1, ticks),
            Axis("right answers", 0, 1, ticks),
            series,
            width=330,
            height=300,
            diagonal=True,
        )
        headings = ("rung", "confidence", "digits", "mean confidence", "accuracy")
        figures.append(
            figure(chart, words.capitalize(), numbers(f"reliability {words}", headings, rows))
        )
    return f'<div class="grid">{"".join(figures)}</div>'


def learning_curves(results: Sequence[Result]) -> str:
    """Loss and accuracy by epoch, a pair of charts for each rung that was trained itself."""
    figures = []
    for slot, result in enumerate(results, start=1):
        curves = result.report.learning_curves
        if not curves:
            continue
        epochs, best = curves.epoch, curves.best_epoch
        name = code(f"`{result.name}`")
        x = Axis("epoch", 1, max(2, epochs[-1]), _round_ticks(1, max(2, epochs[-1])))
        charts = [
            _learning_chart(result.name, slot, x, curves, "loss", lambda share: share),
            _learning_chart(result.name, slot, x, curves, "accuracy", lambda share: 100 * share),
        ]
        rows = [
            [
                f"{epoch}{' (chosen)' if epoch == best else ''}",
                *(f"{getattr(curves, key)[at]:.4f}" for key in ("loss", "validation_loss")),
                *(percent(getattr(curves, key)[at]) for key in ("accuracy", "validation_accuracy")),
            ]
            for at, epoch in enumerate(epochs)
        ]
        headings = ("epoch", "loss", "validation loss", "accuracy", "validation accuracy")
        figures.append(
            figure(
                "".join(charts),
                f"{name}: training (dashed) and validation; the rule marks epoch {best}, whose "
                "weights are shipped",
                numbers(f"learning of {name}", headings, rows),
            )
        )
    return f'<div class="grid wide">{"".join(figures)}</div>'


def contact_sheets(results: Sequence[Result]) -> str:
    """What the transforms of the training do to digits; empty where there were none."""
    # rungs with the same transforms share one sheet: each is a fifth of a megabyte
    sheets: dict[str, list[Result]] = {}
    for result in results:
        if result.report.contact_sheet:
            settings = result.metadata.training.augmentation
            sheets.setdefault(json.dumps(settings, sort_keys=True), []).append(result)
    return "".join(_contact_sheet(sharing) for sharing in sheets.values())


def _contact_sheet(results: Sequence[Result]) -> str:
    path = results[0].folder / str(results[0].report.contact_sheet)
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    names = " and ".join(code(f"`{result.name}`") for result in results)
    return (
        f'<figure><img class="sheet" src="data:image/png;base64,{data}" '
        'alt="Rows of training digits, each row after one transform, the last after all">'
        f"<figcaption>Every transform that {names} learnt from, one a row</figcaption></figure>"
    )


def _learning_chart(
    name: str, slot: int, x: Axis, curves: LearningCurves, key: str, scale: Callable[[float], float]
) -> str:
    values = {
        part: [scale(value) for value in getattr(curves, part)]
        for part in (key, f"validation_{key}")
    }
    every = [value for part in values.values() for value in part]
    if key == "loss":
        # losses fall by decades, and the last epochs are what matters
        low, high = min(every) / 1.2, max(every) * 1.2
        decades = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
        ticks = tuple(tick for tick in decades if low <= tick <= high)
        y = Axis("loss (logarithmic)", low, high, ticks, logarithmic=True)
    else:
        low = max(0.0, min(every) - 1)
        y = Axis("accuracy, %", low, 100, _round_ticks(low, 100))
    series = [
        Series(
            f"{name}, {part.replace('_', ' ')}",
            slot,
            list(zip(curves.epoch, values[part], strict=True)),
            dashed=part == key,
            markers=False,
        )
        for part in values
    ]
    title = f"{key.capitalize()} of {name} by epoch, training and validation"
    return line_chart(title, x, y, series, rule_x=curves.best_epoch, width=330, height=220)


def _curve(result: Result, name: str) -> RobustnessCurve | None:
    curves = result.report.robustness.curves
    return next((curve for curve in curves if curve.name == name), None)


def _percents(curve: RobustnessCurve) -> list[float]:
    return [100 * share for share in curve.accuracy]


def _accuracy_axis() -> Axis:
    return Axis("accuracy, %", 0, 100, (0, 20, 40, 60, 80, 100))


def _error_axis(label: str, ends: Sequence[tuple[float, float]]) -> Axis:
    low = max(0.05, min(end for pair in ends for end in pair) / 1.3)
    high = max(low * 2, max(end for pair in ends for end in pair) * 1.3)
    ticks = tuple(tick for tick in _ERROR_TICKS if low <= tick <= high)
    return Axis(label, low, high, ticks, logarithmic=True)


def _round_ticks(low: float, high: float) -> tuple[float, ...]:
    step = next(s for s in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0) if (high - low) / s <= 6)
    first = -(-low // step)
    return tuple(step * (first + i) for i in range(int((high - step * first) / step + 1e-9) + 1))


def _step(levels: Sequence[float]) -> int:
    return 1 if len(levels) <= 7 else 2

"""The page as a whole: what stands where, and the words between the plots."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from experiments.report_page import figures
from experiments.report_page.digits import (
    Gallery,
    changed_digits,
    confusion_matrix,
    misread_digits,
)
from experiments.report_page.markup import code, legend, section, table
from experiments.reporting.results import Result
from experiments.reporting.sprites import Sheet
from experiments.reporting.tables import NONE, duration, latency, percent, seed_variance, size
from ml_engine_and_backend.model_folder.comparison import compare, holm, p_text

_HEADINGS: Final = {
    "glance": "At a glance",
    "steps": "What each step bought",
    "digits": "Digit by digit",
    "sure": "How far to trust it",
    "robust": "What it tolerates",
    "canvas": "On people’s drawings",
    "learning": "How it learnt",
    "augmentation": "What it was trained on",
}


def html_report(results: Sequence[Result], sheet: Sheet) -> str:
    """models/report.html: self-contained, without scripts; the same bytes for the same models."""
    gallery = Gallery(sheet)
    parts = {
        "glance": _glance(results),
        "steps": _steps(results, gallery),
        "digits": _digits(results, gallery),
        "sure": _sure(results),
        "robust": _robust(results),
        "canvas": _canvas(results),
        "learning": _learning(results),
        "augmentation": figures.contact_sheets(results),
    }
    shown = {name: part for name, part in parts.items() if part}
    links = "".join(f'<li><a href="#{name}">{_HEADINGS[name]}</a></li>' for name in shown)
    body = "".join(section(name, _HEADINGS[name], part) for name, part in shown.items())
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Digit Ladder: the rungs compared</title>\n"
        f"<style>\n{style}{gallery.style}\n</style>\n</head>\n<body>\n"
        "<header><h1>Which rung should I use, and is the difference real?</h1>"
        f"{_answer(results)}</header>\n"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n'
        f"<main>{body}</main>\n{_footer(results)}\n</body>\n</html>\n"
    )


def _answer(results: Sequence[Result]) -> str:
    best = max(results, key=lambda result: result.report.validation.accuracy)
    others = [result for result in results if result is not best]
    tests = [compare(other.predictions, best.predictions) for other in others]
    corrected = holm([test.p_value for test in tests])
    close = [
        f"{code(f'`{other.name}`')} ({p_text(p_value)}, "
        f"{latency(other.report.cost.median_latency_us)} a drawing)"
        for other, p_value in zip(others, corrected, strict=True)
        if p_value >= 0.05
    ]
    report, canvas = best.report, best.report.penstrokes
    drawn = f" and {percent(canvas.accuracy)} of people’s drawings" if canvas else ""
    told = (
        f"The test digits do not tell it apart from {' and '.join(close)}."
        if close
        else "The test digits tell it apart from every other rung (p &lt; 0.05, corrected)."
    )
    return (
        f"<p>Best on the validation digits, which is what a choice is made by: "
        f"<strong>{code(f'`{best.name}`')}</strong>. It reads {percent(report.accuracy)} of "
        f"the test digits{drawn}, in {latency(report.cost.median_latency_us)} each. "
        f"{told if others else ''}</p>"
    )


def _glance(results: Sequence[Result]) -> str:
    accuracy, cost = [], []
    for result in results:
        report, name = result.report, code(f"`{result.name}`")
        low, high = report.accuracy_interval
        accuracy.append(
            [
                name,
                percent(report.accuracy),
                f"{100 * low:.2f} – {100 * high:.2f}",
                seed_variance(result),
                percent(report.validation.accuracy),
                percent(report.penstrokes.accuracy if report.penstrokes else None),
            ]
        )
        cost.append(
            [
                name,
                f"{report.cost.parameters:,}",
                f"{report.cost.multiply_adds:,}",
                size(report.cost.size_bytes),
                latency(report.cost.median_latency_us),
                duration(report.cost.training_seconds),
            ]
        )
    adds = "".join(
        f"<li>{code(f'`{result.name}`')}: {escape(result.metadata.title)}. "
        f"{escape(result.metadata.adds)}</li>"
        for result in results
    )
    of_accuracy = ("test", "95 % interval", "seeds: mean (range)", "validation", "canvas")
    of_cost = ("parameters", "multiply-adds", "size", "a drawing", "training")
    return (
        f"{legend(results)}<ul>{adds}</ul>"
        + figures.error_rates(results)
        + table("Accuracy", ("rung", *of_accuracy), accuracy)
        + f'<p class="soft">{_seeds_note(results)}</p>'
        + table("Cost", ("rung", *of_cost), cost)
        + figures.error_against_latency(results)
    )


def _steps(results: Sequence[Result], gallery: Gallery) -> str:
    if len(results) < 2:
        return ""
    items = "".join(
        f"<li>{code(result.step.sentence)}{changed_digits(result, gallery)}</li>"
        for result in results
        if result.step
    )
    n = results[0].report.n_test
    return (
        f"<p>Every rung reads the same {n:,} digits, so the comparison is paired: only the digits "
        "that one reads and the other does not tell two rungs apart. p is that of the exact "
        "McNemar test, corrected for all steps on this page (Holm); the interval of the "
        "difference is Newcombe’s (1998, method 10). It tells these two trainings apart, not "
        "all trainings of the two networks: see the seeds above.</p>"
        f'<ul class="steps">{items}</ul>'
    )


def _digits(results: Sequence[Result], gallery: Gallery) -> str:
    rows = [
        [
            str(digit),
            f"{results[0].report.per_class[digit].support:,}",
            *(f"{result.report.per_class[digit].f1:.4f}" for result in results),
        ]
        for digit in range(10)
    ]
    rows.append(["macro", "", *(f"{result.report.macro_f1:.4f}" for result in results)])
    rows.append(["weighted", "", *(f"{result.report.weighted_f1:.4f}" for result in results)])
    rows.append(["top-2 accuracy", "", *(percent(r.report.top2_accuracy) for r in results)])
    names = tuple(code(f"`{result.name}`") for result in results)
    matrices = "".join(confusion_matrix(result) for result in results)
    return (
        table("F1 of each digit", ("digit", "test digits", *names), rows)
        + "<p>An error’s number leads to its digits; the colour is the share of the rung’s most "
        f'frequent error.</p><div class="grid matrices">{matrices}</div>'
        + "".join(misread_digits(result, gallery) for result in results)
    )


def _sure(results: Sequence[Result]) -> str:
    rows = []
    for result in results:
        calibration, sure = result.report.calibration, result.report.test_sure
        drawn = result.report.penstrokes.sure if result.report.penstrokes else None
        before, after = calibration.before, calibration.after
        rows.append(
            [
                code(f"`{result.name}`"),
                f"{after.temperature:.3f}",
                *(
                    f"{getattr(before, key):.4f} → {getattr(after, key):.4f}"
                    for key in ("negative_log_likelihood", "brier_score")
                ),
                f"{percent(before.expected_calibration_error)} → "
                f"{percent(after.expected_calibration_error)}",
                percent(sure.coverage, 1),
                percent(sure.precision),
                percent(drawn.coverage if drawn else None, 1),
                percent(drawn.precision if drawn else None),
            ]
        )
    headings = (
        *("rung", "temperature", "log loss", "Brier score", "calibration error"),
        *("sure, of test", "right of these", "sure, on canvas", "right of these"),
    )
    return (
        "<p>On the diagonal, an answer with confidence 0.8 is right eight times in ten. Each rung "
        "has one temperature, fitted on the validation digits, that moves its confidences there; "
        "the threshold between sure and unsure, chosen there too, asks for 99.9 % right answers "
        "among the sure ones.</p>"
        f"{legend(results)}{figures.reliability(results)}"
        f'<p class="soft">Drawn are parts with at least {figures.ENOUGH} digits; the tables have '
        "them all.</p>" + table("Before → after temperature scaling; sure answers", headings, rows)
    )


def _robust(results: Sequence[Result]) -> str:
    found = results[0].report.robustness
    return (
        f"<p>Accuracy on {found.n:,} test digits (a sample with seed {found.seed}), "
        "disturbed more and more. The 28×28 pictures themselves are disturbed and not centred "
        "again: this is what the network tolerates by itself. On the page the preprocessing "
        "undoes most shifts and scales before the network sees the drawing.</p>"
        f"{legend(results)}{figures.robustness(results)}"
    )


def _canvas(results: Sequence[Result]) -> str:
    measured = [result.report.penstrokes for result in results if result.report.penstrokes]
    if not measured:
        note = results[0].report.note or "not measured"
        return f"<p>{escape(note[:1].upper() + note[1:])}.</p>"
    rows = []
    for result in results:
        drawn = result.report.penstrokes
        if drawn is None:
            rows.append([code(f"`{result.name}`"), *[NONE] * 4])
            continue
        low, high = drawn.accuracy_interval
        rows.append(
            [
                code(f"`{result.name}`"),
                percent(drawn.accuracy),
                f"{100 * low:.2f} – {100 * high:.2f}",
                percent(drawn.writer_median, 1),
                percent(drawn.writer_worst_tenth, 1),
            ]
        )
    strokes = measured[0]
    headings = ("rung", "accuracy", "95 % interval", "median writer", "worst tenth of writers")
    return (
        f"<p>{strokes.n:,} digits by {strokes.writers} writers, recorded as pen strokes and "
        "drawn as the page draws: 280 px canvas, round pen of 10 to 30 px, any size and place. "
        "Nine writers in ten are read at least as well as the last column says. The interval "
        "takes drawings as independent; those of one writer are alike, so it is too narrow.</p>"
        + figures.canvas_error_rates(results)
        + table("People’s drawings on the canvas", headings, rows)
        + f'<p class="soft">SHA-256 of the strokes: <code>{strokes.sha256[:16]}…</code></p>'
    )


def _learning(results: Sequence[Result]) -> str:
    if not any(result.report.learning_curves for result in results):
        return ""
    return figures.learning_curves(results)


def _seeds_note(results: Sequence[Result]) -> str:
    trainings = max((result.seeds.trainings for result in results if result.seeds), default=0)
    if not trainings:
        return "One training is one draw; no rung was trained from other seeds."
    return (
        f"One training is one draw: rungs were trained from up to {trainings} seeds, and their "
        "mean and range stand beside the accuracy."
    )


def _footer(results: Sequence[Result]) -> str:
    versions = ", ".join(f"{result.name} {result.metadata.version}" for result in results)
    machines = {result.report.cost.hardware: None for result in results}
    return (
        f"<footer><p>Digit Ladder, {escape(versions)}. Trained and timed on "
        f"{escape('; '.join(machines))}. Written by <code>python -m experiments compare</code> "
        "from <code>models/</code>; the figures are in <code>models/results.csv</code>.</p>"
        "</footer>"
    )

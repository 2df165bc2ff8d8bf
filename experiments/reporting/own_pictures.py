"""The report on somebody's own pictures as one HTML file, which needs nothing from elsewhere."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from rich.console import Console

from experiments.data.named_files import MOST_NAMED, reasons
from experiments.evaluation.own_figures import (
    Counted,
    PairFigures,
    RungFigures,
    Verdict,
    pictures_text,
)
from experiments.evaluation.own_pictures import (
    AnsweredPicture,
    OfTraining,
    OwnPictures,
    Shown,
)
from experiments.files import naming_file
from experiments.reporting.tables import Row, show_rows
from ml_engine_and_backend.model_folder.report import ReliabilityBin

# a report of more misread pictures would be slow to open; the JSON has them all
MOST_SHOWN: Final = 300
MOST_LISTED: Final = 100
VERDICT_WORDS: Final[dict[Verdict, str]] = {
    "sure": "sure",
    "unsure": "unsure",
    "not_a_digit": "not a digit",
    "several": "several",
    "blank": "blank",
}
EVIDENCE_WORDS: Final[dict[str, str]] = {
    "shown": "Shown",
    "weak": "Weak: shown for each pair alone, not among so many pairs",
    "none": "Not shown",
}
# nothing is loaded and nothing runs, whatever a file's name contains
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1917; --soft: #57534e; --ground: #fff; --card: #f5f5f4;
  --line: #d6d3d1; --mark: #1d4ed8; --wrong: #b91c1c; --heat: 29 78 216; }
@media (prefers-color-scheme: dark) { :root { --ink: #f5f5f4; --soft: #a8a29e; --ground: #1c1917;
  --card: #292524; --line: #44403c; --mark: #93c5fd; --wrong: #fca5a5; --heat: 147 197 253; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .5rem; } .card h3 { margin-top: 0; }
p, ul { margin: .5rem 0; max-width: 48rem; } ul { padding-left: 1.25rem; }
.soft { color: var(--soft); }
.answer { border-left: .25rem solid var(--mark); background: var(--card); padding: .75rem 1rem;
  font-size: 1.125rem; max-width: none; }
code { font: .9em ui-monospace, monospace; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal;
  white-space: nowrap; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; white-space: normal; }
th, td { padding: .25rem .5rem; text-align: right; border-bottom: 1px solid var(--line); }
thead th { vertical-align: bottom; }
th[scope=row], th.text { text-align: left; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
.card { background: var(--card); border-radius: .5rem; padding: .75rem; break-inside: avoid; }
.card table { width: 100%; font-size: .875rem; } .card th, .card td { padding: .125rem .25rem; }
.name { font-size: .75rem; color: var(--soft); margin: .25rem 0; }
.both { display: flex; gap: .5rem; align-items: flex-end; }
figure { margin: 0; } figcaption { font-size: .75rem; color: var(--soft); }
.both img { display: block; background: #000; }
.both img.sent { min-width: 84px; max-width: 112px; max-height: 112px; }
.field { width: 84px; height: 84px; image-rendering: pixelated; }
.wrong { color: var(--wrong); font-weight: 600; }
.confusion { font-size: .8125rem; } .confusion td, .confusion th { padding: .125rem .25rem;
  min-width: 1.5rem; }
.confusion .right { font-weight: 600; }
svg { display: block; } svg text { fill: var(--soft);
  font-size: 11px; }
.axis { stroke: var(--line); } .dot { fill: var(--mark); } .span { stroke: var(--mark);
  stroke-width: 2; }
@media print { body { max-width: none; padding: 0; } .wide { overflow: visible; } .answer, .card {
  border: 1px solid var(--line); } .grid { grid-template-columns: repeat(3, 1fr); } }
"""


def page(found: OwnPictures, shown: Mapping[str, Shown]) -> str:
    """The report of `found`, with the misread pictures that `shown` has by their names."""
    figures = found.figures
    count = pictures_text(figures.n)
    sections = [
        f"<h1>Which rung reads these {count}?</h1>",
        f'<p class="soft">{escape(found.source)}, read as the service would: decoded, made into a '
        "28×28 field, looked at by the gate where there is one, then read by every rung.</p>",
        f'<p class="answer">{_marked(figures.recommendation.sentence)}</p>',
        f"<p>{_marked(figures.tells.sentence)}</p>",
        f"<p>{_marked(found.writers)}</p>",
        _section("How well each rung reads them", _accuracy(figures.rungs)),
        _section("What was given", _given(found)),
        _section("Which differences are real", _pairs(figures.pairs)) if figures.pairs else "",
        _section("How sure they are, and whether that holds", _certainty(figures.rungs)),
        _section("What they cost", _cost(found)),
        _section("What is read as what", _confusions(figures.classes, figures.rungs)),
        _section("The misread ones", _misread(found, shown)),
        _section("How the figures are made", _METHOD),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Which rung reads these {count}?</title>\n<style>{_STYLE}</style>\n"
        f"</head>\n<body>\n<main>\n{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def write(path: Path, found: OwnPictures, shown: Mapping[str, Shown]) -> None:
    """Write the report; an interruption leaves none, or the former one."""
    unfinished, content = path.with_name(f"{path.name}.unfinished"), page(found, shown)
    with naming_file(unfinished):
        unfinished.write_text(content, encoding="utf-8")
        unfinished.replace(path)


def show(found: OwnPictures, console: Console) -> None:
    """The main figures, and all that is said of what was given, on a terminal."""
    rows: list[Row] = [
        {
            "rung": rung.name,
            "right": f"{rung.accuracy.right:,} of {rung.accuracy.n:,}",
            "accuracy (95 % interval)": f"{_percent(rung.accuracy.share)} "
            f"({_interval(rung.accuracy)})",
            "sure": _percent(rung.sure_share),
            "right of these": _percent(rung.verdicts["sure"].share),
            "calibration error": _percent(rung.expected_calibration_error),
            "multiply-adds": f"{rung.multiply_adds:,}",
        }
        for rung in found.figures.rungs
    ]
    show_rows(f"{found.source}: {pictures_text(found.figures.n)}", rows, console)
    lines = [
        *(f"Left out: {line}" for line in reasons(found.left_out)),
        *(
            f"{title}: {line}"
            for title, repeats in _repeats(found).items()
            for line in repeats[:MOST_NAMED]
        ),
        *given(found),
        found.figures.tells.sentence,
        *(pair.sentence for pair in found.figures.pairs),
        found.writers,
        found.figures.recommendation.sentence,
    ]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True, highlight=False)


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}</section>\n"


def _marked(sentence: str) -> str:
    """A sentence's `names` as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(sentence, quote=False))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _interval(counted: Counted) -> str:
    if counted.interval is None:
        return "–"
    low, high = counted.interval
    return f"{100 * low:.1f} – {100 * high:.1f}"


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of escaped cells, the first of each row its name."""
    first, *others = head
    body = "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for name, *cells in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f'<caption>{escape(caption)}</caption><thead><tr><th scope="col" class="text">{first}</th>'
        + "".join(f'<th scope="col">{each}</th>' if each else "<td></td>" for each in others)
        + f"</tr></thead><tbody>{body}</tbody></table></div>\n"
    )


def _accuracy(rungs: Sequence[RungFigures]) -> str:
    return _table(
        "Read rightly, with the 95 % interval (Wilson)",
        ["rung", "right", "accuracy", "95 % interval, %", ""],
        (
            [
                f"<code>{escape(rung.name)}</code>",
                f"{rung.accuracy.right:,} of {rung.accuracy.n:,}",
                _percent(rung.accuracy.share),
                _interval(rung.accuracy),
                _interval_plot(rung.accuracy, min(_low(rung.accuracy) for rung in rungs)),
            ]
            for rung in rungs
        ),
    )


def _low(counted: Counted) -> float:
    return counted.interval[0] if counted.interval else 0.0


def _interval_plot(counted: Counted, lowest: float) -> str:
    """The share and its interval on a line from the lowest of all to 100 %; the table says it."""
    if counted.interval is None or counted.share is None:
        return ""

    def x(share: float) -> float:
        return round(4 + 152 * (share - lowest) / ((1 - lowest) or 1), 1)

    low, high = counted.interval
    return (
        '<svg width="160" height="14" viewBox="0 0 160 14" aria-hidden="true">'
        '<line class="axis" x1="4" x2="156" y1="7" y2="7"/>'
        f'<line class="span" x1="{x(low)}" x2="{x(high)}" y1="7" y2="7"/>'
        f'<circle class="dot" cx="{x(counted.share)}" cy="7" r="3.5"/></svg>'
    )


def given(found: OwnPictures) -> list[str]:
    """What was given and how much of it counts, a sentence each."""
    figures = found.figures
    repeats = sum(not picture.counts for picture in found.pictures)
    lines = [
        f"Given: {found.given:,} pictures or lines. Left out: {len(found.left_out):,}. Copies of "
        f"another, or with two labels: {repeats:,}. Counted: {figures.n:,}."
    ]
    if found.hidden:
        lines.append(f"Hidden files passed over: {found.hidden:,}.")
    lines.append(
        "Pictures of each class: "
        + ", ".join(
            f"{count:,} of {name}"
            for name, count in zip(figures.classes, figures.support, strict=True)
        )
        + "."
    )
    missing = [name for name, n in zip(figures.classes, figures.support, strict=True) if n == 0]
    if missing:
        lines.append(f"There is no picture of {', '.join(missing)}: nothing here is about those.")
    if figures.blank:
        lines.append(f"On {figures.blank:,} nothing is found: no rung reads those.")
    lines += _of_training(found.of_training)
    return lines


def _of_training(trained: OfTraining | None) -> list[str]:
    if trained is None:
        return [
            "Whether the rungs were trained or validated on some of these cannot be told without "
            "the data that they come from (--data, or MNIST in --data-dir): figures with such "
            "flatter."
        ]
    told = [
        f"{len(names):,} of its {part} split"
        for part, names in (
            ("training", trained.training),
            ("validation", trained.validation),
            ("test", trained.test),
        )
        if names
    ]
    if not told:
        return [f"None of these is in {trained.data}, to the pixel."]
    flatter = (
        " The rungs learnt from its training split and were chosen on validation, so figures with "
        "such flatter."
        if trained.training or trained.validation
        else ""
    )
    return [f"Pictures of {trained.data}, to the pixel: {', '.join(told)}.{flatter}"]


def _given(found: OwnPictures) -> str:
    content = f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in given(found))}</ul>\n"
    if found.left_out:
        content += "<h3>Left out</h3>\n"
        content += _listed(reasons(found.left_out))
    for title, lines in _repeats(found).items():
        if lines:
            content += f"<h3>{title}</h3>\n" + _listed(lines)
    return content


def _repeats(found: OwnPictures) -> dict[str, list[str]]:
    """Pictures that are one and the same, a line each, below what follows from it."""
    same = {True: "the same file", False: "the same 28×28 field"}
    twice, doubtful = [], []
    for each in found.repeated:
        if len(set(each.labels)) == 1:
            twice.append(f"{' = '.join(each.names)} ({same[each.is_same_file]})")
        else:
            pairs = zip(each.names, each.labels, strict=True)
            doubtful.append(" = ".join(f"{name} as {label}" for name, label in pairs))
    return {
        "The same picture more than once: the first counts": twice,
        "The same picture with several labels: none counts": doubtful,
    }


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - MOST_LISTED
    return (
        "<ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in lines[:MOST_LISTED])
        + (f"<li>and {more:,} more; the JSON names all</li>" if more > 0 else "")
        + "</ul>\n"
    )


def _pairs(pairs: Sequence[PairFigures]) -> str:
    content = ""
    for evidence, title in EVIDENCE_WORDS.items():
        lines = [
            f"<li>{_marked(pair.sentence)} "
            f'<span class="soft">+{pair.fixed:,} −{pair.broken:,}</span></li>'
            for pair in pairs
            if pair.evidence == evidence
        ]
        if lines:
            content += f"<h3>{title}</h3>\n<ul>{''.join(lines)}</ul>\n"
    return (
        f'{content}<p class="soft">+ counts pictures that only the first-named rung reads, − those '
        "that only the other does.</p>\n"
    )


def _certainty(rungs: Sequence[RungFigures]) -> str:
    def called(rung: RungFigures, verdict: Verdict) -> str:
        each = rung.verdicts[verdict]
        return f"{each.n:,}" if not each.n else f"{each.n:,} ({each.right:,} right)"

    verdicts = _table(
        "What the pictures are called",
        ["rung", *(VERDICT_WORDS.values())],
        (
            [f"<code>{escape(rung.name)}</code>", *(called(rung, each) for each in VERDICT_WORDS)]
            for rung in rungs
        ),
    )
    sure = _table(
        "How often a rung is sure, how often that is right, and how far its confidence is off",
        ["rung", "sure", "right when sure", "95 % interval, %", "calibration error"],
        (
            [
                f"<code>{escape(rung.name)}</code>",
                _percent(rung.sure_share),
                _percent(rung.verdicts["sure"].share),
                _interval(rung.verdicts["sure"]),
                _percent(rung.expected_calibration_error),
            ]
            for rung in rungs
        ),
    )
    plots = "".join(
        f'<figure class="card"><figcaption><code>{escape(rung.name)}</code></figcaption>'
        f"{_reliability(rung.reliability)}</figure>"
        for rung in rungs
    )
    return (
        f"{sure}{verdicts}<p>Confidence to the right, accuracy upwards, in fifteen steps; larger "
        "dots stand for more pictures. On the diagonal, a rung is right as often as it says.</p>"
        f'<div class="grid">{plots}</div>\n'
    )


def _reliability(curve: Sequence[ReliabilityBin]) -> str:
    most = max((place.count for place in curve), default=0) or 1
    dots = "".join(
        f'<circle class="dot" cx="{30 + 160 * place.confidence:.1f}" '
        f'cy="{170 - 160 * place.accuracy:.1f}" r="{2 + 5 * (place.count / most) ** 0.5:.1f}">'
        f"<title>{place.count:,} pictures: confidence {place.confidence:.2f}, accuracy "
        f"{place.accuracy:.2f}</title></circle>"
        for place in curve
        if place.confidence is not None and place.accuracy is not None
    )
    return (
        '<svg width="200" height="190" viewBox="0 0 200 190" role="img" '
        'aria-label="Accuracy by confidence">'
        '<path class="axis" fill="none" d="M30 10V170H190M30 170L190 10"/>'
        '<text x="24" y="174" text-anchor="end">0</text><text x="24" y="16" text-anchor="end">1'
        '</text><text x="30" y="186" text-anchor="middle">0</text><text x="190" y="186" '
        f'text-anchor="middle">1</text>{dots}</svg>'
    )


def _cost(found: OwnPictures) -> str:
    table = _table(
        "The network alone, on this machine",
        ["rung", "multiply-adds", "ms a picture (median)"],
        (
            [
                f"<code>{escape(rung.name)}</code>",
                f"{rung.multiply_adds:,}",
                "–" if rung.milliseconds is None else f"{rung.milliseconds:.2f}",
            ]
            for rung in found.figures.rungs
        ),
    )
    return (
        f"{table}<p>Decoding, finding the ink and the gate take {found.reading_ms:.1f} ms a "
        "picture (median), whichever rung is asked.</p>\n"
    )


def _confusions(classes: Sequence[str], rungs: Sequence[RungFigures]) -> str:
    return f'<div class="grid">{"".join(_confusion(classes, rung) for rung in rungs)}</div>\n'


def _confusion(classes: Sequence[str], rung: RungFigures) -> str:
    most = max((n for row in rung.confusion for n in row), default=0) or 1

    def cell(true: int, read: int, n: int) -> str:
        if not n:
            return "<td></td>"
        kind = "right" if true == read else "wrong"
        return (
            f'<td class="{kind}" style="background:rgb(var(--heat)/{0.05 + 0.3 * n / most:.2f})">'
            f"{n:,}</td>"
        )

    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(cell(true, read, n) for read, n in enumerate(row))
        + "</tr>"
        for true, (name, row) in enumerate(zip(classes, rung.confusion, strict=True))
    )
    return (
        f'<div class="card wide" tabindex="0" role="region" aria-label="Confusion of '
        f'{escape(rung.name)}"><table class="confusion"><caption><code>{escape(rung.name)}</code>: '
        "rows are the labels, columns what is read</caption><thead><tr><td></td>"
        + "".join(f'<th scope="col">{escape(name)}</th>' for name in classes)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _misread(found: OwnPictures, shown: Mapping[str, Shown]) -> str:
    def wrong(picture: AnsweredPicture) -> int:
        return sum(answer.read != picture.label for answer in picture.answers)

    misread = [each for each in found.pictures if each.counts and wrong(each)]
    if not misread:
        return "<p>None: every rung reads every picture.</p>\n"
    misread.sort(key=wrong, reverse=True)  # among equals as they came
    total = len(misread)
    few = "" if total <= MOST_SHOWN else f" These are the first {MOST_SHOWN}; the JSON names all."
    cards = "".join(_card(each, shown[each.name]) for each in misread[:MOST_SHOWN])
    return (
        f"<p>{total:,} of {found.figures.n:,} are misread by some rung, those first that most "
        f"misread.{few}</p>\n"
        f'<div class="grid">{cards}</div>\n'
    )


def _card(picture: AnsweredPicture, shown: Shown) -> str:
    def row(name: str, read: str | None, confidence: float | None, verdict: Verdict) -> str:
        kind = "" if read == picture.label else ' class="wrong"'
        said = "–" if read is None else escape(read)
        sure = "–" if confidence is None else f"{100 * confidence:.0f} %"
        return (
            f'<tr><th scope="row"><code>{escape(name)}</code></th><td{kind}>{said}</td>'
            f"<td>{sure}</td><td>{VERDICT_WORDS[verdict]}</td></tr>"
        )

    rows = "".join(
        row(each.rung, each.read, each.confidence, each.verdict) for each in picture.answers
    )
    images = [
        _image(png, kind, words)
        for png, kind, words in (
            (shown.sent, "sent", "as sent"),
            (shown.field, "field", "what the rungs see"),
        )
        if png is not None
    ]
    like = (
        ""
        if picture.digit_likeness is None
        else f", {_percent(picture.digit_likeness)} like a digit"
    )
    return (
        f'<article class="card"><h3>labelled {escape(picture.label)}{like}</h3>'
        f'<div class="both">{"".join(images)}</div><p class="name">{escape(picture.name)}</p>'
        f"<table><tbody>{rows}</tbody></table></article>\n"
    )


def _image(png: bytes, kind: str, words: str) -> str:
    return (
        f'<figure><img class="{kind}" alt="{words}" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


_METHOD: Final = """<ul>
<li>A picture is read rightly by a rung whose likeliest class is its label, whatever the rung calls
it; on a blank one nothing is read. Equal pictures count once: a second copy is no second
observation.</li>
<li>Intervals of shares are Wilson's (JASA 22, 1927), those of differences Newcombe's method 10 for
paired shares (Statistics in Medicine 17, 1998), both at 95 %.</li>
<li>Two rungs are compared by the exact McNemar test (Psychometrika 12, 1947): only pictures that
one reads and the other does not tell them apart. A difference is shown where p stays below 0.05
after Holm's adjustment for all pairs (1979), and weak where only the plain p is.</li>
<li>How many pictures it takes is Connor's formula for paired shares (Biometrics 43, 1987): (1.96 √ψ
+ 0.84 √(ψ − δ²))² / δ² for a difference δ, where ψ is the share of pictures on which just one of
the two is right; at 5 %, shown in four sets out of five.</li>
<li>The rung to use is the cheapest in multiply-adds that is not shown to read fewer (p below 0.05)
than the best and is at most 2 points behind any other, at the far end of the interval. Where there
is none such, these pictures do not tell.</li>
<li>The calibration error is the mean distance of confidence and accuracy over fifteen bins (Naeini,
Cooper, Hauskrecht, AAAI 2015).</li>
</ul>
"""

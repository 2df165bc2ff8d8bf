"""Pieces of HTML that every part of the page is made of."""

import re
from collections.abc import Sequence
from html import escape

from experiments.report_page.plots import swatch
from experiments.reporting.results import Result


def table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names its rows; cells are HTML."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    # a region that takes the focus: a wide table scrolls by keyboard too
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(_plain(caption))}">'
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def numbers(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table of a plot, folded away."""
    return f"<details><summary>Table: {caption}</summary>{table(caption, headings, rows)}</details>"


def figure(plot: str, caption: str, below: str = "") -> str:
    """A plot with what it shows, and its table."""
    return f"<figure>{plot}<figcaption>{caption}</figcaption>{below}</figure>"


def section(name: str, heading: str, *parts: str) -> str:
    """A part of the page, to be linked to by its name."""
    return (
        f'<section id="{name}" aria-labelledby="{name}-heading">'
        f'<h2 id="{name}-heading">{heading}</h2>{"".join(parts)}</section>'
    )


def legend(results: Sequence[Result]) -> str:
    """Which colour and marker is which rung."""
    items = "".join(
        f"<li>{swatch(slot)}<code>{escape(result.name)}</code></li>"
        for slot, result in enumerate(results, start=1)
    )
    return f'<ul class="legend" aria-label="Rungs">{items}</ul>'


def code(markdown: str) -> str:
    """Escaped text in which `backquoted` words are code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(markdown))


def _plain(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)

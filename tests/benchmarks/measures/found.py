"""A section's figures by name."""

from benchmarks.figure import Figure, Section


def figure(section: Section, *parts: str) -> Figure:
    """The one figure whose name holds all `parts`."""
    (found,) = [each for each in section.figures if all(part in each.what for part in parts)]
    return found

"""Reports of six rungs that never were, alike in shape and size to real ones.

Each test digit has a difficulty and a digit that it resembles; a rung misreads those that are
harder than it can manage. Everything else is counted from these readings, so that the figures of
one rung agree with one another.
"""

from tests.e2e.fake_reports.comparison import comparison
from tests.e2e.fake_reports.ladder import LADDER, NAMES, models
from tests.e2e.fake_reports.sheet import COLUMNS, sheet, sheet_png
from tests.e2e.fake_reports.summary import summaries
from tests.e2e.fake_reports.whole import report

__all__ = [
    "COLUMNS",
    "LADDER",
    "NAMES",
    "comparison",
    "models",
    "report",
    "sheet",
    "sheet_png",
    "summaries",
]

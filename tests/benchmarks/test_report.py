"""The page."""

from benchmarks.figure import Figure, Section, Table, at_least, at_most
from benchmarks.report import page, section_lines

SPEED = Section(
    "Speed",
    "How it was measured.",
    [
        Figure("ratio", [104.2, 90, 110], "×", at_least(100)),
        Figure("tail", [4.5], "×", at_most(4)),
        Figure("memory", [700], "MB"),
    ],
    [Table(("load", "rate"), [("one", "20")])],
)


def test_each_goal_stands_beside_its_figure() -> None:
    assert section_lines(SPEED) == [
        "## Speed",
        "",
        "How it was measured.",
        "",
        "| figure | median | range | goal |  |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| ratio | 104× | 90× to 110× | at least 100 × | met |",
        "| tail | 4.50× |  | at most 4 × | **missed** |",
        "| memory | 700.0 MB |  |  |  |",
        "",
        "| load | rate |",
        "| --- | ---: |",
        "| one | 20 |",
    ]


def test_page_begins_with_the_conditions_and_the_count_of_goals() -> None:
    text = page({"processor": "X, 2 cores"}, [SPEED, Section("Start", "Not measured: why", [])])
    assert text.startswith("# Benchmarks\n")
    assert "| processor | X, 2 cores |" in text
    assert "1 of 2 goals met." in text
    assert text.endswith("## Start\n\nNot measured: why\n")

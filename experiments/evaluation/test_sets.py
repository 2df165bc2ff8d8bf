"""What trained models are measured on besides MNIST's own splits."""

from dataclasses import dataclass
from pathlib import Path

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.evaluation.beyond_mnist import BeyondMnistTest, load_beyond_mnist
from experiments.evaluation.canvas import CanvasTest, load_canvas_test


@dataclass(frozen=True, slots=True, eq=False)
class TestSets:
    """People's digits on the page's canvas, where they are there, and what is no MNIST digit.

    Neither for a model of other classes.
    """

    __test__ = False  # not pytest's

    canvas: CanvasTest | None
    beyond_mnist: BeyondMnistTest | None


def load_test_sets(data_dir: Path, models_dir: Path, data: Dataset, reporter: Reporter) -> TestSets:
    """All that `data_dir` has, looked at by the latest gate in `models_dir`.

    Raises DataError when a file there is damaged.
    """
    if data.is_own:
        return TestSets(None, None)
    canvas = load_canvas_test(data_dir, reporter)
    beyond_mnist = load_beyond_mnist(
        data_dir, models_dir, data.test, canvas.digits if canvas else None, reporter
    )
    return TestSets(canvas, beyond_mnist)

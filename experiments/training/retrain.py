"""A rung trained once more, on MNIST and on what people drew; what is served stays."""

from pathlib import Path

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.feedback import Feedback, with_feedback
from experiments.evaluation.test_sets import TestSets
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.train import NONE_YET, Checkpoints, train_model
from ml_engine_and_backend.model_folder.served import pin


def retrain_model(
    model: ModelSpec,
    data: Dataset,
    feedback: Feedback,
    models_dir: Path,
    seed: int,
    reporter: Reporter,
    test_sets: TestSets,
    settings: TrainingSettings | None = None,
    *,
    resume: bool = False,
    checkpoints: Checkpoints = NONE_YET,
) -> Path:
    """Publish a candidate of `model`, which nobody is served before it is promoted.

    An ensemble's members are trained anew too, as candidates of their own rung.

    Raises FeedbackError where there is nothing to train on, BrokenModelError where nothing is
    served yet, and as `train_model`.
    """
    people_too = with_feedback(data, feedback)
    for pinned in (model, model.member):
        if pinned is not None:
            pin(models_dir, pinned.name)
    return train_model(
        model,
        people_too,
        models_dir,
        seed,
        reporter,
        test_sets,
        settings,
        resume=resume,
        checkpoints=checkpoints,
    )

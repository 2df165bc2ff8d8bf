"""A rung trained once more, on MNIST and on what people drew; what is served stays."""

from pathlib import Path

from experiments.data.dataset import Dataset
from experiments.data.feedback import Feedback, with_feedback
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.train import Workshop, train_model
from ml_engine_and_backend.model_folder.served import pin


def retrain_model(
    model: ModelSpec,
    data: Dataset,
    feedback: Feedback,
    seed: int,
    workshop: Workshop,
    settings: TrainingSettings | None = None,
) -> Path:
    """Publish a candidate of `model`, which nobody is served before it is promoted.

    An ensemble's members are trained anew too, as candidates of their own rung.

    Raises FeedbackError where there is nothing to train on, BrokenModelError where nothing is
    served yet, and as `train_model`.
    """
    people_too = with_feedback(data, feedback)
    for pinned in (model, model.member):
        if pinned is not None:
            pin(workshop.models_dir, pinned.name)
    return train_model(model, people_too, seed, workshop, settings)

"""What the service remembers of what it answered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.observability import logs
from ml_engine_and_backend.api.observability.metrics import Keeping
from ml_engine_and_backend.api.prediction_service import is_quick
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database.accounts import Claim
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import ComputedBy
from ml_engine_and_backend.database.writer import NewAnswer, NewDrawing, PredictionWriter, new_id
from ml_engine_and_backend.engine.gate import Found
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.engine.sanitising import without_metadata

Keep = Literal["drawing", "field", "nothing"]
KEEPS: Final = ("drawing", "field", "nothing")
PNG: Final = "image/png"


class Answered(Protocol):
    """One model's answer, which gets its `id` when it is kept."""

    id: str | None

    @property
    def model(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def digit(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def probabilities(self) -> Sequence[float]: ...
    @property
    def verdict(self) -> str: ...


class Memory:
    """The database of one application, and the thread that writes predictions to it."""

    def __init__(self, settings: Settings) -> None:
        """Opens nothing; `start` does."""
        self.database = Database(settings.database_url.get_secret_value())
        observer = Keeping(self.database.url.get_backend_name())
        self.writer = PredictionWriter(self.database, observer, settings.keep_days)
        self._keeps_drawings = settings.keep_drawings

    def start(self) -> None:
        """Migrate, and begin to write."""
        self.writer.start()

    def stop(self) -> None:
        """Write what is left, and close."""
        self.writer.stop()
        self.database.close()

    def keep(
        self,
        field: Field,
        found: Found,
        predictions: Sequence[Answered],
        picture: bytes,
        claim: Claim,
        keep: Keep,
        computed_by: ComputedBy = "service",
    ) -> None:
        """Hand an answered drawing to the writer; its predictions get their ids, if it takes it.

        An upload is kept where it is a small PNG, as drawings on the page are, without metadata.
        """
        if keep == "nothing":
            return
        image = None
        if self._keeps_drawings and keep == "drawing" and is_quick(picture):
            image, _ = without_metadata(picture)
        answers = [_answer(prediction) for prediction in predictions]
        drawing = NewDrawing(
            id=new_id(),
            timestamp=datetime.now(UTC),
            owner=claim.owner,
            token_hash=claim.token_hash,
            field=field.tobytes() if self._keeps_drawings else None,
            found_kind=found.kind,
            digit_likeness=found.digit_likeness,
            found_count=found.count,
            image_data=image,
            image_type=PNG if image else None,
            computed_by=computed_by,
            request_id=logs.request_id.get(),
            answers=answers,
        )
        if self.writer.keep(drawing):
            for prediction, answer in zip(predictions, answers, strict=True):
                prediction.id = answer.id


def _answer(prediction: Answered) -> NewAnswer:
    return NewAnswer(
        id=new_id(),
        model=prediction.model,
        version=prediction.version,
        predicted_digit=prediction.digit,
        confidence=prediction.confidence,
        probabilities=prediction.probabilities,
        verdict=prediction.verdict,
    )


def memory_of(state: Any) -> Memory:
    """The memory of an application's state.

    Raises:
        HTTPProblemError: 404 where nothing is kept.
    """
    memory: Memory | None = state.memory
    if memory is None:
        raise HTTPProblemError(
            404,
            "nothing-is-kept",
            "This service keeps nothing",
            "expected a service with a database, got LADDER_DATABASE_URL=none",
        )
    return memory

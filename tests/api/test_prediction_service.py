"""Where a picture is read, and the PNG of what the model saw."""

import asyncio
import threading

import numpy as np

from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.api.schemas.predictions import Prediction
from ml_engine_and_backend.engine.predictor import Logits, Model
from ml_engine_and_backend.engine.preprocessing import Field
from tests.drawings import draw, encode
from tests.fakes import fake_metadata, fake_model

PREFIX = "data:image/png;base64,"


def predict(picture: bytes, *models: Model) -> list[Prediction]:
    _, predictions = asyncio.run(PredictionService().predict(picture, models or [fake_model()]))
    return predictions


def test_the_event_loop_is_free_while_large_pictures_are_read() -> None:
    released = threading.Event()

    def slow(_: Field) -> Logits:
        assert released.wait(20)
        return np.zeros(10, np.float32)

    async def scenario() -> list[object]:
        service = PredictionService()
        picture = encode(draw(field_px=(600, 600)))
        model = Model(fake_metadata(), 0.9, 1000, slow)
        tasks = [asyncio.create_task(service.predict(picture, [model])) for _ in range(5)]
        await asyncio.sleep(0.1)  # would not end
        released.set()
        return [*await asyncio.gather(*tasks)]

    assert len(asyncio.run(scenario())) == 5

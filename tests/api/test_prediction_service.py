"""Where a picture is read, and the PNG of what the model saw."""

import asyncio
import threading
from typing import Any

import numpy as np
import pytest

from ml_engine_and_backend.api.prediction_service import QUICK_BYTES, PredictionService
from ml_engine_and_backend.api.schemas.predictions import Prediction
from ml_engine_and_backend.engine.predictor import Logits, Model
from ml_engine_and_backend.engine.preprocessing import Field
from tests.api.conftest import PNG
from tests.drawings import SEVEN, draw, encode
from tests.engine.test_sanitising import chunk
from tests.fakes import fake_metadata, fake_model

PREFIX = "data:image/png;base64,"


def predict(picture: bytes, *models: Model) -> list[Prediction]:
    return asyncio.run(PredictionService().predict(picture, models or [fake_model()]))


@pytest.mark.parametrize(
    ("picture", "on_loop"),
    [
        (PNG, True),
        (encode(draw(SEVEN, field_px=(320, 320))), True),
        (encode(draw(SEVEN, field_px=(321, 320))), False),
        (PNG[:33] + chunk(b"tEXt", b"a\0" + bytes(QUICK_BYTES)) + PNG[33:], False),
        (encode(draw(SEVEN), "GIF"), False),
    ],
    ids=["a drawing", "the largest", "one column more", "a long file", "no PNG"],
)
def test_pictures_that_take_long_are_read_off_the_event_loop(picture: bytes, on_loop: bool) -> None:
    threads = []

    def network(_: Field) -> Logits:
        threads.append(threading.current_thread())
        return np.zeros(10, np.float32)

    predict(picture, Model(fake_metadata(), 0.9, 1000, network))
    assert [thread is threading.main_thread() for thread in threads] == [on_loop]


def test_the_event_loop_is_free_while_large_pictures_are_read() -> None:
    released = threading.Event()

    def slow(_: Field) -> Logits:
        assert released.wait(20)
        return np.zeros(10, np.float32)

    async def scenario() -> list[Any]:
        service = PredictionService()
        picture = encode(draw(field_px=(600, 600)))
        model = Model(fake_metadata(), 0.9, 1000, slow)
        tasks = [asyncio.create_task(service.predict(picture, [model])) for _ in range(5)]
        await asyncio.sleep(0.1)  # would not end
        released.set()
        return await asyncio.gather(*tasks)

    assert len(asyncio.run(scenario())) == 5

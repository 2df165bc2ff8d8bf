"""Where a picture is read, and the PNG of what the model saw."""

import asyncio
import base64
import struct
import threading
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml_engine_and_backend.api import prediction_service
from ml_engine_and_backend.api.prediction_service import QUICK_BYTES, PredictionService
from ml_engine_and_backend.api.schemas.predictions import Prediction
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.predictor import Logits, Model
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Digit, Field
from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE
from tests.api.conftest import PNG
from tests.drawings import SEVEN, draw, encode
from tests.engine.test_sanitising import chunk
from tests.fakes import fake_metadata, fake_model, reads

PREFIX = "data:image/png;base64,"
FIELDS: dict[str, Field] = {
    "nothing": np.zeros((FIELD_PX, FIELD_PX), np.uint8),
    "all ink": np.full((FIELD_PX, FIELD_PX), 255, np.uint8),
    "every grey": np.arange(FIELD_PX**2).astype(np.uint8).reshape(FIELD_PX, FIELD_PX),
    "noise": np.random.default_rng(7).integers(0, 256, (FIELD_PX, FIELD_PX), np.uint8),
    # which the rows of the file are not
    "columns first": np.asfortranarray(np.eye(FIELD_PX, k=3, dtype=np.uint8)),
}


def predict(picture: bytes, *models: Model) -> list[Prediction]:
    return asyncio.run(PredictionService().predict(picture, models or [fake_model()]))


def png_of(field: Field, monkeypatch: pytest.MonkeyPatch) -> bytes:
    digit = Digit(field, (1, 2, 3, 4), inverted=True)
    monkeypatch.setattr(prediction_service, "preprocess", lambda _: digit)
    image = predict(PNG)[0].preprocessing.image
    assert image.startswith(PREFIX)
    return base64.b64decode(image.removeprefix(PREFIX), validate=True)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_png_of_the_field_is_whole_and_shows_it(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    png = png_of(field, monkeypatch)
    with Image.open(BytesIO(png)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        assert np.array_equal(np.asarray(image), field)
    # our own reader is stricter: it checks every chunk's checksum
    assert np.array_equal(decode(png).grey, field)
    start = png.index(b"IDAT")
    (length,) = struct.unpack_from(">I", png, start - 4)
    inflater = zlib.decompressobj()
    assert len(inflater.decompress(png[start + 4 : start + 4 + length])) == FIELD_PX * 29
    assert inflater.eof  # its checksum too was there, and right
    assert png.startswith(PNG_SIGNATURE)


def test_every_model_is_shown_the_same_drawing() -> None:
    low, high = predict(PNG, fake_model("low", reads(1)), fake_model("high"))
    assert [(low.model, low.digit), (high.model, high.digit)] == [("low", 1), ("high", 7)]
    assert low.preprocessing == high.preprocessing


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


@pytest.mark.parametrize("side", [280, 600])
def test_errors_of_the_engine_reach_the_caller(side: int) -> None:
    with pytest.raises(BlankDrawingError):
        predict(encode(draw([], field_px=(side, side))))


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

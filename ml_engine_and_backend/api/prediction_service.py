"""An encoded picture -> what models read in it."""

import base64
import os
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

import numpy as np
from anyio import CapacityLimiter, to_thread

from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.schemas.predictions import Prediction, Preprocessing
from ml_engine_and_backend.engine.decoding import Box, decode
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Digit, preprocess
from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE

# A drawing of up to so many pixels is read in less time than a hop to a thread and back takes.
QUICK_PIXELS: Final = 320 * 320
# The same for the file, whose few pixels may be hidden among any number of chunks.
QUICK_BYTES: Final = 128 * 1024
# Decoding a large picture takes up to some hundred megabytes, so only so many do it at a time.
THREADS: Final = max(2, os.cpu_count() or 1)

Result = TypeVar("Result")


class PredictionService:
    """Reads pictures, small drawings on the event loop and all others on THREADS threads."""

    def __init__(self) -> None:
        self._threads = CapacityLimiter(THREADS)

    async def predict(
        self, picture: bytes, models: Sequence[Model], box: Box | None = None
    ) -> list[Prediction]:
        """Each model's answer; the picture, or its part in `box`, is preprocessed once.

        Raises:
            LadderError: the picture cannot be read, or nothing is drawn on it.
        """
        if is_quick(picture):
            return _predict(picture, models, box)
        return await self.run_in_thread(partial(_predict, picture, models, box))

    async def run_in_thread(self, function: Callable[[], Result]) -> Result:
        """The result of `function`, which may take long; the event loop stays free for others."""
        return await to_thread.run_sync(function, limiter=self._threads)


def is_quick(picture: bytes) -> bool:
    """Whether the picture is a short PNG of few pixels, as its header says: what the page sends."""
    if not picture.startswith(PNG_SIGNATURE) or not 24 <= len(picture) <= QUICK_BYTES:
        return False
    width, height = struct.unpack_from(">II", picture, 16)
    return bool(width * height <= QUICK_PIXELS)


def _predict(picture: bytes, models: Sequence[Model], box: Box | None) -> list[Prediction]:
    digit = preprocess(decode(picture, box=box))
    preprocessing = Preprocessing(inverted=digit.inverted, box=digit.box, image=_data_url(digit))
    predictions = []
    for model in models:
        started = time.perf_counter()
        prediction = model.predict(digit.field)
        seconds = time.perf_counter() - started
        metrics.inferred(prediction.model, prediction.version, seconds)
        metrics.predicted(
            prediction.model, prediction.version, prediction.digit, prediction.verdict
        )
        predictions.append(Prediction(**prediction._asdict(), preprocessing=preprocessing))
    return predictions


def _data_url(digit: Digit) -> str:
    """The field as an 8-bit grey PNG (ISO/IEC 15948); quicker than an imaging library.

    Its pixels are stored, not compressed (RFC 1951, section 3.2.4): they are half a kilobyte.
    """
    rows = np.zeros((FIELD_PX, 1 + FIELD_PX), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = digit.field
    png = (
        PNG_SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", FIELD_PX, FIELD_PX, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 0))
        + _chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

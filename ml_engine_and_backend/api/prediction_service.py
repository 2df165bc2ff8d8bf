"""An encoded picture -> what models read in it."""

import math
import os
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from ml_engine_and_backend.api.data_urls import data_url
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.api.schemas.predictions import (
    Found,
    PicturedDigit,
    Prediction,
    Preprocessing,
    Read,
    ReadDigit,
    Reading,
)
from ml_engine_and_backend.engine import predictor as engine
from ml_engine_and_backend.engine.decoding import Box, decode
from ml_engine_and_backend.engine.gate import Gate, verdict_of
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import Digit, Field, preprocess
from ml_engine_and_backend.engine.reader import Sight, glance, look, see
from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE
from ml_engine_and_backend.engine.segmentation import Glyph

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
        self,
        picture: bytes,
        models: Sequence[Model],
        gate: Gate | None = None,
        box: Box | None = None,
    ) -> tuple[Sight, list[Prediction]]:
        """What there is on the picture, or on its part in `box`, and each model's answer to it.

        Raises:
            LadderError: the picture cannot be read, or nothing is drawn on it.
        """
        if is_quick(picture):
            how = models[0].metadata.preprocessing
            sight = glance(preprocess(decode(picture, box=box), how), gate)
            if sight.found.kind == "digit":
                return _predict(sight, models, gate)
            # piece by piece it takes longer
            return await self.run_in_thread(lambda: _predict(look(sight, gate), models, gate))
        return await self.run_in_thread(
            lambda: _predict(_look(picture, models[0], gate, box), models, gate)
        )

    async def read(
        self, picture: bytes, model: Model, gate: Gate | None = None, box: Box | None = None
    ) -> Reading:
        """Every digit of the picture, or of its part in `box`, as a model reads it.

        Raises:
            LadderError: the picture cannot be read, or nothing is drawn on it.
        """
        return await self.run_in_thread(
            lambda: _read(_look(picture, model, gate, box), model, gate)
        )

    async def run_in_thread(self, function: Callable[[], Result]) -> Result:
        """The result of `function`, which may take long; the event loop stays free for others."""
        return await to_thread.run_sync(function, limiter=self._threads)


def is_quick(picture: bytes) -> bool:
    """Whether the picture is a short PNG of few pixels, as its header says: what the page sends."""
    if not picture.startswith(PNG_SIGNATURE) or not 24 <= len(picture) <= QUICK_BYTES:
        return False
    width, height = struct.unpack_from(">II", picture, 16)
    return bool(width * height <= QUICK_PIXELS)


def _look(picture: bytes, model: Model, gate: Gate | None, box: Box | None) -> Sight:
    return see(preprocess(decode(picture, box=box), model.metadata.preprocessing), gate)


def _predict(
    sight: Sight, models: Sequence[Model], gate: Gate | None
) -> tuple[Sight, list[Prediction]]:
    digit = sight.digit
    preprocessing = Preprocessing(
        inverted=digit.inverted, box=digit.box, image=data_url(digit.field)
    )
    found = Found(**asdict(sight.found))
    predictions = []
    for model in models:
        prediction = _timed(model, digit.field)
        verdict = verdict_of(prediction.verdict, sight.found, gate)
        metrics.predicted(prediction.model, prediction.version, prediction.digit, verdict)
        read = None
        if sight.found.kind == "several":
            digits = [_read_digit(model, glyph, digit, gate) for glyph in sight.digits]
            read = Read(**_number(digits), digits=digits)
        predictions.append(
            Prediction(
                **prediction._replace(verdict=verdict)._asdict(),
                found=found,
                read=read,
                preprocessing=preprocessing,
            )
        )
    return sight, predictions


def _read(sight: Sight, model: Model, gate: Gate | None) -> Reading:
    digit = sight.digit
    whole = Glyph(digit.field, digit.ink.rows, digit.ink.columns, 0, sight.found.digit_likeness)
    glyphs = [whole] if sight.found.kind == "digit" else sight.digits
    digits = [
        PicturedDigit(
            **_read_digit(model, glyph, digit, gate).model_dump(), image=data_url(glyph.field)
        )
        for glyph in glyphs
    ]
    number = _number(digits)
    return Reading(
        model=model.metadata.name,
        version=model.metadata.version,
        digits=digits,
        ignored=sight.ignored,
        **(number if digits else number | {"verdict": "not_a_digit", "confidence": 0.0}),
    )


def _timed(model: Model, field: Field) -> engine.Prediction:
    started = time.perf_counter()
    prediction = model.predict(field)
    metrics.inferred(prediction.model, prediction.version, time.perf_counter() - started)
    return prediction


def _read_digit(model: Model, glyph: Glyph, digit: Digit, gate: Gate | None) -> ReadDigit:
    prediction = _timed(model, glyph.field)
    is_like = gate is None or glyph.likeness >= gate.metadata.sure_from
    return ReadDigit(
        digit=prediction.digit,
        label=prediction.label,
        confidence=prediction.confidence,
        probabilities=prediction.probabilities,
        verdict="sure" if is_like and prediction.verdict == "sure" else "unsure",
        box=digit.box_of(glyph.rows, glyph.columns),
        line=glyph.line,
    )


def _number(digits: Sequence[ReadDigit]) -> dict[str, Any]:
    """What the digits are together; lines that hold none are left out."""
    lines = [
        "".join(each.label for each in line)
        for _, line in groupby(digits, key=lambda each: each.line)
    ]
    return {
        "text": "\n".join(lines),
        "lines": lines,
        "confidence": math.prod(each.confidence for each in digits),
        "verdict": "sure" if all(each.verdict == "sure" for each in digits) else "unsure",
    }

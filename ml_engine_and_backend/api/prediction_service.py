"""A drawing's answers, step by step: what every way to ask for them shares."""

import base64
import struct
import time
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs

import numpy as np
import orjson

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.observability import metrics
from ml_engine_and_backend.engine.predictor import Rung
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Digit
from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE

# A drawing of up to so many pixels is read in less time than a hop to a thread and back takes.
QUICK_PIXELS: Final = 320 * 320
# The same for the file, whose few pixels may be hidden among any number of chunks.
QUICK_BYTES: Final = 128 * 1024

Answer = dict[str, Any]


@lru_cache(maxsize=64)
def asked_model(query: bytes) -> str | None:
    """What the query string asks for as `model`.

    Raises:
        HTTPProblemError: 400 when it asks twice.
    """
    asked = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("model", [])
    if len(asked) > 1:
        detail = f"expected the query parameter 'model' at most once, got it {len(asked)} times"
        raise HTTPProblemError(400, "bad-request", "The request is malformed", detail)
    return asked[0] if asked else None


def is_quick(picture: bytes) -> bool:
    """Whether the picture is a short PNG of few pixels, as its header says: what the page sends."""
    if not picture.startswith(PNG_SIGNATURE) or not 24 <= len(picture) <= QUICK_BYTES:
        return False
    width, height = struct.unpack_from(">II", picture, 16)
    return bool(width * height <= QUICK_PIXELS)


def answers_of(digit: Digit, rungs: Sequence[Rung]) -> list[Answer]:
    """What each rung reads; counted."""
    preprocessing = {
        "inverted": digit.inverted,
        "box": digit.box,
        "image": "data:image/png;base64," + base64.b64encode(_png(digit)).decode(),
    }
    read = []
    for rung in rungs:
        started = time.perf_counter()
        read.append((rung.predict(digit.field), time.perf_counter() - started))
    answers = []
    for prediction, seconds in read:  # all of them: where one breaks, the request is asked again
        metrics.predicted(
            prediction.model, prediction.version, prediction.digit, prediction.verdict, seconds
        )
        answer = prediction._asdict()
        answer["preprocessing"] = preprocessing
        answers.append(answer)
    return answers


def encode_one(answers: Sequence[Answer]) -> bytes:
    """The only answer as JSON."""
    (answer,) = answers
    return orjson.dumps(answer)


def encode_all(answers: Sequence[Answer]) -> bytes:
    """Every rung's answer as JSON, and whether they agree."""
    agree = len({answer["digit"] for answer in answers}) == 1
    return orjson.dumps({"results": answers, "agree": agree})


def _png(digit: Digit) -> bytes:
    """The field as an 8-bit grey PNG (ISO/IEC 15948); an imaging library takes longer.

    Its pixels are stored, not compressed (RFC 1951, section 3.2.4): to make a compressor ready
    takes longer than to send half a kilobyte.
    """
    rows = np.zeros((FIELD_PX, 1 + FIELD_PX), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = digit.field
    pixels = rows.tobytes()
    checksum = struct.pack(">I", zlib.adler32(pixels))
    return _BEFORE_PIXELS + _chunk(b"IDAT", _STORED + pixels + checksum) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


_BEFORE_PIXELS: Final = PNG_SIGNATURE + _chunk(
    b"IHDR", struct.pack(">IIBBBBB", FIELD_PX, FIELD_PX, 8, 0, 0, 0, 0)
)
_PIXELS_BYTES: Final = FIELD_PX * (1 + FIELD_PX)
# a zlib stream (RFC 1950) of one block, the last, of so many bytes
_STORED: Final = b"\x78\x01\x01" + struct.pack("<HH", _PIXELS_BYTES, _PIXELS_BYTES ^ 0xFFFF)

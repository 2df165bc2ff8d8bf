"""What an answer shows of a drawing: a PNG that is written by hand."""

import base64
import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image

from ml_engine_and_backend.api.prediction_service import answers_of, encode_all, encode_one
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Digit, Field
from ml_engine_and_backend.engine.sanitising import PNG_SIGNATURE
from tests.fakes import fake_rung, reads

PREFIX = "data:image/png;base64,"
FIELDS: dict[str, Field] = {
    "nothing": np.zeros((FIELD_PX, FIELD_PX), np.uint8),
    "all ink": np.full((FIELD_PX, FIELD_PX), 255, np.uint8),
    "every grey": np.arange(FIELD_PX**2).astype(np.uint8).reshape(FIELD_PX, FIELD_PX),
    "noise": np.random.default_rng(7).integers(0, 256, (FIELD_PX, FIELD_PX), np.uint8),
    # which the rows of the file are not
    "columns first": np.asfortranarray(np.eye(FIELD_PX, k=3, dtype=np.uint8)),
}


def digit_of(field: Field) -> Digit:
    return Digit(field, (1, 2, 3, 4), inverted=True)


def png_of(field: Field) -> bytes:
    (answer,) = answers_of(digit_of(field), [fake_rung()])
    image: str = answer["preprocessing"]["image"]
    assert image.startswith(PREFIX)
    return base64.b64decode(image.removeprefix(PREFIX), validate=True)


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks' kinds and contents, whose checksums are right."""
    assert png.startswith(PNG_SIGNATURE)
    found, at = [], len(PNG_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", png, at + 8 + length)
        assert checksum == zlib.crc32(kind + content)
        found.append((kind, content))
        at += 12 + length
    return found


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_the_picture_of_a_field_is_that_field_to_whoever_reads_it(field: Field) -> None:
    png = png_of(field)
    with Image.open(BytesIO(png)) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        assert np.array_equal(np.asarray(image), field)
    # our own readers are stricter about what a PNG may hold
    assert np.array_equal(decode(png).grey, field)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_the_picture_is_a_png_as_its_standard_has_it(field: Field) -> None:
    (header, size), (pixels, stream), (end, nothing) = chunks(png_of(field))
    assert (header, pixels, end, nothing) == (b"IHDR", b"IDAT", b"IEND", b"")
    assert struct.unpack(">IIBBBBB", size) == (FIELD_PX, FIELD_PX, 8, 0, 0, 0, 0)
    inflater = zlib.decompressobj()
    rows = inflater.decompress(stream) + inflater.flush()
    assert inflater.eof  # its checksum too was there, and right
    assert inflater.unused_data == b""
    assert zlib.decompress(stream) == rows
    unfiltered = b"".join(b"\0" + row.tobytes() for row in field)
    assert rows == unfiltered


def test_every_rungs_answer_shows_the_same_drawing() -> None:
    rungs = [fake_rung("low", reads(1)), fake_rung("high")]
    answers = answers_of(digit_of(FIELDS["noise"]), rungs)
    assert [(answer["model"], answer["digit"]) for answer in answers] == [("low", 1), ("high", 7)]
    for answer in answers:
        assert answer["preprocessing"] == answers[0]["preprocessing"]
        assert answer["preprocessing"]["box"] == (1, 2, 3, 4)
        assert answer["preprocessing"]["inverted"] is True


@pytest.mark.parametrize(("digits", "agree"), [([7], True), ([7, 7], True), ([7, 1, 7], False)])
def test_all_answers_say_whether_they_agree(digits: list[int], agree: bool) -> None:
    rungs = [fake_rung(f"rung_{number}", reads(digit)) for number, digit in enumerate(digits)]
    answers = answers_of(digit_of(FIELDS["every grey"]), rungs)
    told: dict[str, Any] = orjson.loads(encode_all(answers))
    assert [answer["digit"] for answer in told["results"]] == digits
    assert told["agree"] is agree
    # each is what it would be alone
    assert told["results"][0] == orjson.loads(encode_one(answers[:1]))

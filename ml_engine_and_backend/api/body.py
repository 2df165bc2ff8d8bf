"""Request body -> the picture's bytes, whichever of the three ways it was sent."""

import base64
import binascii
import json
import re
from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ml_engine_and_backend.api.problems import HTTPProblemError, shortened

PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")
MULTIPART = "multipart/form-data"
JSON = "application/json"
FIELD = "file"
DROPPED_BYTES = 32 * 1024 * 1024

DATA_URL = re.compile(r"data:(?:image/[\w.+-]+)?(?:;[\w-]+=[\w.-]+)*;base64,", re.ASCII | re.I)


async def read_picture(request: Request, max_bytes: int) -> bytes:
    """The encoded picture that the request carries.

    Raises:
        HTTPProblemError: 400 for a malformed body, 413 for one of more than `max_bytes`, 415 for a
            media type that we do not take.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise HTTPProblemError(
            415,
            "unsupported-encoding",
            "This content encoding is not supported",
            f"expected a body without Content-Encoding, got {shortened(encoding)}",
            {"Accept-Encoding": "identity"},
        )
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        return await _from_form(request, max_bytes)
    if media_type == JSON:
        return _from_json(await _read(request, max_bytes))
    if media_type in PICTURE_TYPES:
        return await _read(request, max_bytes)
    expected = ", ".join((MULTIPART, *PICTURE_TYPES))
    raise HTTPProblemError(
        415,
        "unsupported-media-type",
        "This kind of body is not supported",
        f"expected Content-Type {expected} or {JSON}, got {shortened(media_type) or 'none'}",
        {"Accept-Post": f"{expected}, {JSON}"},
    )


async def _bounded(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """The body in chunks, or 413 for more than `max_bytes`, announced or come.

    What is over is read and dropped up to DROPPED_BYTES, since most clients look for an answer
    only when they have sent everything; a client that waits for a word first gets it at once.
    """
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isascii() and announced.isdigit() else 0
    waits = request.headers.get("expect", "").lower() == "100-continue"
    if length > (max_bytes if waits else DROPPED_BYTES):
        raise _too_large(max_bytes, str(length))
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if max(received, length) <= max_bytes:
            yield chunk
        elif received > DROPPED_BYTES:
            raise _too_large(max_bytes, f"more than {DROPPED_BYTES}")
    if received > max_bytes:
        raise _too_large(max_bytes, str(received))


def _too_large(max_bytes: int, came: str) -> HTTPProblemError:
    return HTTPProblemError(
        413,
        "body-too-large",
        "The body is too large",
        f"expected at most {max_bytes} bytes, got {came}",
        # what was not read must not be taken for the next request
        {"Connection": "close"},
    )


async def _read(request: Request, max_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in _bounded(request, max_bytes)])


async def _from_form(request: Request, max_bytes: int) -> bytes:
    try:
        parser = MultiPartParser(request.headers, _bounded(request, max_bytes))
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        reason = error.message if isinstance(error, MultiPartException) else str(error)
        raise _malformed(
            f"expected a {MULTIPART} body, got one that cannot be read: {reason}"
        ) from error
    parts = form.getlist(FIELD)
    if len(parts) > 1:
        await form.close()
        raise _malformed(f"expected one field {FIELD!r}, got {len(parts)}")
    part = form.get(FIELD)
    try:
        if isinstance(part, UploadFile):
            return await part.read()
    finally:
        await form.close()
    came = f"{FIELD!r} as text" if part is not None else shortened(f"the fields {sorted(form)}")
    raise _malformed(f"expected the picture as a file in the field {FIELD!r}, got {came}")


def _from_json(body: bytes) -> bytes:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"expected JSON, got {len(body)} bytes that are not: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("image"), str):
        came = f"a {type(content).__name__}"
        if isinstance(content, dict):
            image = content.get("image")
            came = f"the keys {sorted(content)}" if image is None else f"image: {image!r}"
        raise _malformed(f'expected {{"image": "<base64 or a data: URL>"}}, got {shortened(came)}')
    text: str = content["image"].strip()
    if text[:5].lower() == "data:":
        header = DATA_URL.match(text)
        if not header:
            raise _malformed(f"expected data:image/…;base64,…, got {shortened(text)!r}")
        text = text[header.end() :]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(f"expected base64 in 'image', got {shortened(text)!r}: {error}") from error


def _malformed(detail: str) -> HTTPProblemError:
    return HTTPProblemError(400, "malformed-body", "The body is malformed", detail)

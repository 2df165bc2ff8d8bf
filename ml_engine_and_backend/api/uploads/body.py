"""Request body -> the picture's bytes, whichever of the three ways it was sent."""

import base64
import binascii
import json
import re

from starlette.requests import ClientDisconnect, Request

from ml_engine_and_backend.api.errors.problems import HTTPProblemError, shortened
from ml_engine_and_backend.api.middleware.admission import Admission
from ml_engine_and_backend.api.uploads.form import FormError, file_of_form

PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")
MULTIPART = "multipart/form-data"
JSON = "application/json"
FIELD = "file"
TAKEN_TYPES = (MULTIPART, *PICTURE_TYPES, JSON)
DROPPED_BYTES = 32 * 1024 * 1024

DATA_URL = re.compile(r"data:(?:image/[\w.+-]+)?(?:;[\w-]+=[\w.-]+)*;base64,", re.ASCII | re.I)


async def read_picture(request: Request, max_bytes: int, admission: Admission) -> bytes:
    """The encoded picture that the request carries.

    Raises:
        HTTPProblemError: 400 for a malformed body, 413 for one of more than `max_bytes`, 415 for a
            media type that we do not take, 503 for one body too many that is still to come.
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
    content_type = request.headers.get("content-type", "")
    media_type = media_type_of(content_type)
    if media_type not in TAKEN_TYPES:
        expected = ", ".join(TAKEN_TYPES[:-1])
        raise HTTPProblemError(
            415,
            "unsupported-media-type",
            "This kind of body is not supported",
            f"expected Content-Type {expected} or {JSON}, got {shortened(media_type) or 'none'}",
            {"Accept-Post": f"{expected}, {JSON}"},
        )
    return picture_in(await read_body(request, max_bytes, admission), content_type)


def picture_in(body: bytes, content_type: str) -> bytes:
    """The encoded picture in a whole body of one of TAKEN_TYPES.

    Raises:
        HTTPProblemError: 400 for a malformed body.
    """
    media_type = media_type_of(content_type)
    if media_type in PICTURE_TYPES:
        return body
    if media_type == MULTIPART:
        try:
            return file_of_form(body, content_type, FIELD)
        except FormError as error:
            raise _malformed(shortened(str(error), 200)) from error
    return _from_json(body)


def media_type_of(content_type: str) -> str:
    """The media type in a Content-Type header, in lower case and without parameters."""
    return content_type.partition(";")[0].strip().lower()


async def read_body(request: Request, max_bytes: int, admission: Admission) -> bytes:
    """The whole body, or 413 for more than `max_bytes`, announced or come.

    What is over is read and dropped up to DROPPED_BYTES, since most clients look for an answer
    only when they have sent everything; a client that waits for a word first gets it at once.

    Raises:
        HTTPProblemError: 413; 503 when there is no room for one more body that is still to come.
        ClientDisconnect: nobody is there any more.
    """
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isascii() and announced.isdigit() else 0
    waits = request.headers.get("expect", "").lower() == "100-continue"
    if length > (max_bytes if waits else DROPPED_BYTES):
        raise _too_large(max_bytes, str(length))
    body, is_whole = await _receive(request)
    if not is_whole:
        with admission.upload():
            chunks, received = [body], len(body)
            while not is_whole:
                chunk, is_whole = await _receive(request)
                received += len(chunk)
                if max(received, length) <= max_bytes:
                    chunks.append(chunk)
                elif received > DROPPED_BYTES:
                    raise _too_large(max_bytes, f"more than {DROPPED_BYTES}")
                else:
                    chunks.clear()
            if received > max_bytes:
                raise _too_large(max_bytes, str(received))
            return b"".join(chunks)
    if len(body) > max_bytes:
        raise _too_large(max_bytes, str(len(body)))
    return body


async def _receive(request: Request) -> tuple[bytes, bool]:
    """A piece of the body, and whether it is the last."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), not message.get("more_body", False)


def _too_large(max_bytes: int, came: str) -> HTTPProblemError:
    return HTTPProblemError(
        413,
        "body-too-large",
        "The body is too large",
        f"expected at most {max_bytes} bytes, got {came}",
        # what was not read must not be taken for the next request
        {"Connection": "close"},
    )


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

"""Request -> the encoded picture's bytes, whichever of the three ways it was sent."""

import base64
import binascii
import json
import re
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from ml_engine_and_backend.api.errors.problems import HTTPProblemError, shortened
from ml_engine_and_backend.api.uploads.body import read_body

PICTURE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")
# names that browsers and other programs give to the same formats
PICTURE_ALIASES: Final = (
    *("image/jpg", "image/pjpeg", "image/x-png", "image/apng"),
    *("image/x-bmp", "image/x-ms-bmp", "image/x-windows-bmp"),
)
MULTIPART: Final = "multipart/form-data"
JSON: Final = "application/json"
FIELD: Final = "file"
TAKEN_TYPES: Final = (MULTIPART, *PICTURE_TYPES, JSON)
# bounds the work that a form of nothing but fields makes
MAX_FIELDS: Final = 100

# RFC 2397, with the spaces and quoted parameters that are seen in it. Quantifiers are possessive:
# with backtracking, a kilobyte of parameters would keep the event loop busy for years.
DATA_URL: Final = re.compile(
    r'data:[^,;"]*+(?:;\s*+[\w.+-]++\s*+=\s*+(?:"[^"]*+"|[^",;]*+))*+;\s*+base64\s*+,',
    re.ASCII | re.I,
)
URL_SAFE: Final = str.maketrans("-_", "+/")


async def read_picture(request: Request, max_bytes: int) -> bytes:
    """The encoded picture that the request carries.

    Raises:
        HTTPProblemError: 400 for a malformed body, 408 for one that does not come, 413 for one of
            more than `max_bytes`, 415 for a media type that we do not take.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in (*TAKEN_TYPES, *PICTURE_ALIASES):
        expected = ", ".join(TAKEN_TYPES[:-1])
        raise HTTPProblemError(
            415,
            "unsupported-media-type",
            "This kind of body is not supported",
            f"expected Content-Type {expected} or {JSON}, got {shortened(media_type) or 'none'}",
            {"Accept-Post": f"{expected}, {JSON}"},
        )
    body = await read_body(request, max_bytes)
    if media_type == MULTIPART:
        return await _from_form(request, body)
    return _from_json(body) if media_type == JSON else body


async def _from_form(request: Request, body: bytes) -> bytes:
    parts = _without_preamble(request, body)

    async def receive() -> Message:
        return {"type": "http.request", "body": parts}

    try:
        async with Request(request.scope, receive).form(max_files=1, max_fields=MAX_FIELDS) as form:
            named = form.getlist(FIELD)
            if len(named) > 1:
                raise _malformed(f"expected one field {FIELD!r}, got {len(named)}")
            if named and isinstance(named[0], UploadFile):
                return await named[0].read()
            came = f"{FIELD!r} as text" if named else f"the fields {sorted(form)}"
    except HTTPException as error:
        raise _malformed(
            f"expected a multipart/form-data body with one file, "
            f"got one that cannot be read: {error.detail}"
        ) from error
    raise _malformed(
        f"expected the picture as a file in the field {FIELD!r}, got {shortened(came)}"
    )


def _without_preamble(request: Request, body: bytes) -> bytes:
    """The form from its first boundary on: what precedes it is ignored (RFC 2046, section 5.1.1).

    A truncated form is refused here: Starlette's parser takes it for a shorter one.
    """
    _, options = parse_options_header(request.headers["content-type"])
    boundary = b"\r\n--" + options.get(b"boundary", b"")
    start = (b"\r\n" + body).find(boundary)  # a boundary begins a line
    if b"boundary" not in options or start < 0 or boundary + b"--" not in body:
        raise _malformed(
            "expected a multipart/form-data body up to its closing boundary, "
            f"as Content-Type names it, got {len(body)} bytes without"
        )
    return body[start:]


def _from_json(body: bytes) -> bytes:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"expected JSON, got {len(body)} bytes that are not: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("image"), str):
        came = type(content).__name__
        if isinstance(content, dict):
            image = content.get("image")
            came = f"the keys {sorted(content)}" if image is None else f"image: {image!r}"
        raise _malformed(f'expected {{"image": "<base64 or a data: URL>"}}, got {shortened(came)}')
    return picture_of(content["image"])


def picture_of(image: str) -> bytes:
    """The picture in base64 or a data: URL.

    Raises:
        HTTPProblemError: 400 for neither of the two.
    """
    text = image.strip()
    if text[:5].lower() == "data:":
        header = DATA_URL.match(text)
        if not header:
            raise _malformed(f"expected data:image/…;base64,…, got {shortened(text)!r}")
        text = text[header.end() :]
    # RFC 4648: either alphabet, with padding or without
    digits = "".join(text.split()).translate(URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(f"expected base64 in 'image', got {shortened(text)!r}: {error}") from error


def _malformed(detail: str) -> HTTPProblemError:
    return HTTPProblemError(400, "malformed-body", "The body is malformed", detail)

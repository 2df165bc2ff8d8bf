"""Pictures within JSON (RFC 2397)."""

import base64

import numpy as np

from ml_engine_and_backend.engine.plain_png import grey_png
from ml_engine_and_backend.engine.preprocessing import FIELD_PX, Field


def data_url(field: Field) -> str:
    """The field as a PNG."""
    return file_url(grey_png(field), "image/png")


def kept_field_url(field: bytes) -> str:
    """The field as a PNG, from its bytes as the database has them."""
    return data_url(np.frombuffer(field, np.uint8).reshape(FIELD_PX, FIELD_PX))


def file_url(file: bytes, media_type: str) -> str:
    """Any file."""
    return f"data:{media_type};base64,{base64.b64encode(file).decode()}"

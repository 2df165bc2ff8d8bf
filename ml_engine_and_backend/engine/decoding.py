"""Encoded picture -> grey levels: every mode, orientation and transparency that people send."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

from ml_engine_and_backend.engine.errors import TooManyPixelsError, UnreadablePictureError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_PIXELS = 4096 * 4096  # a 12-megapixel photograph passes
# A digit ends as 20 px, so nothing is lost by working on a picture of at most this side.
WORKING_SIDE_PX = 1024
# Luminance spread of the visible pixels above which they hold a ground and its ink, not ink alone.
GROUND_AND_INK_SPREAD = 64

Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    """A decoded picture as a person sees it: upright, flat, grey.

    `grey` is float32 (height, width) in 0..255. A large picture is reduced by area averaging:
    one of its pixels then stands for `reduction` × `reduction` pixels of the upload, which
    measures `width_px` × `height_px` once upright.
    """

    grey: Grey
    width_px: int
    height_px: int
    reduction: int = 1


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a PNG, JPEG, WebP, GIF (first frame) or BMP file held in memory.

    EXIF orientation is applied, so a photograph taken sideways stands upright. Transparent
    pixels become background (see `_flatten`).

    Raises:
        UnreadablePictureError: not one of these formats, truncated, or damaged.
        TooManyPixelsError: the header announces more than `max_pixels`; nothing was decoded.
    """
    image = _open(data, max_pixels)
    try:
        image.load()
        image = _upright(image)
        grey = _flatten(*_grey_and_alpha(image))
    except Exception as error:  # a decoder raises whatever a damaged file leads it to
        raise UnreadablePictureError(
            f"expected a whole {image.format or 'picture'} file, got {len(data)} bytes "
            f"that cannot be decoded ({error})"
        ) from error
    height_px, width_px = grey.shape
    reduction = -(-max(width_px, height_px) // WORKING_SIDE_PX)
    if reduction > 1:
        grey = np.asarray(Image.fromarray(grey).reduce(reduction), dtype=np.float32)
    return Picture(grey, width_px, height_px, reduction)


def _open(data: bytes, max_pixels: int) -> Image.Image:
    """Read the header only, and refuse what should not be decoded."""
    if not data:
        raise UnreadablePictureError(f"expected a {_one_of_formats()} picture, got 0 bytes")
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        if image.format == "PNG":
            # Decoding skips the checksums of the pixel data; this reads them all.
            Image.open(BytesIO(data), formats=("PNG",)).verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixelsError(f"expected at most {max_pixels} pixels: {error}") from error
    except UnidentifiedImageError as error:
        raise UnreadablePictureError(
            f"expected a {_one_of_formats()} picture, "
            f"got {len(data)} bytes that begin with {data[:8]!r}"
        ) from error
    except Exception as error:  # as in decode: damaged headers raise anything
        raise UnreadablePictureError(
            f"expected a whole {_one_of_formats()} file, got a damaged one ({error})"
        ) from error
    if image.width * image.height > max_pixels:
        raise TooManyPixelsError(
            f"expected at most {max_pixels} pixels, "
            f"got {image.width} × {image.height} = {image.width * image.height}"
        )
    return image


def _one_of_formats() -> str:
    return f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"


def _upright(image: Image.Image) -> Image.Image:
    try:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) != 1
    except Exception:  # unreadable EXIF says nothing about the pixels
        return image
    return ImageOps.exif_transpose(image) if turned else image


def _grey_and_alpha(image: Image.Image) -> tuple[Grey, Grey | None]:
    """Luminance 0..255 and, where the picture has any, opacity 0..1; each (height, width)."""
    if image.mode.startswith("I"):  # 16 bits a pixel: 0..65535 onto 0..255
        levels = np.asarray(image).astype(np.float32)
        key = image.info.get("transparency")  # the one level that is see-through
        alpha = None if key is None else (levels != key).astype(np.float32)
        return np.clip(levels / np.float32(257), 0, 255), alpha
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        opacity: Grey = np.asarray(rgba.getchannel("A"), dtype=np.float32) / np.float32(255)
        return np.asarray(rgba.convert("L"), dtype=np.float32), opacity
    if image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L"), dtype=np.float32), None


def _flatten(grey: Grey, alpha: Grey | None) -> Grey:
    """Compose the picture on the background that its visible pixels call for.

    Visible pixels of about one tone are ink alone, whose background is the opposite: white
    behind dark strokes, black behind light ones. Where they span light and dark they hold a
    ground with ink on it (a page, a sticker, strokes smoothed against white), and the tone along
    their edge goes on behind the transparent pixels.
    """
    if alpha is None or alpha.min(initial=1) == 1:
        return grey
    visible = alpha > min(0.5, alpha.max() / 2)
    if not visible.any():
        return np.full_like(grey, 255)
    low, median, high = np.percentile(grey[visible], (2, 50, 98))
    background = 255.0 if median < 128 else 0.0
    if high - low > GROUND_AND_INK_SPREAD:
        edge = visible & ~ndimage.binary_erosion(visible)
        background = float(np.median(grey[edge]))
    return np.asarray(grey * alpha + background * (1 - alpha), dtype=np.float32)

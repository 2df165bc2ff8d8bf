"""Encoded picture -> grey levels: every mode, orientation and transparency that people send."""

import threading
from contextlib import nullcontext
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from ml_engine_and_backend.engine.errors import (
    BadBoxError,
    TooManyPixelsError,
    UnreadablePictureError,
)
from ml_engine_and_backend.engine.plain_png import plain_pixels
from ml_engine_and_backend.engine.sanitising import orientation, without_metadata

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_PIXELS = 50_000_000  # a phone's photograph passes
# Of larger pictures only one is decoded at a time: each may take a quarter of a gigabyte.
LARGE_PIXELS = 4_000_000
STRIP_ROWS = 64  # of the reduced picture, at a time
# A digit ends as 20 px, so nothing is lost by working on a picture of at most this side.
WORKING_SIDE_PX = 1024
# Grey levels that visible pixels of one tone stay within; more are a ground and its ink.
ONE_TONE_SPREAD = 64

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Grey = Bytes | Floats


Box = tuple[int, int, int, int]  # left, top, right and bottom in pixels, the last two excluded


class Picture(NamedTuple):
    """A decoded picture as a person sees it: upright, flat, grey.

    `grey` (height, width) is uint8, or float32 where levels are computed: in 0..255, or beyond
    where the picture has colours, so that a colour is as far from the background as its strongest
    channel. A large picture is reduced by area averaging: one of its pixels then stands for
    `reduction` × `reduction` pixels of the upload, which measures `width_px` × `height_px` once
    upright. The first pixel lies `left_px` and `top_px` into that, where only a part was wanted.
    """

    grey: Grey
    width_px: int
    height_px: int
    reduction: int = 1
    left_px: int = 0
    top_px: int = 0


def decode(data: bytes, max_pixels: int = MAX_PIXELS, box: Box | None = None) -> Picture:
    """Decode a PNG, JPEG, WebP, GIF (first frame) or BMP file held in memory.

    EXIF orientation is applied, so a photograph taken sideways stands upright. Transparent
    pixels become background (see `_flatten`). With a `box`, only that part of the upright picture.

    Raises:
        UnreadablePictureError: not one of these formats, truncated, or damaged.
        TooManyPixelsError: the header announces more than `max_pixels`; nothing was decoded.
        BadBoxError: the box is empty, or reaches out of the picture.
    """
    file, exif = without_metadata(data)
    if orientation(exif) == 1 and box is None:
        channels = plain_pixels(file, min(max_pixels, WORKING_SIDE_PX**2))
        if channels is not None and max(channels.shape) <= WORKING_SIDE_PX:
            return Picture(_grey(channels), channels.shape[1], channels.shape[0])
    image = _open(file, max_pixels)
    exif = exif or image.info.get("exif", b"")
    turned = orientation(exif) >= 5
    width_px, height_px = image.size[::-1] if turned else image.size
    left, top, right, bottom = box or (0, 0, width_px, height_px)
    if not (0 <= left < right <= width_px and 0 <= top < bottom <= height_px):
        raise BadBoxError(
            f"expected a box left,top,right,bottom within 0,0,{width_px},{height_px}, "
            f"got {left},{top},{right},{bottom}"
        )
    with _ONE_LARGE if width_px * height_px > LARGE_PIXELS else nullcontext():
        return _decoded(image, exif, len(data), (width_px, height_px), (left, top, right, bottom))


_ONE_LARGE = threading.Lock()


def _decoded(
    image: Image.Image, exif: bytes, size_bytes: int, size: tuple[int, int], box: Box
) -> Picture:
    kind, tiles = image.format, getattr(image, "tile", [])
    # what of the picture the first frame covers
    frame = tiles[0].extents if kind == "GIF" and tiles else None
    left, top, right, bottom = box
    by = -(-max(right - left, bottom - top) // WORKING_SIDE_PX)
    try:
        if kind == "JPEG" and by > 1:  # decoded at a half, a quarter or an eighth of its size
            image.draft(None, (image.width // by, image.height // by))
        image.load()
        image = _upright(image, exif)
        scale = max(1, round(max(size) / max(image.size)))
        if box != (0, 0, *size):
            image = image.crop(
                (left // scale, top // scale, -(-right // scale), -(-bottom // scale))
            )
        reduction = -(-max(image.size) // WORKING_SIDE_PX)
        grey = _grey(_reduced(image, reduction))
    except Exception as error:  # a decoder raises whatever a damaged file leads it to
        raise UnreadablePictureError(
            f"expected a whole {kind} file, got {size_bytes} bytes that cannot be decoded ({error})"
        ) from error
    if frame and frame != (0, 0, *size):
        edges = np.subtract(frame, (left, top, left, top)) // reduction
        grey = _extend_frame(grey, np.maximum(edges, 0).tolist())
    return Picture(grey, *size, reduction * scale, left, top)


def _open(data: bytes, max_pixels: int) -> Image.Image:
    """The picture, of which only the header is read; refuses what is too large."""
    if not data:
        raise UnreadablePictureError(f"expected a {_one_of_formats()} picture, got 0 bytes")
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnreadablePictureError(
            f"expected a {_one_of_formats()} picture, "
            f"got {len(data)} bytes that begin with {data[:8]!r}"
        ) from error
    # Pillow's own limits: at one it warns, which a service turns into an error, at twice as much
    # it refuses
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise TooManyPixelsError(
            f"expected at most {max_pixels} pixels, got more: {error}"
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


def _upright(image: Image.Image, exif: bytes) -> Image.Image:
    turn = _TURNS.get(orientation(exif))
    return image if turn is None else image.transpose(turn)


# what makes a picture of each EXIF orientation stand upright
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _reduced(image: Image.Image, reduction: int) -> Bytes:
    """The picture as L, RGB or RGBA with 8 bits a channel, `reduction` times smaller.

    Strip by strip, and reduced before anything else is computed: a large picture must not cost
    large arrays.
    """
    if reduction == 1:
        return np.asarray(_plain(image))
    rows = reduction * STRIP_ROWS
    strips = []
    for top in range(0, image.height, rows):
        strip = _plain(image.crop((0, top, image.width, min(top + rows, image.height))))
        if strip.mode == "RGBA":
            # hidden colours must not bleed into visible ones: averaged as premultiplied
            strip = strip.convert("RGBa").reduce(reduction).convert("RGBA")
        else:
            strip = strip.reduce(reduction)
        strips.append(np.asarray(strip))
    return np.concatenate(strips)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel
        levels = np.asarray(image)
        key = image.info.get("transparency")  # the one level that is see-through
        image = Image.fromarray(np.clip(levels // 257, 0, 255).astype(np.uint8))
        if key is not None:
            image.putalpha(Image.fromarray(np.where(levels == key, 0, 255).astype(np.uint8)))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image


def _grey(channels: Bytes) -> Grey:
    """Grey levels (height, width) of a picture that is grey, RGB or RGBA in its last axis."""
    if channels.ndim == 2:
        return channels
    if channels.shape[2] == 4:
        # a pixel as one number: red is its lowest byte, opacity its highest
        pixels = channels.view("<u4")[..., 0]
        red = pixels.astype(np.uint8)
        opaque_grey = red * np.uint32(0x010101)
        opaque_grey += np.uint32(0xFF000000)
        if (opaque_grey == pixels).all():
            return red
        alpha = channels[..., 3]
        if alpha.min() < 255:
            return _flatten(_luminance(channels), alpha)
        channels = channels[..., :3]
    if (channels[..., :1] == channels[..., 1:]).all():
        return np.ascontiguousarray(channels[..., 0])
    return _by_strongest_channel(channels, _luminance(channels))


def _luminance(channels: Bytes) -> Floats:
    return np.asarray(Image.fromarray(channels).convert("L"), dtype=np.float32)


def border_width(levels: NDArray[Any]) -> int:
    """A twentieth of the shorter side, in pixels, so a thin frame line is not the median."""
    height, width = levels.shape[:2]
    return int(max(1, min(height, width) // 20))


def border_of(levels: NDArray[Any]) -> NDArray[Any]:
    """The pixels (n,) or (n, channels) of a picture's outer ring, `border_width` wide."""
    wide = border_width(levels)
    inner = levels[wide:-wide]
    sides = levels[:wide], levels[-wide:], inner[:, :wide], inner[:, -wide:]
    return np.concatenate([side.reshape(-1, *levels.shape[2:]) for side in sides])


def _by_strongest_channel(channels: Bytes, luminance: Floats) -> Floats:
    """Grey levels in which red on a green of the same luminance stands out.

    Each pixel is as far from the background, the border's median colour, as its strongest channel.
    """
    background = np.median(border_of(channels), axis=0).astype(np.int16)
    difference = channels.astype(np.int16) - background
    strongest = np.abs(difference).argmax(axis=-1)[..., None]
    ground = np.median(border_of(luminance))
    signed = np.take_along_axis(difference, strongest, axis=-1)[..., 0]
    return np.asarray(ground + signed, dtype=np.float32)


def _flatten(grey: Floats, alpha: Bytes) -> Floats:
    """Give a picture with transparent pixels the background that its visible ones call for.

    A page or a sticker brings its ground: visible pixels of several tones within an edge of one.
    That tone goes on behind the transparent pixels. All else is ink alone, drawn on nothing, in
    one tone or several: then its opacity is the drawing, dark on white or light on black.
    """
    visible = alpha > alpha.max() // 2
    if not visible.any():
        return np.full_like(grey, 255)
    tones = grey[visible]
    opacity = alpha.astype(np.float32) / np.float32(255)
    if _spread(tones) > ONE_TONE_SPREAD:
        edge = grey[visible & ~ndimage.binary_erosion(visible)]
        if _spread(edge) <= ONE_TONE_SPREAD:
            ground = np.float32(np.median(edge))
            return np.asarray(grey * opacity + ground * (1 - opacity), dtype=np.float32)
    drawn = 255 * opacity
    return np.asarray(255 - drawn if np.median(tones) < 128 else drawn, dtype=np.float32)


def _spread(tones: Floats) -> float:
    low, high = np.percentile(tones, (5, 95))
    return float(high - low)


def _extend_frame(grey: Grey, frame: list[int]) -> Floats:
    """Let the tone of the frame's border go on where a GIF's first frame does not reach.

    Browsers show nothing there; the decoder fills it with whatever colour is first.
    """
    left, top, right, bottom = frame
    inside = grey[top:bottom, left:right]
    extended = grey.astype(np.float32)
    if inside.size:
        extended[...] = np.median(border_of(inside))
        extended[top:bottom, left:right] = inside
    return extended

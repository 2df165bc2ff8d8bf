"""A picture -> the request that carries it; either may be damaged."""

import base64
import json
from random import Random

from tests.fuzz.damage import damaged, damaged_png
from tests.fuzz.message import Message
from tests.fuzz.pictures import pictures

PICTURES = pictures()
PATHS = ("/predict/", "/predict/", "/predict", "/predict/all")
QUERIES = (
    *(b"model=low", b"model=middle@1", b"model=middle@99", b"model=", b"model=low&model=high"),
    *(b"model=%00", b"model=%ff%fe", b"model=" + b"x" * 9_999, b"&&==%", b"\xff", b"mode=low"),
)
TYPES = (
    *("image/png", "image/bmp", "image/webp", "", "image/png; q=1", "IMAGE/PNG", "image/tiff"),
    *("text/plain", "multipart/form-data", "application/json; charset=utf-16", "\xff", "x" * 9_999),
)
# what "image" may be, beside base64
SHAPES: tuple[object, ...] = (
    *(None, True, 7, -1e308, [], {}, "", "data:", "data:;base64,", "=", "====", "\0", "\ud800"),
    *("data:image/png;base64,=", [[[]]], {"image": {"image": ""}}, "é" * 99, "A" * 99_999),
)
BOUNDARIES = ("x", "----WebKitFormBoundary0123456789abcdef", "'()+_,-./:=?", "-")
FIELD_NAMES = (
    *(b"name=", b'name="', b'name="file', b"name*=utf-8''file", b"name*=''", b'name="\xff\xfe"'),
    *(b"name=file; name=file", b"name*0=fi; name*1=le", b"filename=file", b"name*=x'", b";;;="),
)


def picture_request(random: Random) -> Message:
    """A request with a damaged picture, envelope or both."""
    media_type, picture = random.choice(PICTURES)
    if media_type == "image/png" and random.random() < 0.7:
        picture = damaged_png(random, picture)
    elif random.random() < 0.9:
        picture = damaged(random, picture)
    message = random.choice((_raw, _raw, _form, _json))(random, media_type, picture)
    message.path = random.choice(PATHS)
    if random.random() < 0.05:
        message.query = random.choice(QUERIES)
    if random.random() < 0.1:
        length = len(message.body[0])
        numbers = (0, length + 1, length - 1, 2**31, 2**64, 10**30, 1_048_577, 40_000_000)
        texts = ("", "-1", "+5", "0x10", " 7 ", "1,2", "\xb2", "NaN")
        told = random.choice((*map(str, numbers), *texts))
        message.headers.append(("Content-Length", told))
        if random.random() < 0.2:
            message.headers.append(("Expect", "100-continue"))
    if random.random() < 0.1:
        cut = random.randint(0, len(message.body[0]))
        message.body = [message.body[0][:cut], b"", message.body[0][cut:]]
    return message


def _raw(random: Random, media_type: str, picture: bytes) -> Message:
    if random.random() < 0.1:
        media_type = random.choice(TYPES)
    return Message(headers=[("Content-Type", media_type)], body=[picture])


def _form(random: Random, media_type: str, picture: bytes) -> Message:
    boundary = random.choice(BOUNDARIES)
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="7.png"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    ).encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    told = f'"{boundary}"'
    preamble = b""
    match random.randrange(10):
        case 0:
            told = random.choice(("", "y", boundary * 40, boundary + " ", '"', "\xe4"))
        case 1:
            part = part.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\n\r\n", b"")))
        case 2:
            part *= random.choice((2, 99, 101, 2_000))
        case 3:
            part = damaged(random, part)
        case 4:
            end = damaged(random, end)
        case 5:
            part = part.replace(b'name="file"', random.choice(FIELD_NAMES))
        case 6:
            preamble = b"preamble" * random.choice((1, 9_999))
        case 7:
            part = part[:-2] + b"X: " + b"y" * 70_000 + b"\r\n\r\n"
    content_type = f"multipart/form-data; boundary={told}"
    return Message(headers=[("Content-Type", content_type)], body=[preamble + part + picture + end])


def _json(random: Random, media_type: str, picture: bytes) -> Message:
    text = base64.b64encode(picture).decode()
    if random.random() < 0.5:
        text = f"data:{media_type};base64,{text}"
    encoded = json.dumps({"image": text}).encode()
    match random.randrange(7):
        case 0:
            shape = random.choice(SHAPES)
            encoded = json.dumps(random.choice(({"image": shape}, shape, [shape]))).encode()
        case 1:
            encoded = damaged(random, encoded)
        case 2:
            cut = text[: random.randint(0, len(text))] + random.choice(("", "=", "==", "-_", "\n"))
            encoded = json.dumps({"image": cut}).encode()
        case 3:
            encoding = random.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7"))
            encoded = json.dumps({"image": text}).encode(encoding)
        case 4:
            encoded = random.choice((b"[", b'{"image":', b'"', b"-", b"1e", b" ")) * 50_000
    return Message(headers=[("Content-Type", "application/json")], body=[encoded])

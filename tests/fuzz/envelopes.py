"""A picture -> the request that carries it, true or not."""

import base64
import json
from random import Random

from tests.fuzz.damage import damaged
from tests.fuzz.lies import with_lie
from tests.fuzz.message import Message
from tests.fuzz.pictures import pictures

PICTURES = pictures()
TYPES = sorted({media_type for media_type, _ in PICTURES})
PATHS = ("/predict/", "/predict/", "/predict", "/predict/all")
QUERIES = (
    *(b"model=low", b"model=middle@1", b"model=middle@99", b"model=", b"model=low&model=high"),
    *(b"model=%00", b"model=%ff%fe", b"model=" + b"x" * 9_999, b"&&==%", b"\xff", b"mode=low"),
)
OTHER_TYPES = (
    *("", "image/png; q=1", "IMAGE/PNG", "image/", "image/tiff", "text/plain", "multipart/mixed"),
    *("multipart/form-data", "application/json; charset=utf-16", ";", "\xff", "x" * 9_999),
)
# what "image" may be, beside base64
SHAPES: tuple[object, ...] = (
    *(None, True, 7, -1e308, [], {}, "", "data:", "data:;base64,", "=", "====", "\0", "\ud800"),
    *("data:image/png;base64,=", [[[]]], {"image": {"image": ""}}, "é" * 99, "A" * 99_999),
)


def picture_request(random: Random) -> Message:
    """A request of which the picture, the envelope or both are hostile."""
    media_type, picture = random.choice(PICTURES)
    match random.randrange(10):
        case 0:
            pass
        case 1 | 2 | 3:
            picture = damaged(random, picture)
        case 4:
            picture = damaged(random, with_lie(random, media_type, picture))
        case _:
            picture = with_lie(random, media_type, picture)
    message = random.choice((_raw, _raw, _form, _json))(random, media_type, picture)
    message.path = random.choice(PATHS)
    if random.random() < 0.05:
        message.query = random.choice(QUERIES)
    if random.random() < 0.1:
        _lie_about_size(random, message)
    if random.random() < 0.1:
        message.body = _pieces(random, message.body[0])
    return message


def _raw(random: Random, media_type: str, picture: bytes) -> Message:
    if random.random() < 0.1:
        media_type = random.choice(TYPES if random.random() < 0.7 else OTHER_TYPES)
    return Message(headers=[("Content-Type", media_type)], body=[picture])


def _form(random: Random, media_type: str, picture: bytes) -> Message:
    boundary = random.choice(("x", "----WebKitFormBoundary0123456789abcdef", "'()+_,-./:=?", "-"))
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="7.png"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    ).encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    told = f'"{boundary}"'
    body = part + picture + end
    match random.randrange(12):
        case 0:
            told = random.choice(
                ("", "y", boundary * 40, boundary + " ", '"', "\xe4", boundary[1:])
            )
        case 1:
            body = body.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\n\r\n", b"")))
        case 2:
            body = part * random.choice((2, 99, 101, 2_000)) + picture + end
        case 3:
            body = damaged(random, part) + picture + end
        case 4:
            body = part + picture + damaged(random, end)
        case 5:
            body = part.replace(b'name="file"', random.choice(NAMES)) + picture + end
        case 6:
            body = b"preamble" * random.choice((1, 9_999)) + body + b"epilogue"
        case 7:
            body = (
                part.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 70_000 + b"\r\n\r\n") + picture + end
            )
    return Message(headers=[("Content-Type", f"multipart/form-data; boundary={told}")], body=[body])


NAMES = (
    *(b"name=", b'name="', b'name="file', b"name*=utf-8''file", b"name*=''", b'name="\xff\xfe"'),
    *(b"name=file; name=file", b"name*0=fi; name*1=le", b"filename=file", b"name*=x'", b";;;="),
)


def _json(random: Random, media_type: str, picture: bytes) -> Message:
    text = base64.b64encode(picture).decode()
    if random.random() < 0.5:
        text = f"data:{media_type};base64,{text}"
    encoded = json.dumps({"image": text}).encode()
    match random.randrange(8):
        case 0:
            encoded = json.dumps({"image": random.choice(SHAPES)}).encode()
        case 1:
            shape = random.choice(SHAPES)
            encoded = json.dumps(random.choice((shape, [shape], {"file": shape}))).encode()
        case 2:
            encoded = damaged(random, encoded)
        case 3:
            cut = text[: random.randint(0, len(text))] + random.choice(("", "=", "==", "-_", "\n"))
            encoded = json.dumps({"image": cut}).encode()
        case 4:
            encoding = random.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7"))
            encoded = json.dumps({"image": text}).encode(encoding)
        case 5:
            encoded = random.choice((b"[", b'{"image":', b'"', b"-", b"1e", b" ")) * 50_000
    return Message(headers=[("Content-Type", "application/json")], body=[encoded])


def _lie_about_size(random: Random, message: Message) -> None:
    length = len(message.body[0])
    lies = (0, length + 1, length - 1, 2**31, 2**63, 2**64, 10**30, 1_048_577, 40_000_000)
    told = random.choice((*map(str, lies), "", "-1", "+5", "0x10", " 7 ", "1,2", "\xb2", "NaN"))
    message.headers.append(("Content-Length", told))
    if random.random() < 0.2:
        message.headers.append(("Expect", "100-continue"))


def _pieces(random: Random, body: bytes) -> list[bytes]:
    """As a server that reads from a socket hands a body on: some pieces may be empty."""
    cuts = sorted(random.randint(0, len(body)) for _ in range(random.choice((1, 2, 9))))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]

"""What a connection brings: requests that bend or break HTTP/1.1, cut into pieces."""

from dataclasses import dataclass
from random import Random

from tests.api.conftest import PNG
from tests.fuzz.damage import damaged
from tests.fuzz.envelopes import picture_request
from tests.fuzz.message import Message

TENSOR = b'{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,28,28],"data":[%s]}]}' % (
    b",".join([b"0"] * 784)
)
PNG_TYPE = ("Content-Type", "image/png")
SOUND = (
    Message(headers=[PNG_TYPE], body=[PNG]),
    Message(headers=[PNG_TYPE], body=[PNG], query=b"model=low"),
    Message(path="/predict/all", headers=[PNG_TYPE], body=[PNG]),
    Message(path="/v2/models/high/infer", body=[TENSOR]),
    Message(headers=[PNG_TYPE, ("Expect", "100-continue")], body=[PNG * 400]),
    *(Message("GET", path) for path in ("/health", "/ready", "/models", "/v2", "/docs", "/")),
    *(Message(method, "/") for method in ("HEAD", "OPTIONS", "TRACE")),
)
TARGETS = (
    *(
        b"*",
        b"/" * 9,
        b"/%00",
        b"/%",
        b"/%ff%fe",
        b"/..",
        b"/../../etc/passwd",
        b"/%2e%2e/%2e%2e/x",
    ),
    *(
        b"http://elsewhere/predict/",
        b"elsewhere:80",
        b"/predict/?" + b"&" * 999,
        b"/\xff",
        b"/?\xff",
    ),
    *(b"/" + b"a" * 9_000, b"/" + b"a" * 70_000, b"", b"/predict/#", b"/models/" + b"%41" * 99),
    *(b"/v2/models/%2f/infer", b"/assets/%5c..%5c..", b"//elsewhere", b"\\", b"/predict/;x=y"),
)
METHODS = (
    *(b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"CONNECT", b"PRI"),
    *(b"get", b"BREW", b"", b"POST\0", b"M-SEARCH", b"SOURCE", b"P" * 9_999),
)
HEADERS = (
    *(b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999"),
    *(b"Content-Length: 9" + b"9" * n for n in (6, 9, 18, 40)),
    *(b"Content-Length: +3", b"Content-Length: 3, 3", b"Content-Length : 3", b"Content-Length:"),
    *(
        b"Transfer-Encoding: " + t
        for t in (b"chunked", b"gzip, chunked", b"identity", b"\x0bchunked")
    ),
    *(b"Connection: " + c for c in (b"close", b"keep-alive", b"Upgrade", b"\xff", b"close, close")),
    *(b"Upgrade: " + u for u in (b"websocket", b"h2c", b"TLS/1.0", b"")),
    *(b"Expect: 100-continue", b"Expect: the unexpected", b"Host: [", b"Host: a\0b", b"Host:"),
    *(
        b"Content-Encoding: gzip",
        b"Content-Encoding:",
        b"Accept-Encoding: \xff",
        b"Range: bytes=9-2",
    ),
    *(b"If-None-Match: *", b"If-Modified-Since: yesterday", b"Range: bytes=0-0,1-1,2-2"),
    *(
        b"X-Request-ID: " + b"i" * 65,
        b"X-Request-ID: a\tb",
        b"Inference-Header-Content-Length: 9e9",
    ),
    *(b"no colon", b": no name", b" folded", b"a b: c", b"X: \0", b"X: \r", b"\xff: \xff"),
    *(b"X: " + b"x" * 300_000, b"\r\n".join(b"X-%d: y" % n for n in range(3_000))),
)
CHUNKS = (
    *(
        b"5\r\nhello\r\n0\r\n\r\n",
        b"0\r\n\r\n",
        b"0\r\nTrailer: x\r\n\r\n",
        b"5;ext=1\r\nhello\r\n0\r\n",
    ),
    *(b"-1\r\nx\r\n", b"fffffffffffffffff\r\nx", b"7fffffffffffffff\r\nx\r\n", b"0x5\r\nhello\r\n"),
    *(
        b"5\r\nhel\r\n0\r\n\r\n",
        b"3\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"\r\n\r\n",
        b"g\r\n",
    ),
    *(
        b"1\r\nx\r\n" * 5_000 + b"0\r\n\r\n",
        b"00000000005\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n",
    ),
)


@dataclass(frozen=True)
class Wire:
    """`pieces` go one by one; a client that `leaves` closes without waiting for an answer."""

    pieces: list[bytes]
    leaves: bool

    @property
    def sent(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)

    @property
    def may_ask_for_a_head_alone(self) -> bool:
        """Whether an answer may have the length of a body that it has not."""
        return b"HEAD" in self.sent


def wire(random: Random) -> Wire:
    """What one client sends."""
    sent = b"".join(_request(random) for _ in range(random.choice((1, 1, 1, 2, 3, 20))))
    if random.random() < 0.2:
        sent = damaged(random, sent)
    count = random.choice((0, 0, 1, 2, 9))
    cuts = sorted(random.randint(0, len(sent)) for _ in range(count))
    pieces = [sent[start:end] for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    if random.random() < 0.15:
        return Wire(pieces[: random.randint(0, len(pieces))], leaves=True)
    return Wire(pieces, leaves=False)


def _request(random: Random) -> bytes:
    message = picture_request(random) if random.random() < 0.2 else random.choice(SOUND)
    head, _, body = message.wire().partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    method, target, version = lines[0].split(b" ", 2)
    match random.randrange(9):
        case 0:
            head = damaged(random, head)
        case 1:
            lines[0] = b" ".join((random.choice(METHODS), target, version))
            head = b"\r\n".join(lines)
        case 2:
            lines[0] = b" ".join((method, random.choice(TARGETS), version))
            head = b"\r\n".join(lines)
        case 3:
            version = random.choice(
                (b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/9.9", b"ICY", b"")
            )
            head = b"\r\n".join((b" ".join((method, target, version)), *lines[1:]))
        case 4 | 5:
            for header in random.choices(HEADERS, k=random.choice((1, 1, 2))):
                lines.insert(random.randint(1, len(lines)), header)
            head = b"\r\n".join(lines)
        case 6:
            lines = [line for line in lines if not line.startswith(b"Content-Length")]
            head = b"\r\n".join((*lines, b"Transfer-Encoding: chunked"))
            body = random.choice(
                (random.choice(CHUNKS), b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
            )
    ending = random.choice((b"\n\n", b"\r\n", b"\r\r")) if random.random() < 0.03 else b"\r\n\r\n"
    return head + ending + body

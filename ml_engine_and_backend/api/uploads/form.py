"""multipart/form-data (RFC 7578) -> the file in one of its fields, in memory."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_LONE_HEAD: Final = re.compile(
    rb"--([A-Za-z0-9-]{1,70})\r\n"
    rb'Content-Disposition: form-data; name="([A-Za-z0-9]+)"; filename="[ !#-\[\]-~]*"\r\n'
    rb"(?:Content-Type: [!-~]+\r\n)?\r\n"
)
# Bounds the work that a body of nothing but part headers makes.
MAX_PARTS: Final = 100


class FormError(Exception):
    """A form that cannot be read, or lacks the file; says what was expected and what came."""


@dataclass
class _Part:
    disposition: bytes = b""
    pieces: list[bytes] = field(default_factory=list)
    name: str = ""
    is_file: bool = False


def file_of_form(body: bytes, content_type: str, name: str) -> bytes:
    """The content of the one file in the field `name`; other fields are passed over.

    Raises:
        FormError: the form is malformed or unfinished, or the field is missing, text or twice.
    """
    lone = _lone_file(body, content_type, name)
    if lone is not None:
        return lone
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise _unreadable("Missing boundary in multipart.")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise _unreadable(str(error)) from error
    if body and not collector.ended:
        raise _unreadable("the closing boundary is missing")
    named = [part for part in collector.parts if part.name == name]
    if len(named) > 1:
        raise FormError(f"expected one field {name!r}, got {len(named)}")
    if named and named[0].is_file:
        return b"".join(named[0].pieces)
    fields = sorted({part.name for part in collector.parts})
    came = f"{name!r} as text" if named else f"the fields {fields}"
    raise FormError(f"expected the picture as a file in the field {name!r}, got {came}")


def _lone_file(body: bytes, content_type: str, name: str) -> bytes | None:
    """The file, where it is all there is in a form laid out as browsers and curl do; else None.

    What nearly every form is, for a tenth of what the parser takes, which goes on from there.
    """
    head = _LONE_HEAD.match(body)
    if head is None or content_type != f"multipart/form-data; boundary={head[1].decode()}":
        return None
    boundary = b"\r\n--" + head[1]
    end = body.find(boundary, head.end())
    is_last = body[end:] in (boundary + b"--\r\n", boundary + b"--")
    return body[head.end() : end] if is_last and head[2].decode() == name else None


def _unreadable(reason: str) -> FormError:
    return FormError(f"expected a multipart/form-data body, got one that cannot be read: {reason}")


class _Collector:
    """Gathers the parts that the parser calls out."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False
        self._header = b""
        self._value = b""

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise _unreadable(f"more than {MAX_PARTS} parts")
        self.parts.append(_Part())

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].pieces.append(data[start:end])

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self.parts[-1].disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self.parts[-1].disposition)
        if b"name" not in options:
            raise _unreadable('a part without the Content-Disposition parameter "name"')
        self.parts[-1].name = options[b"name"].decode("utf-8", "replace")
        self.parts[-1].is_file = b"filename" in options

    def _end(self) -> None:
        self.ended = True

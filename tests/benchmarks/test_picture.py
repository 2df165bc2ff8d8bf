"""The picture and its two bodies."""

from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

from benchmarks.picture import Upload, draw_seven, encode, kinds, multipart
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess


def test_every_kind_is_a_digit_to_the_engine() -> None:
    fields = {kind: preprocess(decode(picture)) for kind, picture in kinds().items()}
    assert len(fields) == 4
    assert all(digit.inverted for digit in fields.values())  # black on white
    grey, canvas = (digit.field for kind, digit in fields.items() if "280" in kind)
    assert (grey == canvas).all()


def test_the_form_holds_the_picture_untouched(tmp_path: Path) -> None:
    png = encode(draw_seven())
    upload = Upload(png, tmp_path)
    assert upload.raw.file.read_bytes() == png
    form = upload.multipart.file.read_bytes()
    assert form == multipart(png)
    head = f"Content-Type: {upload.multipart.content_type}\r\n\r\n".encode()
    (part,) = BytesParser(policy=HTTP).parsebytes(head + form).iter_parts()
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_content() == png

"""The picture and its two bodies."""

from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

from benchmarks.picture import Upload, draw_seven, encode, kinds
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess


def test_engine_finds_the_same_digit_in_every_kind_of_picture() -> None:
    digits = {kind: preprocess(decode(picture)) for kind, picture in kinds().items()}
    assert len(digits) == 4
    assert all(digit.inverted for digit in digits.values())  # black on white
    grey, canvas = (digit.field for kind, digit in digits.items() if "280" in kind)
    assert (grey == canvas).all()


def test_form_holds_the_picture_unchanged(tmp_path: Path) -> None:
    png = encode(draw_seven())
    upload = Upload(png, tmp_path)
    assert upload.raw.file.read_bytes() == png
    head = f"Content-Type: {upload.form.content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + upload.form.file.read_bytes())
    (part,) = form.iter_parts()
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_content() == png

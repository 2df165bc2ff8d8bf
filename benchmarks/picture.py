"""The picture that every request carries, and the two ways to send it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

SIDE_PX: Final = 280  # as the page exports its canvas
PEN_PX: Final = 16
SUPERSAMPLING: Final = 4
# a seven with its bar, in pixels of the picture
STROKES: Final = (
    ((76, 68), (196, 68), (132, 212)),
    ((108, 140), (175, 140)),
)
BOUNDARY: Final = "digit-ladder-benchmark"
RAW: Final = "raw PNG"
FORM: Final = "multipart form"


def draw_seven() -> Image.Image:
    """A 280 × 280 drawing in mode L, black on white, antialiased as on a canvas."""
    k = SUPERSAMPLING
    image = Image.new("L", (SIDE_PX * k, SIDE_PX * k), 255)
    pen = ImageDraw.Draw(image)
    radius = PEN_PX * k // 2
    for stroke in STROKES:
        points = [(x * k, y * k) for x, y in stroke]
        pen.line(points, fill=0, width=2 * radius)
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return image.reduce(k)


def encode(image: Image.Image, file_format: str = "PNG") -> bytes:
    """The encoded picture."""
    file = BytesIO()
    image.save(file, file_format)
    return file.getvalue()


def kinds() -> dict[str, bytes]:
    """The same digit as different clients would send it, by a short description."""
    seven = draw_seven()
    return {
        "grey PNG, 280 × 280": encode(seven),
        "RGBA PNG, 280 × 280 (a browser's canvas)": encode(seven.convert("RGBA")),
        "grey PNG, 28 × 28": encode(seven.resize((28, 28))),
        "JPEG, 1600 × 1200": encode(seven.resize((1600, 1200)), "JPEG"),
    }


@dataclass(frozen=True)
class Body:
    """A request body, in a file because wrk reads it from one."""

    kind: str
    file: Path
    content_type: str


class Upload:
    """A PNG as raw and as multipart body, written into `folder`."""

    def __init__(self, png: bytes, folder: Path) -> None:
        self.png = png
        head = (
            f"--{BOUNDARY}\r\n"
            'Content-Disposition: form-data; name="file"; filename="seven.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        )
        form = head.encode() + png + f"\r\n--{BOUNDARY}--\r\n".encode()
        self.raw = Body(RAW, folder / "raw", "image/png")
        self.form = Body(FORM, folder / "form", f"multipart/form-data; boundary={BOUNDARY}")
        self.raw.file.write_bytes(png)
        self.form.file.write_bytes(form)

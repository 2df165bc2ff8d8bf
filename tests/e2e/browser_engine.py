"""The engine of the built page, run in a browser on many drawings at once."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from experiments.data.penstrokes import CANVAS_PX, PEN_PX, SIZE_PX, Drawing

# drawings that are handed over at once
BATCH = 250

READ = """async ([engineFile, encoderFile, drawings]) => {
  const asset = (file) => import(new URL(`assets/${file}`, location.href));
  const { loadEngine } = await asset(engineFile);
  const { encodeDrawing } = await asset(encoderFile);
  window.engine ??= await loadEngine(new AbortController().signal);
  const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const read = [];
  for (const { strokes, field } of drawings) {
    const start = performance.now();
    const bytes = field && Uint8Array.from(atob(field), (letter) => letter.charCodeAt(0));
    const whole = { field: bytes, box: [0, 0, 28, 28], inverted: false };
    const seen = strokes ? window.engine.see(strokes) : whole;
    const results = seen && (await window.engine.answer(seen));
    const ms = performance.now() - start;
    const png = strokes && (await encodeDrawing({ strokes, picture: null }).arrayBuffer());
    read.push({
      ms,
      png: png && base64(new Uint8Array(png)),
      field: seen && base64(seen.field),
      digits: results && results.map(({ digit }) => digit),
      likeness: results && results[0].found.digit_likeness,
      models: results && results.map(({ model }) => model),
    });
  }
  return read;
}"""


@dataclass(frozen=True)
class BrowserReading:
    """What the browser makes of one drawing: `field` is uint8 (28, 28), None where it is blank."""

    png: bytes
    field: NDArray[np.uint8] | None
    digits: dict[str, int]
    likeness: float
    milliseconds: float


def read_in_browser(page: Page, dist: Path, asked: list[dict[str, Any]]) -> list[BrowserReading]:
    """The engine's reading of each drawing: `strokes` as the page keeps them, or a `field`."""
    names = ("engine", "encodeDrawing")
    files = [next((dist / "assets").glob(f"{name}-*.js")).name for name in names]
    read: list[BrowserReading] = []
    for start in range(0, len(asked), BATCH):
        for each in page.evaluate(READ, [*files, asked[start : start + BATCH]]):
            field = each["field"] and np.frombuffer(b64decode(each["field"]), np.uint8)
            read.append(
                BrowserReading(
                    b64decode(each["png"] or ""),
                    None if field is None else field.reshape(28, 28),
                    dict(zip(each["models"] or [], each["digits"] or [], strict=True)),
                    each["likeness"] or 0.0,
                    each["ms"],
                )
            )
    return read


def on_canvas(drawing: Drawing, generator: np.random.Generator) -> dict[str, Any]:
    """The drawing with some pen, size and place, as the page keeps strokes: in field sides."""
    pen_px, size_px = generator.uniform(*PEN_PX), generator.uniform(*SIZE_PX)
    extent_px = np.concatenate(drawing.strokes).max(axis=0) * size_px
    room_px = np.maximum(CANVAS_PX - pen_px - extent_px, 0)
    corner_px = pen_px / 2 + generator.uniform(0, 1, 2) * room_px
    return {
        "strokes": [
            {
                "width": pen_px / CANVAS_PX,
                "points": [
                    {"x": x, "y": y}
                    for x, y in ((stroke * size_px + corner_px) / CANVAS_PX).tolist()
                ],
            }
            for stroke in drawing.strokes
        ]
    }


def as_field(image: NDArray[np.uint8]) -> dict[str, Any]:
    """An MNIST digit, uint8 (28, 28), which is a field already."""
    return {"field": b64encode(image.tobytes()).decode()}

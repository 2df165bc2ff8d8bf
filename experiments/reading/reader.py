"""Drawings -> rows: what the service would answer, a row a drawing.

The calls are the service's own: decode, preprocess, the gate, and the rung that was asked.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from experiments.data.idx import read_shape
from experiments.data.penstrokes import CANVAS_PX, Writing, parse_writing, render_centred
from experiments.errors import DataError
from experiments.reading.inputs import Piece, is_idx, is_json_lines, open_container
from ml_engine_and_backend.engine.decoding import Picture, decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.gate import Gate, verdict_of
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.engine.reader import see
from ml_engine_and_backend.model_folder.errors import LadderError

Row = dict[str, Any]


class Reader:
    """One rung and the gate, loaded once, for any number of drawings."""

    def __init__(self, model: Model, gate: Gate | None) -> None:
        self._model = model
        self._gate = gate

    def read(self, piece: Piece) -> Iterator[Row]:
        """A row for each of the piece's drawings.

        One that cannot be read, whatever the reason, is a row with its error: it must not end the
        reading of a million others.
        """
        for place, picture in enumerate(_pictures(piece)):
            row: Row = {
                "path": piece.path,
                "place": None if piece.first is None else piece.first + place,
            }
            try:
                if isinstance(picture, Exception):
                    raise picture  # noqa: TRY301  told below, as what fails later is
                row |= self._answer(picture)
            except BlankDrawingError as error:
                row |= {"verdict": "blank", "error": str(error)}
            except (LadderError, OSError) as error:
                row |= {"verdict": "unreadable", "error": str(error)}
            except Exception as error:
                row |= {"verdict": "unreadable", "error": f"{type(error).__name__}: {error}"}
            yield row

    def _answer(self, picture: Picture) -> Row:
        sight = see(preprocess(picture, self._model.metadata.preprocessing), self._gate)
        prediction = self._model.predict(sight.digit.field)
        return {
            "digit": prediction.digit,
            "label": prediction.label,
            "confidence": prediction.confidence,
            "probabilities": prediction.probabilities,
            "verdict": verdict_of(prediction.verdict, sight.found, self._gate),
            "found": sight.found.kind,
            "digit_likeness": sight.found.digit_likeness,
            "box": list(sight.digit.box),
        }


def _pictures(piece: Piece) -> Iterator[Picture | Exception]:
    """The piece's pictures; in place of one that cannot be had, why."""
    done = 0
    try:
        for picture in _source(piece):
            yield picture
            done += 1
    except Exception as error:
        yield from [error] * (piece.drawings - done)


def _source(piece: Piece) -> Iterator[Picture | Exception]:
    if piece.error is not None:
        raise DataError(piece.error)
    if is_idx(piece.path):
        return _idx_pictures(piece)
    if is_json_lines(piece.path):
        return _drawn_pictures(piece)
    return iter([decode(Path(piece.path).read_bytes())])


def _idx_pictures(piece: Piece) -> Iterator[Picture]:
    with open_container(piece.path) as file:
        _, rows, columns = read_shape(file, piece.path, 3)
        file.seek(piece.offset)
        for place in range(piece.drawings):
            levels = file.read(rows * columns)
            if len(levels) < rows * columns:
                raise DataError(
                    f"{piece.path}: expected {rows} × {columns} bytes of picture "
                    f"{(piece.first or 0) + place}, got {len(levels)}"
                )
            grey = np.frombuffer(levels, np.uint8).reshape(rows, columns)
            yield Picture(grey, columns, rows)


def _drawn_pictures(piece: Piece) -> Iterator[Picture | Exception]:
    with open_container(piece.path) as file:
        file.seek(piece.offset)
        for place in range(piece.drawings):
            where = f"{piece.path}, line {(piece.first or 0) + place + 1}"
            try:
                yield _drawn(parse_writing(file.readline().decode(), where))
            except (DataError, UnicodeDecodeError) as error:
                yield error


def _drawn(writing: Writing) -> Picture:
    return Picture(render_centred(writing), CANVAS_PX, CANVAS_PX)

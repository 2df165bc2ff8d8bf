"""Containers of drawings, written for tests."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write_idx(path: Path, pictures: NDArray[np.uint8]) -> str:
    """An IDX file of pictures (n, height, width)."""
    header = bytes((0, 0, 8, 3)) + np.array(pictures.shape, ">u4").tobytes()
    return _write(path, header + pictures.tobytes())


def write_lines(path: Path, records: Iterable[object]) -> str:
    """JSON lines; what is a string already is written as it is."""
    lines = (each if isinstance(each, str) else json.dumps(each) for each in records)
    return _write(path, "".join(f"{line}\n" for line in lines).encode())


def _write(path: Path, content: bytes) -> str:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return str(path)

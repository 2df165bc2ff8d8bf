"""Pictures that people photographed, scanned and drew for digit recognisers.

They are no part of this repository, and nothing is trained on them.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.errors import DataError

FOLDER: Final = "pictures"
INDEX_FILE: Final = "index.csv"
# kinds that show one digit; those chosen for being hard are left out
ONE_DIGIT: Final = ("canvas", "photo", "scan", "prepared")


class PicturesAbsentError(DataError):
    """The pictures are not on this machine; whoever can do without them goes on."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A file, and the digits on it in reading order: none where `label` is empty.

    `kind` is how it came about (photo, scan, …), `source` whose it is.
    """

    path: Path
    kind: str
    label: str
    source: str

    def read(self) -> bytes:
        """The file as it would be uploaded.

        Raises DataError when it cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise DataError(f"{self.path}: expected a picture, got {error.strerror}") from error


def load_pictures(data_dir: Path) -> list[LabelledPicture]:
    """Every picture of `<data_dir>/pictures/index.csv`, in the file's order.

    Raises PicturesAbsentError when there is no such file, and DataError when it is another.
    """
    folder = data_dir / FOLDER
    index = folder / INDEX_FILE
    if not index.is_file():
        raise PicturesAbsentError(f"{index}: expected labelled pictures, found no file")
    with index.open(encoding="utf-8", newline="") as lines:
        try:
            return [
                LabelledPicture(
                    folder / row["path"], row["kind"], row["label"].replace(" ", ""), row["source"]
                )
                for row in csv.DictReader(lines)
            ]
        except (KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
            raise DataError(
                f"{index}: expected path, kind, label and source, got {error!r}"
            ) from error

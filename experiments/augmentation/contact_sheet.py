"""A picture of every transform on a few digits, so that people can judge what stays readable."""

from dataclasses import dataclass, fields, replace
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import AugmentationSettings

COLUMNS: Final = 12
_CELL_PX: Final = 56  # a digit at twice its size
_TITLE_PX: Final = 210
_ANY: Final = tuple(range(10))

NOTHING: Final = AugmentationSettings(
    **dict.fromkeys((setting.name for setting in fields(AugmentationSettings)), 0.0)
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One transform: its title, the settings that leave only it, and the digits it is for."""

    title: str
    settings: AugmentationSettings
    digits: tuple[int, ...] = _ANY


def sheet_rows(settings: AugmentationSettings) -> list[SheetRow]:
    """Each transform of `settings` alone, and last all of them as training sees them.

    What training adds to some digits is added to every one in its row.
    """

    def only(**strengths: float) -> AugmentationSettings:
        return replace(NOTHING, **strengths)

    s = settings
    angular, slash, barred, flag, foot, hook, bar = (
        float(share > 0)
        for share in (
            *(s.angular_share, s.slashed_zero_share, s.barred_zero_share),
            *(s.flagged_one_share, s.footed_one_share),
            *(s.hooked_one_share, s.barred_seven_share),
        )
    )
    everything = SheetRow("all, as in training", s)
    return [
        SheetRow("as in MNIST", only(plain_share=1)),
        SheetRow(f"moved, up to {s.shift_px:g} px", only(shift_px=s.shift_px)),
        SheetRow(
            f"turned, up to {s.rotation_degrees:g}°", only(rotation_degrees=s.rotation_degrees)
        ),
        SheetRow(f"slanted, up to {s.slant_degrees:g}°", only(slant_degrees=s.slant_degrees)),
        SheetRow(f"scaled, up to {s.size_share:.0%}", only(size_share=s.size_share)),
        SheetRow(f"stretched, up to {s.stretch_share:.0%}", only(stretch_share=s.stretch_share)),
        SheetRow(f"bent, about {s.elastic_px:g} px at most", only(elastic_px=s.elastic_px)),
        SheetRow(
            f"thicker, up to {s.thicker_px:g} px",
            only(thicker_px=s.thicker_px, stroke_width_share=1),
        ),
        SheetRow(
            f"thinner, up to {s.thinner_px:g} px",
            only(thinner_px=s.thinner_px, stroke_width_share=1),
        ),
        SheetRow("harder edges", only(edge_gain=s.edge_gain)),
        SheetRow("angular", only(angular_share=angular)),
        SheetRow("zeros with a slash", only(slashed_zero_share=slash), (0,)),
        SheetRow("zeros with a bar", only(barred_zero_share=barred), (0,)),
        SheetRow("ones with a flag", only(flagged_one_share=flag), (1,)),
        SheetRow("ones with a foot", only(footed_one_share=foot), (1,)),
        SheetRow("ones with both", only(flagged_one_share=flag, footed_one_share=foot), (1,)),
        SheetRow("ones with a hook", only(hooked_one_share=hook), (1,)),
        SheetRow("sevens with a bar", only(barred_seven_share=bar), (7,)),
        *([SheetRow("a square erased", only(erased_share=1))] if s.erased_share else []),
        *([SheetRow("not boxed again", only(unboxed_share=1))] if s.unboxed_share else []),
        *(everything,) * 3,
    ]


def contact_sheet(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    settings: AugmentationSettings,
    seed: int,
) -> bytes:
    """A PNG with a titled row for each transform, drawn from `images` (n, 28, 28, 1).

    The seed decides the strengths; the digits are the first of their label. Raises ValueError
    when a digit is missing.
    """
    rows = sheet_rows(settings)
    size = (_TITLE_PX + COLUMNS * _CELL_PX, len(rows) * _CELL_PX)
    sheet = Image.new("L", size, 0)
    pen = ImageDraw.Draw(sheet)
    generator = np.random.default_rng(seed)
    for index, row in enumerate(rows):
        chosen = _first_of(labels, row.digits)
        digits = augment(images[chosen, :, :, 0], labels[chosen], row.settings, generator)
        strip = np.hstack(list(digits)).round().astype(np.uint8)
        top = index * _CELL_PX
        enlarged = Image.fromarray(strip).resize(
            (COLUMNS * _CELL_PX, _CELL_PX), Image.Resampling.BICUBIC
        )
        sheet.paste(enlarged, (_TITLE_PX, top))
        pen.text((10, top + _CELL_PX / 2), row.title, fill=255, anchor="lm", font_size=16)
    file = BytesIO()
    # sixteen greys show all there is, in less than half the bytes
    sheet.quantize(16).convert("L").save(file, "PNG", optimize=True)
    return file.getvalue()


def _first_of(labels: NDArray[np.int64], digits: tuple[int, ...]) -> NDArray[np.int64]:
    """Indices (12,) of the first examples of `digits` in rotation."""
    chosen = []
    for column in range(COLUMNS):
        digit, turn = digits[column % len(digits)], column // len(digits)
        found = np.flatnonzero(labels == digit)
        if len(found) <= turn:
            raise ValueError(f"expected {turn + 1} images of the digit {digit}, got {len(found)}")
        chosen.append(found[turn])
    return np.array(chosen)

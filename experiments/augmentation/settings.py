"""How strongly digits are transformed."""

from dataclasses import dataclass, fields

# the largest strength that leaves a digit what it is, by the end of a setting's name
_LIMITS = {"degrees": 45.0, "px": 6.0, "share": 1.0, "gain": 4.0}


@dataclass(frozen=True, slots=True)
class AugmentationSettings:
    """The largest strength of every transform; each digit draws its own between none and this.

    Lengths are in pixels of the 28×28 field. Of the shares, `size_share` and `stretch_share` are
    by how much a length may grow or shrink (`stretch_share`: height against width), the others
    are of how many digits the transform touches: all, or all of the digit that it names.

    Raises ValueError for a strength below 0 or beyond recognition.
    """

    rotation_degrees: float = 12.0
    slant_degrees: float = 15.0
    size_share: float = 0.10
    stretch_share: float = 0.30
    shift_px: float = 1.5
    # standard deviation of the displacement, itself drawn from 0 to this
    elastic_px: float = 1.2
    # how much wider or narrower a stroke gets, both edges together
    thicker_px: float = 1.6
    thinner_px: float = 1.0
    stroke_width_share: float = 0.7
    # contrast of a stroke's edge: a pen on a canvas has a harder one than MNIST's scanner
    edge_gain: float = 1.0
    angular_share: float = 0.10
    slashed_zero_share: float = 0.25
    barred_zero_share: float = 0.12
    flagged_one_share: float = 0.50
    footed_one_share: float = 0.40
    hooked_one_share: float = 0.15
    barred_seven_share: float = 0.30
    # digits of which a small square is erased
    erased_share: float = 0.0
    # pictures that keep their place and size: they are not boxed and centred by MNIST's recipe
    unboxed_share: float = 0.0
    # digits that stay as MNIST has them, so that these are not forgotten
    plain_share: float = 0.15

    def __post_init__(self) -> None:
        for setting in fields(self):
            strength = getattr(self, setting.name)
            limit = _LIMITS[setting.name.rpartition("_")[2]]
            if setting.name in ("size_share", "stretch_share"):
                limit = 0.5
            if not 0 <= strength <= limit:
                raise ValueError(f"expected {setting.name} in 0..{limit:g}, got {strength}")


# what leaves any picture what it is: nothing that only makes sense of strokes or of a digit
OWN_DATA = AugmentationSettings(
    rotation_degrees=8.0,
    slant_degrees=6.0,
    stretch_share=0.10,
    elastic_px=0.6,
    thicker_px=0.0,
    thinner_px=0.0,
    stroke_width_share=0.0,
    edge_gain=0.0,
    angular_share=0.0,
    slashed_zero_share=0.0,
    barred_zero_share=0.0,
    flagged_one_share=0.0,
    footed_one_share=0.0,
    hooked_one_share=0.0,
    barred_seven_share=0.0,
    unboxed_share=1.0,
)

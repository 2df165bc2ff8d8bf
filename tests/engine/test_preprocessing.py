import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from experiments.data.dataset import Dataset
from ml_engine_and_backend.engine.decoding import Grey, Picture, decode
from ml_engine_and_backend.engine.errors import BlankDrawingError
from ml_engine_and_backend.engine.preprocessing import CENTRE_PX, Digit, preprocess
from tests.drawings import SEVEN, TWO, draw, encode

REFERENCE = preprocess(decode(encode(draw()))).field.astype(int)


def read(image: Image.Image | NDArray[np.uint8]) -> Digit:
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    return preprocess(decode(encode(image)))


def mean_difference(field: NDArray[np.uint8], other: NDArray[np.int_] = REFERENCE) -> float:
    return float(np.abs(field.astype(int) - other).mean())


@pytest.mark.parametrize("inverted", [False, True])
def test_mnist_digit_is_unchanged(mnist: Dataset, inverted: bool) -> None:
    # every fifth; tests/test_evidence.py asks the service about all of them
    for image in mnist.test.images[::5, :, :, 0]:
        digit = read(255 - image if inverted else image)
        assert np.array_equal(digit.field, image)
        assert digit.inverted is inverted


def test_box_is_20_px_and_centre_of_mass_is_centred() -> None:
    field = read(draw(SEVEN, left_px=10, top_px=90, pen_px=14)).field
    rows, columns = np.nonzero(field)
    longer_px = max(np.ptp(rows), np.ptp(columns)) + 1
    assert longer_px in (20, 21)  # 20 px may begin inside a pixel
    assert ndimage.center_of_mass(field) == pytest.approx((CENTRE_PX, CENTRE_PX), abs=0.02)
    assert field.max() == 255


@settings(max_examples=150, deadline=None)
@given(
    size_px=st.floats(60, 230),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    inverted=st.booleans(),
    ink=st.integers(0, 150),
)
def test_field_is_invariant_to_place_size_inversion_and_contrast(
    size_px: float, x: float, y: float, inverted: bool, ink: int
) -> None:
    pen_px = size_px / 10  # a scaled drawing has a scaled pen
    free_px = 280 - size_px - 2 * pen_px
    image = draw(
        size_px=size_px,
        left_px=pen_px + x * free_px,
        top_px=pen_px + y * free_px,
        pen_px=pen_px,
        ink=255 - ink if inverted else ink,
        paper=0 if inverted else 255,
    )
    digit = read(image)
    assert digit.inverted is not inverted
    # of 255 grey levels; an unrelated digit differs by 40 to 60
    assert mean_difference(digit.field) < 6


def test_tolerance_distinguishes_digits() -> None:
    assert mean_difference(read(draw(SEVEN)).field) > 25


@pytest.mark.parametrize("paper", [0, 120, 255])
@pytest.mark.parametrize("is_whole", [True, False])
def test_integer_and_float_levels_agree_and_input_is_unchanged(paper: int, is_whole: bool) -> None:
    drawing = np.asarray(draw(SEVEN, paper=paper, ink=255 - paper // 2)).copy()
    drawing[10:12, 20:22] = 255 - paper // 2  # a speck
    grey: Grey = drawing if is_whole else drawing.astype(np.float32)
    grey.flags.writeable = False
    digit = preprocess(Picture(grey, 280, 280))
    expected = read(draw(SEVEN, paper=paper, ink=255 - paper // 2))
    assert np.array_equal(digit.field, expected.field)
    assert (digit.box, digit.inverted) == (expected.box, expected.inverted)


@pytest.mark.parametrize("is_whole", [True, False])
def test_white_paper_with_faint_shades_is_blank(is_whole: bool) -> None:
    paper = np.full((100, 100), 255, np.uint8)
    paper[30:70, 45:52] = 249
    with pytest.raises(BlankDrawingError, match="a blank picture"):
        preprocess(Picture(paper if is_whole else paper.astype(np.float32), 100, 100))
    paper[30:70, 45:52] = 248
    box = preprocess(Picture(paper if is_whole else paper.astype(np.float32), 100, 100)).box
    assert box == (45, 30, 52, 70)


def test_drawing_with_much_ink_is_not_inverted() -> None:
    image = draw(TWO, size_px=180, left_px=50, top_px=50, pen_px=95)
    assert np.asarray(image).mean() < 128  # the mean would say that the ground is dark
    assert read(image).inverted


@pytest.mark.parametrize("thick_px", [1, 3, 6])
@pytest.mark.parametrize("level", [0, 150, 210])
@pytest.mark.parametrize("inset_px", [0, 6])
def test_border_is_neither_background_nor_ink(thick_px: int, level: int, inset_px: int) -> None:
    framed = draw()
    outline = [inset_px, inset_px, 279 - inset_px, 279 - inset_px]
    ImageDraw.Draw(framed).rounded_rectangle(outline, 20, outline=level, width=thick_px)
    assert np.array_equal(read(framed).field, REFERENCE)


@pytest.mark.parametrize("ink", [(255, 0, 0), (0, 0, 255), (200, 120, 0)])
def test_border_around_coloured_ink_is_not_its_background(ink: tuple[int, int, int]) -> None:
    picture = Image.new("RGB", (280, 280), (255, 255, 255))
    picture.paste(ink, mask=draw().point(lambda level: 255 - level))
    ImageDraw.Draw(picture).rectangle((0, 0, 279, 279), outline=(0, 0, 0), width=1)
    assert mean_difference(read(picture).field) < 3


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_line_along_one_side_is_not_ink(side: str) -> None:
    lined = np.asarray(draw()).copy()
    {"left": lined[:, :2], "top": lined[:2], "right": lined[:, -2:], "bottom": lined[-1:]}[side][
        ...
    ] = 0
    assert np.array_equal(read(lined).field, REFERENCE)


def test_stroke_along_the_edge_is_ink() -> None:
    seven = [[(0.0, 0.0), (1.0, 0.0), (0.5, 1.0)]]
    for pen_px in (2, 5, 16):
        size_px = 280 - pen_px
        drawing = draw(seven, size_px=size_px, left_px=pen_px / 2, top_px=pen_px / 2, pen_px=pen_px)
        assert read(drawing).box == pytest.approx((0, 0, 280, 280), abs=2)


@pytest.mark.parametrize("ground", [90, 128, 160])
@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_grey_may_be_darker_or_lighter(ground: int, ink: int) -> None:
    assert mean_difference(read(draw(ink=ink, paper=ground)).field) < 3


@pytest.mark.parametrize("side_px", [100, 280, 1000, 3000])
def test_hairline_survives_at_any_size(side_px: int) -> None:
    image = Image.new("L", (side_px, side_px), 255)
    pixels = np.asarray(image).copy()
    low, high = side_px // 5, side_px * 4 // 5
    pixels[low, low:high] = 0  # a 7 of single pixels
    for step in range(high - low):
        pixels[low + step, high - 1 - step // 2] = 0
    field = read(pixels).field
    bright = field > 128
    assert ndimage.label(bright, np.ones((3, 3)))[1] == 1  # nowhere torn
    assert 25 < bright.sum() < 110  # a stroke, no blob


@pytest.mark.parametrize("level", [245, 225, 180])
def test_faint_stroke_survives(level: int) -> None:
    assert mean_difference(read(draw(ink=level)).field) < 3


@pytest.mark.parametrize("ink", [0, 200])
def test_specks_do_not_decide_the_box(ink: int) -> None:
    clean = draw(ink=ink, size_px=120, left_px=80, top_px=80, pen_px=14)
    dirty = np.asarray(clean).copy()
    rng = np.random.default_rng(0)
    for x, y in rng.integers(0, 277, (40, 2)):
        dirty[y : y + 3, x : x + 3] = 0
    dirty[4:7, 4:7] = dirty[-7:-4, -7:-4] = 0  # in the outermost corners too
    expected = read(clean)
    got = read(dirty)
    assert np.abs(np.subtract(got.box, expected.box)).max() <= 3
    assert mean_difference(got.field, expected.field.astype(int)) < 8


@pytest.mark.parametrize("sigma", [3, 10])
def test_sensor_noise_does_not_decide_the_box(sigma: float) -> None:
    noise = np.random.default_rng(0).normal(0, sigma, (280, 280))
    noisy = np.clip(np.asarray(draw(ink=40, paper=200)) + noise, 0, 255).astype(np.uint8)
    assert mean_difference(read(noisy).field) < 6


@pytest.mark.parametrize(("slope", "dark_corners"), [(0, 0), (60, 0), (120, 0), (0, 60), (60, 60)])
def test_uneven_light_does_not_change_the_digit(slope: int, dark_corners: int) -> None:
    rng = np.random.default_rng(0)
    paper = np.asarray(draw().resize((640, 640))) / 255
    y, x = np.mgrid[0:640, 0:640] / 640 - 0.5
    light = 190 + slope * (x + y) / 2 - 2 * dark_corners * (x * x + y * y)
    levels = light * (0.35 + 0.65 * paper) + rng.normal(0, 4, paper.shape)
    photograph = np.clip(levels, 0, 255).astype(np.uint8)
    digit = preprocess(decode(encode(Image.fromarray(photograph), "JPEG", quality=80)))
    assert mean_difference(digit.field) < 6


def test_digit_of_several_components_keeps_them_all() -> None:
    pieces = [[(0.2, 0.3), (0.2, 0.9), (0.7, 0.9)], [(0.3, 0.05), (0.6, 0.05)]]
    left, top, right, bottom = read(draw(pieces, pen_px=14)).box
    assert (left, top) == pytest.approx((85, 61), abs=1)
    assert (right, bottom) == pytest.approx((179, 211), abs=1)


@pytest.mark.parametrize("scale", [1, 8])
def test_box_is_in_pixels_of_the_upload(scale: int) -> None:
    image = Image.new("L", (200 * scale, 100 * scale), 255)
    image.paste(0, (30 * scale, 20 * scale, 50 * scale, 80 * scale))
    assert read(image).box == pytest.approx(
        (30 * scale, 20 * scale, 50 * scale, 80 * scale), abs=scale - 1
    )


def dotted(count: int) -> NDArray[np.uint8]:
    pixels = np.full((280, 280), 255, np.uint8)
    for x, y in np.random.default_rng(1).integers(0, 279, (count, 2)):
        pixels[y, x] = 0
    return pixels


def noise_alone() -> NDArray[np.uint8]:
    return np.random.default_rng(0).normal(128, 4, (280, 280)).astype(np.uint8)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ((255, 0, 0), (0, 130, 0)),  # luminance 76 both
        ((0, 0, 255), (29, 29, 29)),
        ((255, 0, 255), (0, 180, 0)),
        ((255, 255, 0), (255, 255, 255)),
    ],
)
def test_coloured_ink_is_found_on_ground_of_equal_luminance(
    ink: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    shape = draw().point(lambda level: 255 - level)
    picture = Image.new("RGB", shape.size, ground)
    picture.paste(ink, mask=shape)
    assert mean_difference(read(picture).field) < 3
    lossy = preprocess(decode(encode(picture, "JPEG", quality=60, subsampling=0)))
    assert mean_difference(lossy.field) < 6


@pytest.mark.parametrize("side_px", [280, 1000, 4000])
@pytest.mark.parametrize("size_px", [30, 60])
def test_small_digit_on_large_sheet_is_no_speck(side_px: int, size_px: int) -> None:
    size_px = size_px * max(1, side_px // 1000)
    sheet = Image.new("L", (side_px, side_px), 255)
    small = draw(
        field_px=(2 * size_px, 2 * size_px),
        size_px=size_px,
        left_px=9,
        top_px=9,
        pen_px=size_px / 10,
    )
    sheet.paste(small, (side_px // 2, side_px // 3))
    assert mean_difference(read(sheet).field) < 12


def test_error_names_the_size_of_the_upload() -> None:
    with pytest.raises(BlankDrawingError, match=r"blank picture.* in 3000 × 2000 px"):
        read(Image.new("L", (3000, 2000), 255))


BLANK: dict[str, Image.Image | NDArray[np.uint8]] = {
    "white": Image.new("L", (280, 280), 255),
    "black": Image.new("L", (280, 280), 0),
    "grey": Image.new("L", (280, 280), 119),
    "transparent": Image.new("RGBA", (280, 280), (0, 0, 0, 0)),
    "one pixel": Image.new("L", (1, 1), 0),
    "nearly nothing: 5 levels of 255": draw(ink=250),
    "one black pixel": dotted(1),
    "thirty black pixels": dotted(30),
    "a frame alone": np.pad(np.full((276, 276), 255, np.uint8), 2, constant_values=0),
    "two by two": np.array([[0, 0], [0, 255]], np.uint8),
    "noise": noise_alone(),
    "a tap of the pen": draw([[(0.5, 0.5)]], pen_px=18),
}


@pytest.mark.parametrize("kind", BLANK)
def test_picture_without_digit_is_refused(kind: str) -> None:
    with pytest.raises(BlankDrawingError, match=r"^expected a digit, got "):
        read(BLANK[kind])


@pytest.mark.parametrize("size", [(9, 400), (400, 9), (8, 8), (50, 1), (2000, 40)])
def test_odd_sizes_give_a_field(size: tuple[int, int]) -> None:
    pixels = np.zeros(size[::-1], np.uint8)
    pixels[: max(1, size[1] // 2), size[0] // 3 : size[0] // 3 + max(1, size[0] // 3)] = 255
    field = read(pixels).field
    assert field.shape == (28, 28)
    assert field.max() == 255


def test_straight_stroke_is_no_picture_whose_ink_is_its_soft_edge() -> None:
    digit = preprocess(decode(encode(draw([[(0.5, 0.0), (0.5, 1.0)]], pen_px=14))))
    left, top, right, bottom = digit.box
    assert right - left >= 14
    assert bottom - top >= 160 + 14 - 6

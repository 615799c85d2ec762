"""Pictures that anybody may have sent are opened safely, or refused in words."""

import io
import random
import struct
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from egnatia.engines.documents.image.pictures import MAX_BYTES, MAX_SIDE, MIN_SIDE, Picture, open_picture
from egnatia.errors import InputError

SIZE = (120, 80)


@cache
def _file(kind: str, size: tuple[int, int] = SIZE, mode: str = "RGB") -> bytes:
    """A small picture, its left half red and its right half blue."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, kind)
    return buffer.getvalue()


def _is_blue(picture: Picture, at: tuple[int, int]) -> bool:
    bands = picture.image.getchannel("R"), picture.image.getchannel("B")
    red, blue = (band.crop((*at, at[0] + 1, at[1] + 1)).tobytes()[0] for band in bands)
    return blue > red + 100


def _refusal(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        open_picture(content)
    assert caught.value.hint()
    return caught.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_opened(kind: str) -> None:
    picture = open_picture(_file(kind))
    assert (picture.size, picture.format, picture.image.mode) == (SIZE, kind, "RGB")
    assert _is_blue(picture, (115, 5))
    assert not _is_blue(picture, (5, 5))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO", "PDF", "TGA"])
def test_other_formats_are_refused_even_where_the_library_knows_them(kind: str) -> None:
    assert "no picture in JPEG, PNG or WebP" in _refusal(_file(kind))


@pytest.mark.parametrize("content", [b"", b"\x00", b"%PDF-1.7", b"P<UTO", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x00\x00\x00\x00WEBP"])  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert _refusal(content)


def test_a_file_of_too_many_bytes_is_not_looked_at() -> None:
    assert "at most 40,000,000" in _refusal(bytes(MAX_BYTES + 1))


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + chunk + end


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((60_000, 60_000), "60"),
        ((10_000, 10_000), "10000 by 10000 pixels"),
        ((MAX_SIDE + 1, 100), "12001 by 100 pixels"),
        ((MIN_SIDE - 1, 500), "nothing can be read"),
        ((500, 1), "nothing can be read"),
    ],
)
def test_the_size_is_judged_before_any_pixel_is_unpacked(size: tuple[int, int], words: str) -> None:
    message = _refusal(_png_header(*size))
    assert words in message or "far too many pixels" in message


def test_a_bomb_of_few_bytes_is_refused_by_its_header() -> None:
    bomb = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    assert "pixels" in _refusal(bomb.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused_and_not_filled_with_grey(kind: str, share: float) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))
    buffer = io.BytesIO()
    noise.save(buffer, kind)
    content = buffer.getvalue()
    assert "damaged" in _refusal(content[: int(len(content) * share)]) or kind == "WEBP"


def _with_exif(orientation: int) -> bytes:
    image = Image.new("RGB", SIZE, (200, 30, 30))
    image.paste((30, 30, 200), (SIZE[0] // 2, 0, *SIZE))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "a secret description"
    exif[0x8825] = {1: "N", 2: (41.0, 19.0, 0.0)}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, dpi=(300, 300), quality=95)
    return buffer.getvalue()


@pytest.mark.parametrize(("mark", "size", "blue_at"), [(1, (120, 80), (110, 40)), (3, (120, 80), (10, 40)), (6, (80, 120), (40, 110)), (8, (80, 120), (40, 10))])  # fmt: skip
def test_the_orientation_mark_is_obeyed(mark: int, size: tuple[int, int], blue_at: tuple[int, int]) -> None:
    picture = open_picture(_with_exif(mark))
    assert picture.size == size
    assert _is_blue(picture, blue_at)
    assert not _is_blue(picture, (size[0] - 1 - blue_at[0], size[1] - 1 - blue_at[1]))


def test_nothing_of_the_file_is_kept_but_pixels_and_resolution() -> None:
    picture = open_picture(_with_exif(6))
    assert picture.dots_per_inch == 300
    assert picture.image.info == {}
    assert not picture.image.getexif()
    again = io.BytesIO()
    picture.image.save(again, "PNG")
    assert b"secret" not in again.getvalue()


@pytest.mark.parametrize(("stated", "believed"), [((72, 72), None), ((1, 1), None), ((300, 300), 300.0), ((600, 600), 600.0), ((9_999, 9_999), None)])  # fmt: skip
def test_only_a_likely_resolution_is_believed(stated: tuple[int, int], believed: float | None) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", SIZE).save(buffer, "JPEG", dpi=stated)
    assert open_picture(buffer.getvalue()).dots_per_inch == believed


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_kind_of_colour_becomes_plain_colours(mode: str) -> None:
    buffer = io.BytesIO()
    if mode == "I;16":
        Image.new("I;16", SIZE).save(buffer, "PNG")
    else:
        Image.new("RGB", SIZE, (10, 200, 10)).convert(mode).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    assert open_picture(buffer.getvalue()).image.mode == "RGB"


def test_what_is_transparent_is_white_paper() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", SIZE, (0, 0, 0, 0)).save(buffer, "PNG")
    assert open_picture(buffer.getvalue()).image.getpixel((9, 9)) == (255, 255, 255)


def _opens_or_refuses(content: bytes) -> None:
    try:
        picture = open_picture(content)
    except InputError:
        return
    assert picture.image.mode == "RGB"
    assert max(picture.size) <= MAX_SIDE


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=12))  # fmt: skip
def test_changed_bytes_never_raise_anything_else(kind: str, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_file(kind))
    for place, value in changes:
        content[place % len(content)] = value
    _opens_or_refuses(bytes(content))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 10_000), st.binary(max_size=40), st.integers(0, 60))
def test_bytes_cut_out_and_put_in_never_raise_anything_else(kind: str, at: int, put: bytes, cut: int) -> None:
    content = _file(kind)
    place = at % len(content)
    _opens_or_refuses(content[:place] + put + content[place + cut :])


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.sampled_from([b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\x00\x00WEBPVP8 "]), st.binary(max_size=200))  # fmt: skip
def test_a_right_beginning_and_nonsense_after_it_never_raise_anything_else(head: bytes, rest: bytes) -> None:
    _opens_or_refuses(head + rest)

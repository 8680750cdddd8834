"""Pictures: upright, without position in the copies, many pages, too many pixels."""

import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.engines.materials import samples
from tests.engines.materials.seen import codes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_rotation_is_put_right(look, tmp_path: Path, orientation: int) -> None:
    inspection = look(samples.picture("JPEG", orientation=orientation), "a.jpg")
    upright = (480, 640) if orientation > 4 else (640, 480)
    assert (inspection.width, inspection.height) == upright
    with Image.open(tmp_path / "into" / inspection.thumbnail) as thumbnail:
        assert thumbnail.format == "WEBP"
        assert thumbnail.size == ((240, 320) if orientation > 4 else (320, 240))


def test_heic_gets_a_jpeg_to_look_at(look, tmp_path: Path) -> None:
    inspection = look(samples.heic(size=(400, 600)), "IMG.HEIC")
    assert inspection.view_type == "image/jpeg"
    with Image.open(tmp_path / "into" / inspection.view) as view:
        assert (view.format, view.size) == ("JPEG", (400, 600))


@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.picture("JPEG", gps=True, orientation=6), "a.jpg"), (samples.heic(gps=True), "a.heic")],
)
def test_position_stays_in_the_original_and_leaves_the_copies(look, tmp_path: Path, content: bytes, name: str) -> None:
    inspection = look(content, name)
    assert "image-position" in codes(inspection.warnings)
    assert (tmp_path / "content").read_bytes() == content
    for copy in (inspection.view, inspection.thumbnail):
        with Image.open(tmp_path / "into" / copy) as image:
            assert dict(image.getexif()) == {}
            assert "xmp" not in image.info
        assert b"Court Phone" not in (tmp_path / "into" / copy).read_bytes()


def test_transparent_pictures_are_laid_on_white(look, tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(path)
    inspection = look(path.read_bytes(), "a.png")
    with Image.open(tmp_path / "into" / inspection.thumbnail) as thumbnail:
        assert thumbnail.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_fax_of_several_pages_becomes_a_pdf(look, tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    samples.HOUSE.save(path, save_all=True, append_images=[samples.HOUSE] * 2)
    inspection = look(path.read_bytes(), "fax.tif")
    assert inspection.pages == 3
    with pikepdf.open(tmp_path / "into" / inspection.view) as view:
        assert len(view.pages) == 3


def test_a_picture_with_too_many_pixels_is_not_opened(look) -> None:
    head = bytearray(samples.picture("PNG"))
    struct.pack_into(">II", head, 16, 60_000, 60_000)
    head[29:33] = struct.pack(">I", zlib.crc32(head[12:29]))
    refusal = look(bytes(head), "a.png").refusal
    assert refusal.code == "image-too-large"
    assert refusal.way_on

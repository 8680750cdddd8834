"""What an inspection says about real files, whole, damaged, disguised and dangerous."""

import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.engines.materials import samples

from tianping.engines.materials import findings as f
from tianping.engines.materials import kinds as k
from tianping.engines.materials import zips
from tianping.engines.materials.inspection import inspect
from tianping.interfaces.materials import Finding, Inspection, Kind


@pytest.fixture
def look(tmp_path: Path):
    def look(content: bytes, name: str = "文件", **options) -> Inspection:
        path = tmp_path / "content"
        path.write_bytes(content)
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        return inspect(path, name, "", into=into, **options)

    return look


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


ACCEPTED = [
    (samples.picture("JPEG"), "照片.jpg", k.JPEG),
    (samples.picture("PNG"), "a.png", k.PNG),
    (samples.picture("WEBP"), "a.webp", k.WEBP),
    (samples.picture("TIFF"), "a.tif", k.TIFF),
    (samples.picture("BMP"), "a.bmp", k.BMP),
    (samples.picture("AVIF"), "a.avif", k.AVIF),
    (samples.GIF, "a.gif", k.GIF),
    (samples.heic(), "IMG_0001.HEIC", k.HEIC),
    (samples.pdf(), "合同.pdf", k.PDF),
    (samples.ofd(), "发票.ofd", k.OFD),
    (samples.docx(), "起诉状.docx", k.DOCX),
    (samples.xlsx(), "a.xlsx", k.XLSX),
    (samples.odt(), "a.odt", k.ODT),
    (samples.compound("WordDocument", "1Table"), "a.doc", k.DOC),
    (samples.compound("Workbook", "a", "b", "c", "d", "e", "f"), "a.xls", k.XLS),
    (samples.compound("PowerPoint Document"), "a.ppt", k.PPT),
    (samples.compound("__properties_version1.0"), "a.msg", k.MSG),
    (rb"{\rtf1\ansi hello}", "a.rtf", k.RTF),
    (samples.mp4(), "a.mp4", k.MP4),
    (samples.mp4(brand=b"qt  "), "a.mov", k.MOV),
    (samples.mp4(brand=b"3gp5"), "a.3gp", k.THREE_GP),
    (samples.mp4(brand=b"M4A ", picture=False), "a.m4a", k.M4A),
    (samples.webm(), "a.webm", k.WEBM),
    (samples.webm(picture=False), "a.webm", k.WEBM_AUDIO),
    (samples.avi(), "a.avi", k.AVI),
    (samples.wav(), "a.wav", k.WAV),
    (samples.mp3(), "a.mp3", k.MP3),
    (samples.mp3(tag=b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10), "a.mp3", k.MP3),
    (samples.amr(), "a.amr", k.AMR),
    (samples.aac(), "a.aac", k.AAC),
    (samples.ogg(), "a.ogg", k.OGG),
    ("平台客服说可以退款。\n".encode("gb18030"), "a.txt", k.TEXT),
    (samples.CSV, "a.csv", k.CSV),
    (samples.HTML, "a.html", k.HTML),
    (b'{"order": 1}', "a.json", k.JSON),
    (samples.CHAT_JSON, "chat.json", k.CHAT_JSON),
    (samples.CHAT_TEXT, "聊天记录.txt", k.CHAT_TEXT),
    (samples.EML, "a.eml", k.EML),
    (samples.packed({"一/照片.jpg": b"\xff\xd8\xff", "b.txt": b"x"}), "a.zip", k.ZIP),
]


@pytest.mark.parametrize(("content", "name", "form"), ACCEPTED, ids=[name for _, name, _ in ACCEPTED])
def test_accepted_formats_are_known_by_their_content(look, content: bytes, name: str, form: k.Format) -> None:
    for declared in (name, "文件"):
        inspection = look(content, declared) if form is not k.CSV else look(content, name)
        assert inspection.refusal is None
        assert (inspection.kind, inspection.media_type) == (form.kind, form.media_type)
        assert not inspection.hazards
        assert "extension-mismatch" not in codes(inspection.warnings)


def test_a_wrong_extension_is_told_and_the_content_decides(look) -> None:
    inspection = look(samples.picture("PNG"), "发票.pdf")
    assert inspection.kind is Kind.IMAGE
    (told,) = inspection.warnings
    assert told.code == "extension-mismatch"
    assert ".pdf" in told.zh
    assert "PNG" in told.zh
    assert "PNG" in told.en


REFUSED = [
    (b"", "a.pdf", "empty"),
    (b"\x00\x01\x02\x03" * 100, "a.dat", "type-unknown"),
    (b"Rar!\x1a\x07\x01\x00" + b"\0" * 50, "a.rar", "archive-format"),
    (b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "a.7z", "archive-format"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", "type-not-accepted"),
    (samples.compound("EncryptedPackage", "EncryptionInfo"), "a.docx", "office-encrypted"),
    (samples.picture("JPEG")[:4000], "a.jpg", "damaged"),
    (samples.heic()[:3000], "a.heic", "damaged"),
    (samples.pdf()[:60], "a.pdf", "damaged"),
    (b"%PDF-1.7\nnothing here\n%%EOF", "a.pdf", "damaged"),
    (samples.docx()[:-30], "a.docx", "damaged"),
    (samples.box(b"ftyp", b"isom\0\0\0\0") + samples.box(b"mdat", b"\0" * 500), "a.mp4", "damaged"),
    (b"RIFF\x10\0\0\0WAVEdata\x04\0\0\0abcd", "a.wav", "damaged"),
]


@pytest.mark.parametrize(("content", "name", "code"), REFUSED, ids=[f"{n}-{c}" for _, n, c in REFUSED])
def test_what_cannot_be_taken_is_explained_with_a_way_on(look, content: bytes, name: str, code: str) -> None:
    refusal = look(content, name).refusal
    assert refusal is not None
    assert refusal.code == code
    assert refusal.zh
    assert refusal.en
    assert refusal.way_on is not None
    assert "{" not in refusal.zh + refusal.en


PROGRAM = b"MZ\x90\0" + b"\0" * 100
HAZARDS = [
    (PROGRAM, "a.exe", {"executable"}),
    (PROGRAM, "照片.jpg", {"executable"}),
    (PROGRAM, "invoice.pdf.exe", {"executable", "double-extension"}),
    (b"\x7fELF\x02\x01\x01" + b"\0" * 100, "a", {"executable"}),
    (b"#!/bin/sh\nrm -rf /\n", "readme.txt", {"script"}),
    (b"WScript.Echo 1\r\n", "a.vbs", {"script"}),
    (b"alert(1)", "合同.doc.js", {"script", "double-extension"}),
    (samples.docx(**{"word/vbaProject.bin": b"x"}), "a.docm", {"macros"}),
    (samples.docx(**{"word/embeddings/oleObject1.bin": b"x"}), "a.docx", {"active-object"}),
    (samples.compound("WordDocument", "Macros", "_VBA_PROJECT"), "a.doc", {"macros"}),
    (rb"{\rtf1 {\object\objdata 0105}}", "a.rtf", {"active-object"}),
    (samples.TEST_VIRUS, "a.txt", {"eicar"}),
    (samples.packed({"x/notes.txt": samples.TEST_VIRUS}), "a.zip", {"eicar"}),
    (samples.packed({"x/run.bat": b"del"}), "a.zip", {"archive-holds"}),
    (samples.packed({"photo.jpg": PROGRAM}), "a.zip", {"archive-holds"}),
    (samples.packed({"AndroidManifest.xml": b"x", "classes.dex": b"x"}), "a.zip", {"executable"}),
    (samples.packed({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), "a.zip", {"executable"}),
    (samples.picture("PNG"), "photo\u202egpj.exe", {"double-extension"}),
]


@pytest.mark.parametrize(("content", "name", "expected"), HAZARDS, ids=[n for _, n, _ in HAZARDS])
def test_signs_of_harm_are_named(look, content: bytes, name: str, expected: set[str]) -> None:
    assert codes(look(content, name).hazards) == expected


def test_a_text_that_begins_like_a_program_is_a_text(look) -> None:
    assert look("MZ 是卖家的昵称\n".encode(), "a.txt").hazards == ()


# --- archives ----------------------------------------------------------------------------------------------------------


def test_archives_with_too_many_members(look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_MEMBERS", 10)
    assert look(samples.packed({f"{n}.txt": b"x" for n in range(11)})).refusal.code == "zip-too-many"
    assert look(samples.packed({f"{n}.txt": b"x" for n in range(10)})).refusal is None


def test_archives_that_would_expand_too_far(look, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = samples.packed({"a.txt": b"\0" * (65 << 20)})
    assert len(bomb) < 100_000
    assert look(bomb).refusal.code == "zip-bomb"
    monkeypatch.setattr(zips, "MAX_EXPANDED", 1 << 20)
    assert look(bomb).refusal.code == "zip-too-big"


def test_members_that_share_packed_bytes_are_a_bomb(look) -> None:
    """The overlapping kind: many names in the directory point at one packed member."""
    content = samples.packed({"a.txt": bytes(range(256)) * 200}, zipfile.ZIP_STORED)
    start = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry, tail = content[start:end], bytearray(content[end:])
    struct.pack_into("<HHII", tail, 8, 50, 50, len(entry) * 50, start)
    assert look(content[:start] + entry * 50 + bytes(tail)).refusal.code == "zip-bomb"


def test_archives_within_archives(look) -> None:
    one = samples.packed({"a.txt": b"x"})
    two = samples.packed({"one.zip": one})
    three = samples.packed({"two.zip": two})
    assert look(two).refusal is None
    assert look(three).refusal.code == "zip-nested"
    assert look(samples.packed({"a.zip": b"no archive"})).refusal.code == "damaged"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "C:\\windows\\x"])
def test_paths_that_lead_outside(look, name: str) -> None:
    assert look(samples.packed({name: b"x"})).refusal.code == "zip-path"


def test_locked_archives(look) -> None:
    content = bytearray(samples.packed({"a.txt": b"secret"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    refusal = look(bytes(content)).refusal
    assert refusal.code == "zip-encrypted"
    assert refusal.way_on


# --- pictures ----------------------------------------------------------------------------------------------------------


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


# --- PDF ---------------------------------------------------------------------------------------------------------------


def test_pages_and_first_page(look, tmp_path: Path) -> None:
    inspection = look(samples.pdf(60), "合同.pdf")
    assert inspection.pages == 60
    assert inspection.view is None
    with Image.open(tmp_path / "into" / inspection.thumbnail) as thumbnail:
        assert max(thumbnail.size) == 320
        assert thumbnail.convert("RGB").getpixel((120, 180)) != (255, 255, 255)


def test_a_locked_pdf_opens_with_its_password(look, tmp_path: Path) -> None:
    content = samples.pdf(2, encryption=pikepdf.Encryption(user="开门123", owner="owner"))
    locked = look(content, "a.pdf")
    assert locked.refusal.code == "pdf-encrypted"
    assert "密码" in locked.refusal.way_on.zh
    assert look(content, "a.pdf", password="wrong").refusal.code == "pdf-password-wrong"
    opened = look(content, "a.pdf", password="开门123")
    assert opened.refusal is None
    assert opened.pages == 2
    assert opened.thumbnail
    with pikepdf.open(tmp_path / "into" / opened.view) as view:
        assert len(view.pages) == 2
        assert not view.is_encrypted
    assert (tmp_path / "content").read_bytes() == content


def test_a_pdf_that_only_restricts_printing_is_readable(look) -> None:
    content = samples.pdf(encryption=pikepdf.Encryption(user="", owner="x", allow=pikepdf.Permissions(extract=False)))
    inspection = look(content, "a.pdf")
    assert inspection.refusal is None
    assert "pdf-restricted" in codes(inspection.warnings)


def test_a_broken_pdf_is_repaired_and_told(look, tmp_path: Path) -> None:
    content = samples.pdf(3)
    broken = content[: content.rindex(b"xref" if b"\nxref" in content else b"startxref")]
    inspection = look(broken, "a.pdf")
    assert inspection.refusal is None
    assert inspection.pages == 3
    assert "pdf-repaired" in codes(inspection.warnings)
    with pikepdf.open(tmp_path / "into" / inspection.view) as view:
        assert len(view.pages) == 3
        assert not view.get_warnings()


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["note.txt"] = b"hello"


def _form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]), Fields=pikepdf.Array([]))


@pytest.mark.parametrize(
    ("change", "code"),
    [(_script, "pdf-javascript"), (_launch, "pdf-launch"), (_attach, "pdf-attachments"), (_form, "pdf-form")],
)
def test_active_content_of_a_pdf_is_flagged(look, change, code: str) -> None:
    for saving in ({}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        inspection = look(samples.pdf(change=change, **saving), "a.pdf")
        assert inspection.refusal is None
        assert codes(inspection.warnings) == {code}


# --- sound and film ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "seconds", "size"),
    [
        (samples.mp4(12.5), 12.5, (1280, 720)),
        (samples.mp4(3, turned=True), 3, (720, 1280)),
        (samples.mp4(4, brand=b"M4A ", picture=False), 4, (None, None)),
        (samples.webm(7.25), 7.25, (640, 480)),
        (samples.webm(None), 7.25, (640, 480)),
        (samples.webm(recorder=True), 7.25, (640, 480)),
        (samples.wav(3), 3, (None, None)),
        (samples.mp3(100), 100 * 1152 / 44100, (None, None)),
        (samples.amr(50), 1, (None, None)),
        (samples.aac(43), 43 * 1024 / 44100, (None, None)),
        (samples.ogg(4), 4, (None, None)),
        (samples.avi(), 10, (320, 240)),
    ],
)
def test_length_and_size_of_recordings(look, content: bytes, seconds: float, size: tuple) -> None:
    inspection = look(content)
    assert inspection.duration_s == pytest.approx(seconds, rel=0.01)
    assert (inspection.width, inspection.height) == size
    assert inspection.warnings == ()


def test_a_recording_that_ends_early_is_told(look) -> None:
    assert codes(look(samples.mp4()[:-500]).warnings) == {"media-incomplete"}
    assert codes(look(samples.wav()[:-500]).warnings) == {"media-incomplete"}


def test_scripts_in_a_saved_page_are_told(look) -> None:
    page = samples.HTML.replace(b"</body>", b"<script>x()</script></body>")
    assert codes(look(page, "a.html").warnings) == {"web-scripts"}


# --- hostile bytes -------------------------------------------------------------------------------------------------------

WHOLE = [content for content, _, _ in ACCEPTED] + [content for content, _, _ in HAZARDS]


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_never_raises(tmp_path: Path, data: st.DataObject) -> None:
    """Cut, overwrite and repeat parts of real files: an inspection always answers, and its places are filled."""
    content = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, min(len(content), 3000) - 1)))
        how = data.draw(st.sampled_from(["cut", "overwrite", "insert", "drop"]))
        noise = data.draw(st.binary(max_size=16))
        if how == "cut":
            del content[at:]
        elif how == "drop":
            del content[at : at + len(noise)]
        elif how == "insert":
            content[at:at] = noise
        else:
            content[at : at + len(noise)] = noise
    _answers(tmp_path, bytes(content), data.draw(st.sampled_from(["a.pdf", "a.zip", "a.mp4", "a.txt", "a", "x.{y}"])))


@given(st.binary(max_size=2000), st.text(max_size=20))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_under_any_name_never_raise(tmp_path: Path, content: bytes, name: str) -> None:
    _answers(tmp_path, content, name)


MARKS = [b"PK\x03\x04", b"%PDF-1.4\n", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0WAVE", b"OggS", b"ID3", b"\xff\xfb\x90\0", b"BM",
         b"\0\0\0\x18ftypmp42", b"\0\0\0\x18ftypheic", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"fLaC", b"#!AMR\n", b"II*\0", b"\xff\xf1P\x80"]  # fmt: skip


@given(st.sampled_from(MARKS), st.binary(max_size=1500))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_true_mark_before_nonsense_never_raises(tmp_path: Path, mark: bytes, rest: bytes) -> None:
    _answers(tmp_path, mark + rest, "a")


def _answers(tmp_path: Path, content: bytes, name: str) -> None:
    path, into = tmp_path / "content", tmp_path / "into"
    path.write_bytes(content)
    into.mkdir(exist_ok=True)
    inspection = inspect(path, name, "", into=into)
    assert isinstance(inspection, Inspection)
    assert (inspection.kind is Kind.UNKNOWN) <= (inspection.refusal is not None)
    for copy in (inspection.thumbnail, inspection.view):
        assert copy is None or (into / copy).is_file()


def test_every_finding_speaks_both_languages_and_codes_are_unique() -> None:
    all_of_them = [value for value in vars(f).values() if isinstance(value, Finding)]
    assert len({finding.code for finding in all_of_them}) == len(all_of_them) > 30
    for finding in all_of_them:
        assert any("\u4e00" <= c <= "\u9fff" for c in finding.zh)
        assert not any("\u4e00" <= c <= "\u9fff" for c in finding.en)

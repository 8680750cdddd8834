"""Real files of every kind the court accepts, made here."""

import base64
import io
import struct
import wave
import zipfile

import pikepdf
import pillow_heif
from PIL import Image

HOUSE = Image.radial_gradient("L").resize((640, 480)).convert("RGB")
TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(
    form: str, *, orientation: int = 1, gps: bool = False, size: tuple[int, int] = (640, 480), **options
) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "Court Phone 12"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 30.0), 3: "E", 4: (120.0, 10.0, 5.0)})
    HOUSE.resize(size).save(out, form, exif=exif, **options)
    return out.getvalue()


def heic(*, size: tuple[int, int] = (640, 480), gps: bool = False) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 30.0), 3: "E", 4: (120.0, 10.0, 5.0)})
    pillow_heif.from_pillow(HOUSE.resize(size)).save(out, exif=exif.tobytes(), quality=60)
    return out.getvalue()


def pdf(pages: int = 1, *, change=None, **saving) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for number in range(pages):
            page = document.add_blank_page(page_size=(595, 842))
            text = f"0 0 1 rg 100 {100 + number} 300 300 re f".encode()
            page.Contents = document.make_stream(text)
        if change:
            change(document)
        document.save(out, **saving)
    return out.getvalue()


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"} | more)


def xlsx() -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def odt() -> bytes:
    return packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, zipfile.ZIP_STORED)


def ofd() -> bytes:
    return packed({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<x/>"})


def compound(*names: str) -> bytes:
    """An Office 97 container with empty streams of these names (MS-CFB)."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    for at in range(109):
        struct.pack_into("<I", header, 76 + 4 * at, 0 if at == 0 else 0xFFFFFFFF)
    entries = [b"".join(_entry(name, 5 if not at else 2) for at, name in enumerate(("Root Entry", *names)))]
    directory = entries[0] + b"\0" * (-len(entries[0]) % 512)
    count = len(directory) // 512
    table = [0xFFFFFFFD, *range(2, count + 1), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    return bytes(header) + struct.pack("<128I", *table) + directory


def _entry(name: str, kind: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + b"\xff" * 12 + b"\0" * 48


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def mp4(seconds: float = 12.5, *, size: tuple[int, int] = (1280, 720), brand: bytes = b"isom", picture: bool = True,
        turned: bool = False, sample: bytes = b"\0" * 2000) -> bytes:  # fmt: skip
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)), b"\0" * 80)
    matrix = (0, 0x10000, 0, -0x10000, 0, 0) if turned else (0x10000, 0, 0, 0, 0x10000, 0)
    traks = []
    for handler in (b"vide", b"soun") if picture else (b"soun",):
        w, h = size if handler == b"vide" else (0, 0)
        # matrix is {a b u / c d v / x y w}
        a, b, u, c, d, v = matrix
        tkhd = box(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, 0), b"\0" * 16,
                   struct.pack(">9i", a, b, u, c, d, v, 0, 0, 0x40000000), struct.pack(">II", w << 16, h << 16))  # fmt: skip
        hdlr = box(b"hdlr", struct.pack(">II", 0, 0), handler, b"\0" * 12)
        traks.append(box(b"trak", tkhd, box(b"mdia", hdlr)))
    return box(b"ftyp", brand, b"\0\0\2\0", b"isommp42") + box(b"moov", mvhd, *traks) + box(b"mdat", sample)


def element(name: int, *parts: bytes, unknown: bool = False) -> bytes:
    body = b"".join(parts)
    head = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return head + (b"\x01" + b"\xff" * 7 if unknown else (1 << 56 | len(body)).to_bytes(8, "big")) + body


def webm(seconds: float | None = 7.25, *, recorder: bool = False, picture: bool = True) -> bytes:
    """With `recorder`, as a browser writes it: no duration, segment and clusters of unknown length."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    info = [element(0x2AD7B1, (1_000_000).to_bytes(3, "big"))]
    if seconds is not None and not recorder:
        info.append(element(0x4489, struct.pack(">d", seconds * 1000)))
    tracks = [element(0xAE, element(0x83, b"\x02"))]
    if picture:
        tracks.append(
            element(0xAE, element(0x83, b"\x01"), element(0xE0, element(0xB0, b"\x02\x80"), element(0xBA, b"\x01\xe0")))
        )
    clusters = []
    for start in (0, 5000):
        block = element(0xA3, b"\x81" + struct.pack(">h", 2250) + b"\x80frame")
        clusters.append(element(0x1F43B675, element(0xE7, start.to_bytes(2, "big")), block, unknown=recorder))
    return head + element(
        0x18538067, element(0x1549A966, *info), element(0x1654AE6B, *tracks), *clusters, unknown=recorder
    )


def wav(seconds: float = 3.0) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * int(16000 * seconds))
    return out.getvalue()


def mp3(frames: int = 100, *, tag: bytes = b"") -> bytes:
    """MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 1152 samples a frame."""
    return tag + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def amr(frames: int = 50) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * frames


def aac(frames: int = 43) -> bytes:
    header = bytearray(b"\xff\xf1\x50\x80\x00\x1f\xfc")
    length = 7 + 100
    header[3] = 0x80 | length >> 11
    header[4] = (length >> 3) & 0xFF
    header[5] = (length & 7) << 5 | 0x1F
    return (bytes(header) + b"\0" * 100) * frames


def ogg(seconds: float = 4.0) -> bytes:
    def page(granule: int, body: bytes) -> bytes:
        return b"OggS\0\0" + struct.pack("<qIII", granule, 1, 0, 0) + bytes([1, len(body)]) + body

    head = b"OpusHead\x01\x01" + struct.pack("<HIh", 312, 48000, 0) + b"\0"
    return page(0, head) + page(int(seconds * 48000) + 312, b"sound")


def avi() -> bytes:
    avih = struct.pack("<10I", 40_000, 0, 0, 0, 250, 0, 1, 0, 320, 240) + b"\0" * 16
    body = b"hdrl" + b"avih" + struct.pack("<I", len(avih)) + avih
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"AVI LIST" + struct.pack("<I", len(body)) + body


EML = b"From: a@example.com\r\nTo: b@example.com\r\nDate: Mon, 2 Mar 2026 10:00:00 +0800\r\nSubject: x\r\n\r\nhello\r\n"
HTML = "<!DOCTYPE html><html><head><title>订单</title></head><body>已付款</body></html>".encode()
CHAT_JSON = (
    '[{"sender":"店家","time":"2026-03-01 10:00","content":"亲，在的"},{"sender":"我","content":"退款"}]'.encode()
)
CHAT_TEXT = "2026-03-01 10:00:12 店家\n亲，在的\n\n2026-03-01 10:01:40 我\n我要退款\n".encode("gb18030")
CSV = "订单号,金额\n1001,99.00\n1002,15.50\n".encode("gb18030")
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

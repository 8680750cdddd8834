"""The certificate of storage as PDF (section 7 of the format): what is signed, and the bundle in it."""

import re
import zlib
from dataclasses import dataclass

from tianping_verify import cms, der
from tianping_verify.bundle import LARGEST
from tianping_verify.faults import Fault
from tianping_verify.sm3 import sm3_of

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile")
_STREAM = re.compile(rb"stream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d{1,9})(?!\s+\d+\s+R)")
_HEX = re.compile(rb"<([0-9A-F]+)>")


@dataclass(frozen=True)
class Signed:
    """The two ranges' SM3 and the signature over it."""

    digest: bytes
    signature: bytes


def is_pdf(content: bytes) -> bool:
    return content[:5] == b"%PDF-"


def bundle(content: bytes) -> bytes:
    """The one embedded file. Raises Fault."""
    marks = [found.start() for found in _EMBEDDED.finditer(content)]
    if len(marks) != 1:
        raise Fault("pdf-bundle")
    begins = content.rfind(b"obj", 0, marks[0])
    stream = _STREAM.search(content, marks[0])
    if begins < 0 or stream is None:
        raise Fault("pdf-bundle")
    dictionary = content[begins + 3 : stream.start()].strip()
    length = _LENGTH.search(dictionary)
    whole = dictionary.startswith(b"<<") and dictionary.endswith(b">>")
    if not whole or length is None or b"/FlateDecode" not in dictionary:
        raise Fault("pdf-bundle")
    start = stream.end()
    packed = content[start : start + int(length[1])]
    if not content[start + len(packed) :].lstrip(b"\r\n").startswith(b"endstream"):
        raise Fault("pdf-bundle")
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, LARGEST)
    except zlib.error as wrong:
        raise Fault("pdf-bundle") from wrong
    if not unpacker.eof or unpacker.unused_data:
        raise Fault("pdf-bundle")
    return plain


def signed(content: bytes) -> Signed:
    """What the file's one signature covers: all of it but the signature. Raises Fault."""
    ranges = _BYTE_RANGE.findall(content)
    if len(ranges) != 1 or content.count(b"/ByteRange") != 1:
        raise Fault("pdf-range")
    zero, a, b, c = map(int, ranges[0])
    if zero != 0 or not 0 < a < b < len(content) or b + c != len(content):
        raise Fault("pdf-range")
    gap = _HEX.fullmatch(content, a, b)
    if gap is None or len(gap[1]) % 2:
        raise Fault("pdf-range")
    whole = bytes.fromhex(gap[1].decode("ascii"))
    node, padding = der.begin(whole)
    if padding.strip(b"\0"):
        raise Fault("pdf-range")
    return Signed(sm3_of((content[:a], content[b:])), node.raw)


def check(content: bytes) -> cms.SignedFile:
    """Who signed the whole file. Raises Fault where a byte of it was changed or it was signed otherwise."""
    found = signed(content)
    return cms.signed_file(found.signature, found.digest)

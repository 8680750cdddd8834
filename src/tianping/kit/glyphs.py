"""Which characters the fonts can draw, and how text is made safe to print.

PDF/A forbids a missing glyph, and a court may not drop a letter of a name in silence. A character that no font has
is printed as its code point, `〔U+20BB7〕`, which is unambiguous and can be looked up.
"""

import re
import struct
import unicodedata
from collections.abc import Iterable
from pathlib import Path

# Marks without ink: joiners, direction marks and overrides, variation selectors, tags, byte order mark. Overrides
# could make a paper read differently from what was filed; none of them belongs in one.
_INKLESS = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LONG_RUN = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{25,}")
_BREAK_EVERY = 8


class Glyphs:
    """The characters that at least one of the given font files can draw."""

    def __init__(self, fonts: Iterable[Path]) -> None:
        self._drawable: frozenset[int] = frozenset().union(*(_code_points(path) for path in fonts))

    def __contains__(self, character: str) -> bool:
        return ord(character) in self._drawable

    def printable(self, text: str) -> str:
        """The text as it can be printed: composed (NFC), tabs as spaces, line ends as `\\n`, nothing undrawable.

        Runs of 25 and more characters without a place to break (links, digests) get breaking places (U+200B).
        """
        text = _INKLESS.sub("", unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).replace("\t", " "))
        text = "".join(self._drawn(character) for character in text)
        return _LONG_RUN.sub(_with_breaks, text)

    def _drawn(self, character: str) -> str:
        if character == "\n" or ord(character) in self._drawable:
            return character
        if unicodedata.category(character) == "Cc":
            return ""
        if unicodedata.category(character) == "Zs":
            return " "
        return f"〔U+{ord(character):04X}〕"


def _with_breaks(run: re.Match[str]) -> str:
    text = run.group()
    return "\u200b".join(text[start : start + _BREAK_EVERY] for start in range(0, len(text), _BREAK_EVERY))


def _code_points(path: Path) -> frozenset[int]:
    """Code points with a glyph, from the Unicode table of an OpenType font (cmap format 12).

    Raises: ValueError if the font has no such table.
    """
    font = path.read_bytes()
    tables = struct.unpack_from(">H", font, 4)[0]
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == b"cmap":
            return _full_repertoire(font, offset, path)
    raise ValueError(f"{path.name} has no character map")


def _full_repertoire(font: bytes, cmap: int, path: Path) -> frozenset[int]:
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        subtable = cmap + struct.unpack_from(">L", font, cmap + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", font, subtable)[0] != 12:
            continue
        for group in range(struct.unpack_from(">L", font, subtable + 12)[0]):
            first, last, _ = struct.unpack_from(">LLL", font, subtable + 16 + 12 * group)
            found.update(range(first, last + 1))
    if not found:
        raise ValueError(f"{path.name} has no full Unicode character map")
    return frozenset(found)

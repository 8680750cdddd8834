"""Storage numbers: `TP1-WORKS-20261122-000000042-7K`.

Format version, chain, court day (Asia/Shanghai) of the checkpoint that first covered the entry, index of the entry in
its chain's log, two check characters (ISO/IEC 7064, MOD 1271-36, over letters and digits without the hyphens). Every part
but the day follows from the proof, and the day from its checkpoint, so a number can be derived and not invented.
"""

import re
import unicodedata
from datetime import UTC, date, datetime

import msgspec

from tianping.kit.clock import court_day
from tianping.kit.problems import Problem, Text

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(r"TP1-([A-Z0-9]{2,12})-([0-9]{8})-([0-9]{9,16})-([A-Z0-9]{2})")


class NumberMalformed(Problem):
    status = 400
    code = "storage-number-malformed"
    title = Text("存证编号有误，请核对每一位", "This is not a storage number; please check every character")


class StorageNumber(msgspec.Struct, frozen=True):
    chain: str
    day: date
    index: int

    def __str__(self) -> str:
        parts = ["TP1", self.chain.upper(), self.day.strftime("%Y%m%d"), f"{self.index:09d}"]
        return "-".join([*parts, check_characters("".join(parts))])


def number_of(chain: str, time_ms: int, index: int) -> StorageNumber:
    """The number of an entry first covered by a checkpoint of that time (milliseconds since 1970, UTC)."""
    return StorageNumber(chain, court_day(datetime.fromtimestamp(time_ms / 1000, UTC)), index)


def read_number(text: str) -> StorageNumber:
    """Reads a number as people type it (case, spaces and full-width letters do not matter). Raises NumberMalformed."""
    typed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    found = _SHAPE.fullmatch(typed)
    if not found:
        raise NumberMalformed
    chain, day, index, _ = found.groups()
    try:
        number = StorageNumber(chain.lower(), date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"), int(index))
    except ValueError as wrong:
        raise NumberMalformed from wrong
    # Check characters, and no zeros too many before the index.
    if str(number) != typed:
        raise NumberMalformed
    return number


def check_characters(text: str) -> str:
    """Two check characters by ISO/IEC 7064 MOD 1271-36: finds every wrong character and every two neighbours exchanged."""
    remainder = 0
    for character in text:
        remainder = (remainder + _ALPHABET.index(character)) * 36 % 1271
    value = (1 - remainder * 36) % 1271
    return _ALPHABET[value // 36] + _ALPHABET[value % 36]

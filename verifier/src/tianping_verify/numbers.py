"""Storage numbers (section 5 of the format)."""

from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# China has had no summer time since 1991, long before the first ledger; so this needs no time zone tables.
_SHANGHAI = timedelta(hours=8)


def number(chain: str, time_ms: int, index: int) -> str:
    """The number of an entry whose first quorate checkpoint has this time."""
    parts = ["TP1", chain.upper(), f"{_day(time_ms):%Y%m%d}", f"{index:09d}"]
    return "-".join([*parts, _check("".join(parts))])


def _day(time_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms) + _SHANGHAI


def _check(text: str) -> str:
    total = 0
    for character in text:
        total = (total + _ALPHABET.index(character)) * 36 % 1271
    value = (1 - 36 * total) % 1271
    return _ALPHABET[value // 36] + _ALPHABET[value % 36]

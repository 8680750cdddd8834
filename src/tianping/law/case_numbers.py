"""Case numbers (案号): `（2026）京0491民初12345号`, written with full-width brackets, read with any.

Law: SPC Provisions on Case Numbers 2, 3 (2015, amended 2018). Numbers are counted per year, court, special word and
type word, from 1, without gaps, in the order of acceptance.
"""

import re
import unicodedata
from datetime import date

import msgspec

from tianping.kit.problems import Problem, Text
from tianping.law.lawbook import Lawbook

_DIGITS = "零一二三四五六七八九"
_PROVINCES = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新军兵"
_NUMBER = re.compile(
    rf"（(?P<year>20[0-9]{{2}})）(?P<court>最高法|[{_PROVINCES}](?:[0-9]{{4}}|[0-9]{{2}})?)"
    r"(?P<words>[\u4e00-\u9fa5]{1,5})(?P<number>[1-9][0-9]{0,6})号(?:之(?P<part>[一二三四五六七八九十]{1,3}))?"
)
_BRACKETS = str.maketrans("()〔〕[]【】", "（）（）（）（）")


class CaseNumberUnreadable(Problem):
    status = 422
    code = "case-number-unreadable"
    title = Text("案号格式有误", "Not a case number")
    detail = Text(
        "“{text}”不是规范的案号，例如（2026）京0491民初1号",
        "“{text}” is not a case number such as （2026）京0491民初1号",
    )

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class CaseNumber(msgspec.Struct, frozen=True):
    """A case number. `special`: special word such as 知, or empty. `part`: a further document 之一, 0 for none."""

    year: int
    court: str
    type_word: str
    number: int
    special: str = ""
    part: int = 0

    def __str__(self) -> str:
        part = f"之{_chinese(self.part)}" if self.part else ""
        return f"（{self.year}）{self.court}{self.special}{self.type_word}{self.number}号{part}"

    @property
    def sequence(self) -> tuple[int, str, str, str]:
        """Numbers are counted within one of these: year, court, special word, type word."""
        return (self.year, self.court, self.special, self.type_word)


def parse_case_number(text: str, law: Lawbook) -> CaseNumber:
    """Read a case number with any brackets, spaces or full-width digits. Raises CaseNumberUnreadable."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(plain.split()).translate(_BRACKETS)
    found = _NUMBER.fullmatch(plain)
    if not found:
        raise CaseNumberUnreadable(text)
    words, special = found["words"], ""
    if words not in law.type_words:
        special = next((word for word in law.special_words if words.startswith(word)), "")
        words = words.removeprefix(special)
    if words not in law.type_words:
        raise CaseNumberUnreadable(text)
    return CaseNumber(
        int(found["year"]), found["court"], words, int(found["number"]), special, _arabic(found["part"] or "")
    )


def new_case_number(law: Lawbook, court: str, type_word: str, accepted_on: date, number: int) -> CaseNumber:
    """The number of a case accepted on a court-local day. Raises KeyError (unknown type word), ValueError."""
    law.type_words[type_word]
    if number < law.case_number_book.first_number.value:
        raise ValueError(f"case numbers begin at {law.case_number_book.first_number.value}")
    return CaseNumber(accepted_on.year, court, type_word, number)


def _chinese(number: int) -> str:
    tens, units = divmod(number, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[units] if units else "")


def _arabic(text: str) -> int:
    tens, ten, units = text.rpartition("十")
    value = (_DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return value + (_DIGITS.index(units) if units else 0)

"""The court that this installation serves, as `court.toml` describes it. Read once at start; frozen."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.entries import FeeRange
from tianping.law.lawbook import Lawbook

BASIC_COURT_CODE = re.compile(r"[京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新军兵]\d{4}")


class CourtInvalid(Exception):
    """`court.toml` is missing or wrong; the message names the file, the place in it and what would be right."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class Division(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A division of the court; `hears` are the kinds of case it takes."""

    code: str
    name: Text
    hears: tuple[str, ...] = ()


class SubjectRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which set of jurisdiction rules applies to filings from `valid_from` to `valid_to`, both included."""

    id: str
    valid_from: date
    valid_to: date | None = None


class AppealCourt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A court of appeal for the kinds of case in `hears`; empty: for all that no other takes."""

    code: str
    name: Text
    hears: tuple[str, ...] = ()


class Holidays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: Text


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In days. A draft is deleted `draft_days` after its last change, its owner told `draft_warning_days` before."""

    draft_days: int
    draft_warning_days: int


class Branding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people see of the court besides its name. `notice` is shown on every page if it is set."""

    short_name: Text
    motto: Text
    notice: Text | None = None


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the court is, in degrees (WGS 84, east and north positive). Shown on maps, and only there."""

    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]


class Court(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One court. `code` is its 法院代字 (法〔2015〕137号), `fees` the province's figures in CNY,
    by the lawbook's names for the ranges they fill."""

    code: str
    kind: Literal["demo", "court"]
    name: Text
    province: Text
    city: Text
    divisions: tuple[Division, ...]
    subject_rules: tuple[SubjectRules, ...]
    appeal_courts: tuple[AppealCourt, ...]
    fees: Mapping[str, Decimal]
    holidays: Holidays
    retention: Retention
    branding: Branding
    place: Place | None = None

    @property
    def is_demo(self) -> bool:
        return self.kind == "demo"

    def subject_rules_on(self, day: date) -> str | None:
        """The id of the jurisdiction rules for a filing on that court-local day; None before the first."""
        for rules in self.subject_rules:
            if rules.valid_from <= day and (rules.valid_to is None or day <= rules.valid_to):
                return rules.id
        return None

    def base_fee(self, item: str) -> Money | None:
        """The province's figure for a range of the lawbook, such as `personality_rights_base`."""
        return Money(self.fees[item]) if item in self.fees else None

    def division_for(self, *kinds: str | None) -> Division:
        """The division that hears the case, by the first of its kinds that a division takes (subject type, then case
        type of the lawbook); else the first division that hears cases at all."""
        for kind in kinds:
            for division in self.divisions:
                if kind in division.hears:
                    return division
        return next((d for d in self.divisions if d.hears), self.divisions[0])

    def appeal_court_for(self, kind_of_case: str) -> AppealCourt:
        for court in self.appeal_courts:
            if kind_of_case in court.hears:
                return court
        return next(court for court in self.appeal_courts if not court.hears)


def read_court(file: Path) -> Court:
    """Read and check `court.toml`. Raises CourtInvalid."""
    try:
        court = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Court)
    except OSError as error:
        raise CourtInvalid(file, f"{error.strerror}; TIANPING_COURT names another file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourtInvalid(file, f"not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise CourtInvalid(file, str(error)) from error
    if problems := _problems(court):
        raise CourtInvalid(file, "; ".join(problems))
    return court


def _problems(court: Court) -> list[str]:
    found = []
    if not BASIC_COURT_CODE.fullmatch(court.code):
        found.append(f"code: {court.code!r} is not a province's character and four digits, such as 京0491")
    if not court.divisions:
        found.append("divisions: there must be at least one")
    found += [f"divisions: code {code!r} occurs {n} times" for code, n in _repeated(d.code for d in court.divisions)]
    for name, courts in (("divisions", court.divisions), ("appeal_courts", court.appeal_courts)):
        taken = _repeated(kind for each in courts for kind in each.hears)
        found += [f"{name}: {kind!r} is heard by {n} of them" for kind, n in taken]
    if sum(not each.hears for each in court.appeal_courts) != 1:
        found.append("appeal_courts: exactly one must be without `hears`, to take what no other takes")
    found += _date_problems(court.subject_rules)
    if not 0 < court.retention.draft_warning_days < court.retention.draft_days:
        found.append("retention: draft_warning_days must be above 0 and below draft_days")
    texts = {"name": court.name, "province": court.province, "city": court.city}
    found += [f"{name}: zh and en must both be filled" for name, text in texts.items() if not (text.zh and text.en)]
    if court.is_demo and court.branding.notice is None:
        found.append("branding.notice: a demo court must say that it is one")
    return found


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, times) for name, times in Counter(names).items() if times > 1]


def _date_problems(rules: tuple[SubjectRules, ...]) -> list[str]:
    """Each set must begin on the day after the one before ends; only the last may have no end."""
    if not rules:
        return ["subject_rules: there must be at least one"]
    found = []
    for before, after in pairwise(rules):
        if before.valid_to is None or after.valid_from != before.valid_to + timedelta(days=1):
            found.append(f"subject_rules: {after.id} must begin on the day after {before.id} ends")
    ended = [each.id for each in rules if each.valid_to is not None and each.valid_to < each.valid_from]
    return found + [f"subject_rules: {name} ends before it begins" for name in ended]


def fee_problems(court: Court, law: Lawbook, on: date) -> list[str]:
    """Where the court's fee figures leave the legal range in force on a day, or name something that has none.

    Law: Measures on Litigation Costs art. 13 last paragraph.
    """
    ranges = {item.id: item for item in law.fees.in_force(on) if isinstance(item, FeeRange)}
    found = [f"fees.{name}: missing" for name in ranges if name not in court.fees]
    for name, fee in court.fees.items():
        if name not in ranges:
            found.append(f"fees.{name}: the lawbook has no such range; it has {', '.join(sorted(ranges))}")
        elif not ranges[name].low <= fee <= ranges[name].high:
            found.append(f"fees.{name}: {fee} is outside the legal range {ranges[name].low}–{ranges[name].high}")
    return found

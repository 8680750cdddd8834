"""Jurisdiction of Internet courts: subject by the filing date, then a link to the city, then agreements.

Facts not stated are taken to hold and reported as assumed, except the link to the city, which must be shown. If the
court is not competent the answer names who is.

Law: SPC Provisions on Cases before Internet Courts (2018) 2–4; SPC Provisions on the Jurisdiction of Internet Courts
(2025) 1; CPL 24, 29, 35, 127 (2), (4), 130; CPL Interpretation 20, 24, 25, 31, 211, 223.
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from tianping.kit.problems import Text
from tianping.law.causes import cause_named
from tianping.law.court_entries import InternetCourt, Nature, RuleSet, SubjectType, TerritorialLink
from tianping.law.dated import LawNotInForce
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

Links = Mapping[str, bool | str]

_DISTRICT = re.compile(r"^(?P<whole>.*?(?P<district>[^省市]{1,8}?(?:(?<!自治)(?<!行政)区|县|旗))(?!域))")
_COUNTY_CITY = re.compile(r"^(?P<whole>.+?[省区].+?市.{1,6}?市)")


class CourtSeat(msgspec.Struct, frozen=True):
    """The court that asks: its name and its city. `province` equals `city` in a municipality."""

    name: Text
    province: str
    city: str
    english: str

    @classmethod
    def of(cls, court: InternetCourt) -> "CourtSeat":
        return cls(court.name, court.province, court.city, court.english)


class ShownLink(msgspec.Struct, frozen=True):
    """A place that ties the dispute to the court's city."""

    fact: str
    place: str
    zh: str
    en: str


class JurisdictionAnswer(msgspec.Struct, frozen=True):
    """Whether the court may hear the dispute. `item`: number of the item of `rule_set` that covers it, or None.

    `who`: the competent court or body if this one is not. `assumed`: facts taken to hold because none was stated.
    """

    competent: bool
    rule_set: str
    item: int | None
    type: str | None
    why: Text
    who: Text | None
    link: ShownLink | None
    assumed: tuple[str, ...]
    articles: tuple[Article, ...]
    verified: bool


def jurisdiction(cause: str, filed_on: date, links: Links, law: Lawbook, court: CourtSeat) -> JurisdictionAnswer:
    """Is `court` competent for a dispute of this cause, filed on this court-local day?

    `cause`: a cause of action (Chinese or English name) or the id of a subject type. `links`: facts by their id.
    Raises: LawNotInForce before 2018-09-07.
    """
    rules = law.rule_set_on(filed_on)
    question = _Question(cause, filed_on, links, law=law, court=court, rules=rules)
    return question.answer()


def appeal_court(type_id: str | None, court: InternetCourt) -> Text:
    """The court that hears appeals from an Internet court in cases of a subject type. IC18 4."""
    return court.appeal_special if type_id in court.special_types else court.appeal


def in_city(place: str, seat: CourtSeat) -> bool:
    """Whether a place (`北京市朝阳区…`, `广东省广州市…`, or `…, Beijing`) lies in the court's city."""
    text = "".join(place.split())
    city = seat.city.removesuffix("市")
    province = re.sub("(省|自治区|市)$", "", seat.province)
    starts = (city, seat.province + city, province + city)
    if text.startswith(starts):
        return True
    return any(part.strip().casefold() == seat.english.casefold() for part in re.split(r"[,;]", place))


class _Question:
    def __init__(
        self, cause: str, filed_on: date, links: Links, *, law: Lawbook, court: CourtSeat, rules: RuleSet
    ) -> None:
        self.cause, self.on, self.links, self.law, self.court, self.rules = cause, filed_on, links, law, court, rules
        self.cites: list[str] = []

    def answer(self) -> JurisdictionAnswer:
        if self.links.get("arbitration_agreement") is True:
            self.cites.append("CPL 127(2)")
            why = Text(
                "双方有书面仲裁协议，应当向仲裁机构申请仲裁",
                "There is a written arbitration agreement; the claim goes to arbitration",
            )
            return self._no(None, why, Text("约定的仲裁机构", "the agreed arbitration institution"))
        subject = self._subject()
        if subject is None:
            return self._outside()
        self.cites.extend(subject.articles)
        failed = [fact for fact in subject.needs if self.links.get(fact) is False]
        failed += [fact for fact in subject.required if self.links.get(fact) is not True and fact not in failed]
        if failed:
            fact = self.law.facts[failed[0]]
            why = Text(
                f"案由属于“{subject.zh}”，但不具备下列事实：{fact.zh}",
                f"The cause belongs to “{subject.en}”, but this does not hold: {fact.en}",
            )
            return self._no(None, why, self._basic_court(subject.nature))
        if subject.nature in {"administrative", "designated"}:
            return self._yes(subject, None, Text(f"属于{subject.zh}", f"Covered: {subject.en}"))
        return self._by_place(subject)

    def _subject(self) -> SubjectType | None:
        """The item of the rule set that covers the cause; a designation covers any."""
        if self.links.get("designation_order") is True:
            return next((t for t in self.rules.types if t.nature == "designated"), None)
        known = cause_named_anyhow(self.law, self.cause, self.on)
        for subject in self.rules.types:
            if self.cause == subject.id or known in subject.causes or self.cause in (subject.zh, subject.en):
                return subject
        return None

    def _outside(self) -> JurisdictionAnswer:
        """The subject list of the day does not cover the cause."""
        self.cites.extend(self.rules.articles)
        known = cause_named_anyhow(self.law, self.cause, self.on)
        earlier = None
        for rule_set in self.law.rule_sets:
            if rule_set.valid_to is not None and rule_set.valid_to < self.on:
                for subject in rule_set.types:
                    if known in subject.causes or self.cause == subject.id:
                        earlier = (rule_set, subject)
        nature: Nature = _nature_of(known) if earlier is None else earlier[1].nature
        if earlier is None:
            why = Text(
                f"“{self.cause}”不在互联网法院集中管辖的案件范围内",
                f"“{self.cause}” is not among the cases concentrated in Internet courts",
            )
        else:
            gone, subject = earlier
            why = Text(
                f"“{self.cause}”（{subject.zh}）自{_next_day(gone)}起不再由互联网法院管辖",
                f"“{self.cause}” ({subject.en}) left the Internet courts' jurisdiction on {_next_day(gone)}",
            )
        return self._no(None, why, self._basic_court(nature, intellectual=_is_intellectual(known)))

    def _by_place(self, subject: SubjectType) -> JurisdictionAnswer:
        agreed = self._agreement()
        if agreed is not None:
            ours = agreed in (self.court.name.zh, self.court.name.en)
            if ours and self.links.get("actual_connection") is not False:
                self.cites.append("CPL 35")
                return self._yes(
                    subject, None, Text("双方书面约定由本院管辖", "The parties agreed on this court in writing")
                )
            if not ours:
                self.cites.append("CPL 35")
                why = Text(f"双方书面约定由{agreed}管辖", f"The parties agreed on {agreed} in writing")
                return self._no(subject, why, Text(agreed, agreed))
        for link in self._open_links(subject):
            place = self.links.get(link.fact)
            if isinstance(place, str) and in_city(place, self.court):
                self.cites.extend(link.articles)
                why = Text(
                    f"属于第（{subject.num}）项：{subject.zh}；{link.zh}（{place}）在本院辖区",
                    f"Item {subject.num}: {subject.en}; {link.en} ({place}) lies in this court's city",
                )
                return self._yes(subject, ShownLink(link.fact, place, link.zh, link.en), why)
        if self.links.get("defendant_answered") is True:
            self.cites.extend(("CPL 130.2", "JI 223"))
            return self._yes(
                subject,
                None,
                Text(
                    "被告未提异议并应诉答辩，视为本院有管辖权", "The defendant answered without objecting: submission"
                ),
            )
        self.cites.extend(("CPL 127(4)", "JI 211"))
        places = [self.links[link.fact] for link in self._open_links(subject) if self.links.get(link.fact)]
        if places:
            why = Text(
                f"案件类型属于第（{subject.num}）项，但连接点（{'、'.join(map(str, places))}）均不在{self.court.city}",
                f"The subject is item {subject.num}, but no link ({', '.join(map(str, places))}) "
                f"lies in {self.court.english}",
            )
            return self._no(subject, why, self._elsewhere(subject))
        wanted = [self.law.facts[link.fact] for link in self._open_links(subject)]
        why = Text(
            f"案件类型属于第（{subject.num}）项，但未说明与{self.court.city}的连接点，请补充：{'、'.join(f.zh for f in wanted)}",
            f"The subject is item {subject.num}, but no link to {self.court.english} is shown; state: "
            + ", ".join(f.en for f in wanted),
        )
        return self._no(subject, why, self._elsewhere(subject))

    def _agreement(self) -> str | None:
        """The court validly agreed on, if any. A form clause without a reasonable prompt binds no consumer. JI 31."""
        agreed = self.links.get("agreed_court")
        if not isinstance(agreed, str) or not agreed.strip():
            return None
        if self.links.get("form_clause") is True and self.links.get("form_clause_prompted") is not True:
            self.cites.append("JI 31")
            return None
        if self.links.get("form_clause_prompted") is False:
            self.cites.append("JI 31")
            return None
        return agreed.strip()

    def _open_links(self, subject: SubjectType) -> list[TerritorialLink]:
        """The links that count for this subject, given the facts."""
        nature = subject.nature
        if nature == "by_cause":
            known = cause_named_anyhow(self.law, self.cause, self.on) or self.cause
            nature = "contract" if "合同" in known else "tort"
        return [
            link
            for link in self.law.territorial
            if nature in link.natures
            and all(self.links.get(fact, value) is value for fact, value in link.when.items())
            and not (link.unless and self.links.get(link.unless))
        ]

    def _elsewhere(self, subject: SubjectType) -> Text:
        """The Internet court of another city to which the dispute is linked, or a basic court."""
        for other in self.law.internet_courts:
            seat = CourtSeat.of(other)
            if seat.name.zh == self.court.name.zh:
                continue
            for link in self._open_links(subject):
                place = self.links.get(link.fact)
                if isinstance(place, str) and in_city(place, seat):
                    return seat.name
        return self._basic_court(subject.nature)

    def _basic_court(self, nature: Nature, *, intellectual: bool = False) -> Text:
        place = self.links.get("defendant_domicile")
        if not isinstance(place, str) or not place.strip():
            zh = "被告住所地或者合同履行地" if nature in {"sale", "contract"} else "被告住所地或者侵权行为地"
            en = (
                "the defendant's domicile or of the place of performance"
                if nature in {"sale", "contract"}
                else "the defendant's domicile or of the place of the tort"
            )
            where = Text(f"{zh}有管辖权的基层人民法院", f"the competent basic people's court of {en}")
        else:
            where = _district_court("".join(place.split()), place.strip())
        if intellectual:
            return Text(
                f"{where.zh}（须为有知识产权民事案件管辖权的法院）",
                f"{where.en} (which must have intellectual property jurisdiction)",
            )
        return where

    def _yes(self, subject: SubjectType, link: ShownLink | None, why: Text) -> JurisdictionAnswer:
        assumed = tuple(fact for fact in subject.needs if fact not in self.links)
        return JurisdictionAnswer(
            competent=True,
            rule_set=self.rules.id,
            item=subject.num,
            type=subject.id,
            why=why,
            who=None,
            link=link,
            assumed=assumed,
            articles=self.law.articles(self.cites),
            verified=subject.verified,
        )

    def _no(self, subject: SubjectType | None, why: Text, who: Text) -> JurisdictionAnswer:
        return JurisdictionAnswer(
            competent=False,
            rule_set=self.rules.id,
            item=subject.num if subject else None,
            type=subject.id if subject else None,
            why=why,
            who=who,
            link=None,
            assumed=(),
            articles=self.law.articles(self.cites),
            verified=self.rules.verified if subject is None else subject.verified,
        )


def cause_named_anyhow(law: Lawbook, name: str, on: date) -> str | None:
    """The Chinese name of a cause in the edition of the day, or in any edition, or the name itself as given."""
    try:
        found = cause_named(law, name, on)
    except LawNotInForce:
        found = None
    if found is not None:
        return found.zh
    item = law.causes.get(name) or next((c for c in law.causes.values() if c.en == name), None)
    return item.zh if item else name


def _nature_of(cause: str | None) -> Nature:
    return "contract" if cause and ("合同" in cause or "借贷" in cause) else "tort"


def _is_intellectual(cause: str | None) -> bool:
    return bool(cause) and any(
        word in cause for word in ("著作权", "商标", "专利", "信息网络传播权", "作品", "录音录像")
    )


def _next_day(rule_set: RuleSet) -> str:
    end = rule_set.valid_to
    return date.fromordinal(end.toordinal() + 1).isoformat() if end else ""


def _district_court(text: str, shown: str) -> Text:
    """The basic court of the district a place names: 北京市朝阳区望京… → 北京市朝阳区人民法院."""
    district = _COUNTY_CITY.match(text) or _DISTRICT.match(text)
    if district and re.search(r"[\u4e00-\u9fa5]", text):
        name = f"{district['whole']}人民法院"
        return Text(name, f"{name} (People's Court of {district['whole']})")
    return Text(f"{text}有管辖权的基层人民法院", f"the competent basic people's court in {shown}")

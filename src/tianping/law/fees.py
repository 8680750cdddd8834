"""Litigation costs: what is to be paid or refunded, worked out step by step.

Exact decimals throughout; rounded half up to 0.01 yuan once, at the end. Every answer names its articles.

Law: Measures on the Payment of Litigation Costs (State Council Decree 481) 8, 13–18, 20, 21; CPL Interpretation
199, 201, 206.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.dated import Dated
from tianping.law.entries import FeeRange, Tariff
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

FeeAct = Literal[
    "property",
    "personality_rights",
    "ip",
    "labour",
    "other_non_property",
    "jurisdiction_objection",
    "preservation",
    "enforcement",
    "payment_order",
    "appeal",
    "counterclaim",
    "change_of_claim",
    "change_of_procedure",
]
Matter = Literal["property", "personality_rights", "ip", "labour", "other_non_property", "ruling"]
FeeProcedure = Literal["ordinary", "simplified", "small_claims"]
Direction = Literal["pay", "refund"]

FEE_ACTS: tuple[str, ...] = get_args(FeeAct)
MATTERS: tuple[str, ...] = get_args(Matter)
PROCEDURES: tuple[str, ...] = get_args(FeeProcedure)

# Fees that are no acceptance fee of a case, so that articles 15, 16 and 18 never halve them.
_NEVER_HALVED = frozenset({"jurisdiction_objection", "preservation", "enforcement", "payment_order"})


class FeeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a fee is asked for. Amounts in CNY, not negative.

    `amount`: property claimed, damages of a personality rights case, amount preserved, enforced, or appealed; for
    a change of claim the new total. `previous_amount`: the total before the change. `base`: the province's figure
    inside the legal range. `matter`: the kind of case behind an appeal, counterclaim or change.
    `previous_procedure`: for a change of procedure, the one before.
    """

    act: FeeAct
    amount: Money | None = None
    previous_amount: Money | None = None
    base: Money | None = None
    procedure: FeeProcedure = "ordinary"
    mediated_or_withdrawn: bool = False
    matter: Matter | None = None
    previous_procedure: FeeProcedure | None = None


class FeeStep(msgspec.Struct, frozen=True):
    """One line of the working: what, by which formula, how much (CNY, two decimals)."""

    zh: str
    en: str
    formula: str
    amount: str


class FeeAnswer(msgspec.Struct, frozen=True):
    fee: Money
    direction: Direction
    steps: tuple[FeeStep, ...]
    articles: tuple[Article, ...]


class FeeQuestionUnclear(Exception):
    """The fee cannot be worked out: `field` is missing or outside the law. `message` says why."""

    def __init__(self, field: str, code: str, message: Text) -> None:
        self.field, self.code, self.message = field, code, message
        super().__init__(message.en)


def litigation_fee(request: FeeRequest, law: Lawbook, on: date) -> FeeAnswer:
    """The fee of an act on a court-local day, in CNY.

    Law: Measures 13 (acceptance), 14 (applications), 15, 16, 18 and Interpretation 206 (halved once), 17 (appeal),
    21 (changed claim), Interpretation 199 (changed procedure).
    Raises: FeeQuestionUnclear naming the field; LawNotInForce.
    """
    working = _Working(law, on)
    if request.act == "change_of_claim":
        fee, direction = _change_of_claim(request, working)
    elif request.act == "change_of_procedure":
        fee, direction = _change_of_procedure(request, working)
    else:
        fee, direction = _due(request, working), "pay"
    return FeeAnswer(fee, direction, tuple(working.steps), law.articles(working.cites))


def tariff_amount(tariff: Tariff, amount: Decimal) -> Decimal:
    """The exact sum of a tariff for an amount in CNY, tier by tier, before any rounding; capped if it has a cap."""
    total = Decimal(0)
    for tier in tariff.tiers:
        if amount <= tier.over and tier.over > 0:
            break
        top = amount if tier.upto is None else min(amount, tier.upto)
        total += tier.flat if tier.flat is not None else (top - tier.over) * (tier.rate or Decimal(0))
    return total if tariff.cap is None else min(total, tariff.cap)


def _due(request: FeeRequest, working: "_Working") -> Money:
    """The whole fee of an act, halved at most once, rounded."""
    exact = _unreduced(request, working)
    exact = _halved_once(request, exact, working)
    fee = Money(exact)
    working.step("应交费用（四舍五入至分）", "fee due, rounded half up to the cent", f"{_plain(exact)} → {fee}", exact)
    if request.act == "enforcement":
        rule = working.use("enforcement_not_prepaid")
        working.step(rule.zh, rule.en, "", exact)
    return fee


def _unreduced(request: FeeRequest, working: "_Working") -> Decimal:
    act, amount = request.act, request.amount
    if act in ("appeal", "counterclaim"):
        matter = request.matter or ("property" if amount is not None else "other_non_property")
        if act == "appeal" and amount is not None and matter != "ruling":
            working.use("appeal_base")
        return _acceptance(matter, request, working)
    if act == "preservation":
        return working.tariff("preservation", Decimal(0) if amount is None else amount.yuan)
    if act == "enforcement":
        if amount is None:
            return working.ranged("enforcement_no_amount", request.base)
        return working.tariff("enforcement", amount.yuan)
    if act == "payment_order":
        whole = working.tariff("property", _required(amount, "amount"))
        divisor = working.use("payment_order_divisor")
        third = whole / divisor.value
        working.step(divisor.zh, divisor.en, f"{_plain(whole)} ÷ {divisor.value}", third)
        return third
    if act == "jurisdiction_objection":
        return working.ranged("jurisdiction_objection", request.base)
    return _acceptance(act, request, working)


def _acceptance(matter: str, request: FeeRequest, working: "_Working") -> Decimal:
    """The acceptance fee of a case by its kind. Measures 13."""
    amount = request.amount
    if matter == "property":
        return working.tariff("property", _required(amount, "amount"))
    if matter == "personality_rights":
        fee = working.ranged("personality_rights_base", request.base)
        return fee if amount is None else fee + working.tariff("personality_rights_damages", amount.yuan)
    if matter == "ip":
        if amount is None:
            return working.ranged("ip_no_amount", request.base)
        working.cite("FM 13(3)")
        return working.tariff("property", amount.yuan)
    if matter == "labour":
        return working.flat("labour")
    if matter == "ruling":
        return working.flat("ruling_appeal")
    if amount is not None and amount:
        rule = working.use("mixed_claims")
        working.step(rule.zh, rule.en, "", Decimal(0))
        return working.tariff("property", amount.yuan)
    return working.ranged("other_non_property", request.base)


def _halved_once(request: FeeRequest, exact: Decimal, working: "_Working") -> Decimal:
    """Halve once if any ground holds; a second ground changes nothing. Measures 15, 16, 18; Interpretation 206."""
    if request.act in _NEVER_HALVED or exact == 0:
        return exact
    grounds = []
    if request.act == "counterclaim":
        grounds.append("joined_claim")
    # An appeal is heard in second-instance procedure: simplified procedure of the first instance halves nothing.
    if request.act != "appeal" and request.procedure == "simplified":
        grounds.append("simplified_procedure")
    if request.act != "appeal" and request.procedure == "small_claims":
        grounds.append("small_claims_procedure")
    if request.mediated_or_withdrawn:
        grounds.append("mediated_or_withdrawn")
    if not grounds:
        return exact
    factor = working.use(grounds[0])
    half = exact * factor.value
    working.step(factor.zh, factor.en, f"{_plain(exact)} × {factor.value}", half)
    if len(grounds) > 1:
        for ground in grounds[1:]:
            working.use(ground)
        once = working.use("one_halving_only")
        working.step(once.zh, once.en, "", half)
    return half


def _change_of_claim(request: FeeRequest, working: "_Working") -> tuple[Money, Direction]:
    """The difference between the fees due on the new and on the previous total. Measures 21."""
    new, old = _required(request.amount, "amount"), _required(request.previous_amount, "previous_amount")
    act = request.matter or "property"
    if act == "ruling":
        raise FeeQuestionUnclear(
            "matter", "not-applicable", Text("裁定没有诉讼请求可以变更", "A ruling has no claim to change")
        )
    before = msgspec.structs.replace(request, act=act, amount=Money(old))
    after = msgspec.structs.replace(request, act=act, amount=Money(new))
    working.heading("变更前", "before the change")
    fee_before = _due(before, working)
    working.heading("变更后", "after the change")
    fee_after = _due(after, working)
    working.heading("", "")
    return _difference(
        fee_before, fee_after, working.use("claim_increased") if new >= old else working.use("claim_reduced"), working
    )


def _change_of_procedure(request: FeeRequest, working: "_Working") -> tuple[Money, Direction]:
    """The difference between the fees under the new and under the previous procedure. Interpretation 199."""
    act = request.matter or ("property" if request.amount is not None else "other_non_property")
    if act == "ruling":
        raise FeeQuestionUnclear(
            "matter", "not-applicable", Text("裁定不适用程序转换", "A ruling has no procedure to change")
        )
    previous = request.previous_procedure or ("simplified" if request.procedure == "ordinary" else "ordinary")
    working.heading("转换前", "before the change")
    fee_before = _due(msgspec.structs.replace(request, act=act, procedure=previous), working)
    working.heading("转换后", "after the change")
    fee_after = _due(msgspec.structs.replace(request, act=act), working)
    working.heading("", "")
    rule = "ordinary_to_simplified" if fee_after < fee_before else "simplified_to_ordinary"
    return _difference(fee_before, fee_after, working.use(rule), working)


def _difference(before: Money, after: Money, rule: Dated, working: "_Working") -> tuple[Money, Direction]:
    direction: Direction = "refund" if after < before else "pay"
    fee = before - after if direction == "refund" else after - before
    larger, smaller = (before, after) if direction == "refund" else (after, before)
    working.step(rule.zh, rule.en, f"{larger} − {smaller}", fee.yuan)
    return fee, direction


def _required(amount: Money | None, field: str) -> Decimal:
    if amount is None:
        raise FeeQuestionUnclear(
            field, "required", Text("此项费用按金额计算，请填写金额", "This fee is counted on an amount; give one")
        )
    return amount.yuan


def _plain(amount: Decimal) -> str:
    """At least two decimals, more only where there are more: 50.00, 50.00025."""
    normal = amount.normalize()
    return f"{normal:.2f}" if normal == normal.quantize(Decimal("0.01")) else f"{normal:f}"


def _grouped(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


class _Working:
    """Collects the steps and the articles while a fee is worked out."""

    def __init__(self, law: Lawbook, on: date) -> None:
        self._law, self._on = law, on
        self._heading = Text("", "")
        self.steps: list[FeeStep] = []
        self.cites: list[str] = []

    def cite(self, *cites: str) -> None:
        self.cites.extend(cites)

    def use(self, item: str) -> Any:
        """An item in force, its articles noted."""
        entry = self._law.fees.at(item, self._on)
        self.cite(*entry.articles)
        return entry

    def heading(self, zh: str, en: str) -> None:
        self._heading = Text(f"{zh}：" if zh else "", f"{en}: " if en else "")

    def step(self, zh: str, en: str, formula: str, amount: Decimal) -> None:
        self.steps.append(FeeStep(self._heading.zh + zh, self._heading.en + en, formula, str(Money(amount))))

    def flat(self, item: str) -> Decimal:
        entry = self.use(item)
        self.step(entry.zh, entry.en, _plain(entry.value), entry.value)
        return entry.value

    def ranged(self, item: str, base: Money | None) -> Decimal:
        """The province's figure, checked against the legal range; without one, the lowest legal figure."""
        entry: FeeRange = self._law.fees.at(item, self._on)
        self.cite(*entry.articles)
        span = f"{_grouped(entry.low)}–{_grouped(entry.high)}"
        if base is None:
            self.step(
                f"{entry.zh}：法定幅度{span}元，未提供本地标准，按最低额计",
                f"{entry.en}: legal range {span} yuan; no local figure was given, so the lowest is taken",
                _plain(entry.low),
                entry.low,
            )
            return entry.low
        if not entry.low <= base.yuan <= entry.high:
            raise FeeQuestionUnclear(
                "base",
                "out-of-range",
                Text(
                    f"本地标准应当在法定幅度{span}元之内",
                    f"The local figure must lie inside the legal range of {span} yuan",
                ),
            )
        self.step(
            f"{entry.zh}：本地标准（法定幅度{span}元）",
            f"{entry.en}: local figure (legal range {span} yuan)",
            _plain(base.yuan),
            base.yuan,
        )
        return base.yuan

    def tariff(self, item: str, amount: Decimal) -> Decimal:
        """A cumulative tariff, one step a tier that is reached."""
        entry: Tariff = self._law.fees.at(item, self._on)
        self.cite(*entry.articles)
        uncapped = Decimal(0)
        for tier in entry.tiers:
            if amount <= tier.over and tier.over > 0:
                break
            top = amount if tier.upto is None else min(amount, tier.upto)
            if tier.flat is not None:
                part, formula = tier.flat, _plain(tier.flat)
                zh, en = f"不超过{_grouped(tier.upto or top)}元的部分", f"up to {_grouped(tier.upto or top)} yuan"
            else:
                rate = tier.rate or Decimal(0)
                part = (top - tier.over) * rate
                formula = f"({_plain(top)} − {_plain(tier.over)}) × {_grouped(rate * 100)}%"
                zh = f"超过{_grouped(tier.over)}元" + (f"至{_grouped(tier.upto)}元" if tier.upto else "") + "的部分"
                en = f"above {_grouped(tier.over)}" + (f" up to {_grouped(tier.upto)}" if tier.upto else "") + " yuan"
            uncapped += part
            self.step(f"{entry.zh}：{zh}", f"{entry.en}: {en}", formula, part)
        total = tariff_amount(entry, amount)
        if total != uncapped:
            self.step(
                f"{entry.zh}最多不超过{_grouped(total)}元",
                f"{entry.en} is at most {_grouped(total)} yuan",
                f"min({_plain(uncapped)}, {_plain(total)})",
                total,
            )
        return total

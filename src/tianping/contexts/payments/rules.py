"""Rules of payments as pure functions: what is owed, when it is late, who may be relieved."""

from datetime import date

import msgspec

from tianping.contexts.payments.model import Difference, Order, OrderState, Relief, ReliefKind
from tianping.interfaces.gateway import StatementLine
from tianping.interfaces.payments import FeeStep
from tianping.kit.money import Money
from tianping.kit.problems import Conflict, FieldProblem, InvalidInput, Text
from tianping.law.fees import FeeAnswer, FeeRequest

_OPEN = frozenset({OrderState.DUE, OrderState.DEFERRED})

CONSEQUENCE = Text(
    "逾期不交且未获准缓交、减交、免交的，按撤诉处理",
    "If it is not paid in time and no relief is granted, the case is treated as withdrawn",
)
CONSEQUENCE_ARTICLE = "JI 213"

TITLES = {
    "acceptance_fee": Text("案件受理费", "Case acceptance fee"),
    "procedure_supplement": Text("转普通程序补交受理费", "Supplement after the change to ordinary procedure"),
}

GROUNDS: dict[ReliefKind, dict[str, Text]] = {
    ReliefKind.WAIVER: {
        "disabled_without_income": Text("残疾人无固定生活来源", "A disabled person without a stable income"),
        "support_claims": Text("追索赡养费、扶养费、抚育费、抚恤金", "Claims for support, maintenance or pension"),
        "minimum_living_allowance": Text("最低生活保障对象等，无其他收入", "A recipient of the minimum living allowance without other income"),
        "public_interest": Text("因见义勇为或者为公益受损害请求补偿", "Harmed while acting for others or the public"),
        "other": Text("确实需要免交的其他情形", "Another need for a waiver"),
    },
    ReliefKind.REDUCTION: {
        "disaster": Text("因自然灾害等不可抗力生活困难，正在接受救济或者企业难以为继", "Hardship after a disaster, receiving relief or business near collapse"),
        "preferential_treatment": Text("国家规定的优抚、安置对象", "A person under the state's preferential treatment or resettlement"),
        "welfare_institution": Text("社会福利机构和救助管理站", "A social welfare or rescue institution"),
        "other": Text("确实需要减交的其他情形", "Another need for a reduction"),
    },
    ReliefKind.DEFERRAL: {
        "insurance_claims": Text("追索社会保险金、经济补偿金", "Claims for social insurance or economic compensation"),
        "injury_victim": Text("事故、医疗、工伤、产品质量等人身伤害受害人请求赔偿", "A victim of personal injury who claims compensation"),
        "legal_aid": Text("正在接受法律援助", "Receiving legal aid"),
        "other": Text("确实需要缓交的其他情形", "Another need for a deferral"),
    },
}  # fmt: skip
"""Fee Measures arts. 45 (waiver, natural persons only), 46 (reduction, at least 30 %), 47 (deferral)."""

ARTICLES = {ReliefKind.WAIVER: "FM 45", ReliefKind.REDUCTION: "FM 46", ReliefKind.DEFERRAL: "FM 47"}
_LEAST_REDUCTION_TENTHS = 3


class NothingToPay(Conflict):
    code = "nothing-to-pay"
    title = Text("该笔费用无需支付", "There is nothing to pay on this order")


class ReliefPending(Conflict):
    code = "relief-pending"
    title = Text("已有一份申请正在审查", "An application is already being decided")


class ReliefDecided(Conflict):
    code = "relief-decided"
    title = Text("该申请已经作出决定", "This application has already been decided")


class AmountDiffers(Conflict):
    code = "amount-differs"
    title = Text("支付金额与应交金额不符", "The amount paid is not the amount owed")


def check_payable(order: Order) -> None:
    """Raises NothingToPay unless the order is open. An overdue order is not: the case is treated as withdrawn."""
    if order.state not in _OPEN or not order.amount:
        raise NothingToPay


def is_overdue(order: Order, *, on: date, relief_pending: bool) -> bool:
    """Whether the last day has passed unpaid. An undecided application holds the consequence back. JI art. 213."""
    return order.state in _OPEN and on > order.due and not relief_pending


def check_relief(order: Order, kind: ReliefKind, ground: str, *, natural_person: bool, pending: bool) -> None:
    """Raises InvalidInput, ReliefPending or NothingToPay. Fee Measures arts. 44-48."""
    check_payable(order)
    if pending:
        raise ReliefPending
    if ground not in GROUNDS[kind]:
        wrong = Text("请选择符合该申请种类的理由", "Choose a ground that belongs to this kind of relief")
        raise InvalidInput(fields=(FieldProblem("ground", "ground-unknown", wrong),))
    if kind is ReliefKind.WAIVER and not natural_person:
        only = Text(
            "免交只适用于自然人，单位可申请缓交或减交",
            "Only a natural person may be relieved in full; ask for a deferral or reduction",
        )
        raise InvalidInput(fields=(FieldProblem("kind", "waiver-natural-persons-only", only),))


def grant(order: Order, relief: Relief, *, reduce_to: Money | None, new_due: date | None, today: date) -> Order:
    """The order after relief. Waiver: nothing owed; reduction: at least 30 % less; deferral: a later day.

    Raises ReliefDecided, InvalidInput. Law: Fee Measures arts. 45-47.
    """
    if relief.state != "asked":
        raise ReliefDecided
    if relief.kind is ReliefKind.WAIVER:
        return msgspec.structs.replace(order, state=OrderState.WAIVED, amount=Money.zero())
    if relief.kind is ReliefKind.REDUCTION:
        most = order.amount - Money(order.amount.yuan * _LEAST_REDUCTION_TENTHS / 10)
        if reduce_to is None or reduce_to < Money.zero() or reduce_to > most:
            wrong = Text(
                f"减交比例不得低于 30%，应不高于 {most} 元", f"A reduction is at least 30 %: at most {most} yuan remain"
            )
            raise InvalidInput(fields=(FieldProblem("reduce_to", "reduction-too-small", wrong),))
        if not reduce_to:
            return msgspec.structs.replace(order, state=OrderState.WAIVED, amount=reduce_to)
        later = max(order.due, new_due or order.due)
        return msgspec.structs.replace(order, amount=reduce_to, due=later)
    if new_due is None or new_due <= order.due or new_due <= today:
        wrong = Text("缓交期限应晚于原期限和今天", "The new day must be after the old one and after today")
        raise InvalidInput(fields=(FieldProblem("new_due", "deferral-not-later", wrong),))
    return msgspec.structs.replace(order, state=OrderState.DEFERRED, due=new_due)


def fee_steps(answer: FeeAnswer) -> list[FeeStep]:
    return [FeeStep(Text(f"{s.zh}：{s.formula}", f"{s.en}: {s.formula}"), s.amount) for s in answer.steps]


def acceptance_request(fee_act: str, amount: Money | None, procedure: str, base: Money | None) -> FeeRequest:
    """The acceptance fee question of a case. Fee Measures arts. 13, 16."""
    return msgspec.convert(
        {"act": fee_act, "amount": amount, "procedure": procedure, "base": base},
        FeeRequest,
        dec_hook=lambda _, value: value,
    )


def compare(booked: list[StatementLine], stated: list[StatementLine]) -> tuple[int, list[Difference]]:
    """Compare the court's books of a day with the gateway's: how many lines agree, and those that do not."""
    ours = {(line.kind, line.reference): line.amount for line in booked}
    theirs = {(line.kind, line.reference): line.amount for line in stated}
    agree = sum(1 for key, amount in ours.items() if theirs.get(key) == amount)
    differences = [
        Difference(reference, kind, theirs.get((kind, reference)), ours.get((kind, reference)))
        for kind, reference in sorted(ours.keys() | theirs.keys())
        if ours.get((kind, reference)) != theirs.get((kind, reference))
    ]
    return agree, differences

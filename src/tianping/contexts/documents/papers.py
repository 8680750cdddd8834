"""The court's papers from what the other contexts answer. Asks only; issues nothing."""

from datetime import date, datetime
from typing import Literal

import msgspec

from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.rendering import model
from tianping.contexts.documents.rendering.citation import named
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.evidence import ReportCard
from tianping.interfaces.filing import ReviewNotice
from tianping.interfaces.identity import MandateCard, OrganisationCard, PersonIdentity, Power
from tianping.interfaces.payments import OrderCard
from tianping.kit.clock import court_day
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.money import Money
from tianping.platform.database import encode_ours, read_as

_SEATS = {
    "sole_judge": "审判员",
    "presiding_judge": "审判长",
    "judge": "审判员",
    "assessor": "人民陪审员",
    "assistant": "法官助理",
    "clerk": "书记员",
}
_RETURNED: dict[str, Literal["competence", "other_way", "lapse"]] = {
    "return": "competence",
    "redirect": "other_way",
    "lapse": "lapse",
}
_UNNAMED = "（身份待查明的当事人）"
_PROCEDURES = {"simplified": "简易程序", "small_claims": "小额诉讼程序", "ordinary": "普通程序"}
_PURPOSES = {"acceptance_fee": "案件受理费", "procedure_supplement": "补交案件受理费（转为普通程序）"}
_POWERS: tuple[tuple[Power, str, bool], ...] = (
    (Power.GENERAL, "代为起诉、应诉，提交和收集证据，参加庭审和辩论", False),
    (Power.ADMIT_CLAIMS, "代为承认诉讼请求", True),
    (Power.WAIVE_CLAIMS, "代为放弃诉讼请求", True),
    (Power.CHANGE_CLAIMS, "代为变更诉讼请求", True),
    (Power.SETTLE, "代为和解、调解", True),
    (Power.COUNTERCLAIM, "代为提起反诉", True),
    (Power.APPEAL, "代为提起上诉", True),
    (Power.RECEIVE_MONEY, "代收款项", True),
)


class ReceiptContent(msgspec.Struct, frozen=True, kw_only=True):
    """What filing says of received materials (`Filings.receipt`). `digest` is SM3 of the signed complaint."""

    filing_number: str
    filer: str
    cause: str
    received_at: datetime
    materials: list[model.ReceivedMaterial]
    received_by: str = "本院诉讼平台（自动接收）"
    complaint_digest: str | None = None
    review_due: date | None = None


async def receipt_content(desk: Desk, filing_id: FilingId) -> ReceiptContent:
    content = await desk.filings.receipt(filing_id)
    return read_as(ReceiptContent, msgspec.to_builtins(content, enc_hook=encode_ours))


def filing_receipt(desk: Desk, content: ReceiptContent, *, made_at: datetime) -> model.FilingReceipt:
    limit = desk.law.limits.at("filing_review", court_day(content.received_at))
    return model.FilingReceipt(
        court=desk.printed_court,
        made_at=made_at,
        basis=named(limit.articles[:1], desk.law.statutes),
        **msgspec.structs.asdict(content),
    )


def correction_notice(
    desk: Desk, receipt: ReceiptContent, notice: ReviewNotice, *, made_at: datetime
) -> model.CorrectionNotice:
    return model.CorrectionNotice(
        court=desk.printed_court,
        made_at=made_at,
        to=[receipt.filer],
        issued_on=court_day(notice.decided_at),
        basis=named(notice.articles, desk.law.statutes),
        filing_number=receipt.filing_number,
        cause=receipt.cause,
        items=[item.zh for item in notice.items],
        due=notice.due or court_day(notice.decided_at),
    )


def return_notice(
    desk: Desk, receipt: ReceiptContent, notice: ReviewNotice, *, made_at: datetime
) -> model.ReturnNotice:
    return model.ReturnNotice(
        court=desk.printed_court,
        made_at=made_at,
        to=[receipt.filer],
        issued_on=court_day(notice.decided_at),
        basis=named(notice.articles, desk.law.statutes),
        filing_number=receipt.filing_number,
        cause=receipt.cause,
        reasons=[item.zh for item in notice.items],
        competent_court=notice.competent_court,
        ground=_RETURNED[notice.kind],
        due=notice.due if notice.kind == "lapse" else None,
    )


async def refusal_ruling(
    desk: Desk,
    receipt: ReceiptContent,
    notice: ReviewNotice,
    complaint: model.Complaint,
    *,
    made_at: datetime,
) -> model.RefusalRuling:
    """The ruling bears the filing's number: a case, and with it a case number, never came to be."""
    day = court_day(notice.decided_at)
    appeal = desk.law.limits.at("appeal_ruling", day)
    assert notice.decided_by is not None, "a ruling is a judge's"
    judge = await desk.people.card(notice.decided_by)
    return model.RefusalRuling(
        court=desk.printed_court,
        made_at=made_at,
        case_number=receipt.filing_number,
        plaintiffs=[line.replace("原告：", "起诉人：") for line in complaint.parties if line.startswith("原告：")]
        or [f"起诉人：{receipt.filer}。"],
        received_on=court_day(receipt.received_at),
        dispute=receipt.cause,
        claims=list(complaint.claims),
        reasons=[item.zh for item in notice.items],
        basis=named([*notice.articles, *appeal.articles[:1]], desk.law.statutes),
        appeal_days=appeal.value or 0,
        appeal_court=desk.court.appeal_court_for("").name.zh,
        bench=[model.SittingMember(seat="审判员", name=judge.name)],
        issued_on=day,
    )


def dispute(case: CaseCard) -> str:
    """`甲与乙信息网络买卖合同纠纷`; of several parties on a side the first, with 等."""
    sides = []
    for capacity in ("plaintiff", "defendant"):
        names = [party.name for party in case.parties if party.capacity == capacity]
        sides.append(names[0] + ("等" if len(names) > 1 else "") if names else "")
    return "与".join(filter(None, sides)) + case.cause


def plaintiffs(case: CaseCard) -> list[str]:
    return [party.name for party in case.parties if party.capacity == "plaintiff"]


def plaintiff_readers(case: CaseCard) -> list[PersonId]:
    """The persons on the plaintiff's side: the parties themselves and their agents."""
    readers: list[PersonId] = []
    for party in case.parties:
        if party.capacity == "plaintiff":
            readers += [party.person_id] if party.person_id else []
            readers += party.agents
    return readers


def acceptance_notice(desk: Desk, case: CaseCard, *, made_at: datetime) -> model.AcceptanceNotice:
    accepted = desk.law.reasons.at("accepted", case.opened_on)
    return model.AcceptanceNotice(
        court=desk.printed_court,
        made_at=made_at,
        to=plaintiffs(case),
        issued_on=case.opened_on,
        basis=named(accepted.articles, desk.law.statutes),
        case_number=case.number,
        dispute=dispute(case),
        accepted_on=case.opened_on,
        procedure=_PROCEDURES.get(case.procedure),
        process_site=desk.public_url,
    )


def fee_notice(desk: Desk, case: CaseCard, order: OrderCard, payer: str, *, made_at: datetime) -> model.FeeNotice:
    return model.FeeNotice(
        court=desk.printed_court,
        made_at=made_at,
        to=[payer],
        issued_on=court_day(made_at),
        basis=named(order.articles, desk.law.statutes),
        case_number=case.number,
        dispute=dispute(case),
        purpose=_PURPOSES.get(order.purpose, "诉讼费用"),
        amount_in_dispute=case.amount,
        amount=order.amount,
        steps=[
            model.CountedStep(text=step.text.zh, amount=Money.parse(step.amount) if step.amount else None)
            for step in order.steps
        ],
        due=order.due,
        how_to_pay=f"登录本院诉讼平台（{desk.public_url}），在本案“缴费”中按缴费单支付。",
    )


def fee_receipt(desk: Desk, case: CaseCard, order: OrderCard, payer: str, *, made_at: datetime) -> model.FeeReceipt:
    return model.FeeReceipt(
        court=desk.printed_court,
        made_at=made_at,
        case_number=case.number,
        payer=payer,
        items=[model.FeeItem(name=_PURPOSES.get(order.purpose, "诉讼费用"), amount=order.amount)],
        paid_at=order.paid_at or made_at,
        channel="本院诉讼平台在线支付" + ("（示范）" if desk.court.is_demo else ""),
        transaction=order.receipt_number or str(order.id),
        collected_by=desk.court.name.zh,
    )


def bench_notice(desk: Desk, case: CaseCard, *, changed: bool, made_at: datetime) -> model.BenchNotice:
    told = desk.law.limits.at("bench_notice", court_day(made_at))
    return model.BenchNotice(
        court=desk.printed_court,
        made_at=made_at,
        to=[party.name or _UNNAMED for party in case.parties],
        issued_on=court_day(made_at),
        basis=named(told.articles[:1], desk.law.statutes),
        case_number=case.number,
        dispute=dispute(case),
        collegial=case.bench_kind == "collegial",
        members=[model.SittingMember(seat=_SEATS.get(m.seat, m.seat), name=m.name) for m in case.bench],
        changed=changed,
    )


def mandate(
    desk: Desk,
    card: MandateCard,
    principal: PersonIdentity | OrganisationCard,
    agent: PersonIdentity,
    *,
    matter: str,
    made_at: datetime,
) -> model.Mandate:
    granted = set(card.powers)
    return model.Mandate(
        court=desk.printed_court,
        made_at=made_at,
        principal=_principal(principal),
        agent=_principal(agent),
        matter=matter,
        powers=[
            model.GrantedPower(text=text, granted=power in granted, special=special) for power, text, special in _POWERS
        ],
        given_on=court_day(made_at),
        valid_until=card.valid_until,
    )


_VERIFIED_BY = ("ORL 16", "ORL 17", "ORL 18")


def verification_report(
    desk: Desk, case: CaseCard, report: ReportCard, checked_by: str, *, made_at: datetime
) -> model.VerificationReport:
    matches, mismatches = report.counts["match"], report.counts["mismatch"]
    return model.VerificationReport(
        court=desk.printed_court,
        made_at=made_at,
        case_number=case.number,
        dispute=dispute(case),
        checked_at=report.made_at,
        checked_by=checked_by,
        items=[
            model.VerifiedItem(
                label=line.label.zh,
                storage_number=line.storage_number,
                result=line.result.zh,
                said=line.said.zh,
                stored_at=line.stored_at,
                depositor=line.depositor,
                cosigners="、".join(line.cosigners),
                interest=line.interest.zh if line.interest else "",
            )
            for line in report.lines
        ],
        matches=matches,
        mismatches=mismatches,
        others=report.counts["total"] - matches - mismatches,
        basis=named(_VERIFIED_BY, desk.law.statutes),
        not_proven=[said.zh for said in report.not_proven],
    )


def _principal(who: PersonIdentity | OrganisationCard) -> model.Principal:
    if isinstance(who, OrganisationCard):
        particulars = [f"统一社会信用代码{who.credit_code}", f"法定代表人或负责人{who.legal_representative}"]
        particulars += [f"住所地{who.address}"] if who.address else []
        return model.Principal(name=who.name, particulars=particulars)
    particulars = [who.organisation_name] if who.organisation_name else []
    particulars += [f"公民身份号码{who.identity_number}", f"联系电话{who.mobile}"]
    return model.Principal(name=who.name, particulars=particulars)

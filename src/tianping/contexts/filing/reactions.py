"""Filing tells people what happened to their filing, in both languages, at each step."""

from collections.abc import Mapping
from datetime import date

from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.model import Head, Notice
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.delivery import Notice as Message
from tianping.interfaces.events import Event
from tianping.interfaces.filing import (
    CorrectionReceived,
    CorrectionRequested,
    FilingAccepted,
    FilingRefused,
    FilingReturned,
    FilingSubmitted,
    FilingWithdrawn,
)
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.problems import Text
from tianping.platform.events import Reaction, Told


async def tell_submitted(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("已收到您的起诉材料", "We have received your filing"),
        Text(
            f"收件编号 {head.number}。本院将在 {_day(head.review_due)} 前决定是否立案，进度可随时查看。",
            f"Filing number {head.number}. The court decides by {_day(head.review_due)}; you can follow it any time.",
        ),
    )  # fmt: skip


async def tell_correction_requested(desk: Desk, told: Told) -> None:
    head, notice = await _head(desk, told), await _last_notice(desk, told)
    count, due = len(notice.items), _day(notice.due)
    await _tell_filer(
        desk, told, head,
        Text("请补正起诉材料", "Please correct your filing"),
        Text(
            f"收件 {head.number} 有 {count} 处需要补正，请在 {due} 前一并提交；审查期限自收到补正之次日重新计算。",
            f"Filing {head.number} has {count} points to correct; hand them in together by {due}. The court's time begins anew.",
        ),
    )  # fmt: skip


async def tell_correction_received(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("已收到您的补正材料", "We have received your correction"),
        Text(
            f"收件 {head.number} 的审查期限重新计算至 {_day(head.review_due)}。",
            f"The time to decide on filing {head.number} now ends on {_day(head.review_due)}.",
        ),
    )  # fmt: skip
    if head.reviewer is not None:
        await desk.delivery.notify(
            Message(
                to=head.reviewer, key=f"{told.id}:{head.reviewer}", channels=("in_app",), matter=head.id,
                title=Text("补正材料已到", "A correction came in"), link=f"/reviews/{head.id}",
                body=Text(f"收件 {head.number} 已补正。", f"Filing {head.number} was corrected."),
            )
        )  # fmt: skip


async def tell_accepted(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("已登记立案", "Your case was accepted"),
        Text(
            f"收件 {head.number} 符合起诉条件，已登记立案。案号与交费通知随后送达。",
            f"Filing {head.number} meets the conditions and was accepted. The case number and the fee notice follow.",
        ),
    )  # fmt: skip


async def tell_returned(desk: Desk, told: Told) -> None:
    head, notice = await _head(desk, told), await _last_notice(desk, told)
    where_zh = f"有管辖权的法院：{notice.competent_court}。" if notice.competent_court else ""
    where_en = f" Competent: {notice.competent_court}." if notice.competent_court else ""
    await _tell_filer(
        desk, told, head,
        Text("起诉材料已退回", "Your filing was returned"),
        Text(
            f"收件 {head.number} 已退回：{notice.items[0].zh}。{where_zh}您的材料仍可下载。",
            f"Filing {head.number} was returned: {notice.items[0].en}.{where_en} Your materials remain available.",
        ),
    )  # fmt: skip


async def tell_refused(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("裁定不予受理", "Your filing was refused by ruling"),
        Text(
            f"收件 {head.number} 经裁定不予受理。裁定书随后送达；不服的，可以依法上诉。",
            f"Filing {head.number} was refused by ruling. The ruling follows; it may be appealed.",
        ),
    )  # fmt: skip


async def tell_withdrawn(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("已撤回起诉", "Your filing was withdrawn"),
        Text(f"收件 {head.number} 已撤回。", f"Filing {head.number} was withdrawn."),
    )  # fmt: skip
    if head.reviewer is not None:
        await desk.delivery.notify(
            Message(
                to=head.reviewer, key=f"{told.id}:{head.reviewer}", channels=("in_app",), matter=head.id,
                title=Text("收件已撤回", "A filing was withdrawn"), link=f"/reviews/{head.id}",
                body=Text(f"收件 {head.number} 已由起诉人撤回。", f"Filing {head.number} was withdrawn by the filer."),
            )
        )  # fmt: skip


async def _tell_filer(desk: Desk, told: Told, head: Head, title: Text, body: Text) -> None:
    """To the filer and, where somebody filed for them, to the principal."""
    for person in people_of(head):
        await desk.delivery.notify(
            Message(
                to=person, key=f"{told.id}:{person}", title=title, body=body, link=f"/filings/{head.id}", matter=head.id
            )
        )


def people_of(head: Head) -> list[PersonId]:
    """Who hears of a filing: the filer, then the principal."""
    return list(dict.fromkeys(person for person in (head.filer, head.for_person) if person is not None))


async def _head(desk: Desk, told: Told) -> Head:
    async with desk.database.reading() as reader:
        return await filings.head(reader, _filing_id(told))


async def _last_notice(desk: Desk, told: Told) -> Notice:
    async with desk.database.reading() as reader:
        return (await reviews.notices(reader, desk.keyring, _filing_id(told)))[-1]


def _filing_id(told: Told) -> FilingId:
    return FilingId(told.event.subject)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


REACTIONS: Mapping[type[Event], Reaction] = {
    FilingSubmitted: tell_submitted,
    CorrectionRequested: tell_correction_requested,
    CorrectionReceived: tell_correction_received,
    FilingAccepted: tell_accepted,
    FilingReturned: tell_returned,
    FilingRefused: tell_refused,
    FilingWithdrawn: tell_withdrawn,
}

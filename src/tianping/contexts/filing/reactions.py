"""Filing tells people what happened to their filing, in both languages, at each step."""

from collections.abc import Mapping
from datetime import date

from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.model import Head, Notice, State
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.delivery import Notice as Message
from tianping.interfaces.events import Event
from tianping.interfaces.filing import (
    CorrectionExtended,
    CorrectionReceived,
    CorrectionRequested,
    FilingAccepted,
    FilingRefused,
    FilingReturned,
    FilingSubmitted,
    FilingWithdrawn,
    ReviewOverdue,
)
from tianping.interfaces.identity import Role
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.problems import Text
from tianping.law.statutes import joined
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
            f"收件 {head.number} 有 {count} 处需要补正，请在 {due} 前一并提交；审查期限自收到补正之次日重新计算，逾期未补正的将退回。",
            f"Filing {head.number} has {count} points to correct; hand them in together by {due}. The court's time then begins anew; what is not corrected in time is returned.",
        ),
    )  # fmt: skip


async def tell_correction_extended(desk: Desk, told: Told) -> None:
    head = await _head(desk, told)
    await _tell_filer(
        desk, told, head,
        Text("补正期限已延长", "You have more time for the correction"),
        Text(
            f"收件 {head.number} 的补正期限延长至 {_day(head.correction_due)}（含当日）。",
            f"The correction of filing {head.number} is now due on {_day(head.correction_due)}, that day included.",
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
        title = Text("补正材料已到", "A correction came in")
        body = Text(f"收件 {head.number} 已补正。", f"Filing {head.number} was corrected.")
        await _tell_staff(desk, told, head, [head.reviewer], title, body)


async def tell_accepted(desk: Desk, told: Told) -> None:
    """With the third parties whom the court does not notify, if any. JI art. 222."""
    async with desk.database.reading() as reader:
        filing = await filings.read_filed(reader, desk.keyring, _filing_id(told))
    head = filing.head
    named = filing.answers.third_parties
    left_out = [named[position].called for position in head.third_parties_left_out if position < len(named)]
    basis = joined(desk.law.articles(("JI 222",)))
    more = Text(
        f"经审查，不通知{'、'.join(left_out)}作为第三人参加诉讼（{basis.zh}）。",
        f" The court does not notify {', '.join(left_out)} as third party ({basis.en}).",
    )
    await _tell_filer(
        desk, told, head,
        Text("已登记立案", "Your case was accepted"),
        Text(
            f"收件 {head.number} 符合起诉条件，已登记立案。案号与交费通知随后送达。{more.zh if left_out else ''}",
            f"Filing {head.number} meets the conditions and was accepted. The case number and the fee notice follow."
            f"{more.en if left_out else ''}",
        ),
    )  # fmt: skip


async def tell_returned(desk: Desk, told: Told) -> None:
    head, notice = await _head(desk, told), await _last_notice(desk, told)
    if notice.kind == "lapse":
        await _tell_lapsed(desk, told, head, notice)
        return
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


async def _tell_lapsed(desk: Desk, told: Told, head: Head, notice: Notice) -> None:
    """To the filer, with the way on, and to the reviewer. RG art. 7."""
    due, basis = _day(notice.due), joined(desk.law.articles(notice.articles))
    await _tell_filer(
        desk, told, head,
        Text("逾期未补正，起诉材料已退回", "Not corrected in time: your filing was returned"),
        Text(
            f"收件 {head.number} 在 {due} 前没有收到补正，依照{basis.zh}已退回并记录在册。您的材料仍可下载，可以补齐后重新起诉。",
            f"No correction of filing {head.number} came by {due}; it was returned and this recorded ({basis.en}). "
            "Your materials remain available, and you may file again.",
        ),
    )  # fmt: skip
    if head.reviewer is None:
        return
    title = Text("逾期未补正，已退回", "Not corrected in time: returned")
    body = Text(
        f"收件 {head.number} 的补正期限 {due} 届满，依照{basis.zh}已退回并记录在册。",
        f"The time for correcting filing {head.number} ended on {due}; it was returned and recorded ({basis.en}).",
    )
    await _tell_staff(desk, told, head, [head.reviewer], title, body)


async def tell_review_overdue(desk: Desk, told: Told) -> None:
    """To the reviewer, the filing judges and the heads of their division; and to the filer, with what can be done."""
    head = await _head(desk, told)
    if head.state != State.UNDER_REVIEW:
        return
    due = _day(head.review_due)
    basis = joined(desk.law.articles(("CPL 126", "RG 8")))
    title = Text("立案审查已超期", "A review is late")
    body = Text(
        f"收件 {head.number} 应当在 {due} 前决定是否立案，至今未决。依照{basis.zh}，不能判定的应当先行立案。",
        f"Filing {head.number} should have been decided by {due}. What cannot be decided is registered first ({basis.en}).",
    )
    await _tell_staff(desk, told, head, await _in_charge(desk, head), title, body)
    complain = joined(desk.law.articles(("RG 13",)))
    await _tell_filer(
        desk, told, head,
        Text("本院未能在期限内决定是否立案", "We have not decided on your filing in time"),
        Text(
            f"收件 {head.number} 的审查期限 {due} 已过，已提示立案法官和负责人尽快决定。您不需要再做什么；"
            f"对拖延立案的，可以向本院或者上级人民法院投诉（{complain.zh}）。",
            f"The time to decide on filing {head.number} ended on {due}. The filing judges and those in charge were "
            f"told. You need do nothing; a delay can be complained of here or at the higher court ({complain.en}).",
        ),
    )  # fmt: skip


async def _in_charge(desk: Desk, head: Head) -> list[PersonId]:
    """The reviewer, the filing judges, and the heads of the divisions that these are in; without one, the president."""
    staff = await desk.people.staff()
    judges = [member for member in staff if Role.FILING_JUDGE in member.roles]
    divisions = {member.division for member in staff if member in judges or member.person_id == head.reviewer}
    heads = [member for member in staff if Role.DIVISION_HEAD in member.roles and member.division in divisions]
    heads = heads or [member for member in staff if Role.PRESIDENT in member.roles]
    told = [*([head.reviewer] if head.reviewer else []), *(member.person_id for member in (*judges, *heads))]
    return list(dict.fromkeys(told))


async def _tell_staff(desk: Desk, told: Told, head: Head, people: list[PersonId], title: Text, body: Text) -> None:
    for person in people:
        await desk.delivery.notify(
            Message(
                to=person, key=f"{told.id}:{person}", channels=("in_app",), matter=head.id, title=title, body=body,
                link=f"/review/{head.id}",
            )
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
        title = Text("收件已撤回", "A filing was withdrawn")
        body = Text(f"收件 {head.number} 已由起诉人撤回。", f"Filing {head.number} was withdrawn by the filer.")
        await _tell_staff(desk, told, head, [head.reviewer], title, body)


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
    CorrectionExtended: tell_correction_extended,
    CorrectionReceived: tell_correction_received,
    FilingAccepted: tell_accepted,
    FilingReturned: tell_returned,
    FilingRefused: tell_refused,
    FilingWithdrawn: tell_withdrawn,
    ReviewOverdue: tell_review_overdue,
}

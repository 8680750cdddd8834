"""Check everything of a case that has a storage number, at once, with a report. ORL arts. 16-19."""

from tianping.contexts.evidence.actions import exhibits
from tianping.contexts.evidence.actions.verifying import in_words
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.verifications import Check, Counts, Report, ReportItem, ReportView
from tianping.contexts.evidence.rules import docket_heads, problems
from tianping.contexts.evidence.store import dockets
from tianping.contexts.evidence.store import exhibits as store
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.evidence import CaseVerified
from tianping.interfaces.identity import Actor
from tianping.interfaces.ledger import Verdict
from tianping.kit.digests import sm3
from tianping.kit.ids import CaseId, DocumentId, new_id
from tianping.kit.problems import NotFound, NotPermitted, Text

PAPER = "verification_report"
COURT_SIDE = frozenset({"bench", "clerk", "staff"})
MOST_HEADS = 200
_NO_FILE = Text("没有可供比对的文件", "There is no file to compare")
_NO_SALT = Text(
    "缺少开封值，请提交人提供存证证明包", "The salt is missing: whoever submitted it has it in the proof bundle"
)
_NO_ENTRY = Text("卷宗中没有这一条", "The docket has no such entry")


async def verify_case(desk: Desk, actor: Actor, case_id: CaseId) -> ReportView:
    """Raises NotFound, NotPermitted (not the court's side), NothingToVerify, LedgerUnavailable."""
    await desk.database.stop_if_done()
    standing = await desk.cases.standing(actor, case_id)
    if standing is None or actor.person_id is None:
        raise NotFound
    if standing not in COURT_SIDE:
        raise NotPermitted
    card = await desk.cases.card(case_id)
    items, checks = await _exhibits(desk, card)
    items += await _docket(desk, case_id)
    if not items:
        raise problems.NothingToVerify
    now = desk.clock.now()
    report = Report(
        id=new_id(), case_id=case_id, made_at=now, made_by=actor.person_id, counts=counted(items), items=items
    )
    name = (await desk.people.card(actor.person_id)).name
    async with desk.database.transaction() as tx:
        for check in checks:
            await store.insert_check(tx, check)
        await store.insert_report(tx, desk.keyring, report)
        await desk.journal.tell(tx, CaseVerified(case_id=case_id, report_id=report.id), actor=actor.person_id, at=now)
        return tx.answer(_view(report, name, None))


async def of_case(desk: Desk, actor: Actor, case_id: CaseId) -> list[ReportView]:
    """Raises NotFound without any standing in the case."""
    if await desk.cases.standing(actor, case_id) is None:
        raise NotFound
    async with desk.database.reading() as reader:
        found = await store.reports_of_case(reader, desk.keyring, case_id)
    names = await desk.people.cards([one.made_by for one in found])
    papers = {card.matter: card for card in await desk.documents.of_case(case_id) if card.kind == PAPER}
    views = []
    for one in found:
        paper = papers.get(one.id)
        who = names.get(one.made_by)
        views.append(_view(one, who.name if who else "", paper.id if paper else None))
    return views


async def _exhibits(desk: Desk, card: CaseCard) -> tuple[list[ReportItem], list[Check]]:
    parties = exhibits.parties_of_case(card.parties)
    items: list[ReportItem] = []
    checks: list[Check] = []
    for item in await exhibits.items_of(desk, card.filing_id):
        number, digest = item.number, item.digest
        if number is None:
            continue
        label = Text(
            f"证据{item.position + 1}：{item.exhibit.name}", f"Exhibit {item.position + 1}: {item.exhibit.name}"
        )
        found = None if digest is None else await exhibits.verdict_on(desk, number, digest)
        if found is None or digest is None:
            items.append(_unchecked("exhibit", item.position, label, number, _NO_FILE if digest is None else _NO_SALT))
            continue
        checks.append(
            Check(
                id=new_id(), filing_id=card.filing_id, number=number, digest=digest, verification=found,
                made_at=desk.clock.now(),
            )
        )  # fmt: skip
        items.append(
            ReportItem(
                what="exhibit", position=item.position, label=label, storage_number=number, verdict=found.verdict,
                verification=in_words(desk, found), interest=await exhibits.interest_in(desk, found, parties), remark=None,
            )
        )  # fmt: skip
    return items, checks


async def _docket(desk: Desk, case_id: CaseId) -> list[ReportItem]:
    """What the docket says today, held against what was deposited of it."""
    async with desk.database.reading() as reader:
        heads = [one for one in await dockets.of_case(reader, case_id, limit=MOST_HEADS) if one.number is not None]
    today = await desk.cases.docket_hashes(case_id, [one.seq for one in heads])
    items = []
    for one in heads:
        assert one.number is not None
        label = Text(f"卷宗第 {one.seq} 条及以前", f"Docket up to entry {one.seq}")
        if one.seq not in today:
            items.append(_unchecked("docket", one.seq, label, one.number, _NO_ENTRY))
            continue
        digest = sm3(docket_heads.text(case_id, one.seq, today[one.seq]))
        found = await desk.ledger.verify(one.number, digest=digest, sha256=None, salt=None)
        items.append(
            ReportItem(
                what="docket", position=one.seq, label=label, storage_number=one.number, verdict=found.verdict,
                verification=in_words(desk, found), interest=None, remark=None,
            )
        )  # fmt: skip
    return items


def _unchecked(what: str, position: int, label: Text, number: str, why: Text) -> ReportItem:
    return ReportItem(
        what=what, position=position, label=label, storage_number=number, verdict=None, verification=None, interest=None,
        remark=why,
    )  # fmt: skip


def counted(items: list[ReportItem]) -> Counts:
    def of(verdict: Verdict | None) -> int:
        return sum(item.verdict is verdict for item in items)

    return Counts(
        total=len(items), match=of(Verdict.MATCH), mismatch=of(Verdict.MISMATCH), not_found=of(Verdict.NOT_FOUND),
        pending=of(Verdict.PENDING), chain_inconsistent=of(Verdict.CHAIN_INCONSISTENT), not_checked=of(None),
    )  # fmt: skip


def _view(report: Report, name: str, document_id: DocumentId | None) -> ReportView:
    return ReportView(
        id=report.id, case_id=report.case_id, made_at=report.made_at, made_by=name, counts=report.counts,
        items=report.items, document_id=document_id,
    )  # fmt: skip

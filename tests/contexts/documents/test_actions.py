"""Papers that follow from what happened: made once, numbered without gaps, read by right, checkable by anyone."""

import asyncio
import dataclasses
import io

import msgspec
import pikepdf
import pytest
from tests.contexts.documents.conftest import NOW, Office

from tianping.contexts.documents import reactions, rules, store
from tianping.contexts.documents.actions import check, compose, read
from tianping.contexts.documents.model import Issued, Verdict
from tianping.contexts.documents.rendering import pages
from tianping.contexts.documents.service import DocumentService
from tianping.interfaces import cases, documents, evidence, filing, identity, payments
from tianping.interfaces.events import Event
from tianping.interfaces.filing import ReviewNotice
from tianping.interfaces.identity import Role
from tianping.interfaces.reactions import REACTIONS
from tianping.kit.digests import sm3
from tianping.kit.ids import DocumentId, new_id
from tianping.kit.problems import InvalidInput, NotFound, Text
from tianping.platform.database import ActKey, ActReplayed, acting


async def happens(office: Office, event: Event) -> list[Issued]:
    """Let documents react; the papers that came of it."""
    before = {paper.id for paper in await everything(office)}
    await reactions.REACTIONS[type(event)](office.desk, office.told(event))
    return [paper for paper in await everything(office) if paper.id not in before]


async def everything(office: Office) -> list[Issued]:
    async with office.desk.database.reading() as reader:
        rows = await reader.all("SELECT id FROM documents.issued ORDER BY issued_at, number")
        return [await store.by_id(reader, DocumentId(row["id"])) for row in rows]


async def content(office: Office, paper: Issued) -> bytes:
    return b"".join([block async for block in office.desk.blobs.read(paper.digest)])


def submitted(office: Office) -> filing.FilingSubmitted:
    return filing.FilingSubmitted(filing_id=office.world.filing_id)


def test_there_is_a_reaction_for_every_event_in_the_registry() -> None:
    assert set(reactions.REACTIONS) == {event for event, contexts in REACTIONS.items() if "documents" in contexts}


async def test_a_filing_gives_complaint_and_receipt(office: Office) -> None:
    complaint, receipt = sorted(await happens(office, submitted(office)), key=lambda paper: paper.kind)
    assert (complaint.kind, complaint.number) == ("complaint", "京0499-2026-SZ-000001")
    assert (receipt.kind, receipt.number) == ("filing_receipt", "京0499-2026-SJ-000001")
    assert complaint.readers == [office.world.filer]
    pdf = await content(office, complaint)
    assert sm3(pdf) == complaint.digest
    assert pages.count(pdf) == complaint.pages
    text = pages.text(pdf).replace("\r\n", "")
    assert "判令被告退还原告货款1299元" in text
    assert complaint.number in text
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "2"


async def test_a_reaction_told_twice_issues_once(office: Office) -> None:
    told = office.told(submitted(office))
    await reactions.on_filing_submitted(office.desk, told)
    await reactions.on_filing_submitted(office.desk, told)
    assert len(await everything(office)) == 2
    key = ActKey("reaction:documents", str(told.id), told.name)
    async with acting(key):
        await reactions.on_filing_submitted(office.desk, told)
    with pytest.raises(ActReplayed):
        async with acting(key):
            await reactions.on_filing_submitted(office.desk, told)


async def test_every_event_gives_its_paper(office: Office) -> None:
    world = office.world
    correction = ReviewNotice(
        "correction", [Text("请补充被告住所地", "x")], ["RG 7"], NOW.date(), None, world.judge, NOW
    )
    refusal, lapse = (msgspec.structs.replace(correction, kind=kind) for kind in ("refusal", "lapse"))
    notices = {filing.CorrectionRequested: correction, filing.FilingReturned: lapse, filing.FilingRefused: refusal}
    events: list[tuple[Event, str]] = [
        (filing.CorrectionRequested(filing_id=world.filing_id), "correction_notice"),
        (filing.FilingReturned(filing_id=world.filing_id), "return_notice"),
        (filing.FilingRefused(filing_id=world.filing_id), "ruling_nonacceptance"),
        (cases.CaseOpened(case_id=world.case_id, filing_id=world.filing_id), "acceptance_notice"),
        (cases.BenchAssigned(case_id=world.case_id), "bench_notice"),
        (payments.FeeOrdered(order_id=world.order_id, case_id=world.case_id), "fee_notice"),
        (identity.MandateGiven(mandate_id=world.mandate_id, agent=world.lawyer, given_by=world.filer), "mandate"),
        (evidence.CaseVerified(case_id=world.case_id, report_id=new_id()), "verification_report"),
    ]
    for event, kind in events:
        world.notice = notices.get(type(event))
        (paper,) = await happens(office, event)
        assert paper.kind == kind
    returned = next(paper for paper in await everything(office) if paper.kind == "return_notice")
    words = pages.text(await content(office, returned)).replace("\r\n", "")
    assert "记录在册" in words
    assert "没有管辖权" not in words
    world.paid = True
    (receipt,) = await happens(office, payments.FeePaid(order_id=world.order_id, case_id=world.case_id))
    assert receipt.kind == "fee_receipt"
    ruling = next(paper for paper in await everything(office) if paper.kind == "ruling_nonacceptance")
    text = pages.text(await content(office, ruling)).replace("\r\n", "")
    assert "起诉人：林晓月" in text
    assert "裁定书送达之日起10日内" in text
    assert "上诉于天平示范中级人民法院" in text


async def test_a_changed_bench_is_a_new_version(office: Office) -> None:
    world = office.world
    (first,) = await happens(office, cases.BenchAssigned(case_id=world.case_id))
    (second,) = await happens(office, cases.BenchChanged(case_id=world.case_id))
    assert (first.version, second.version) == (1, 2)
    answer = await check.check_copy(office.desk, first.number, first.digest)
    assert (answer.verdict, answer.newer) == (Verdict.SAME, True)


async def test_numbers_have_no_gap_under_concurrency_and_failure(office: Office) -> None:
    async def one(fails: bool) -> None:
        told = office.told(cases.BenchAssigned(case_id=office.world.case_id))
        desk = office.desk
        if fails:

            class FullDisk:
                async def put_stream(self, blocks: object) -> None:
                    raise OSError(28, "no space")

            desk = dataclasses.replace(desk, blobs=FullDisk())
        await reactions.on_bench_fixed(desk, told)

    results = await asyncio.gather(*(one(n % 5 == 4) for n in range(30)), return_exceptions=True)
    assert sum(isinstance(result, OSError) for result in results) == 6
    issued = await everything(office)
    assert [paper.number[-6:] for paper in sorted(issued, key=lambda p: p.number)] == [f"{n:06d}" for n in range(1, 25)]
    assert sorted(paper.version for paper in issued) == list(range(1, 25))


async def test_issuing_is_told(office: Office) -> None:
    await happens(office, submitted(office))
    async with office.desk.database.reading() as reader:
        told = await reader.all("SELECT name, subject FROM platform.journal ORDER BY seq")
    assert [row["name"] for row in told] == [documents.DocumentIssued.wire_name()] * 2
    assert {row["subject"] for row in told} == {office.world.filing_id}


async def test_who_reads_what(office: Office) -> None:
    world, desk = office.world, office.desk
    (complaint, _) = sorted(await happens(office, submitted(office)), key=lambda paper: paper.kind)
    (bench,) = await happens(office, cases.BenchAssigned(case_id=world.case_id))
    (fee,) = await happens(office, payments.FeeOrdered(order_id=world.order_id, case_id=world.case_id))
    allowed = {
        complaint.id: {"filer", "filing_clerk"},
        bench.id: {"filer", "defendant", "judge", "lawyer"},
        fee.id: {"filer", "judge", "lawyer"},
    }
    people = {
        "filer": office.someone(world.filer),
        "defendant": office.someone(world.defendant),
        "lawyer": office.someone(world.lawyer, Role.LAWYER),
        "judge": office.someone(world.judge, Role.JUDGE),
        "other_judge": office.someone(None, Role.JUDGE),
        "filing_clerk": office.someone(None, Role.CLERK),
        "cashier": office.someone(None, Role.CASHIER),
        "admin": office.someone(None, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
        "stranger": office.someone(),
    }
    for paper_id, readers in allowed.items():
        for name, actor in people.items():
            if name in readers:
                assert (await read.see_paper(desk, actor, paper_id)).id == paper_id
            else:
                with pytest.raises(NotFound):
                    await read.see_paper(desk, actor, paper_id)
    assert len(await read.papers_of_case(desk, people["defendant"], world.case_id)) == 1
    assert len(await read.papers_of_case(desk, people["filer"], world.case_id)) == 2
    with pytest.raises(NotFound):
        await read.papers_of_case(desk, people["stranger"], world.case_id)
    with pytest.raises(NotFound):
        await read.papers_of_filing(desk, people["stranger"], world.filing_id)
    assert len(await read.my_papers(desk, people["filer"], before=None, limit=10)) == 4


async def test_the_courts_reading_leaves_a_trace(office: Office) -> None:
    (bench,) = await happens(office, cases.BenchAssigned(case_id=office.world.case_id))
    await read.open_paper(office.desk, office.someone(office.world.filer), bench.id)
    assert office.world.accesses == []
    await read.open_paper(office.desk, office.someone(office.world.judge, Role.JUDGE), bench.id)
    assert office.world.accesses == ["bench_notice"]


async def test_pages_as_pictures(office: Office) -> None:
    (bench,) = await happens(office, cases.BenchAssigned(case_id=office.world.case_id))
    filer = office.someone(office.world.filer)
    assert (await read.picture_of(office.desk, filer, bench.id, 1, width_px=200)).startswith(b"RIFF")
    with pytest.raises(rules.PageMissing):
        await read.picture_of(office.desk, filer, bench.id, bench.pages + 1, width_px=200)


async def test_a_check_says_same_different_or_unknown_and_nothing_personal(office: Office) -> None:
    complaint, receipt = sorted(await happens(office, submitted(office)), key=lambda paper: paper.kind)
    same = await check.check_copy(office.desk, " 京０４９９—2026—sz—1 ".replace("—", "－"), complaint.digest.upper())
    assert (same.verdict, same.number, same.kind) == (Verdict.SAME, complaint.number, "complaint")
    different = await check.check_copy(office.desk, complaint.number, receipt.digest)
    assert different.verdict is Verdict.DIFFERENT
    unknown = await check.check_copy(office.desk, "京0499-2026-SZ-999999", complaint.digest)
    assert (unknown.verdict, unknown.kind, unknown.issued_at) == (Verdict.UNKNOWN, None, None)
    for answer in (same, different, unknown):
        told = msgspec.json.encode(answer).decode()
        assert not any(word in told for word in ("林晓月", str(office.world.filer), str(office.world.filing_id)))


async def test_what_others_ask(office: Office, press) -> None:
    service = DocumentService(office.desk.database, office.desk.blobs, press, office.desk.writing, office.clock)
    await happens(office, submitted(office))
    (bench,) = await happens(office, cases.BenchAssigned(case_id=office.world.case_id))
    assert len(await service.of_filing(office.world.filing_id)) == 2
    assert await service.of_case(office.world.case_id) == [bench.card]
    given = await office.world.complaint(office.world.filing_id)
    composed = await service.compose_complaint(given)
    claim = next(s for s in composed.sentences if s.part == "claims")
    assert (claim.text, claim.editable) == ("判令被告退还原告货款1299元。", True)
    edits = [{"id": claim.id, "text": "退钱。", "replaces": claim.text}]
    edited = await service.compose_complaint({**given, "edits": edits})
    assert edited.digest != composed.digest
    preview = pages.text(await service.preview_complaint({**given, "edits": edits}))
    assert "退钱" in preview
    assert "草稿，未经提交或签发" in preview
    with pytest.raises(InvalidInput):
        await service.compose_complaint({"answers": {"case_type": 1}})


async def test_a_complaint_may_also_come_written(office: Office) -> None:
    written = {"parties": ["原告：甲。"], "claims": ["退款"], "facts": ["事实。"], "plaintiffs": ["甲"]}
    paper = compose.complaint_paper(office.desk.writing, written, made_at=NOW)
    assert paper.claims == ["退款"]

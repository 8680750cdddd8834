"""Papers as printed: complete, archivable, readable by machine, and safe whatever people type."""

import asyncio
import io
import re
from datetime import date

import msgspec
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.contexts.documents.rendering.papers import CASE_NUMBER, COURT, MADE_AT, every_paper

from tianping.contexts.documents.rendering import model, pages
from tianping.contexts.documents.rendering.press import Press

PAPERS = every_paper()


def of_kind(kind: str) -> model.Paper:
    return next(paper for paper in PAPERS if paper.kind == kind)


def plain_complaint(**changes: object) -> model.Complaint:
    given = {"parties": ["原告：甲。"], "claims": ["退款"], "facts": ["事实。"], "plaintiffs": ["甲"], **changes}
    return model.Complaint(court=COURT, made_at=MADE_AT, **given)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\ufffe\u0002]", "", text)


def test_there_is_a_sample_of_every_paper() -> None:
    direct = {paper.kind for paper in model.Paper.__subclasses__() if paper.kind}
    notices = {paper.kind for paper in model.Notice.__subclasses__()}
    assert {paper.kind for paper in PAPERS} == direct | notices


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.kind)
def test_is_pdf_a_2b_with_its_fonts(press: Press, paper: model.Paper) -> None:
    with pikepdf.open(io.BytesIO(press.print_now(paper))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "B"
            assert paper.title.zh in metadata["dc:title"]
        assert pdf.Root.Lang == "zh-CN"
        assert not any(name in pdf.Root for name in ("/OpenAction", "/AA", "/AcroForm"))
        fonts = [f for page in pdf.pages for f in page.Resources.get("/Font", pikepdf.Dictionary()).values()]
        assert fonts
        for font in fonts:
            inner = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
            descriptor = inner.FontDescriptor
            assert any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            assert "/ToUnicode" in font


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.kind)
def test_numbers_can_be_read_back_exactly(press: Press, paper: model.Paper) -> None:
    text = pages.text(press.print_now(paper))
    assert paper.mark is not None
    assert text.count(paper.mark.number) >= text.count("\f") + 1  # at the foot of every page
    number = getattr(paper, "case_number", None) or getattr(paper, "filing_number", None)
    if number:
        assert number in text


def test_a_case_number_in_running_text_is_not_spaced(press: Press) -> None:
    facts = [f"另案{CASE_NUMBER}民事判决书已生效，参见{CASE_NUMBER}。" * 8]
    assert squeezed(pages.text(press.print_now(plain_complaint(facts=facts)))).count(CASE_NUMBER) == 16


def test_the_same_paper_prints_to_the_same_bytes_on_every_thread(press: Press) -> None:
    paper = of_kind("complaint")

    async def many() -> list[bytes]:
        return await asyncio.gather(*(press.print(paper) for _ in range(6)))

    assert len({press.print_now(paper), *asyncio.run(many())}) == 1


def test_a_draft_says_so_on_every_page_and_bears_no_seal(press: Press) -> None:
    for paper in PAPERS:
        text = pages.text(press.print_now(msgspec.structs.replace(paper, mark=None)))
        assert text.count("草稿，未经提交或签发") == text.count("\f") + 1
        assert "电子印章" not in text


def test_only_the_demonstration_court_has_a_drawn_seal(press: Press) -> None:
    paper = of_kind("acceptance_notice")
    assert "电子印章（示范）" in squeezed(pages.text(press.print_now(paper)))
    real = msgspec.structs.replace(paper, court=msgspec.structs.replace(COURT, demo=False))
    assert "电子印章" not in pages.text(press.print_now(real))


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": []},
        {"parties": [""]},
        {
            "facts": ["事实"],
            "signatures": [model.Signature(name="甲", capacity="原告", signed_at=MADE_AT, digest="12")],
        },
        {"evidence": [model.EvidenceRow(name="证据", pages=0)]},
    ],
)
def test_nothing_half_is_printed(press: Press, changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        press.print_now(plain_complaint(**changes))


def test_a_collegial_bench_of_two_is_refused() -> None:
    notice = of_kind("bench_notice")
    with pytest.raises(ValueError, match="three members"):
        msgspec.structs.replace(notice, members=notice.members[:2])


def test_long_lists_run_over_pages_with_their_heads(press: Press) -> None:
    rows = [
        model.EvidenceRow(name=f"聊天记录{n}", source="平台", proves="协商经过" * 20, form="电子数据", pages=n)
        for n in range(1, 121)
    ]
    paper = plain_complaint(claims=[f"第{n}项请求，金额{n}元" for n in range(1, 201)], evidence=rows)
    printed = press.print_now(paper)
    text = pages.text(printed)
    assert "200．第200项请求" in squeezed(text)
    assert squeezed(text).count("证据名称") > 3
    assert "聊天记录120" in squeezed(text)


def test_what_is_missing_leaves_no_trace(press: Press) -> None:
    bare = model.FilingReceipt(
        court=model.Court(name="某法院"),
        made_at=MADE_AT,
        filing_number="1",
        filer="甲",
        cause="纠纷",
        received_at=MADE_AT,
        materials=[model.ReceivedMaterial(name="材料", form="图片", digest="0" * 64)],
        received_by="平台",
    )
    text = squeezed(pages.text(press.print_now(bare)))
    assert "None" not in text
    assert "none" not in text
    assert "（）" not in text


HOSTILE = [
    '#panic() #read("/etc/passwd") $x^2$ *b* _e_ `r` <l> @ref \\ // /* [ ] { } = - + ~ \' " ---',
    '#import "@preview/x:0.1.0": *',
    "𠮷野家的名字 😀 👨‍👩‍👧 e\u0301 \u202eabc\u202c \x00\x07 \ue000 العربية हिन्दी",
    "https://example.com/" + "a" * 400,
    "《“‘’”》" * 40,
    "\n\n\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(press: Press, text: str) -> None:
    paper = plain_complaint(claims=[text], facts=[text], parties=[text], plaintiffs=[text[:400]])
    printed = pages.text(press.print_now(paper))
    assert "root:" not in printed
    for word in re.findall(r"[A-Za-z/]{3,16}", text)[:3]:
        assert word in squeezed(printed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1, max_size=60))
@example("\ud800")
@example("\u0301")
@example("\u1100\u1161\u11a8 \u0e01\u0e33 \u3099")
def test_any_text_prints(press: Press, text: str) -> None:
    row = model.EvidenceRow(name=text, source=text, proves=text)
    assert press.print_now(plain_complaint(claims=[text], plaintiffs=[text], evidence=[row])).startswith(b"%PDF")


def test_long_words_stay_on_the_paper(press: Press) -> None:
    paper = plain_complaint(facts=["x" * 3000 + "尾"], evidence=[model.EvidenceRow(name="y" * 400)])
    text = squeezed(pages.text(press.print_now(paper)))
    assert text.count("x") == 3000
    assert text.count("y") >= 400


def test_dates_are_written_as_courts_write_them(press: Press) -> None:
    text = squeezed(pages.text(press.print_now(of_kind("fee_notice"))))
    assert "二〇二六年三月二日" in text
    assert "2026年3月9日（含当日）前交纳" in text
    assert "贰拾伍元整" in text
    assert date(2026, 3, 2) == of_kind("fee_notice").issued_on

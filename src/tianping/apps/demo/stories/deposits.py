"""Evidence on the ledger: a designer's works, exhibits with storage numbers (one of them altered), platforms that deposit, a
captured page. Where no ledger runs yet, what is deposited waits for it, and what needs its numbers is left out.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec

from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.platforms import certificate
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import accepted, paid
from tianping.contexts.evidence.actions import (
    applying,
    capturing,
    depositing,
    dockets,
    exhibits,
    office,
    reading,
    sharing,
)
from tianping.contexts.evidence.model.access import ApplicationInput, Decision, PaperInput, SheetLine
from tianping.contexts.evidence.model.captures import CaptureInput
from tianping.contexts.evidence.model.deposits import DepositInput, DepositView, Origin, Source
from tianping.contexts.filing.actions import drafting
from tianping.contexts.filing.model import GivenAnswer
from tianping.contexts.filing.store import filings
from tianping.engines.capture.addresses import AddressGuard
from tianping.engines.capture.browser import ChromiumCapturer
from tianping.kit.digests import sm3

_HELD = Source(how=Origin.UPLOADED, device="本人电脑", custody="一直由本人保存", note="交稿前的工程文件导出")


def _asked(content: bytes, title: str, name: str, media_type: str, category: str, **more: Any) -> DepositInput:
    return DepositInput(
        title=title, category=category, digest=sm3(content), sha256=hashlib.sha256(content).hexdigest(), size=len(content),
        media_type=media_type, file_name=name, source=more.pop("source", _HELD), **more,
    )  # fmt: skip


async def _deposited(r: Rehearsal, who: str, asked: list[DepositInput]) -> list[DepositView]:
    """Taken, and brought to the ledger as far as it runs."""
    desk, actor = r.desk("evidence"), r.actors[who]
    made = (await depositing.take_together(desk, actor, asked)).deposits
    await r.settle()
    return [await reading.see(desk, actor, one.id) for one in made]


async def works_of_a_designer(r: Rehearsal) -> None:
    """Deposited before anybody copies them; one is kept by the court and shared."""
    await r.at(70, "20:30")
    poster = await asyncio.to_thread(p.page("海报", "晨雾", "晨雾 · 春", ["杭州西湖示例系列海报之一。"], "").make)
    upload = await r.upload("he", "晨雾海报.png", "image/png", poster)
    await r.settle()
    drafts = [f"晨雾系列海报第 {n} 稿，何雨桐".encode() for n in range(1, 9)]
    made_on = r.clock.now() - timedelta(days=12)
    made = await _deposited(
        r, "he",
        [
            _asked(poster, "《晨雾》海报定稿", "晨雾海报.png", "image/png", "works", upload_id=upload, claimed_at=made_on),
            *(
                _asked(draft, f"《晨雾》海报第 {n} 稿", f"晨雾-第{n}稿.ai", "application/postscript", "works", claimed_at=made_on)
                for n, draft in enumerate(drafts, 1)
            ),
        ],
    )  # fmt: skip
    if made[0].number:
        until = r.ends_at + timedelta(days=180)
        await sharing.share(r.desk("evidence"), r.actors["he"], made[0].id, until=until)


async def exhibits_with_numbers(r: Rehearsal) -> None:
    """A buyer deposited the order and the chat on the day; the chat that she hands in later is not the one she deposited."""
    on = r.day(36, earlier=6)
    await r.at(36, "19:10")
    order = p.order("优选商城", "山野茶语", "明前绿茶礼盒", "398.00", "202600310771", on)
    chat = p.chat("山野茶语客服", [("me", "茶叶有霉味"), ("客服", "正常陈化，不予退换")], "证明协商经过")
    altered = p.chat(
        "山野茶语客服", [("me", "茶叶有霉味"), ("客服", "确实是我们的问题，同意三倍赔偿")], "证明商家同意赔偿"
    )
    contents = [await asyncio.to_thread(piece.make) for piece in (order, chat)]
    made = await _deposited(
        r, "liu",
        [
            _asked(content, f"{piece.name}（下单当日）", piece.file_name, piece.media_type, "trade")
            for piece, content in zip((order, chat), contents, strict=True)
        ],
    )  # fmt: skip
    await r.at(34, "20:05")
    entry = await r.shop("优选商城", "山野茶语")
    matter = m.sale(
        platform="优选商城", ordered=on, goods="明前绿茶礼盒", price="398.00", number="202600310771", place="湖北省武汉市洪山区",
        defect_kind="quality", defect="茶叶有明显霉味，无法饮用", defendants=[m.shop(entry, organisation_id=r.organisation("shanye"))],
        claims=[m.claim("refund"), m.claim("costs")], contact="客服称属正常陈化，不予退换", pieces=[order, altered],
    )  # fmt: skip
    filing = await r.draft("liu", matter)
    desk = r.desk("filing")
    async with desk.database.reading() as reader:
        seen = await filings.read(reader, desk.keyring, filing)
    value = [
        {**msgspec.to_builtins(exhibit, enc_hook=str), "chain_number": deposit.number or ""}
        for exhibit, deposit in zip(seen.answers.evidence, made, strict=True)
    ]
    given = GivenAnswer(path="evidence", value=value, revision=seen.head.revision)
    await drafting.save_answers(desk, r.actors["liu"], filing, [given])
    await r.at(34, "20:41")
    await r.hand_in("liu", filing)
    await accepted(r, filing, 31)
    await paid(r, "liu", filing, 30)
    await exhibits.check_waiting(r.desk("evidence"))
    await dockets.deposit_heads(r.desk("evidence"))


_PLATFORMS: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...] = (
    # company, its member, id, zh, en, categories
    ("youxuan", "guo", "youxuan-orders", "优选汇订单存证", "Youxuan order records", ("trade", "contract")),
    ("qinghe", "jiang", "qinghe-works", "青禾作品存证", "Qinghe works", ("works", "publish")),
    ("xinghai", "lu", "xinghai-logs", "星海服务记录存证", "Xinghai service records", ("message", "privacy")),
    ("shanye", "gao", "shanye-trade", "山野茶语交易存证", "Shanye trade records", ("trade",)),
    ("nuandong", "qian", "nuandong-shop", "暖冬店铺存证", "Nuandong shop records", ("trade",)),
)


async def platforms_admitted(r: Rehearsal) -> None:
    """One in each standing: admitted, on probation, suspended, waiting for a second officer, refused."""
    await r.at(112, "10:00")
    there = [row for row in _PLATFORMS if await _applied(r, *row)]
    if not there:
        return
    await r.settle()
    for row in there:
        await _assess(r, row[2], poor=row[2] == "nuandong-shop")
    await r.settle()
    for slug in ("youxuan-orders", "qinghe-works", "xinghai-logs"):
        await _decide(r, slug, Decision.PROBATION, "材料齐全，评分达到准入标准。", "head_first", "president")
    await _decide(
        r, "nuandong-shop", Decision.REFUSE, "未取得等级保护测评，取证环境不符合标准。", "head_second", "president"
    )
    await _decide(r, "shanye-trade", Decision.PROBATION, "材料齐全，建议试运行。", "head_first")
    await r.settle()
    await r.at(40, "15:00")
    await _decide(r, "youxuan-orders", Decision.ADMIT, "试运行期满，存证及时、日志完整。", "head_second", "president")
    await r.settle()
    await r.at(12, "11:20")
    await _decide(
        r, "xinghai-logs", Decision.SUSPEND, "抽查发现部分服务记录缺少来源事实，暂停接入并限期整改。", "security_admin"
    )
    await r.settle()


async def _applied(
    r: Rehearsal, company: str, member: str, slug: str, zh: str, en: str, categories: tuple[str, ...]
) -> bool:
    """False where there is no authority here that could issue its certificate."""
    desk, actor = r.desk("evidence"), r.actors[member]
    card = await desk.people.organisation(r.organisations[company])
    pem = await asyncio.to_thread(certificate, r.court.platform.settings.data, slug, zh, en, card.name)
    if pem is None:
        return False
    papers = []
    for paper in applying.standard(desk).papers:
        if not paper.required:
            continue
        piece = p.letter(
            paper.zh,
            [("单位", card.name), ("应用", zh)],
            ["本材料为演示材料。"],
            "",
            r.day(112, earlier=5),
            source="单位提供",
        )
        content = await asyncio.to_thread(piece.make)
        papers.append(
            PaperInput(kind=paper.id, upload_id=await r.upload(member, piece.file_name, piece.media_type, content))
        )
    await r.settle()
    data = ApplicationInput(
        id=slug, organisation_id=r.organisations[company], name_zh=zh, name_en=en, categories=list(categories), certificate=pem,
        papers=papers, note="演示申请",
    )  # fmt: skip
    await applying.apply(desk, actor, data)
    return True


async def _assess(r: Rehearsal, slug: str, *, poor: bool) -> None:
    desk = r.desk("evidence")
    lines = [
        SheetLine(
            item=item.id,
            score=(item.score * (4 if poor else 9)) // 10,
            remark="材料与现场核查一致" if not poor else "材料不足",
        )
        for item in applying.standard(desk).items
    ]
    await office.assess(desk, r.actors["security_admin"], slug, lines)


async def _decide(r: Rehearsal, slug: str, decision: Decision, reasons: str, *officers: str) -> None:
    for officer in officers:
        await office.decide(r.desk("evidence"), r.actors[officer], slug, decision, reasons)


_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>晨雾海报 高清印刷 - 演示网店</title>
<body style="font:18px sans-serif;max-width:900px;margin:40px auto"><h1>晨雾 装饰海报 高清印刷</h1>
<p>￥39.00　已售 1,204 件　全国包邮</p><div style="height:420px;background:linear-gradient(#dfe8ef,#8aa5b5)"></div>
<p>本页面为演示用的侵权商品页面。</p></body></html>"""


async def captured_page(r: Rehearsal) -> None:
    """The designer has the court capture a listing that shows her poster; left out where no browser is installed."""
    await r.at(5, "21:15")
    desk = r.desk("evidence")
    if desk.capturer.available() is None:
        return
    # A page of this machine stands in for a shop's: the court that serves opens public addresses only.
    rehearsing = replace(desk, capturer=ChromiumCapturer(AddressGuard(loopback=True)))
    with _shop() as url:
        asked = await capturing.ask(
            rehearsing, r.actors["he"], CaptureInput(url=url, title="演示网店销售《晨雾》海报页面", category="infringe")
        )
        await capturing.run(rehearsing, str(asked.id))
    await r.settle()
    await dockets.deposit_heads(desk)


@contextmanager
def _shop() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = _PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}/item/39"
    finally:
        serving.shutdown()
        serving.server_close()


STORIES = (works_of_a_designer, exhibits_with_numbers, platforms_admitted, captured_page)

"""Papers as PDF: invoices, contracts, reports, long tables of transactions."""

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pylopdf_fonts_zh_cn
import typst

from tianping.apps.demo.evidence import seeded

_TEMPLATE = Path(__file__).parent / "exhibit.typ"


class Clause(msgspec.Struct, frozen=True):
    heading: str
    text: list[str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A paper. `widths` of columns in centimetres, 0 for what is left; `seal` prints a round red stamp."""

    title: str
    subtitle: str = ""
    facts: list[tuple[str, str]] = []
    clauses: list[Clause] = []
    columns: list[str] = []
    widths: list[float] = []
    rows: list[list[str]] = []
    seal: str = ""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.serif_path().parent)],
    )


def printed(sheet: Sheet, made_at: datetime) -> bytes:
    compiler = typst.Compiler(root=str(_TEMPLATE.parent), font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        input=str(_TEMPLATE), format="pdf", timestamp=int(made_at.timestamp()),
        sys_inputs={"paper": json.dumps(msgspec.to_builtins(sheet), ensure_ascii=False)},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def invoice(buyer: str, seller: str, goods: str, price: str, number: str, on: date) -> Sheet:
    return Sheet(
        title="电子发票（普通发票）",
        subtitle=f"发票号码 {number}    开票日期 {on.year} 年 {on.month} 月 {on.day} 日",
        facts=[("购买方", buyer), ("销售方", seller), ("备注", "演示法院生成的样例，不是真实发票")],
        columns=["项目名称", "单位", "数量", "金额（元）", "税率"],
        widths=[0, 1.6, 1.6, 2.8, 1.8],
        rows=[[goods, "件", "1", price, "13%"], ["价税合计", "", "", price, ""]],
        seal=seller,
    )


_SUBJECTS = (
    "定义与适用范围", "账号注册与实名认证", "服务内容与变更", "收费、续费与退费", "用户行为规范", "虚拟物品", "未成年人保护",
    "内容与知识产权", "个人信息保护", "账号的限制与封禁", "服务中断与维护", "责任限制", "通知与送达", "争议解决",
)  # fmt: skip
_PROVISIONS = (
    "{who}在提供{topic}相关服务时，应当遵守法律、行政法规的规定，并以显著方式提示与用户有重大利害关系的内容。",
    "用户理解并同意，{who}可以根据经营需要调整{topic}的具体规则；调整内容将提前七日在平台显著位置公示，用户不同意的，可以停止使用并申请注销。",
    "因用户违反本章约定造成他人损失的，由用户依法承担责任；{who}有权依照情节采取警示、限制功能、暂停或者终止服务等措施。",
    "{who}采取前款措施的，应当说明理由、依据的条款和期限，并为用户提供申诉渠道；申诉应当在十五日内答复。",
    "涉及{topic}的记录由{who}保存不少于三年，用户有权查阅、复制与其本人有关的部分。",
    "除不可抗力外，{who}未按约定提供{topic}相关服务的，应当退还相应期间的费用，并赔偿由此造成的直接损失。",
)


def agreement(title: str, who: str, version: str, *, chapters: int, clauses: int, marked: str = "") -> Sheet:
    """A user agreement; `marked` is the clause in dispute, put into the chapter on bans."""
    made = []
    for chapter in range(chapters):
        topic = _SUBJECTS[chapter % len(_SUBJECTS)]
        round_ = "" if chapter < len(_SUBJECTS) else f"（附件{chapter // len(_SUBJECTS)}）"
        text = [
            f"{chapter + 1}.{n + 1} {_PROVISIONS[(chapter + n) % len(_PROVISIONS)].format(who=who, topic=topic)}"
            for n in range(clauses)
        ]
        if marked and topic == "账号的限制与封禁" and not round_:
            text.append(f"{chapter + 1}.{clauses + 1} {marked}")
        made.append(Clause(f"第{chapter + 1}章 {topic}{round_}", text))
    return Sheet(title=title, subtitle=f"版本 {version}", clauses=made)


def report(title: str, laboratory: str, sample: str, found: list[list[str]], conclusion: str) -> Sheet:
    method = (
        "样品由委托人送检，收样时外包装完好、封条未拆。检验按照所列标准方法进行，使用的仪器均在检定有效期内，每项平行测定两次，"
        "结果取平均值；两次结果之差不超过标准规定的重复性限。"
    )
    return Sheet(
        title=title, subtitle=f"{laboratory}    报告编号 TY{abs(hash_of(title + sample)) % 100000:05d}",
        facts=[("样品", sample), ("检验类别", "委托检验"), ("说明", "演示法院生成的样例，检验机构为虚构")],
        clauses=[Clause("一、检验方法", [method]), Clause("二、检验结论", [conclusion]), Clause("三、检验数据", [])],
        columns=["检验项目", "标准要求", "实测值", "单项判定"], widths=[0, 4, 4, 2.6], rows=found, seal=laboratory,
    )  # fmt: skip


def hash_of(text: str) -> int:
    """A number that is the same in every process."""
    return seeded(text).getrandbits(40)


def statement(
    title: str, holder: str, payee: str, purposes: list[str], *, first: datetime, lines: int, typical: float
) -> tuple[Sheet, float]:
    """A statement of `lines` payments and their sum."""
    chance, at, total = seeded(title + holder), first, 0.0
    rows = []
    for number in range(1, lines + 1):
        at += timedelta(minutes=chance.randint(3, 1900))
        amount = (
            chance.choice((6, 12, 30, 68, 98, 128, 328))
            if typical < 0
            else round(chance.gauss(typical, typical / 6), 2)
        )
        total += amount
        rows.append([
            str(number), at.strftime("%Y-%m-%d %H:%M:%S"), chance.choice(purposes), payee,
            f"YL{chance.randrange(10**13, 10**14)}", f"{amount:.2f}",
        ])  # fmt: skip
    sheet = Sheet(
        title=title, subtitle="云联支付 · 用户自行导出的交易明细",
        facts=[("户名", holder), ("笔数与合计", f"{lines} 笔，{total:.2f} 元"), ("说明", "演示法院生成的样例")],
        columns=["序号", "时间", "事项", "收款方", "流水号", "金额（元）"], widths=[1.2, 3.4, 0, 3.4, 3.6, 1.9], rows=rows,
    )  # fmt: skip
    return sheet, total


def plain(title: str, subtitle: str, facts: list[tuple[str, str]], text: list[str], *, seal: str = "") -> Sheet:
    """A letter, a certificate, a notice."""
    return Sheet(title=title, subtitle=subtitle, facts=facts, clauses=[Clause("", text)], seal=seal)

"""Exhibits of the demo court: each says what it is, where it comes from and what it proves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from tianping.apps.demo.evidence import drawing, papers, photographs, recordings, screens
from tianping.apps.demo.matters import Piece

_PHONE = "Lumo Phone 9"


def _at(on: date) -> datetime:
    return datetime.combine(on, time(4, 0), UTC)


def goods(kind: str, what: str, defect: str, *, seed: str, form: str = "jpeg", turned: bool = False) -> Piece:
    """A photograph of goods and their defect; `form` jpeg or heic."""

    def make() -> bytes:
        picture = photographs.goods(kind, seed=seed)
        return (
            drawing.heic(picture, model=_PHONE)
            if form == "heic"
            else drawing.jpeg(picture, model=_PHONE, turned=turned)
        )

    ending = "HEIC" if form == "heic" else "jpg"
    return Piece(
        name=f"{what}照片", file_name=f"IMG_{abs(papers.hash_of(seed)) % 9000 + 1000}.{ending}", media_type=f"image/{form}",
        source="收货后本人用手机拍摄", proves=f"证明{defect}", make=make, original=True,
    )  # fmt: skip


def parcel(sender: str, receiver: str, number: str, *, crushed: bool, turned: bool = False) -> Piece:
    def make() -> bytes:
        picture = photographs.parcel(sender, receiver, number, crushed=crushed)
        return drawing.jpeg(picture, model=_PHONE, turned=turned)

    state = "外包装破损" if crushed else "外包装完好"
    return Piece(
        name="快递包裹及面单照片", file_name=f"包裹面单_{number[-6:]}.jpg", media_type="image/jpeg",
        source="签收时本人用手机拍摄", proves=f"证明收货时间、收货地和{state}", make=make, original=True,
    )  # fmt: skip


def label(title: str, rows: list[tuple[str, str]], proves: str, *, stamp: str) -> Piece:
    return Piece(
        name="产品标签照片", file_name="产品标签.jpg", media_type="image/jpeg", source="本人用手机拍摄", proves=proves,
        make=lambda: drawing.jpeg(photographs.label(title, rows, stamp=stamp), model=_PHONE), original=True,
    )  # fmt: skip


def chat(who: str, said: Sequence[tuple[str, str]], proves: str, *, at: str = "20:14") -> Piece:
    return Piece(
        name=f"与“{who}”的聊天记录截图", file_name=f"聊天记录_{who}.png", media_type="image/png",
        source="手机聊天界面截屏", proves=proves, make=lambda: drawing.png(screens.chat(who, at, list(said))),
    )  # fmt: skip


def order(platform: str, shop: str, what: str, price: str, number: str, on: date, *, state: str = "已签收") -> Piece:
    placed = f"{on.isoformat()} 20:{int(number[-2:]) % 60:02d}:33"
    return Piece(
        name="订单详情页截图", file_name=f"订单{number[-6:]}.png", media_type="image/png", source=f"{platform}应用订单页截屏",
        proves="证明双方订立合同、商品和价款",
        make=lambda: drawing.png(screens.order(platform, shop, what, price, number, placed, state=state)),
    )  # fmt: skip


def page(name: str, title: str, heading: str, paragraphs: list[str], proves: str, *, note: str = "") -> Piece:
    return Piece(
        name=name, file_name=f"{name}.png", media_type="image/png", source="手机应用页面截屏", proves=proves,
        make=lambda: drawing.png(screens.page(title, heading, paragraphs, note=note)),
    )  # fmt: skip


def invoice(buyer: str, seller: str, what: str, price: str, on: date) -> Piece:
    number = f"2611700000{abs(papers.hash_of(buyer + what)) % 10**10:010d}"
    return Piece(
        name="电子发票", file_name=f"发票{number[-6:]}.pdf", media_type="application/pdf", source="商家开具，平台下载",
        proves="证明实付价款", make=lambda: papers.printed(papers.invoice(buyer, seller, what, price, number, on), _at(on)),
    )  # fmt: skip


def agreement(title: str, who: str, on: date, *, chapters: int = 14, clauses: int = 9, marked: str = "") -> Piece:
    version = f"{on.year}.{on.month:02d}"
    return Piece(
        name=title, file_name=f"{title}.pdf", media_type="application/pdf", source="应用内“设置—用户协议”下载",
        proves="证明双方的约定以及争议条款",
        make=lambda: papers.printed(
            papers.agreement(title, who, version, chapters=chapters, clauses=clauses, marked=marked), _at(on)
        ),
    )  # fmt: skip


def report(title: str, sample: str, found: list[list[str]], conclusion: str, on: date) -> Piece:
    sheet = papers.report(title, "北方示例检验检测中心（虚构）", sample, found, conclusion)
    return Piece(
        name=title, file_name=f"{title}.pdf", media_type="application/pdf", source="委托检验机构出具", original=True,
        proves=f"证明{conclusion.rstrip('。')}", make=lambda: papers.printed(sheet, _at(on)),
    )  # fmt: skip


def statement(
    title: str, holder: str, payee: str, purposes: list[str], on: date, *, lines: int, typical: float = -1
) -> tuple[Piece, str]:
    """A statement of payments and the sum that it shows."""
    first = _at(on) - timedelta(days=200)
    sheet, total = papers.statement(title, holder, payee, purposes, first=first, lines=lines, typical=typical)
    piece = Piece(
        name=title, file_name=f"{title}.pdf", media_type="application/pdf", source="支付平台账单导出",
        proves=f"证明付款 {lines} 笔，合计 {total:.2f} 元", make=lambda: papers.printed(sheet, _at(on)),
    )  # fmt: skip
    return piece, f"{total:.2f}"


def letter(
    name: str, facts: list[tuple[str, str]], text: list[str], proves: str, on: date, *, source: str, seal: str = ""
) -> Piece:
    sheet = papers.plain(name, f"{on.year} 年 {on.month} 月 {on.day} 日", facts, text, seal=seal)
    return Piece(
        name=name, file_name=f"{name}.pdf", media_type="application/pdf", source=source, proves=proves, original=False,
        make=lambda: papers.printed(sheet, _at(on)),
    )  # fmt: skip


def call(who: str, proves: str, *, seconds: float = 9) -> Piece:
    return Piece(
        name=f"与{who}的通话录音", file_name="通话录音.wav", media_type="audio/wav", source="本人手机录音",
        proves=proves, make=lambda: recordings.telephone_call(seconds, who),
    )  # fmt: skip


def export(name: str, rows: list[tuple[str, str, str]], proves: str) -> Piece:
    return Piece(
        name=name, file_name=f"{name}.csv", media_type="text/csv", source="聊天软件导出", proves=proves,
        make=lambda: recordings.chat_export(rows),
    )  # fmt: skip

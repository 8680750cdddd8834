"""One real case in a real browser: from a phone with a bad connection to a judge drawn by lot, seen by those who may."""

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Route, expect
from tests.journeys import exhibits
from tests.journeys.browser import Town, Visitor
from tests.journeys.cast import STAFF, identity_number

from tianping.kit.digests import sm3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MOBILE = "13800010001"
PASSWORD = "青山-橘子-火车-雨伞-1987"
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
#: A question page of the shopping dispute with its answers, and the heading of the page after it.
PAGES: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"goods": "绿茶 250 克 2 罐", "price_paid": "598.00", "delivery": "2026年2月17日在成都签收"}, {"purpose": "生活消费"}, "出了什么问题"),
    ({"defect_facts": "包装上的生产许可编号查询不到", "promise": "页面写明：假一赔十"}, {"defect_kind": "假冒"}, "和对方协商过吗"),
    ({"contact": "2月20日申请退款，被拒绝"}, {}, "损失了多少"),
]  # fmt: skip


def test_a_first_case_from_a_phone_to_the_bench(a_town: Town, tmp_path: Path) -> None:
    evidence = exhibits.files(a_town.browser, tmp_path)
    phone = a_town.device(phone=True)
    ask_whether_the_court_can_help(phone)
    register(phone)
    filing = answer_questions_on_the_phone(phone)
    send_evidence(phone, filing, evidence)
    desktop = a_town.device()
    number = hand_in_from_the_desktop(desktop, filing)
    clerk = a_town.device().enter("clerk")
    ask_for_a_correction(clerk, filing, number)
    correct_on_the_phone(phone, filing)
    case = accept(clerk, phone, filing)
    pay(phone, case)
    drawn_by_lot(a_town, phone, case, tmp_path)
    nobody_else_sees_it(a_town, phone, filing, case)
    messages_came(phone)
    for visitor in (phone, desktop, clerk):
        assert visitor.troubles == []
    assert a_town.court.failures() == []


def ask_whether_the_court_can_help(phone: Visitor) -> None:
    page = phone.go("/")
    page.locator("main").get_by_role("link", name="先看看法院能不能管").first.click()
    phone.choose("case_type", "网上购物")
    phone.press("继续")
    phone.write("links.defendant_domicile", "北京市丰台区")
    phone.press("继续")
    phone.write("amount", "2392.00")
    phone.press("继续")
    phone.headed("什么时候知道")
    phone.press("看结果")
    expect(page.locator("#main").get_by_text("本院可以受理这类纠纷")).to_be_visible()
    expect(page.get_by_role("heading", name="预计诉讼费")).to_be_visible()
    expect(page.get_by_role("link", name="现在起诉")).to_be_visible()


def register(phone: Visitor) -> None:
    page = phone.go("/register")
    phone.write("name", "李明")
    phone.write("identity_number", identity_number("51010719900307101"))
    phone.write("mobile", MOBILE)
    # The browser finds a real proof of work before the court sends a message.
    phone.press("获取验证码")
    expect(page.get_by_text("演示法院不发真短信")).to_be_visible()
    with phone.context.expect_page() as opened:
        page.get_by_role("link", name="查看演示短信").click()
    texts = opened.value
    text = (
        texts.locator(".messages li").filter(has_text=f"{MOBILE[:3]}****{MOBILE[-4:]}").filter(has_text="验证码").first
    )

    def arrived() -> bool:
        if not text.is_visible():
            texts.get_by_role("button", name="刷新").click()
        return text.is_visible()

    phone.until(arrived, "the code is among the messages of the demonstration court")
    found = re.search(r"\d{6}", text.locator(".text").inner_text())
    assert found
    texts.close()
    phone.write("code", found[0])
    phone.write("password", PASSWORD)
    phone.press("注册并登录")
    page.wait_for_url("**/my")
    assert phone.read("/session")["person"]["name"] == "李明"


def answer_questions_on_the_phone(phone: Visitor) -> str:
    page = phone.go("/file")
    phone.choose("case_type", "网络购物纠纷")
    phone.press("开始填写")
    phone.headed("谁来起诉")
    filing = page.url.split("/")[-2]
    phone.choose("plaintiffs.0.sex", "男")
    phone.write("plaintiffs.0.born_on", "1990-03-07")
    phone.write("plaintiffs.0.ethnicity", "汉族")
    phone.write("plaintiffs.0.address", "四川省成都市武侯区人民南路四段1号")
    onward(phone, "您要告谁")
    page.get_by_label("店铺或账号名称").first.fill("山野茶语")
    phone.press("查找")
    page.get_by_role("button", name="列为被告").first.click()
    expect(page.locator('[data-field="defendants.0.name"] input')).to_have_value("北京山野茶语贸易有限公司")
    onward(phone, "是哪一笔订单")
    phone.write("facts.platform", "优选商城")
    phone.pick("facts.shop", "被告 北京山野茶语贸易有限公司")
    phone.write("facts.order_time", "2026-02-14T20:31")
    answer_without_a_connection(phone, filing)
    onward(phone, "买了什么")
    for words, choices, following in PAGES:
        for field, value in words.items():
            phone.write(f"facts.{field}", value)
        for field, option in choices.items():
            phone.choose(f"facts.{field}", option)
        onward(phone, following)
    onward(phone, "按时间说说")
    onward(phone, "您希望法院判什么")
    for claim in ("退还货款", "增加赔偿（价款三倍", "诉讼费由被告承担"):
        page.get_by_role("checkbox", name=claim).check()
    expect(page.locator(".claim.on").filter(has_text="价款三倍")).to_contain_text("1,794.00")
    onward(phone, "您有哪些证据")
    return filing


def onward(phone: Visitor, heading: str) -> None:
    """To the next page of questions, once the answers of this one are with the court."""
    phone.press("保存并继续")
    phone.headed(heading)


def answer_without_a_connection(phone: Visitor, filing: str) -> None:
    """What is typed offline stays on the phone, outlives the page and is sent when the connection is back."""
    page = phone.page
    answers = f"**/api/v1/filings/{filing}/answers"
    order = page.locator('[data-field="facts.order_no"] input')
    saved = page.locator(".saved")
    with phone.expecting(*NO_NETWORK):
        phone.context.set_offline(True)
        order.fill("202602140001")
        expect(saved).to_have_text("尚未保存，联网后自动保存")
        # The page comes back, its answers do not get through yet: nothing typed is gone.
        page.route(answers, lambda route: route.abort())
        phone.context.set_offline(False)
        page.reload()
        expect(order).to_have_value("202602140001")
        expect(saved).to_have_text("尚未保存，联网后自动保存")
        assert "order_no" not in phone.read(f"/filings/{filing}")["answers"]["facts"]
        page.unroute(answers)
        phone.context.set_offline(True)
        expect(page.get_by_text("网络已断开")).to_be_visible()
        phone.context.set_offline(False)
        expect(saved).to_have_text(re.compile("已于.*保存"))
    assert phone.read(f"/filings/{filing}")["answers"]["facts"]["order_no"] == "202602140001"


def send_evidence(phone: Visitor, filing: str, evidence: list[Path]) -> None:
    page = phone.page
    chosen = page.locator('input[type="file"]:not([capture])')
    photograph, chat, film = evidence
    cards = page.locator("article.card")
    for number, path in enumerate((photograph, chat), 1):  # one after the other, so that the exhibits keep this order
        chosen.set_input_files(path)
        expect(cards).to_have_count(number)

    # The film: one piece of it arrives; with the second on its way the connection is lost.
    sent: list[int] = []
    held: list[Route] = []

    def piece(route: Route) -> None:
        if route.request.method == "PATCH" and sent:
            held.append(route)
            return
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
        route.continue_()

    page.route("**/api/v1/uploads/*", piece)
    with phone.expecting(*NO_NETWORK):
        chosen.set_input_files(film)
        phone.until(lambda: held, "the second piece of the film is on its way")
        phone.context.set_offline(True)
        held[0].abort("internetdisconnected")
        expect(page.locator("#main").get_by_text("网络断开，联网后自动继续")).to_be_visible()
        page.unroute("**/api/v1/uploads/*")
        with page.expect_request(lambda request: request.method == "PATCH" and "/uploads/" in request.url) as resumed:
            phone.context.set_offline(False)
        expect(cards).to_have_count(3)
    assert (sent, resumed.value.headers["upload-offset"]) == ([0], str(8 * 1024**2))

    described = [
        ("收到的商品照片", "本人于2026年2月17日在家中拍摄", "证明收到的商品与宣传不符"),
        ("与店铺的聊天记录", "从优选商城应用导出", "证明店铺承诺假一赔十并拒绝退款"),
        ("开箱视频", "本人于2026年2月17日在家中录制", "证明开箱时商品的状态"),
    ]
    for index, (name, source, proves) in enumerate(described):
        phone.write(f"evidence.{index}.name", name)
        phone.write(f"evidence.{index}.source", source)
        phone.write(f"evidence.{index}.proves", proves)
    onward(phone, "还有要补充的理由吗")
    onward(phone, "这件事和本市有什么联系")
    onward(phone, "您希望怎么审理")
    for wish, answer in {"mediation": "不同意", "online": "同意在线进行", "electronic_service": "同意电子送达"}.items():
        phone.choose(f"wishes.{wish}", answer)
    phone.press("检查全部回答")
    phone.headed("检查您的回答")
    ready = phone.until(
        lambda: [m for m in [materials(phone, filing)] if all(each["digest"] for each in m)], "all is read"
    )
    assert [material["digest"] for material in ready[0]] == [sm3(path.read_bytes()) for path in evidence]


def materials(visitor: Visitor, filing: str) -> list[dict[str, Any]]:
    """The files of a filing as the uploads describe them, in the order of the exhibits."""
    evidence = visitor.read(f"/filings/{filing}")["answers"]["evidence"]
    return [visitor.read(f"/uploads/{exhibit['upload_id']}/state") for exhibit in evidence]


def hand_in_from_the_desktop(desktop: Visitor, filing: str) -> str:
    """Another device goes on where the phone stopped, and hands in; answers the number of receipt."""
    page = desktop.go(f"/file/{filing}/evidence")
    desktop.headed("登录")
    desktop.write("mobile", MOBILE)
    desktop.write("password", PASSWORD)
    desktop.press("登录")
    desktop.headed("您有哪些证据")
    cards = page.locator("article.card")
    expect(cards.get_by_text("可以使用")).to_have_count(3)
    expect(cards.nth(1)).to_contain_text("共 60 页")
    pictures = [cards.nth(index).locator("img") for index in (0, 1)]
    for picture in pictures:
        expect(picture).to_be_visible()
        desktop.until(
            lambda shown=picture: shown.evaluate("(image) => image.naturalWidth > 0"), "a picture of the file"
        )
    upright(desktop, filing)

    page.get_by_role("link", name="检查并提交").click()
    desktop.headed("检查您的回答")
    expect(page.get_by_text("都填好了，可以看起诉状了。")).to_be_visible()
    expect(page.locator("main")).to_contain_text("202602140001")
    desktop.press("去看起诉状")
    sentence = page.locator("button.sentence").filter(has_text="202602140001").first
    sentence.click()
    about = page.locator(".about")
    expect(about.get_by_role("link", name="订单号")).to_be_visible()
    expect(about).to_contain_text("202602140001")
    page.get_by_text("PDF", exact=True).click()
    expect(page.locator("canvas").first).to_be_visible()
    page.get_by_role("link", name="内容无误，去签名").click()
    sign_and_hand_in(desktop, "提交立案")
    expect(page.locator("#main").get_by_text("已经提交，法院收到了。")).to_be_visible()
    number = desktop.read(f"/filings/{filing}")["number"]
    desktop.headed(number)
    desktop.until(lambda: receipt_of(desktop, filing), "the receipt is among the papers")
    page.reload()
    row = page.locator(".paper").filter(has_text="收到材料凭证").first
    with page.expect_download() as loaded:
        row.get_by_role("link", name=re.compile("PDF")).click()
    assert Path(loaded.value.path()).read_bytes().startswith(b"%PDF-")
    return number


def upright(visitor: Visitor, filing: str) -> None:
    """The photograph was held sideways: its picture stands, red at the top."""
    [photograph, *_] = materials(visitor, filing)
    answer = visitor.context.request.get(visitor.court.address + photograph["thumbnail"])
    with Image.open(io.BytesIO(answer.body())) as image:
        shown = image.convert("RGB")
    wide, tall = shown.size
    assert tall > wide
    top, bottom = (shown.getpixel((wide // 2, tall * share // 10)) for share in (1, 9))
    assert (top[0] > top[2], bottom[0] < bottom[2]) == (True, True), (top, bottom)


def receipt_of(visitor: Visitor, filing: str) -> bool:
    papers = visitor.read(f"/filings/{filing}/documents")
    return "filing_receipt" in {paper["kind"] for paper in papers}


def sign_and_hand_in(visitor: Visitor, act: str) -> None:
    """Drawn with the mouse or the finger, then handed in."""
    page = visitor.page
    visitor.headed("签名并提交")
    visitor.write("name", "李明")
    pad = page.locator(".pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for stroke in (0.3, 0.6):
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * stroke)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * (stroke + 0.2), steps=6)
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * stroke, steps=6)
        page.mouse.up()
    visitor.press("使用此签名")
    visitor.press(act)


def ask_for_a_correction(clerk: Visitor, filing: str, number: str) -> None:
    page = clerk.go("/workbench/filings")
    clerk.headed("立案审查")
    page.get_by_role("link", name=number, exact=True).click()
    page.wait_for_url(f"**/review/{filing}")
    clerk.press("领取审查")
    expect(page.locator("#main").get_by_text("由您审查")).to_be_visible()
    # The clerk sees every exhibit: the photograph upright, all sixty pages, and the film plays.
    papers = page.get_by_role("navigation", name="起诉状和材料")
    papers.get_by_role("button", name=re.compile("收到的商品照片")).click()
    image = page.locator(".viewer img").first
    clerk.until(lambda: image.evaluate("(image) => image.naturalHeight > image.naturalWidth"), "the photograph stands")
    papers.get_by_role("button", name=re.compile("与店铺的聊天记录")).click()
    expect(page.locator(".viewer canvas").first).to_be_visible()
    expect(page.locator(".viewer")).to_contain_text("60")
    papers.get_by_role("button", name=re.compile("开箱视频")).click()
    film = page.locator(".viewer video")
    clerk.until(lambda: film.evaluate("(video) => video.readyState >= 2 && video.videoWidth === 160"), "the film plays")

    clerk.press("一次性告知补正")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("被告信息不足以与他人相区别").first.check()
    dialog.get_by_label("在哪里补正").select_option("defendants.0")
    dialog.get_by_role("button", name="一次性告知补正").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("header .tag").filter(has_text="补正")).to_be_visible()


def correct_on_the_phone(phone: Visitor, filing: str) -> None:
    page = phone.go("/my")
    page.get_by_role("link", name="去补正").first.click()
    page.wait_for_url(f"**/filings/{filing}")
    expect(page.locator("#main")).to_contain_text("被告信息不足以与他人相区别")
    page.get_by_role("link", name="去补正").first.click()
    phone.headed("您要告谁")
    expect(page.locator("#main").get_by_text("法院请您在这里补正")).to_be_visible()
    phone.write("defendants.0.telephone", "010-63000000")
    page.get_by_role("link", name="检查全部回答").click()
    phone.headed("检查您的回答")
    phone.press("去看起诉状")
    page.get_by_role("link", name="内容无误，去签名").click()
    sign_and_hand_in(phone, "提交补正")
    page.wait_for_url(f"**/filings/{filing}*")
    expect(page.locator("#main").get_by_text("法院正在审查")).to_be_visible()


def accept(clerk: Visitor, phone: Visitor, filing: str) -> str:
    """Every condition is looked at, then the filing is accepted; answers the case's id."""
    page = clerk.go(f"/review/{filing}")
    rows = page.locator("li.item")
    expect(rows.first).to_be_visible()
    for index in range(rows.count()):
        met = rows.nth(index).get_by_role("button", name="符合", exact=True)
        met.click()
        expect(met).to_have_attribute("aria-pressed", "true")
    clerk.press("登记立案")
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="登记立案").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("header .tag").filter(has_text="已立案")).to_be_visible()
    cases = phone.until(lambda: phone.read("/cases")["items"], "the case is opened")
    assert len(cases) == 1
    return cases[0]["id"]


def pay(phone: Visitor, case: str) -> None:
    phone.until(lambda: phone.read(f"/cases/{case}/orders"), "the fee is ordered")
    page = phone.go("/my")
    page.get_by_role("link", name="去交费").first.click()
    if "/cases/" in page.url:
        page.get_by_role("link", name="去交费").first.click()
    phone.press("现在交费")
    expect(page.locator("#main").get_by_text("这不是真的银行页面")).to_be_visible()
    phone.press("模拟付款成功")
    expect(page.get_by_role("heading", name="交费凭据")).to_be_visible()
    expect(page.locator("main")).to_contain_text("已收到您的款项")


def drawn_by_lot(a_town: Town, phone: Visitor, case: str, tmp_path: Path) -> None:
    phone.until(lambda: phone.read(f"/cases/{case}")["stage"] == "assigned", "a judge is drawn")
    page = phone.go(f"/cases/{case}")
    expect(page.locator("main")).to_contain_text("审理中")
    expect(page.locator("main")).to_contain_text("独任审判员")
    kinds = {"acceptance_notice", "fee_notice", "bench_notice"}
    phone.until(lambda: kinds <= {p["kind"] for p in phone.read(f"/cases/{case}/documents")}, "all papers are made")

    # Anybody's browser draws again and comes to the same.
    nobody = a_town.device()
    nobody.go(f"/check/draw/{case}")
    expect(nobody.page.locator("#main").get_by_text("您的浏览器重新计算，结果一致")).to_be_visible()
    expect(nobody.page.locator(".checks .bad")).to_have_count(0)
    assert nobody.troubles == []

    # The record of the case holds, in the browser and with the command that needs no court.
    phone.press("现在核对")
    expect(page.locator("#main").get_by_text("已在您的设备上核对")).to_be_visible()
    with page.expect_download() as loaded:
        page.get_by_role("link", name="导出").click()
    docket = tmp_path / "docket.json"
    loaded.value.save_as(docket)
    assert verified(docket).returncode == 0, verified(docket).stdout
    record = docket.read_text()
    assert "登记立案" in record
    docket.write_text(record.replace("登记立案", "不予受理", 1))
    assert verified(docket).returncode == 1


def verified(docket: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tianping.apps.cli", "docket", "verify", str(docket)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def nobody_else_sees_it(a_town: Town, phone: Visitor, filing: str, case: str) -> None:
    assert phone.status(f"/cases/{case}") == 200
    bench = {seat["name"] for seat in phone.read(f"/cases/{case}")["bench"]}
    outsiders = {
        "another litigant": a_town.device().enter("stranger"),
        "the cashier": a_town.device().enter("cashier"),
        "the system administrator": a_town.device().enter("system_admin"),
        "a stranger": a_town.device(),
    }
    uploads = [exhibit["upload_id"] for exhibit in phone.read(f"/filings/{filing}")["answers"]["evidence"]]
    for who, other in outsiders.items():
        for path in (
            f"/filings/{filing}", f"/cases/{case}", f"/cases/{case}/docket", f"/cases/{case}/documents",
            f"/reviews/{filing}", f"/filings/{filing}/complaint.pdf", f"/uploads/{uploads[0]}/content",
            f"/cases/{case}/orders",
        ):  # fmt: skip
            if who == "the cashier" and path.endswith("/orders"):
                continue  # money is the cashier's work, the case is not
            assert other.status(path) in (401, 403, 404), (who, path, other.status(path))
        with other.expecting("404", "401", "403"):
            page = other.go(f"/cases/{case}")
            expect(page.locator("main h1")).to_be_visible()
            expect(page.locator("main")).not_to_contain_text("山野茶语")
        if who == "another litigant":
            expect(page.get_by_text("没有找到").first).to_be_visible()
            assert other.read("/cases")["items"] == []
        elif who == "a stranger":
            other.headed("登录")
    judges = {STAFF[key][0]: key for key in ("judge_one", "judge_two", "judge_three")}
    [drawn] = bench & set(judges)
    judge = a_town.device().enter(judges.pop(drawn))
    expect(judge.go(f"/cases/{case}").locator("main")).to_contain_text("山野茶语")
    for key in judges.values():
        assert a_town.device().enter(key).status(f"/cases/{case}") == 404


def messages_came(phone: Visitor) -> None:
    page = phone.go("/messages")
    phone.headed("消息")
    for words in ("请补正起诉材料", "已登记立案", "请交纳诉讼费", "诉讼费已收到"):
        expect(page.locator("main")).to_contain_text(words)

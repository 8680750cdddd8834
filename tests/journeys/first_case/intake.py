"""The questions on the phone, with a connection that breaks; the evidence; handing in from another device."""

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Request, Route, expect
from tests.journeys.browser import Visitor
from tests.journeys.first_case.people import MOBILE, PASSWORD

from tianping.kit.digests import sm3

THIRD_PARTY = "北京速达快运有限公司"
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
#: A question page of the shopping dispute with its answers, and the heading of the page after it.
PAGES: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"goods": "绿茶 250 克 2 罐", "price_paid": "598.00", "delivery": "2026年2月17日在成都签收"}, {"purpose": "生活消费"}, "出了什么问题"),
    ({"defect_facts": "包装上的生产许可编号查询不到", "promise": "页面写明：假一赔十"}, {"defect_kind": "假冒"}, "和对方协商过吗"),
    ({"contact": "2月20日申请退款，被拒绝"}, {}, "损失了多少"),
]  # fmt: skip


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
    onward(phone, "还有别人和这件事有关吗")
    name_a_third_party(phone)
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


def name_a_third_party(phone: Visitor) -> None:
    """Interested in the outcome, without a claim of its own. CPL art. 59."""
    expect(phone.page.locator("#main")).to_contain_text("是否通知其参加诉讼，由法院审查决定")
    phone.press("写上第三人")
    phone.write("third_parties.0.name", THIRD_PARTY)
    phone.write("third_parties.0.address", "北京市顺义区示例物流园6号")
    phone.choose("third_parties.0.independent_claim", "无独立请求权")
    phone.write("third_parties.0.interest", "商品由其运输，外包装在运输中破损")


def onward(phone: Visitor, heading: str) -> None:
    """To the next page of questions, once the answers of this one are with the court."""
    phone.press("保存并继续")
    phone.headed(heading)


def answer_without_a_connection(phone: Visitor, filing: str) -> None:
    """What is typed offline stays on the phone, outlives the page and is sent, together, when the connection is back."""
    page = phone.page
    sent: list[list[str]] = []

    def note(request: Request) -> None:
        if request.method == "PATCH" and request.url.endswith("/answers"):
            sent.append([answer["path"] for answer in request.post_data_json["answers"]])

    page.on("request", note)
    answers = f"**/api/v1/filings/{filing}/answers"
    order = page.locator('[data-field="facts.order_no"] input')
    saved = page.locator(".saved")
    with phone.expecting(*NO_NETWORK):
        phone.context.set_offline(True)
        order.fill("202602140001")
        phone.page.locator('[data-field="facts.order_time"] input').fill("2026-02-14T20:32")
        expect(saved).to_have_text("尚未保存，联网后自动保存")
        # What waits lies on the phone, and nobody who picks it up can read it.
        kept = str(page.evaluate("JSON.stringify({ ...localStorage })"))
        assert "tianping.outbox." in kept
        assert "202602140001" not in kept
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
    page.remove_listener("request", note)
    assert {"facts.order_no", "facts.order_time"} <= set(sent[-1]), sent
    facts = phone.read(f"/filings/{filing}")["answers"]["facts"]
    assert facts["order_no"] == "202602140001"
    assert facts["order_time"].startswith("2026-02-14T20:32")


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

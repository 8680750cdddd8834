"""Before there is a filing: whether the court can help, and an account; after all, signing out."""

import re

from playwright.sync_api import expect
from tests.journeys.browser import Visitor
from tests.journeys.cast import identity_number

MOBILE = "13800010001"
PASSWORD = "青山-橘子-火车-雨伞-1987"


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


def leave_the_phone(phone: Visitor) -> None:
    """Signing out leaves nothing of the person in the browser."""
    page = phone.go("/my")
    page.locator("button.me").click()
    phone.press("退出登录")
    expect(page.get_by_role("link", name="登录").first).to_be_visible()
    kept = str(page.evaluate("JSON.stringify({ ...localStorage })"))
    assert "outbox" not in kept
    assert "tus::" not in kept

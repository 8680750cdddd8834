"""The court reads everything that was handed in, asks once for a correction, and accepts."""

import re

from playwright.sync_api import expect
from tests.journeys.browser import Visitor
from tests.journeys.first_case.intake import THIRD_PARTY, sign_and_hand_in


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

    # And the complaint as it was printed when it was handed in, with the third party.
    papers.get_by_role("button", name="起诉状").click()
    expect(page.locator(".complaint")).to_contain_text(f"第三人：{THIRD_PARTY}")
    page.get_by_text("提交时的 PDF").click()
    expect(page.locator(".viewer canvas").first).to_be_visible()

    clerk.press("一次性告知补正")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("被告信息不足以与他人相区别").first.check()
    dialog.get_by_label("在哪里补正").select_option("defendants.0")
    dialog.get_by_role("button", name="发出补正通知").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("header .tag").filter(has_text="补正")).to_be_visible()


def correct_on_the_phone(phone: Visitor, filing: str) -> None:
    page = phone.go("/my")
    page.get_by_role("link", name="去补正").first.click()
    page.wait_for_url(f"**/filings/{filing}")
    expect(page.locator("#main")).to_contain_text("被告信息不足以与他人相区别")
    page.get_by_role("link", name="去补正").first.click()
    phone.headed("您要告谁")
    asked = page.locator("#main").get_by_text("法院请您补正 1 处")
    expect(asked).to_be_visible()
    expect(page.locator("#main").get_by_text("就在这一页")).to_be_visible()
    phone.write("defendants.0.telephone", "010-63000000")
    page.get_by_role("link", name="检查全部回答").click()
    phone.headed("检查您的回答")
    expect(asked).to_be_visible()
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
    expect(dialog.get_by_label(THIRD_PARTY)).to_be_checked()
    dialog.get_by_role("button", name="登记立案").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("header .tag").filter(has_text="已立案")).to_be_visible()
    cases = phone.until(lambda: phone.read("/cases")["items"], "the case is opened")
    assert len(cases) == 1
    return cases[0]["id"]

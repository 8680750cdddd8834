"""The fee, the draw, the record of the case, and the messages that came."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect
from tests.journeys.browser import Town, Visitor
from tests.journeys.first_case.intake import THIRD_PARTY


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
    capacities = {party["name"]: party["capacity"] for party in phone.read(f"/cases/{case}")["parties"]}
    assert capacities[THIRD_PARTY] == "third_party"
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


def messages_came(phone: Visitor) -> None:
    page = phone.go("/messages")
    phone.headed("消息")
    for words in ("请补正起诉材料", "已登记立案", "请交纳诉讼费", "诉讼费已收到"):
        expect(page.locator("main")).to_contain_text(words)

"""Evidence in a real browser: deposited, numbered, certified, checked by a stranger; and a platform let in, stopped and ended by several people."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect
from tests.journeys.browser import Town, Visitor, town
from tests.journeys.cast import Cast, photograph
from tests.journeys.ledger_town import application_certificate, ledger_node
from tests.journeys.looks import tidy

from tianping.contexts.identity.actions import seeding
from tianping.contexts.identity.rules.numbers import credit_check_character

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CODE = "91110108MA0DEM0K7"
NUMBER = re.compile(r"^TP1-WORKS-\d{8}-\d{9,}-[0-9A-Z]{2}$")


async def with_a_company(cast: Cast) -> dict[str, str]:
    company = await seeding.open_organisation(
        cast.court.desk("identity"), name="北京晨光图库有限公司", credit_code=CODE + credit_check_character(CODE),
        legal_representative="李明", address="北京市海淀区示例路1号", owner=cast.ids["plaintiff"],
    )  # fmt: skip
    return {"company": str(company)}


@pytest.fixture(scope="module")
def a_ledger_town(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Path]]:
    place = tmp_path_factory.mktemp("court")
    with ledger_node(place) as ledger, town(place, court_database, with_a_company) as made:
        yield made, ledger


def test_a_photograph_is_deposited_and_checked_by_a_stranger(a_ledger_town: tuple[Town, Path], tmp_path: Path) -> None:
    a_town, _ = a_ledger_town
    original, changed = tmp_path / "morning.jpg", tmp_path / "changed.jpg"
    content = os.urandom(200_000)
    original.write_bytes(content)
    changed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    owner = a_town.device().enter("plaintiff")
    page = owner.go("/deposits/new")
    page.locator('[data-field="file"] input[type=file]').set_input_files(original)
    owner.write("title", "《晨雾》原始照片")
    owner.choose("category", "作品版权")
    expect(page.locator('[data-field="file"] code')).to_have_count(2)
    page.wait_for_timeout(500)  # the draft is written a moment after the last change
    page.reload()
    expect(page.locator('[data-field="title"] input')).to_have_value("《晨雾》原始照片")
    expect(page.locator('[data-field="file"] code')).to_have_count(2)
    owner.press("存证")
    number = page.locator("code.large")
    expect(number).to_have_text(NUMBER)
    said = number.inner_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="中文证书").click()
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF-")

    stranger = a_town.device(phone=True)
    check(stranger, said, original, "自存入以来未被篡改")
    check(stranger, said, changed, "与存入的内容不一致")
    expect(stranger.page.get_by_text("这不能证明")).to_be_visible()
    stranger.go(f"/ledger/entries/{said}")
    stranger.headed("链上记录")
    expect(stranger.page.get_by_text(said, exact=True)).to_be_visible()
    for visitor in (owner, stranger):
        assert visitor.troubles == []
    assert a_town.court.failures() == []


def check(visitor: Visitor, number: str, file: Path, headline: str) -> None:
    page = visitor.go(f"/check/evidence?number={number}")
    page.locator('[data-field="file"] input[type=file]').set_input_files(file)
    expect(page.locator('[data-field="file"] code')).to_have_count(2)
    visitor.press("核验")
    expect(page.get_by_role("heading", name=headline)).to_be_visible()
    assert "真实" not in page.locator(".headline").inner_text()


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_the_courts_node_is_on_the_map_and_a_slip_in_a_number_is_told(
    phone: bool, a_ledger_town: tuple[Town, Path]
) -> None:
    a_town, _ = a_ledger_town
    visitor = a_town.device(phone=phone)
    page = visitor.go("/ledger?nodes=map")
    expect(page.locator("figure svg circle.node")).to_have_count(1)
    expect(page.locator("figure svg text")).to_have_text("天平示范互联网法院")
    page.locator("figure svg").scroll_into_view_if_needed()
    tidy(visitor)
    page.get_by_text("环形图", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("成员"))).to_be_visible()
    visitor.write("number", "TP1-WORKS-20261122-000000001-00")
    with visitor.expecting("404"):
        visitor.press("查询")
        expect(page.get_by_text("这不是本院的存证编号")).to_be_visible()
        expect(page.get_by_text("特别是最后两位")).to_be_visible()
    assert visitor.status("/ledger/entries/TP1-WORKS-20261122-000000001-00") == 404
    tidy(visitor)
    page.get_by_role("link", name="更正编号并核验").click()
    expect(page.locator('[data-field="number"] input')).to_have_value("TP1-WORKS-20261122-000000001-00")
    assert visitor.troubles == []


def test_a_platform_is_let_in_stopped_and_ended_by_several_people(
    a_ledger_town: tuple[Town, Path], court_database: str, tmp_path: Path
) -> None:
    a_town, ledger = a_ledger_town
    paper = tmp_path / "licence.jpg"
    paper.write_bytes(photograph())
    applicant = a_town.device(phone=True).enter("plaintiff")
    page = applicant.go("/ledger/apply")
    applicant.write("id", "photo-shop")
    applicant.write("name_zh", "晨光图库存证")
    applicant.write("name_en", "Chenguang deposits")
    applicant.choose("categories", "作品版权")
    page.locator('input[accept*=".pem"]').set_input_files(application_certificate(ledger, tmp_path, "photo-shop"))
    for handed_in in range(1, 8):
        page.locator(".paper input[type=file]").first.set_input_files(paper)
        expect(page.locator(".paper .done")).to_have_count(handed_in)
    papers_ready(applicant)
    tidy(applicant)
    applicant.press("提交申请")
    applicant.headed("我的接入申请")
    expect(page.get_by_text("已申请，待评估")).to_be_visible()
    tidy(applicant)

    assessor = a_town.device().enter("security_admin")
    page = assessor.go("/ledger/office/photo-shop")
    assessor.press("评估打分")
    for box in page.locator("input[id^=score-]").all():
        box.fill("4")
    tidy(assessor)
    assessor.press("提交评估")
    expect(page.get_by_text("不合格").first).to_be_visible()
    assessor.press("评估打分")
    for box in page.locator("input[id^=score-]").all():
        box.fill("5")
    assessor.press("提交评估")
    expect(page.get_by_text("合格", exact=True).first).to_be_visible()

    tidy(assessor)
    # Who assesses does not decide, but may stop at once; that is not for now.
    expect(page.get_by_role("button", name="批准试运行")).to_have_count(0)
    expect(page.get_by_role("button", name="提出申请")).to_have_count(0)

    head = officer_of(a_town, "head", phone=True)
    decide(head, "批准试运行", "材料齐全，评分达到准入标准。")
    waits_for_another(head, "批准试运行")
    withdraw(head, "尚有一份材料需要复核。")
    decide(head, "批准试运行", "材料复核无误，评分达到准入标准。")
    president = officer_of(a_town, "president")
    declines(president, "请补充评估说明。")
    decide(officer_of(a_town, "head"), "批准试运行", "已补充说明，评分达到准入标准。")
    join(president, "批准试运行")
    stands(president, "试运行")

    # On probation it stays for ninety days: said, and not possible for anybody.
    expect(president.page.locator("main").get_by_text("试运行期未满").first).to_be_visible()
    expect(president.page.get_by_role("button", name="批准正式接入")).to_have_count(0)
    tidy(president)
    ninety_days_pass(court_database)
    decide(officer_of(a_town, "head", phone=True), "批准正式接入", "试运行期满，运行情况良好。")
    president.page.reload()
    join(president, "批准正式接入")
    stands(president, "正式接入")

    # One stops it at once; bringing it back and ending it takes two.
    stopper = officer_of(a_town, "security_admin", phone=True)
    decide(stopper, "暂停接入", "存证日志缺失两小时。", at_once=True)
    stands(stopper, "暂停接入")
    expect(stopper.page.get_by_role("button", name="恢复（重新试运行）")).to_have_count(0)
    for act, standing in (("恢复（重新试运行）", "试运行"), ("撤销接入", "已撤销或者未予接入")):
        first = officer_of(a_town, "head", phone=act == "撤销接入")
        decide(first, act, "整改情况已核实。")
        waits_for_another(first, act)
        president.page.reload()
        join(president, act)
        stands(president, standing)

    onlooker = officer_of(a_town, "audit_admin")
    expect(onlooker.page.get_by_text("整改情况已核实。").first).to_be_visible()
    expect(onlooker.page.locator(".acts button")).to_have_count(0)
    clerk = a_town.device().enter("clerk")
    with clerk.expecting("403"):
        assert clerk.status("/ledger/office/photo-shop") == 403
    anybody = a_town.device(phone=True)
    page = anybody.go("/ledger/applications/photo-shop")
    for told in ("批准试运行", "批准正式接入", "暂停接入", "恢复（重新试运行）", "撤销接入"):
        expect(page.get_by_text(told, exact=True).first).to_be_visible()
    expect(page.get_by_text("60 分").first).to_be_visible()
    tidy(anybody)
    for visitor in (applicant, assessor, head, president, stopper, onlooker, anybody):
        assert visitor.troubles == []
    assert a_town.court.failures() == []


def papers_ready(applicant: Visitor) -> None:
    """The court looks at each upload before it counts."""
    kept = applicant.page.evaluate(
        "() => JSON.parse(Object.entries(sessionStorage).find(([k]) => k.startsWith('tianping.ledger.apply'))[1])"
    )
    for upload in [one["upload"] for one in kept["papers"].values()]:
        applicant.until(
            lambda upload=upload: applicant.read(f"/uploads/{upload}/state")["state"] == "ready", "an upload is ready"
        )


def officer_of(a_town: Town, who: str, *, phone: bool = False) -> Visitor:
    officer = a_town.device(phone=phone).enter(who)
    officer.go("/ledger/office/photo-shop")
    officer.headed("晨光图库存证")
    return officer


def decide(officer: Visitor, act: str, reasons: str, *, at_once: bool = False) -> None:
    """Asked once more before it is done, with what will come of it; not without reasons."""
    page = officer.page
    page.get_by_role("button", name=act, exact=True).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("立即生效" if at_once else "等待另一名审核人同意")
    tidy(officer)
    dialog.get_by_role("button", name=act, exact=True).click()
    expect(dialog.get_by_text("请写明理由")).to_be_visible()
    dialog.get_by_label("理由").fill(reasons)
    dialog.get_by_role("button", name=act, exact=True).click()
    expect(dialog).to_have_count(0)


def waits_for_another(officer: Visitor, act: str) -> None:
    """The same officer cannot be the second, and is told so."""
    page = officer.page
    expect(page.get_by_text("等待第二名审核人", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=act, exact=True)).to_have_count(0)
    expect(page.locator("main").get_by_text("须由两名不同的审核人作出").first).to_be_visible()
    tidy(officer)


def withdraw(officer: Visitor, reasons: str) -> None:
    page = officer.page
    expect(page.get_by_role("button", name="不同意，终止该决定")).to_have_count(0)
    page.get_by_role("button", name="撤回该决定").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("理由").fill(reasons)
    dialog.get_by_role("button", name="撤回该决定").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("已撤回", exact=True)).to_be_visible()


def declines(officer: Visitor, reasons: str) -> None:
    page = officer.page
    page.get_by_role("button", name="不同意，终止该决定").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("理由").fill(reasons)
    dialog.get_by_role("button", name="不同意，终止该决定").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("未获同意，已终止", exact=True)).to_be_visible()
    page.reload()


def join(officer: Visitor, act: str) -> None:
    page = officer.page
    page.get_by_role("button", name=act, exact=True).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("您是第二名审核人")
    tidy(officer)
    dialog.get_by_role("button", name=act, exact=True).click()
    expect(dialog).to_have_count(0)


def stands(officer: Visitor, standing: str) -> None:
    """After the ledger took the decision."""
    expect(
        officer.page.locator("header.head .tag").filter(has_text=re.compile(f"^\\s*{standing}\\s*$"))
    ).to_be_visible()
    tidy(officer)


def ninety_days_pass(database: str) -> None:
    """Since the probation was entered on the ledger, as the court counts it."""
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE evidence.resolutions SET recorded_at = recorded_at - interval '91 days'")

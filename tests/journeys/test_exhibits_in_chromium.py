"""A storage number beside a file: the verdict while one still writes, on the filing that was handed in, and before the clerk."""

import asyncio
import hashlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.journeys.browser import Town, Visitor, town
from tests.journeys.cast import Cast, photograph
from tests.journeys.ledger_town import ledger_node
from tests.journeys.looks import tidy

from tianping.kit.digests import sm3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NOBODYS = "TP1-WORKS-20260101-000000099-00"
SAME, OTHER = "自存入以来未被篡改", "与存入的内容不一致"


async def with_numbers(cast: Cast) -> dict[str, str]:
    """Numbers of the draft's own photograph and of another file; a draft for each device, and one handed in."""
    plaintiff = await cast.of("plaintiff")
    known = {}
    for name, content in (("same", photograph()), ("other", photograph(width=500))):
        made = await plaintiff.act(
            "/deposits",
            {
                "title": f"照片 {name}", "category": "works", "digest": sm3(content), "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(), "media_type": "image/jpeg", "file_name": "photo.jpg",
                "source": {"how": "camera"},
            },
        )  # fmt: skip
        assert made.status_code == 201, made.text
        await cast.court.settle()
        known[name] = await number_of(cast, made.json()["id"])
    return {**known, "phone": await cast.fill("plaintiff"), "desktop": await cast.fill("plaintiff")}


async def number_of(cast: Cast, deposit: str) -> str:
    plaintiff = await cast.of("plaintiff")
    for _ in range(50):
        if number := (await plaintiff.get(f"/deposits/{deposit}")).json()["number"]:
            return number
        await asyncio.sleep(0.2)
        await cast.court.settle()
    raise AssertionError(f"deposit {deposit} got no number")


@pytest.fixture(scope="module")
def a_filing_town(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    place = tmp_path_factory.mktemp("court")
    with ledger_node(place), town(place, court_database, with_numbers) as made:
        yield made


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_the_verdict_before_handing_in_and_after(phone: bool, a_filing_town: Town) -> None:
    known = a_filing_town.court.known
    filing = known["phone" if phone else "desktop"]
    owner = a_filing_town.device(phone=phone).enter("plaintiff")
    page = owner.go(f"/file/{filing}/evidence")
    card = page.locator("article.card")
    expect(card.get_by_text("可以使用")).to_be_visible()
    for number, said in ((NOBODYS, "没有这一存证"), (known["other"], OTHER), (known["same"].lower(), SAME)):
        owner.write("evidence.0.chain_number", number)
        expect(card.locator(".tag").filter(has_text=said)).to_be_visible()
        tidy(owner)
    card.get_by_role("button", name="查看核验详情").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_text("这不能证明")).to_be_visible()
    expect(dialog).to_contain_text("天平示范互联网法院")
    tidy(owner)
    page.keyboard.press("Escape")

    if phone:
        # A wrong number does not stop a filing: the verdict goes with it.
        owner.write("evidence.0.chain_number", known["other"])
        expect(card.locator(".tag").filter(has_text=OTHER)).to_be_visible()
    hand_in(owner, filing)
    said = OTHER if phone else SAME
    verdict = page.get_by_role("region", name="存证核验")
    expect(verdict).to_contain_text(said)
    tidy(owner)
    before_the_clerk(a_filing_town, filing, said, phone=phone)
    assert owner.troubles == []
    assert a_filing_town.court.failures() == []


def hand_in(owner: Visitor, filing: str) -> None:
    """Signed with the finger on a screen of any size."""
    page = owner.page
    owner.until(lambda: owner.read(f"/filings/{filing}")["answers"]["evidence"][0].get("chain_number"), "it is saved")
    owner.go(f"/file/{filing}/sign")
    owner.headed("签名并提交")
    owner.write("name", "李明")
    pad = page.locator(".pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for share in (0.5, 0.8, 0.3):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * share, steps=6)
    page.mouse.up()
    owner.press("使用此签名")
    owner.press("提交立案")
    expect(page.locator("#main").get_by_text("已经提交，法院收到了。")).to_be_visible()


def before_the_clerk(a_town: Town, filing: str, said: str, *, phone: bool) -> None:
    clerk = a_town.device(phone=phone).enter("clerk")
    page = clerk.go(f"/review/{filing}")
    if phone:
        clerk.press("审查")
    verdict = page.get_by_role("region", name="存证核验")
    expect(verdict).to_contain_text(said)
    verdict.scroll_into_view_if_needed()
    tidy(clerk)
    verdict.get_by_role("button", name="看这份证据").click()
    expect(page.get_by_role("button", name="证据 1").first).to_have_attribute("aria-current", "true")
    tidy(clerk)
    assert clerk.troubles == []

"""Every kind of page, on a phone and a desktop, in light and dark: nothing that axe finds wrong, and the keyboard suffices.

WCAG 2.2 at A and AA.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.browser import DESKTOP, PHONE, Town, Visitor, town
from tests.journeys.cast import ANSWERS, STAFF, Cast
from tests.journeys.looks import AXE, faults

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ANYBODY = (
    "/", "/can-we-help", "/calculators", "/calculators/fee", "/calculators/jurisdiction", "/register", "/sign-in",
    "/check/document", "/check/docket", "/check/evidence", "/ledger", "/ledger/standard", "/demo", "/no-such-page",
)  # fmt: skip
#: Who looks at which pages; `{filing}`, `{draft}`, `{case}` and `{order}` are those of the plaintiff.
MEMBERS: dict[str, tuple[str, ...]] = {
    "plaintiff": (
        "/my", "/file/{draft}/plaintiffs", "/file/{draft}/order", "/file/{draft}/claims", "/file/{draft}/evidence",
        "/file/{draft}/check", "/file/{draft}/complaint", "/file/{draft}/sign", "/filings/{filing}", "/cases/{case}",
        "/pay/{order}", "/check/draw/{case}", "/messages", "/account", "/deposits", "/deposits/new",
    ),
    "clerk": ("/workbench", "/workbench/filings", "/review/{waiting}"),
    "judge": ("/workbench/cases", "/cases/{case}"),
    "cashier": ("/workbench", "/workbench/money"),
    "system_admin": (
        "/administration", "/administration/people", "/administration/closed-accounts", "/administration/reactions",
    ),
    "security_admin": ("/administration/keys",),
    "audit_admin": ("/administration/access-log",),
}  # fmt: skip


async def town_at_work(cast: Cast) -> dict[str, str]:
    """One draft, one filing that waits for review, one case to be paid for and one with its bench."""
    draft = await cast.fill("plaintiff")
    waiting = await cast.fill("plaintiff", **facts(order_no="202602140002"))
    await cast.submit("plaintiff", waiting)
    asked = await cast.fill("plaintiff", **facts(order_no="202602140003"))
    await cast.submit("plaintiff", asked)
    unpaid = await cast.accept(asked)
    plaintiff = await cast.of("plaintiff")
    [order] = (await plaintiff.get(f"/cases/{unpaid['id']}/orders")).json()
    begun = await cast.fill("plaintiff", **facts(order_no="202602140004"))
    await cast.submit("plaintiff", begun)
    case = await cast.accept(begun)
    await cast.pay(case["id"])
    bench = (await plaintiff.get(f"/cases/{case['id']}")).json()["bench"]
    return {
        "draft": draft, "waiting": waiting, "order": order["id"], "filing": begun, "case": case["id"],
        "judge": bench[0]["name"],
    }  # fmt: skip


def facts(**changes: Any) -> dict[str, Any]:
    return {"facts": {**ANSWERS["facts"], **changes}}


@pytest.fixture(scope="module")
def working_town(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("court"), court_database, town_at_work) as made:
        yield made


def settled(visitor: Visitor, path: str) -> Page:
    page = visitor.go(path)
    expect(page.locator("main h1").first).not_to_be_empty()
    page.wait_for_function("() => !document.querySelector('main [aria-busy=true], main .skeleton')")
    return page


def look(visitor: Visitor, path: str) -> list[str]:
    """The page on a desktop and a phone with every rule, and in dark with the rule that colours can break."""
    page = settled(visitor, path)
    page.evaluate(AXE)  # as the browser's own tools do: the page's policy lets no script in but the court's
    # Colours on their way from light to dark would be measured half way.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important }")
    found = []
    for size, device in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(device["viewport"])
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)
            found += [f"{path} ({size}, {scheme}): {fault}" for fault in faults(page, rules)]
    page.set_viewport_size(DESKTOP["viewport"])
    page.emulate_media(color_scheme="light")
    return found


def test_the_pages_of_anybody(working_town: Town) -> None:
    visitor = working_town.device()
    assert [fault for path in ANYBODY for fault in look(visitor, path)] == []


@pytest.mark.parametrize("who", MEMBERS)
def test_the_pages_of(who: str, working_town: Town) -> None:
    known = working_town.court.known
    seated = next(key for key, (name, *_) in STAFF.items() if name == known["judge"])
    visitor = working_town.device().enter(seated if who == "judge" else who)
    assert [fault for path in MEMBERS[who] for fault in look(visitor, path.format(**known))] == []


def test_the_keyboard_suffices(working_town: Town) -> None:
    visitor = working_town.device().enter("plaintiff")
    for path, name in (("/", "先看看法院能不能管"), ("/my", "我要起诉"), ("/pay/{order}", "现在交费")):
        page = settled(visitor, path.format(**working_town.court.known))
        page.keyboard.press("Tab")
        assert focus(page)["words"] == "跳到正文", path
        assert focus(page)["visible"], path
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "main"
        reached = None
        for _ in range(25):
            page.keyboard.press("Tab")
            reached = focus(page)
            assert reached["visible"], (path, reached)
            if name in reached["words"]:
                break
        assert reached
        assert name in reached["words"], (path, reached)
    page.keyboard.press("Enter")
    expect(page.locator("#main").get_by_text("这不是真的银行页面")).to_be_visible()


def test_what_a_bar_has_no_room_for_stands_behind_one_button(working_town: Town) -> None:
    visitor = working_town.device().enter("security_admin")
    for width in (390, 800):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        page = settled(visitor, "/administration")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="更多").press("Enter")
        page.get_by_role("link", name="存证接入").press("Enter")
        page.wait_for_url("**/ledger/office")
        expect(page.get_by_role("link", name="存证接入")).to_have_count(0)


def focus(page: Page) -> dict[str, Any]:
    """What has the focus: its words, and whether one sees that it has it."""
    return page.evaluate(
        """() => {
          const here = document.activeElement
          // A control that is drawn by its label shows the focus on the label.
          const shown = [here, here.closest('label'), ...(here.labels ?? [])].filter(Boolean)
          const seen = (each) => {
            const look = getComputedStyle(each), box = each.getBoundingClientRect()
            return box.width > 1 && box.height > 1 && look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2
          }
          return { words: here.innerText ?? '', html: here.outerHTML.slice(0, 120), visible: shown.some(seen) }
        }"""
    )

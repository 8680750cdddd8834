"""Nobody else sees anything."""

from playwright.sync_api import expect
from tests.journeys.browser import Town, Visitor
from tests.journeys.cast import STAFF


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

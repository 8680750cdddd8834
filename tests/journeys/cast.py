"""The people and the steps of a first case, by the API of a whole court."""

import asyncio
import base64
import hashlib
import io
from datetime import timedelta
from typing import Any

from PIL import Image
from tests.harness import Browser, RunningCourt

from tianping.contexts.cases.actions.commitments import replenish
from tianping.contexts.identity.actions import seeding
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text


def identity_number(seventeen: str) -> str:
    """With its check digit. GB 11643-1999."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


ID_NUMBERS = [identity_number("51010719900307823"), identity_number("33010619850512102")]
STAFF: dict[str, tuple[str, Role, str, tuple[str, ...]]] = {
    "clerk": ("周立", Role.CLERK, "filing", ()),
    "filing_judge": ("吴衡", Role.FILING_JUDGE, "filing", ()),
    "judge_one": ("郑明", Role.JUDGE, "first", ("ecom_sale", "net_service")),
    "judge_two": ("王平", Role.JUDGE, "first", ("ecom_sale", "online_loan")),
    "judge_three": ("冯正", Role.JUDGE, "first", ("ecom_sale",)),
    "head": ("陈端", Role.DIVISION_HEAD, "first", ()),
    "president": ("褚公", Role.PRESIDENT, "filing", ()),
    "cashier": ("卫账", Role.CASHIER, "filing", ()),
    "system_admin": ("蒋维", Role.SYSTEM_ADMIN, "filing", ()),
    "security_admin": ("沈安", Role.SECURITY_ADMIN, "filing", ()),
    "audit_admin": ("韩审", Role.AUDIT_ADMIN, "filing", ()),
}

ANSWERS: dict[str, Any] = {
    "plaintiffs.0.sex": "male",
    "plaintiffs.0.born_on": "1990-03-07",
    "plaintiffs.0.ethnicity": "汉族",
    "plaintiffs.0.address": "四川省成都市武侯区人民南路四段1号",
    "plaintiffs.0.domicile": "四川省成都市武侯区",
    "defendants": [
        {
            "kind": "organisation", "name": "北京山野茶语贸易有限公司", "shop": "山野茶语旗舰店",
            "address": "北京市丰台区示例东路20号", "domicile": "北京市丰台区",
        }
    ],
    "facts": {
        "platform": "优选商城", "shop": "defendants.0", "order_no": "202602140001", "order_time": "2026-02-14T20:31:00",
        "goods": "绿茶 250 克 2 罐", "price_paid": "598.00", "delivery": "2026年2月17日在成都签收",
        "defect_kind": "counterfeit", "defect_facts": "生产许可编号查询不到", "purpose": "consumption",
        "contact": "2月20日申请退款被拒绝",
    },
    "claims": [{"kind": "refund"}, {"kind": "triple"}, {"kind": "costs"}],
    "links": {"platform_is_ecommerce_platform": True, "signed_or_performed_on_platform": True},
}  # fmt: skip


def photograph(*, width: int = 400, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def signature() -> str:
    image = Image.new("RGBA", (300, 120), (255, 255, 255, 0))
    for x in range(20, 280):
        image.putpixel((x, 60 + (x % 17)), (0, 0, 0, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


class Cast:
    """Everybody of the court, each with a browser of their own."""

    def __init__(self, court: RunningCourt) -> None:
        self.court = court
        self.ids: dict[str, PersonId] = {}
        self.browsers: dict[str, Browser] = {}

    async def enter(self) -> "Cast":
        desk = self.court.desk("identity")
        for number, (key, (name, role, division, subjects)) in enumerate(STAFF.items()):
            self.ids[key] = await seeding.register_staff(
                desk, name=name, mobile=f"1390000{number:04d}", roles={role}, division=division, subjects=subjects,
                about=Text(name, name),
            )  # fmt: skip
        for number, (key, name) in enumerate((("plaintiff", "李明"), ("stranger", "赵客"))):
            self.ids[key] = await seeding.open_account(
                desk, name=name, mobile=f"1380000{number:04d}", identity_number=ID_NUMBERS[number],
                about=Text(name, name),
            )  # fmt: skip
        await replenish(self.court.desk("cases"))
        self.court.clock.move(timedelta(minutes=5))  # commitments are published before a filing is handed in
        return self

    async def of(self, key: str) -> Browser:
        if key not in self.browsers:
            browser = self.court.browser()
            if key != "nobody":
                answer = await browser.act("/demo/sessions", {"person": str(self.ids[key])})
                assert answer.status_code == 201, answer.text
                browser.csrf = answer.json()["csrf_token"]
            self.browsers[key] = browser
        return self.browsers[key]

    async def upload(self, who: str, content: bytes, name: str, media_type: str) -> str:
        """A whole file in one request of the tus protocol; waits until it was inspected."""
        browser = await self.of(who)
        meta = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}"
            for key, value in (("filename", name), ("filetype", media_type))
        )
        made = await browser.http.post(
            "/api/v1/uploads", content=content,
            headers={
                "Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)), "Upload-Metadata": meta,
                "Content-Type": "application/offset+octet-stream", "X-CSRF-Token": browser.csrf,
                "Upload-Checksum": f"sha256 {base64.b64encode(hashlib.sha256(content).digest()).decode()}",
            },
        )  # fmt: skip
        assert made.status_code == 201, made.text
        upload_id = made.headers["location"].rsplit("/", 1)[1]
        for _ in range(50):
            await self.court.settle()
            state = (await browser.get(f"/uploads/{upload_id}/state")).json()
            if state["state"] not in ("receiving", "inspecting"):
                break
            await asyncio.sleep(0.1)
        assert state["state"] == "ready", state
        return upload_id

    async def fill(self, who: str, *, case_type: str = "ecom_sale", **changes: Any) -> str:
        """A complete draft with one photograph; returns the filing's id."""
        browser = await self.of(who)
        begun = await browser.act("/filings", {"case_type": case_type})
        assert begun.status_code == 201, begun.text
        filing = begun.json()
        upload_id = await self.upload(who, photograph(), "包裹.jpg", "image/jpeg")
        exhibit = {"name": "包裹照片", "source": "本人拍摄", "proves": "所收货物与宣传不符", "upload_id": upload_id}
        for path, value in {**ANSWERS, **changes, "evidence.0": exhibit}.items():
            saved = await browser.act(
                f"/filings/{filing['id']}/answers",
                {"answers": [{"path": path, "value": value, "revision": filing["revision"]}]},
                method="PATCH",
            )
            assert saved.status_code == 200, (path, saved.text)
            filing["revision"] = saved.json()["revision"]
        return filing["id"]

    async def submit(self, who: str, filing_id: str) -> dict[str, Any]:
        browser = await self.of(who)
        complaint = (await browser.get(f"/filings/{filing_id}/complaint")).json()
        name = (await browser.get("/session")).json()["person"]["name"]
        body = {"name": name, "image": signature(), "digest": complaint["digest"]}
        signed = await browser.act(f"/filings/{filing_id}/sign", body)
        assert signed.status_code == 200, signed.text
        done = await browser.act(f"/filings/{filing_id}/submit")
        assert done.status_code == 200, done.text
        await self.court.settle()
        return done.json()

    async def accept(self, filing_id: str, *, by: str = "clerk") -> dict[str, Any]:
        """Every condition met, accepted; returns the case."""
        clerk = await self.of(by)
        await clerk.act(f"/reviews/{filing_id}/claim")
        review = (await clerk.get(f"/reviews/{filing_id}")).json()
        for item in review["checklist"]:
            noted = await clerk.act(f"/reviews/{filing_id}/check-item", {"item": item["item"], "finding": "met"})
            assert noted.status_code == 200, noted.text
        accepted = await clerk.act(f"/reviews/{filing_id}/accept", {})
        assert accepted.status_code == 200, accepted.text
        await self.court.settle()
        return await self.case_of(filing_id)

    async def case_of(self, filing_id: str) -> dict[str, Any]:
        plaintiff = await self.of("plaintiff")
        for row in (await plaintiff.get("/cases")).json()["items"]:
            case = (await plaintiff.get(f"/cases/{row['id']}")).json()
            if case["filing_id"] == filing_id:
                return case
        raise AssertionError(f"no case of filing {filing_id}")

    async def pay(self, case_id: str, *, by: str = "plaintiff") -> dict[str, Any]:
        browser = await self.of(by)
        [order] = (await browser.get(f"/cases/{case_id}/orders")).json()
        payment = await browser.act(f"/orders/{order['id']}/pay")
        assert payment.status_code == 201, payment.text
        reference = payment.json()["pay_at"].rsplit("/", 1)[1]
        taken = await browser.act(f"/stand-in/{reference}/finish", {"pay": True})
        assert taken.json() == {"outcome": "taken"}, taken.text
        await self.court.settle()
        return (await browser.get(f"/orders/{order['id']}")).json()

    async def parked(self) -> list[dict[str, Any]]:
        admin = await self.of("system_admin")
        return (await admin.get("/administration/jobs")).json()["items"]

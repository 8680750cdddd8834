"""What a demo filing says: parties, facts, claims, exhibits. Builders for each type of case; the stories fill them in."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from tianping.apps.demo.cast import Citizen, Company
from tianping.contexts.filing.adapters.directory_file import SOURCE
from tianping.interfaces.platforms import PlatformOperator, ShopEntry


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit and how its file is made. `original` None: electronic data."""

    name: str
    file_name: str
    media_type: str
    source: str
    proves: str
    make: Callable[[], bytes]
    original: bool | None = None


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """A filing to be. `plaintiff` are particulars that the account does not hold (sex, birth, occupation)."""

    case_type: str
    defendants: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    facts: dict[str, Any]
    cause: str | None = None
    events: list[dict[str, Any]] = []
    links: dict[str, bool | str] = {}
    pieces: Sequence[Piece] = ()
    wishes: dict[str, bool] = {}
    reasons: str = ""
    third_parties: list[dict[str, Any]] = []


WILLING = {
    "mediation": True, "online": True, "electronic_service": True, "electronic_judgments": True, "preservation": False,
    "appraisal": False, "small_claims": True,
}  # fmt: skip


def as_plaintiff(citizen: Citizen, known: dict[str, Any]) -> dict[str, Any]:
    """What the account knows, and what the person adds."""
    return known | {
        "sex": citizen.sex,
        "born_on": citizen.born_on.isoformat(),
        "ethnicity": citizen.ethnicity,
        "occupation": citizen.occupation,
        "domicile": citizen.domicile,
        "address": citizen.address,
    }


def as_company(company: Company, known: dict[str, Any], telephone: str) -> dict[str, Any]:
    return known | {
        "domicile": company.domicile,
        "representative_office": "法定代表人",
        "telephone": telephone,
        "address": company.address,
    }


def shop(entry: ShopEntry, *, person_id: str | None = None, organisation_id: str | None = None) -> dict[str, Any]:
    """A shop as the platform's directory knows it."""
    found: dict[str, Any] = {
        "kind": entry.kind, "name": entry.name, "address": entry.address, "domicile": entry.domicile,
        "platform": entry.platform, "label": entry.label, "shop": entry.label, "source": SOURCE, "role": "seller",
    }  # fmt: skip
    if entry.kind == "organisation":
        found |= {"credit_code": entry.credit_code, "representative": entry.representative,
                  "representative_office": "法定代表人"}  # fmt: skip
    if entry.kind == "unknown":
        found["known"] = (
            f"平台“{entry.platform}”账号“{entry.label}”，主页公示的注册时间为 2024 年 3 月，申请由平台提供身份信息。"
        )
    return found | _account(person_id, organisation_id)


def operator(platform: PlatformOperator, *, organisation_id: str | None = None) -> dict[str, Any]:
    """The company behind a platform."""
    return {
        "kind": "organisation", "name": platform.name, "credit_code": platform.credit_code,
        "address": platform.address, "domicile": platform.domicile, "representative": platform.representative,
        "representative_office": "法定代表人", "platform": platform.platform, "source": SOURCE, "role": "platform",
    } | _account(None, organisation_id)  # fmt: skip


def _account(person_id: str | None, organisation_id: str | None) -> dict[str, Any]:
    known = {"person_id": person_id, "organisation_id": organisation_id}
    return {key: value for key, value in known.items() if value is not None}


def claim(kind: str, amount: str | None = None, *, text: str = "", against: Sequence[int] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": kind, "text": text, "against": list(against)}
    return made | ({"amount": amount} if amount is not None else {})


def event(on: date, text: str) -> dict[str, Any]:
    return {"on": on.isoformat(), "text": text}


SALE_LINKS: dict[str, bool | str] = {
    "platform_is_ecommerce_platform": True, "signed_or_performed_on_platform": True, "delivered_online": False,
}  # fmt: skip
SERVICE_LINKS: dict[str, bool | str] = {"signed_online": True, "performed_online": True}


def sale(
    *, platform: str, ordered: date, goods: str, price: str, number: str, place: str, defect_kind: str, defect: str,
    defendants: list[dict[str, Any]], claims: list[dict[str, Any]], contact: str, promise: str = "",
    self_operated: bool = False, more: dict[str, Any] | None = None, pieces: Sequence[Piece] = (), reasons: str = "",
    third_parties: Sequence[dict[str, Any]] = (),
) -> Matter:  # fmt: skip
    """Bought online, and something was wrong. `place` is where it was received."""
    received = ordered + timedelta(days=3)
    facts: dict[str, Any] = {
        "platform": platform, "shop": "defendants.0", "self_operated": self_operated, "order_no": number,
        "order_time": f"{ordered.isoformat()}T20:{int(number[-2:]) % 60:02d}", "goods": goods, "price_paid": price,
        "pay_method": f"云联支付，流水号 YL{number[-10:]}",
        "delivery": f"{received.month}月{received.day}日在{place}签收", "defect_kind": defect_kind,
        "defect_facts": defect, "discover_time": received.isoformat(), "purpose": "consumption", "contact": contact,
        "return_state": "not_returned",
    }  # fmt: skip
    if promise:
        facts["promise"] = promise
    events = [
        event(ordered, f"在{platform}下单购买{goods}，支付{price}元。"),
        event(received, f"签收包裹，发现{defect.split('，', maxsplit=1)[0]}。"),
        event(received + timedelta(days=1), "联系店铺客服和平台客服要求处理，未能解决。"),
    ]
    return Matter(
        case_type="ecom_sale", defendants=defendants, claims=claims, facts=facts | (more or {}), events=events,
        links=SALE_LINKS | {"place_of_receipt": place}, pieces=pieces, wishes=WILLING, reasons=reasons,
        third_parties=list(third_parties),
    )  # fmt: skip


def service(
    *, account: str, registered: date, agreement: int, dispute: str, act: str, defendants: list[dict[str, Any]],
    claims: list[dict[str, Any]], happened: date, minor: bool = False, more: dict[str, Any] | None = None,
    pieces: Sequence[Piece] = (), reasons: str = "",
) -> Matter:  # fmt: skip
    """A service on the network. `agreement` is the position of the user agreement among the exhibits."""
    facts: dict[str, Any] = {
        "service": "defendants.0", "account": account, "register_time": registered.isoformat(),
        "agreement_version": f"evidence.{agreement}", "minor": minor, "dispute_kind": dispute, "act": act,
    }  # fmt: skip
    events = [
        event(registered, "注册并开通账号，同意用户协议。"),
        event(happened, act.split("，", maxsplit=1)[0] + "。"),
        event(happened + timedelta(days=2), "通过客服和申诉入口要求处理，未获解决。"),
    ]
    return Matter(
        case_type="net_service", defendants=defendants, claims=claims, facts=facts | (more or {}), events=events,
        links=SERVICE_LINKS, pieces=pieces, wishes=WILLING, reasons=reasons,
    )  # fmt: skip


def other(
    *, cause: str, relationship: str, story: str, defendants: list[dict[str, Any]], claims: list[dict[str, Any]],
    began: date, known: date, grounds: str, links: dict[str, bool | str], more: dict[str, Any] | None = None,
    pieces: Sequence[Piece] = (), wishes: dict[str, bool] | None = None,
) -> Matter:  # fmt: skip
    """Any other dispute of the network."""
    facts: dict[str, Any] = {
        "opponent": "defendants.0", "relationship": relationship, "began_on": began.isoformat(),
        "known_on": known.isoformat(), "facts": story, "grounds": grounds,
        "contact": "已通过平台申诉渠道和电话联系被告，被告未予处理",
    }  # fmt: skip
    return Matter(
        case_type="general", cause=cause, defendants=defendants, claims=claims, facts=facts | (more or {}),
        events=[event(known, story.split("，", maxsplit=1)[0] + "。")], links=links, pieces=pieces,
        wishes=wishes or WILLING,
    )  # fmt: skip

"""Who may speak for whom: real names, members of organisations, mandates."""

import base64
import binascii
from datetime import date, datetime

from tianping.contexts.identity.model import Mandate, Member, Person
from tianping.interfaces.identity import Power
from tianping.kit.digests import canonical, sm3
from tianping.kit.problems import Conflict, FieldProblem, InvalidInput, NotPermitted, Text

MOST_IMAGE_BYTES = 200_000
_PNG = b"\x89PNG\r\n\x1a\n"


class RealNameNotChecked(NotPermitted):
    code = "real-name-not-checked"
    title = Text("须先通过实名核验", "Your name must be checked first")
    detail = Text(
        "姓名与公民身份号码尚未核验一致，请在“我的账户”中核对并重新核验，或持身份证件到法院窗口办理",
        "Your name and identity number have not been matched. Check them under “My account” and ask for the check again, "
        "or bring your identity document to the court",
    )
    articles = ("ORL 7",)


class MobileTaken(Conflict):
    code = "mobile-taken"
    title = Text(
        "该手机号已注册，请直接登录；忘记密码可用验证码找回",
        "This number has an account; sign in, or recover the password with a code",
    )


class IdentityTaken(Conflict):
    code = "identity-taken"
    title = Text("该身份号码已注册过账户", "There is an account for this identity number")
    detail = Text(
        "一人一个专用账户。请用原手机号登录；手机号已停用的，请联系法院更换",
        "One person has one account. Sign in with the number you used then; if it is gone, ask the court to change it",
    )
    articles = ("ORL 7",)


class OrganisationTaken(Conflict):
    code = "organisation-taken"
    title = Text(
        "该单位已注册，请其管理员邀请您加入", "This organisation is registered; ask one of its owners to invite you"
    )


class OwnersOnly(NotPermitted):
    code = "owners-only"
    title = Text("只有该单位的管理员可以办理", "Only an owner of the organisation may do this")


class LastOwner(Conflict):
    code = "last-owner"
    title = Text("单位至少须有一名管理员，请先指定接任者", "An organisation needs an owner; name a successor first")


class MemberAlready(Conflict):
    code = "member-already"
    title = Text("该人员已是成员或已受邀请", "This person is a member or was invited already")


class InvitationSettled(Conflict):
    code = "invitation-settled"
    title = Text("该邀请已处理", "This invitation was settled already")


class AgentNotRegistered(Conflict):
    code = "agent-not-registered"
    title = Text("受托人尚未在本院注册", "The agent has no account at this court yet")
    detail = Text(
        "请受托人先以该手机号注册并完成实名核验",
        "Ask the agent to register with this number and have the name checked first",
    )


class AgentIsPrincipal(Conflict):
    code = "agent-is-principal"
    title = Text("不能委托本人", "One cannot be one's own agent")


class LicenceNotChecked(Conflict):
    code = "licence-not-checked"
    title = Text("受托人的律师执业证尚未经本院核对", "The court has not checked the agent's licence as a lawyer yet")
    articles = ("CPL 61",)


class MandateEnded(Conflict):
    code = "mandate-ended"
    title = Text("该委托已终止", "This mandate has ended already")


class SignatureNotYours(Conflict):
    code = "signature-not-yours"
    title = Text("签名须与您的实名一致", "The signature must be your own checked name")


def check_real_name(person: Person) -> None:
    """Raises RealNameNotChecked. ORL art. 7."""
    if person.real_name_checked_at is None:
        raise RealNameNotChecked


STAND_IN = "stand-in"
"""The source that a local stand-in gives: it compared the form of the answers with no register."""


def real_name_note(person: Person) -> Text | None:
    """What a person should know about the check of their name."""
    if person.staff:
        return None
    if person.identity_number is None:
        return Text(
            "尚未提供公民身份号码，请补充后核验", "No identity number was given yet; add it to have the name checked"
        )
    if person.real_name_matched is None:
        return Text(
            "实名登记机构暂未答复，请稍后重新核验", "The register has not answered yet; ask for the check again later"
        )
    if not person.real_name_matched:
        return Text(
            "姓名与公民身份号码核验不一致，请核对后重新提交，或持身份证件到法院窗口办理",
            "Name and identity number did not match; correct them, or bring your identity document to the court",
        )
    if person.real_name_source == STAND_IN:
        return Text(
            "演示核验：由本机代替公安登记机构作答，未与任何登记信息比对",
            "Demonstration check: this machine answered in place of the register; nothing was compared with a real one",
        )
    return None


def check_owner(member: Member | None) -> None:
    """Raises OwnersOnly."""
    if member is None or member.role != "owner":
        raise OwnersOnly


def check_not_last_owner(members: list[Member], leaving: Member) -> None:
    """Raises LastOwner if nobody could act for the organisation any more."""
    if leaving.role == "owner" and not any(m.role == "owner" for m in members if m.person_id != leaving.person_id):
        raise LastOwner


def powers_given(powers: list[Power]) -> list[Power]:
    """The powers of a mandate in their order; general power is part of every mandate, special ones are named one by one.

    Law: CPL art. 62.
    """
    wanted = {*powers, Power.GENERAL}
    return [power for power in Power if power in wanted]


def check_valid_until(valid_until: date | None, *, on: date) -> None:
    """Raises InvalidInput for a last day before `on` (court-local)."""
    if valid_until is not None and valid_until < on:
        past = Text("有效期不能早于今天", "The last day cannot be before today")
        raise InvalidInput(fields=(FieldProblem("valid_until", "date-past", past),))


def in_force(mandate: Mandate, *, on: date) -> bool:
    """Whether an agent may act under it on that court-local day."""
    return mandate.revoked_at is None and (mandate.valid_until is None or mandate.valid_until >= on)


def check_signed_by(person: Person, name: str) -> None:
    """Raises SignatureNotYours."""
    if "".join(name.split()) != "".join(person.name.split()):
        raise SignatureNotYours


def check_drawing(image: str) -> None:
    """`image`: a PNG as data URL. Raises InvalidInput."""
    head, _, body = image.partition(",")
    try:
        ok = head == "data:image/png;base64" and base64.b64decode(body, validate=True).startswith(_PNG)
    except binascii.Error:
        ok = False
    if not ok or len(body) > MOST_IMAGE_BYTES:
        wrong = Text("签名图片无法读取，请重新签名", "The drawn signature cannot be read; please sign again")
        raise InvalidInput(fields=(FieldProblem("signature.image", "signature-invalid", wrong),))


def mandate_digest(mandate: Mandate, *, signed_at: datetime, name: str) -> str:
    """SM3 over the canonical JSON of what was signed: the parties, the powers, the time and the signer's name."""
    return sm3(
        canonical(
            {
                "id": mandate.id, "agent": mandate.agent, "agent_kind": mandate.agent_kind,
                "principal_person": mandate.principal_person, "principal_organisation": mandate.principal_organisation,
                "matter": mandate.matter, "powers": mandate.powers, "valid_until": mandate.valid_until,
                "signed_at": signed_at, "name": name,
            }
        )
    )  # fmt: skip


POWER_TEXTS: dict[Power, Text] = {
    Power.GENERAL: Text(
        "一般代理：起诉、应诉、举证、质证、辩论、签收文书等",
        "General power: file, answer, give and examine evidence, argue, receive papers",
    ),
    Power.ADMIT_CLAIMS: Text("代为承认诉讼请求", "Admit claims"),
    Power.WAIVE_CLAIMS: Text("代为放弃诉讼请求", "Waive claims"),
    Power.CHANGE_CLAIMS: Text("代为变更诉讼请求", "Change claims"),
    Power.SETTLE: Text("代为和解、调解", "Settle, in or out of mediation"),
    Power.COUNTERCLAIM: Text("代为提起反诉", "File a counterclaim"),
    Power.APPEAL: Text("代为提起上诉", "File an appeal"),
    Power.RECEIVE_MONEY: Text("代为领取款项", "Receive money"),
}
AGENT_KINDS: dict[str, Text] = {
    "lawyer": Text("律师", "Lawyer"),
    "legal_worker": Text("基层法律服务工作者", "Grassroots legal service worker"),
    "relative": Text("近亲属", "Close relative"),
    "staff": Text("单位工作人员", "Staff of the organisation"),
    "recommended": Text(
        "社区、单位或有关社会团体推荐的公民", "Citizen recommended by a community, employer or social body"
    ),
}
"""Who may be an agent. CPL art. 61."""

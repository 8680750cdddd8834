"""What identity does when something happened: it tells the people concerned. Each notice goes out once for an event."""

from collections.abc import Mapping

from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.rules import standing as rules
from tianping.contexts.identity.store import people, standing
from tianping.interfaces.delivery import DirectText, Notice
from tianping.interfaces.events import Event
from tianping.interfaces.identity import (
    MandateGiven,
    MandateRevoked,
    MemberInvited,
    PasswordRecovered,
    PersonRegistered,
    Role,
    RoleGranted,
    StaffRegistered,
)
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text
from tianping.platform.events import Reaction, Told

ROLE_NAMES: dict[Role, Text] = {
    Role.LITIGANT: Text("诉讼参与人", "litigant"),
    Role.LAWYER: Text("律师", "lawyer"),
    Role.CLERK: Text("书记员", "clerk"),
    Role.FILING_JUDGE: Text("立案法官", "filing judge"),
    Role.JUDGE: Text("法官", "judge"),
    Role.DIVISION_HEAD: Text("庭长", "division head"),
    Role.PRESIDENT: Text("院长", "president"),
    Role.CASHIER: Text("收费员", "cashier"),
    Role.SYSTEM_ADMIN: Text("系统管理员", "system administrator"),
    Role.SECURITY_ADMIN: Text("安全管理员", "security administrator"),
    Role.AUDIT_ADMIN: Text("审计管理员", "audit administrator"),
}


async def _notify(desk: Desk, told: Told, to: PersonId, title: Text, body: Text, link: str, *channels: str) -> None:
    await desk.delivery.notify(Notice(to, f"{told.id}:{to}", title, body, link, ("in_app", *channels)))


async def greet(desk: Desk, told: Told) -> None:
    """Tell a new person that the account is open, and what is left to do about the name."""
    assert isinstance(told.event, PersonRegistered)
    async with desk.database.reading() as reader:
        person = await people.person(reader, desk.keyring, told.event.person_id)
    note = rules.real_name_note(person)
    body = Text(
        "您的专用账户已开通，凭该账户作出的诉讼行为视为您本人行为，请妥善保管。" + (note.zh if note else ""),
        "Your account is open. What is done with it counts as done by you, so keep it safe. "
        + (note.en if note else ""),
    )
    await _notify(desk, told, person.id, Text("账户已开通", "Your account is open"), body, "/account")


async def tell_of_recovery(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, PasswordRecovered)
    body = Text(
        "您的账户密码刚刚通过短信验证码重置，其他设备均已退出。如非本人操作，请立即联系法院。",
        "Your password was just replaced by one-time code and other devices were signed out. If this was not you, contact "
        "the court at once.",
    )
    title = Text("密码已重置", "Your password was replaced")
    await _notify(desk, told, told.event.person_id, title, body, "/account", "sms")


async def tell_invited(desk: Desk, told: Told) -> None:
    """In the app where the number has an account, by text message in any case."""
    assert isinstance(told.event, MemberInvited)
    async with desk.database.reading() as reader:
        invitation = await standing.invitation(reader, desk.keyring, told.event.invitation_id)
        person = await people.by_mobile(reader, desk.keyring, invitation.mobile)
    if invitation.state != "open":
        return
    name = invitation.organisation_name
    if person is not None:
        body = Text(f"{name}邀请您成为其成员。", f"{name} invites you to become a member.")
        title = Text("单位邀请", "Invitation to an organisation")
        await _notify(desk, told, person.id, title, body, "/organisations", "sms")
        return
    body = Text(
        f"{name}邀请您成为其在本院的成员。请以本手机号注册后接受。",
        f"{name} invites you to become a member at this court. Register with this number to accept.",
    )
    await desk.delivery.text(DirectText(invitation.mobile, "sms", body, f"{told.id}:invited"))


async def welcome_staff(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, StaffRegistered)
    body = Text(
        "您的工作账户已建立。请用“找回密码”以本手机号设置密码，并尽快启用两步验证。",
        "Your account at the court is ready. Set its password with “Recover password” and this number, then switch on "
        "two-step sign-in.",
    )
    title = Text("工作账户已建立", "Your account at the court is ready")
    await _notify(desk, told, told.event.person_id, title, body, "/account", "sms")


async def tell_of_role(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, RoleGranted)
    role = ROLE_NAMES[told.event.role]
    body = Text(f"您已被授予“{role.zh}”角色。", f"You now hold the role of {role.en}.")
    await _notify(desk, told, told.event.person_id, Text("角色变更", "Your roles changed"), body, "/account")


async def tell_agent(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, MandateGiven)
    async with desk.database.reading() as reader:
        mandate = await standing.mandate(reader, desk.keyring, told.event.mandate_id)
        giver = await people.person(reader, desk.keyring, mandate.given_by)
        names = await standing.organisation_names(
            reader, [mandate.principal_organisation] if mandate.principal_organisation else []
        )
    principal = names.get(mandate.principal_organisation, giver.name) if mandate.principal_organisation else giver.name
    special = len(mandate.powers) > 1
    body = Text(
        f"{principal}委托您代理诉讼（{'特别授权，逐项列明' if special else '一般授权'}）。您可以查看权限，也可以辞去委托。",
        f"{principal} appointed you as agent ({'special powers, item by item' if special else 'general power'}). You can see "
        "the powers, or lay the mandate down.",
    )
    await _notify(desk, told, mandate.agent, Text("新的委托", "A new mandate"), body, "/mandates", "sms")


async def tell_of_end(desk: Desk, told: Told) -> None:
    """Principal and agent hear of it, whoever ended it."""
    assert isinstance(told.event, MandateRevoked)
    async with desk.database.reading() as reader:
        mandate = await standing.mandate(reader, desk.keyring, told.event.mandate_id)
    body = Text(
        "该委托自即时起终止，代理人不得再以其办理诉讼事务。",
        "The mandate has ended; the agent may no longer act under it.",
    )
    for person_id in dict.fromkeys((mandate.agent, mandate.given_by)):
        await _notify(desk, told, person_id, Text("委托已终止", "A mandate has ended"), body, "/mandates", "sms")


REACTIONS: Mapping[type[Event], Reaction] = {
    PersonRegistered: greet,
    PasswordRecovered: tell_of_recovery,
    MemberInvited: tell_invited,
    StaffRegistered: welcome_staff,
    RoleGranted: tell_of_role,
    MandateGiven: tell_agent,
    MandateRevoked: tell_of_end,
}

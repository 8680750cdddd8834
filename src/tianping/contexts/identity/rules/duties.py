"""Separate duties: three administrators who check each other, and roles that two persons give together."""

from tianping.contexts.identity.model import Person, RoleGrant
from tianping.interfaces.identity import ADMINISTRATORS, STAFF, Role
from tianping.kit.ids import PersonId
from tianping.kit.problems import Conflict, NotPermitted, Text

GRANTABLE = STAFF | ADMINISTRATORS
"""Roles of the court. Litigant comes with registration, lawyer with a checked licence."""


class DutiesNotSeparate(Conflict):
    code = "duties-not-separate"
    title = Text(
        "系统、安全、审计三类管理员须由不同人员担任",
        "The system, security and audit administrators must be different people",
    )


class RoleNotGrantable(Conflict):
    code = "role-not-grantable"
    title = Text("该角色不能以此方式授予", "This role is not given in this way")


class NotStaff(Conflict):
    code = "not-staff"
    title = Text("只有本院工作人员才能担任该角色", "Only a member of the court can hold this role")


class RoleHeldAlready(Conflict):
    code = "role-held-already"
    title = Text("已担任该角色", "The person holds this role already")


class RoleNotHeld(Conflict):
    code = "role-not-held"
    title = Text("未担任该角色", "The person does not hold this role")


class RequestSettled(Conflict):
    code = "request-settled"
    title = Text("该申请已经处理", "This request was settled already")


class SecondPersonNeeded(NotPermitted):
    code = "second-person-needed"
    title = Text(
        "授权须由另一人确认：申请人和被授权人均不得自行确认",
        "A second person must confirm: neither who asked nor who receives it may",
    )


class LastAdministrator(Conflict):
    code = "last-administrator"
    title = Text(
        "这是最后一名该类管理员，须先有人接任",
        "This is the last administrator of that kind; a successor must come first",
    )


def check_separate(roles: frozenset[Role]) -> None:
    """Raises DutiesNotSeparate if the roles hold two of system, security and audit."""
    if len(roles & ADMINISTRATORS) > 1:
        raise DutiesNotSeparate


def check_may_be_given(person: Person, role: Role) -> None:
    """Raises RoleNotGrantable, NotStaff, RoleHeldAlready, DutiesNotSeparate."""
    if role not in GRANTABLE:
        raise RoleNotGrantable
    if not person.staff:
        raise NotStaff
    if role in person.roles:
        raise RoleHeldAlready
    check_separate(person.roles | {role})


def check_may_settle(grant: RoleGrant, by: PersonId) -> None:
    """The two-person rule. Raises RequestSettled, SecondPersonNeeded."""
    if grant.state != "open":
        raise RequestSettled
    if by in (grant.requested_by, grant.person_id):
        raise SecondPersonNeeded

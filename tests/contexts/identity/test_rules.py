"""Passwords, waiting times, codes, separate duties, mandates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.identity.model import Mandate, Member, OneTimeCode, Person, RoleGrant
from tianping.contexts.identity.rules import codes, duties, passwords, signing_in, standing
from tianping.interfaces.identity import ADMINISTRATORS, Power, Role
from tianping.kit.ids import MandateId, OrganisationId, PersonId, new_id
from tianping.kit.problems import InvalidInput

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("password", ["correct horse battery staple", "天平 河流 自行车 蓝色 灯塔", "xK9#mQ2$vL7p"])
def test_strong_passwords(password):
    passwords.check_password(password, personal=("李明", "13800000001"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password-short"),
        ("password12", "password-weak"),
        ("qwertyuiop", "password-weak"),
        ("aaaaaaaaaaaa", "password-weak"),
        ("1234567890", "password-weak"),
        ("13800000001", "password-weak"),
        ("19900101199", "password-weak"),
    ],
)
def test_weak_passwords_are_refused_with_advice_in_both_languages(password, code):
    with pytest.raises(InvalidInput) as wrong:
        passwords.check_password(password, personal=("李明", "13800000001"))
    [field] = wrong.value.fields
    assert field.code == code
    assert field.message.zh
    assert field.message.en


def test_a_long_password_is_scored_in_bounded_time():
    passwords.check_password("天平" + "abcdefgh XYZ 9#" * 12, personal=())


def test_waiting_grows_and_has_an_end():
    waits = [signing_in.waiting_time(n).total_seconds() for n in range(40)]
    assert waits[:7] == [0, 0, 0, 0, 0, 2, 4]
    assert waits == sorted(waits)
    assert waits[-1] == 15 * 60


@pytest.mark.parametrize(("roles", "minutes"), [({Role.LITIGANT}, 120), ({Role.JUDGE}, 30), ({Role.AUDIT_ADMIN}, 30)])
def test_sessions_end_when_idle_and_sooner_at_the_courts_desks(roles, minutes):
    held, end = frozenset(roles), NOW + timedelta(hours=12)
    last = NOW + timedelta(minutes=minutes)
    assert signing_in.session_lives(NOW, end, held, at=last - timedelta(seconds=1))
    assert not signing_in.session_lives(NOW, end, held, at=last)
    assert not signing_in.session_lives(end - timedelta(seconds=1), end, held, at=end)


def test_codes_are_spaced_and_counted():
    codes.check_may_send([], at=NOW)
    with pytest.raises(codes.CodeTooSoon) as soon:
        codes.check_may_send([NOW - timedelta(seconds=20)], at=NOW)
    assert soon.value.values["retry_after_s"] == 41
    codes.check_may_send([NOW - timedelta(seconds=60)], at=NOW)
    with pytest.raises(codes.CodesUsedUp):
        codes.check_may_send([NOW - timedelta(hours=n) for n in range(1, 11)], at=NOW)


@pytest.mark.parametrize(
    ("tries", "used", "age_s", "may"), [(0, False, 0, True), (4, False, 299, True), (5, False, 0, False), (0, True, 0, False), (0, False, 300, False)]
)  # fmt: skip
def test_when_a_code_may_be_tried(tries, used, age_s, may):
    code = OneTimeCode(new_id(), b"", NOW, NOW + codes.LIFETIME, tries, NOW if used else None)
    assert codes.may_be_tried(code, at=NOW + timedelta(seconds=age_s)) is may


@given(st.frozensets(st.sampled_from(list(Role))))
def test_nobody_holds_two_of_the_three_administrators(roles):
    if len(roles & ADMINISTRATORS) > 1:
        with pytest.raises(duties.DutiesNotSeparate):
            duties.check_separate(roles)
    else:
        duties.check_separate(roles)


def someone(*roles, staff=True):
    return Person(id=PersonId(new_id()), name="王芳", mobile="13800000002", roles=frozenset(roles), staff=staff)


@pytest.mark.parametrize(
    ("person", "role", "refusal"),
    [
        (someone(Role.SYSTEM_ADMIN), Role.AUDIT_ADMIN, duties.DutiesNotSeparate),
        (someone(Role.SECURITY_ADMIN), Role.SYSTEM_ADMIN, duties.DutiesNotSeparate),
        (someone(Role.JUDGE), Role.JUDGE, duties.RoleHeldAlready),
        (someone(), Role.LAWYER, duties.RoleNotGrantable),
        (someone(), Role.LITIGANT, duties.RoleNotGrantable),
        (someone(Role.LITIGANT, staff=False), Role.JUDGE, duties.NotStaff),
    ],
)
def test_roles_that_may_not_be_given(person, role, refusal):
    with pytest.raises(refusal):
        duties.check_may_be_given(person, role)


def test_a_role_takes_two_persons():
    asker, receiver, other = (PersonId(new_id()) for _ in range(3))
    grant = RoleGrant(new_id(), receiver, Role.JUDGE, asker, NOW, "open", None, None)
    duties.check_may_settle(grant, other)
    for one in (asker, receiver):
        with pytest.raises(duties.SecondPersonNeeded):
            duties.check_may_settle(grant, one)
    with pytest.raises(duties.RequestSettled):
        duties.check_may_settle(RoleGrant(grant.id, receiver, Role.JUDGE, asker, NOW, "refused", other, NOW), other)


def test_powers_general_is_always_part_and_special_ones_are_named():
    """CPL art. 62."""
    assert standing.powers_given([]) == [Power.GENERAL]
    assert standing.powers_given([Power.SETTLE, Power.ADMIT_CLAIMS, Power.SETTLE]) == [
        Power.GENERAL, Power.ADMIT_CLAIMS, Power.SETTLE,
    ]  # fmt: skip
    assert set(standing.POWER_TEXTS) == set(Power)


def mandate(**changes):
    fields = {
        "id": MandateId(new_id()), "agent": PersonId(new_id()), "agent_kind": "lawyer",
        "principal_person": PersonId(new_id()), "principal_organisation": None, "given_by": PersonId(new_id()),
        "matter": None, "powers": [Power.GENERAL], "valid_until": date(2026, 3, 2), "given_at": NOW,
        "signature_kind": "typed", "signed_name": "李明", "digest": "",
    }  # fmt: skip
    return Mandate(**{**fields, **changes})


def test_a_mandate_is_in_force_through_its_last_day_until_revoked():
    assert standing.in_force(mandate(), on=date(2026, 3, 2))
    assert not standing.in_force(mandate(), on=date(2026, 3, 3))
    assert standing.in_force(mandate(valid_until=None), on=date(2099, 1, 1))
    assert not standing.in_force(mandate(revoked_at=NOW), on=date(2026, 3, 2))


def test_the_signed_digest_covers_the_powers():
    one = mandate()
    other = mandate(
        id=one.id, agent=one.agent, principal_person=one.principal_person, powers=[Power.GENERAL, Power.SETTLE]
    )
    digest = standing.mandate_digest(one, signed_at=NOW, name="李明")
    assert digest == standing.mandate_digest(one, signed_at=NOW, name="李明")
    assert digest != standing.mandate_digest(other, signed_at=NOW, name="李明")


def test_an_organisation_keeps_an_owner():
    organisation = OrganisationId(new_id())
    owner, member = (Member(organisation, PersonId(new_id()), role, NOW) for role in ("owner", "member"))
    standing.check_not_last_owner([owner, member], member)
    with pytest.raises(standing.LastOwner):
        standing.check_not_last_owner([owner, member], owner)
    second = Member(organisation, PersonId(new_id()), "owner", NOW)
    standing.check_not_last_owner([owner, member, second], owner)


@pytest.mark.parametrize("image", ["", "data:image/png;base64,", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,iVBORw0KGgo=", "data:image/png;base64,***"])  # fmt: skip
def test_only_a_png_is_a_drawn_signature(image):
    with pytest.raises(InvalidInput):
        standing.check_drawing(image)
    standing.check_drawing("data:image/png;base64,iVBORw0KGgo=")

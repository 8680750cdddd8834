"""Signing in and out, and who is signed in."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from tianping.contexts.identity.actions import codes, passwords, proof_of_work, second_step
from tianping.contexts.identity.actions.desk import Desk, in_person, token_digest, who
from tianping.contexts.identity.model import Done, Person, Purpose, Session
from tianping.contexts.identity.model.account import (
    CourtView,
    OrganisationName,
    SessionItem,
    SessionPerson,
    SessionView,
)
from tianping.contexts.identity.rules import numbers, standing
from tianping.contexts.identity.rules import signing_in as rules
from tianping.contexts.identity.store import people, sessions
from tianping.contexts.identity.store import standing as standing_store
from tianping.interfaces.identity import Actor
from tianping.kit.ids import PersonId, SessionId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.platform.database import Transaction


class Opened(msgspec.Struct, frozen=True):
    """A new session. `token` goes into the cookie and nowhere else."""

    person: Person
    token: str
    csrf_token: str


async def open_session(tx: Transaction, person: Person, *, device: str, at: datetime) -> Opened:
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    session = Session(SessionId(new_id()), person.id, _device(device), at, at, at + rules.SESSION_LENGTH)
    await sessions.insert(tx, session, token_digest=token_digest(token), csrf_token=csrf_token)
    return Opened(person, token, csrf_token)


def _device(user_agent: str) -> str:
    return "".join(c for c in user_agent if c.isprintable())[:200]


async def sign_in(
    desk: Desk,
    mobile: str,
    *,
    password: str | None,
    code: str | None,
    totp: str | None = None,
    altcha: str | None = None,
    device: str,
) -> Opened:
    """Open a session by password or one-time code, with the second step where it is switched on.

    The try is counted before it is looked at, so that tries at once cannot outrun the waiting times; success forgets it.
    Raises: InvalidInput, WaitBeforeRetry, ProofOfWorkNeeded, ProofOfWorkRefused, SignInRefused, CodeWrong, TotpNeeded,
    TotpWrong, AccountIsClosed.
    Law: ORL art. 7 (dedicated account).
    """
    if (password is None) == (code is None):
        one = Text("请填写密码或验证码", "Enter the password or a one-time code")
        raise InvalidInput(fields=(FieldProblem("password", "one-of-two", one),))
    now = desk.clock.now()
    mobile = numbers.normal_mobile(mobile)
    person = await _count_attempt(desk, mobile, altcha, at=now)
    if code is not None:
        counted, right = await codes.count_try(desk, mobile, Purpose.SIGN_IN), True
    else:
        counted = False
        right = await passwords.matches(desk, person.password_hash if person else None, password or "")
    code_id: UUID | None = None
    async with desk.database.transaction() as tx:
        if code is not None:
            code_id = await codes.spend(tx, desk, mobile, Purpose.SIGN_IN, code, counted=counted, at=now)
        if person is None or not right:
            raise rules.SignInRefused
        person = await people.lock(tx, desk.keyring, person.id)
        rules.check_open(person)
        await second_step.check(tx, desk, person, totp, at=now)
        await sessions.forget_failures(tx, people.mobile_digest(desk.keyring, mobile))
        opened = await open_session(tx, person, device=device, at=now)
    if code_id is not None:
        await codes.forget_text(desk, code_id)
    return opened


async def _count_attempt(desk: Desk, mobile: str, altcha: str | None, *, at: datetime) -> Person | None:
    """Whose number it is, if anybody's; the throttling is the same for both."""
    digest = people.mobile_digest(desk.keyring, mobile)
    solved = proof_of_work.check(desk, altcha) if altcha else None
    async with desk.database.transaction() as tx:
        await sessions.lock_number(tx, digest)
        past = await sessions.lock_failures(tx, digest)
        fresh = past is None or past[1] + rules.FAILURES_FADE < at
        if past is not None and not fresh:
            rules.check_may_try(*past, at=at)
            if past[0] >= rules.FAILURES_BEFORE_PROOF:
                if solved is None:
                    raise rules.ProofOfWorkNeeded
                await proof_of_work.spend(tx, solved)
        await sessions.note_failure(tx, digest, at=at, fresh=fresh)
        return await people.by_mobile(tx, desk.keyring, mobile)


async def sign_in_demo(desk: Desk, person_id: PersonId, *, device: str) -> Opened:
    """One click, for the prepared people of the demo court. Raises NotFound everywhere else."""
    if not desk.court.is_demo:
        raise NotFound
    async with desk.database.transaction() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        if person.demo_about is None or not person.active:
            raise NotFound
        return await open_session(tx, person, device=device, at=desk.clock.now())


def court_view(desk: Desk) -> CourtView:
    court = desk.court
    return CourtView(court.name, court.code, court.kind, court.branding.notice)


def view(
    desk: Desk, person: Person | None, csrf_token: str, *, organisations: list[OrganisationName], unread: int
) -> SessionView:
    """The session as the web app needs it; `person` None: nobody is signed in."""
    roles = person.roles if person else frozenset()
    card = None
    if person is not None:
        card = SessionPerson(
            person.id, person.name, "staff" if person.staff else "person", numbers.masked_mobile(person.mobile),
            person.real_name_checked_at is not None, standing.real_name_note(person),
        )  # fmt: skip
    return SessionView(
        signed_in=bool(csrf_token), csrf_token=csrf_token, person=card, roles=sorted(roles), organisations=organisations,
        unread=unread, court=court_view(desk), demo=desk.court.is_demo,
        idle_limit_s=int(rules.idle_limit(roles).total_seconds()) if csrf_token else 0,
        permitted_acts=sorted(p for p, allowed in desk.permissions.items() if allowed & roles),
    )  # fmt: skip


async def opened_view(desk: Desk, opened: Opened) -> SessionView:
    async with desk.database.reading() as reader:
        organisations = await standing_store.organisation_names_of(reader, opened.person.id)
    unread = await desk.delivery.unread(opened.person.id)
    return view(desk, opened.person, opened.csrf_token, organisations=organisations, unread=unread)


async def present_view(desk: Desk, actor: Actor, csrf_token: str | None) -> SessionView:
    if actor.person_id is None or csrf_token is None:
        return view(desk, None, "", organisations=[], unread=0)
    async with desk.database.reading() as reader:
        person = await people.person(reader, desk.keyring, actor.person_id)
    return await opened_view(desk, Opened(person, "", csrf_token))


async def my_sessions(desk: Desk, actor: Actor) -> list[SessionItem]:
    """Most recently used first."""
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        found = await sessions.of_person(reader, who(actor), at=now)
    return [
        SessionItem(s.id, s.device, s.opened_at, s.seen_at, s.id == actor.session_id)
        for s in found
        if rules.session_lives(s.seen_at, s.expires_at, actor.roles, at=now)
    ]


async def end_session(desk: Desk, actor: Actor, session_id: SessionId) -> None:
    """Sign out here or on another device. Raises NotFound for a session that is not the actor's."""
    person_id = in_person(actor)
    async with desk.changing_sessions() as tx:
        if await sessions.end(tx, session_id, person_id=person_id, at=desk.clock.now()) is None:
            raise NotFound


async def end_other_sessions(desk: Desk, actor: Actor) -> Done:
    """Sign out everywhere but here."""
    person_id = in_person(actor)
    async with desk.changing_sessions() as tx:
        return tx.answer(Done(await sessions.end_all(tx, person_id, besides=actor.session_id, at=desk.clock.now())))

"""The second step of signing in: an authenticator app (TOTP, RFC 6238) and recovery codes for when it is lost."""

import secrets
from datetime import datetime

from pyotp import random_base32
from pyotp.totp import TOTP

from tianping.contexts.identity.actions import passwords
from tianping.contexts.identity.actions.desk import Desk, in_person
from tianping.contexts.identity.model import Done, Person
from tianping.contexts.identity.model.account import RecoveryCodes, TotpSecret
from tianping.contexts.identity.rules.numbers import masked_mobile
from tianping.contexts.identity.rules.signing_in import SignInRefused, TotpNeeded, TotpStateConflict, TotpWrong
from tianping.contexts.identity.store import people
from tianping.interfaces.identity import Actor
from tianping.kit.digests import same
from tianping.platform.database import Transaction

STEP_S = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


async def check(tx: Transaction, desk: Desk, person: Person, given: str | None, *, at: datetime) -> None:
    """Nothing to do where it is not switched on. Raises TotpNeeded, TotpWrong."""
    if not person.totp_on:
        return
    if not given:
        raise TotpNeeded
    if await _fits(tx, person, given, at=at):
        return
    if await people.use_recovery_code(tx, person.id, _recovery_digest(desk, given), at=at):
        return
    raise TotpWrong


async def _fits(tx: Transaction, person: Person, given: str, *, at: datetime) -> bool:
    """A code of this step, the one before or the one after, which works once."""
    digits = "".join(given.split())
    if person.totp_secret is None or len(digits) != 6:
        return False
    clock = TOTP(person.totp_secret, interval=STEP_S)
    now = int(at.timestamp()) // STEP_S
    for step in (now - 1, now, now + 1):
        if same(clock.generate_otp(step), digits):
            return await people.use_totp_step(tx, person.id, step)
    return False


def _recovery_digest(desk: Desk, code: str) -> bytes:
    normal = "".join(c for c in code.lower() if c.isalnum())
    return desk.keyring.digest(normal, place="identity.recovery_codes.code")


async def enrol(desk: Desk, actor: Actor) -> TotpSecret:
    """A secret to scan; it counts once `confirm` has seen a code of it. Raises TotpStateConflict if it is on already."""
    person_id = in_person(actor)
    secret = random_base32()
    async with desk.database.transaction() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        if person.totp_on:
            raise TotpStateConflict
        await people.set_totp(tx, desk.keyring, person_id, secret, on=False)
    uri = TOTP(secret, interval=STEP_S).provisioning_uri(
        name=masked_mobile(person.mobile), issuer_name=desk.court.branding.short_name.en
    )
    return TotpSecret(secret, uri)


async def confirm(desk: Desk, actor: Actor, code: str) -> RecoveryCodes:
    """Switch it on and hand out recovery codes. Raises TotpStateConflict, TotpWrong."""
    person_id = in_person(actor)
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]
    async with desk.database.transaction() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        if person.totp_on or person.totp_secret is None:
            raise TotpStateConflict
        if not await _fits(tx, person, code, at=desk.clock.now()):
            raise TotpWrong
        await people.set_totp(tx, desk.keyring, person_id, person.totp_secret, on=True)
        await people.replace_recovery_codes(tx, person_id, [_recovery_digest(desk, c) for c in codes])
    return RecoveryCodes(codes)


async def disable(desk: Desk, actor: Actor, *, password: str, totp: str) -> Done:
    """Switch it off; takes both steps. Raises TotpStateConflict, SignInRefused, TotpWrong."""
    person_id = in_person(actor)
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        person = await people.person(reader, desk.keyring, person_id)
    if not await passwords.matches(desk, person.password_hash, password):
        raise SignInRefused
    async with desk.database.transaction() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        if not person.totp_on:
            raise TotpStateConflict
        await check(tx, desk, person, totp, at=now)
        await people.set_totp(tx, desk.keyring, person_id, None, on=False)
        await people.replace_recovery_codes(tx, person_id, [])
        return tx.answer(Done(1))

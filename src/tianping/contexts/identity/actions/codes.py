"""One-time codes by text message."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from tianping.contexts.identity.actions import proof_of_work
from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.model import OneTimeCode, Purpose
from tianping.contexts.identity.model.account import CodeSent
from tianping.contexts.identity.rules import codes as rules
from tianping.contexts.identity.rules import numbers
from tianping.contexts.identity.store import people, sessions
from tianping.interfaces.delivery import DirectText
from tianping.kit.digests import same
from tianping.kit.ids import new_id
from tianping.kit.problems import Text
from tianping.platform.database import Transaction, acting

_WORDS = {
    Purpose.REGISTER: Text("注册账户", "to register"),
    Purpose.SIGN_IN: Text("登录", "to sign in"),
    Purpose.RECOVER: Text("找回密码", "to recover your password"),
    Purpose.SIGN: Text("电子签名", "to sign electronically"),
}
_HAS_ACCOUNT = Text(
    "您的手机号已有账户，请直接登录；忘记密码可以找回。",
    "There is an account for your number: sign in, or recover the password.",
)
_NO_ACCOUNT = Text(
    "您的手机号尚未在本院注册，请先注册。", "There is no account for your number at this court yet; please register."
)


def _digest(desk: Desk, code_id: UUID, code: str) -> bytes:
    return desk.keyring.digest(f"{code_id}:{code}", place="identity.one_time_codes.code")


def text_key(code_id: UUID) -> str:
    return f"code:{code_id}"


async def send_code(desk: Desk, mobile: str, purpose: Purpose, *, altcha: str) -> CodeSent:
    """Send six digits to a number. Whether it has an account is told to its holder only, never to the caller.

    Raises: InvalidInput, ProofOfWorkRefused, CodeTooSoon, CodesUsedUp.
    """
    now = desk.clock.now()
    mobile = numbers.normal_mobile(mobile)
    solved = proof_of_work.check(desk, altcha)
    digits, code_id = f"{secrets.randbelow(1_000_000):06d}", new_id()
    digest = people.mobile_digest(desk.keyring, mobile)
    code = OneTimeCode(code_id, _digest(desk, code_id, digits), now, now + rules.LIFETIME, 0, None)
    async with desk.database.transaction() as tx:
        await proof_of_work.spend(tx, solved)
        await sessions.lock_number(tx, digest)
        rules.check_may_send(await sessions.codes_sent(tx, digest, since=now - timedelta(days=1)), at=now)
        await sessions.insert_code(tx, code, mobile_digest=digest, purpose=purpose)
        known = await people.by_mobile(tx, desk.keyring, mobile) is not None
        answer = tx.answer(CodeSent(code.expires_at, int(rules.SPACING.total_seconds())))
    # The digits exist nowhere but in this text, so it cannot wait for a reaction; without it nothing was answered yet.
    await desk.delivery.text(
        DirectText(
            mobile,
            "sms",
            _body(digits, purpose, known=known),
            text_key(code_id),
            secret=True,
            expires_at=code.expires_at,
        )
    )
    return answer


def _body(digits: str, purpose: Purpose, *, known: bool) -> Text:
    if purpose is Purpose.REGISTER and known:
        return _HAS_ACCOUNT
    if purpose is not Purpose.REGISTER and not known:
        return _NO_ACCOUNT
    what = _WORDS[purpose]
    return Text(
        f"验证码 {digits}，用于{what.zh}，5 分钟内有效。工作人员不会向您索要，请勿告诉他人。",
        f"Code {digits} {what.en}, valid for 5 minutes. The court never asks for it; tell nobody.",
    )


async def count_try(desk: Desk, mobile: str, purpose: Purpose) -> bool:
    """Count a try before it is looked at, in its own transaction, so that tries at once cannot outrun the limit.

    False if there is nothing to try any more. A replayed act is not stopped here: its answer is already stored.
    """
    now = desk.clock.now()
    digest = people.mobile_digest(desk.keyring, mobile)
    async with acting(None), desk.database.transaction() as tx:
        code = await sessions.lock_code(tx, digest, purpose)
        if code is None or not rules.may_be_tried(code, at=now):
            return False
        await sessions.count_try(tx, code.id)
    return True


async def spend(
    tx: Transaction, desk: Desk, mobile: str, purpose: Purpose, given: str, *, counted: bool, at: datetime
) -> UUID:
    """Use up the code, inside the act. Returns its id, for `forget_text`. Raises CodeWrong."""
    code = await sessions.lock_code(tx, people.mobile_digest(desk.keyring, mobile), purpose)
    if (
        code is None
        or not counted
        or not 0 < code.tries <= rules.MOST_TRIES
        or code.used_at is not None
        or at >= code.expires_at
        or not same(code.code_digest, _digest(desk, code.id, given.strip()))
    ):
        raise rules.CodeWrong
    await sessions.use_code(tx, code.id, at=at)
    return code.id


async def forget_text(desk: Desk, code_id: UUID) -> None:
    """After the act: what is left of the text message with the code."""
    await desk.delivery.forget(text_key(code_id))

"""One-time codes: how long they live, how often they may be tried and sent."""

from datetime import datetime, timedelta

from tianping.contexts.identity.model import OneTimeCode
from tianping.kit.problems import Problem, Text, TooManyRequests

LIFETIME = timedelta(minutes=5)
SPACING = timedelta(minutes=1)
MOST_TRIES = 5
MOST_A_DAY = 10


class CodeWrong(Problem):
    """One answer for wrong, used, expired and never sent, so that guessing learns nothing."""

    status = 422
    code = "code-wrong"
    title = Text("验证码不正确或已失效", "The code is wrong or no longer valid")
    detail = Text(
        "请核对短信中的 6 位验证码；验证码 5 分钟内有效，输错 5 次须重新获取",
        "Check the 6 digits in the text message; a code lives 5 minutes, and after 5 wrong tries a new one is needed",
    )


class CodeTooSoon(TooManyRequests):
    code = "code-too-soon"
    title = Text("验证码刚刚发送过", "A code was sent just now")
    detail = Text("请在 {retry_after_s} 秒后重新获取", "Ask again in {retry_after_s} seconds")


class CodesUsedUp(TooManyRequests):
    code = "codes-used-up"
    title = Text(
        "该号码今日获取验证码次数已达上限，请明天再试或联系法院",
        "This number has had all its codes for today; try tomorrow or contact the court",
    )


def check_may_send(sent: list[datetime], *, at: datetime) -> None:
    """`sent`: when codes went to this number within the last day. Raises CodeTooSoon, CodesUsedUp."""
    if len(sent) >= MOST_A_DAY:
        raise CodesUsedUp(retry_after_s=int((min(sent) + timedelta(days=1) - at).total_seconds()) + 1)
    if sent and max(sent) + SPACING > at:
        raise CodeTooSoon(retry_after_s=int((max(sent) + SPACING - at).total_seconds()) + 1)


def may_be_tried(code: OneTimeCode, *, at: datetime) -> bool:
    return code.used_at is None and at < code.expires_at and code.tries < MOST_TRIES

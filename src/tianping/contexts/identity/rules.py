"""Rules of identity as pure functions: no clock, no I/O."""

from datetime import datetime, timedelta

from tianping.contexts.identity.model import Person
from tianping.kit.problems import FieldProblem, InvalidInput, Problem, Text, TooManyRequests

SESSION_LENGTH = timedelta(hours=12)
FREE_FAILURES = 4
"""Wrong passwords in a row before waiting begins."""


class SignInRefused(Problem):
    """One answer for a wrong password and for an unknown number, so that nobody learns who has an account."""

    status = 401
    code = "sign-in-refused"
    title = Text("手机号或密码不正确", "The mobile number or the password is not right")


class AccountClosed(Problem):
    status = 403
    code = "account-closed"
    title = Text("该账户已停用，请联系法院", "This account is closed; please contact the court")


class WaitBeforeRetry(TooManyRequests):
    code = "wait-before-retry"
    detail = Text(
        "连续输错次数过多，请在 {retry_after_s} 秒后再试",
        "Too many wrong attempts; try again in {retry_after_s} seconds",
    )


def waiting_time(failures: int) -> timedelta:
    """How long to wait after so many wrong passwords in a row: 2, 4, 8 … seconds, at most 15 minutes."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=15), timedelta(seconds=2 ** (failures - FREE_FAILURES)))


def check_may_try(person: Person, *, at: datetime) -> None:
    """Raises WaitBeforeRetry while the waiting time of earlier failures runs; AccountClosed for a closed account."""
    if not person.active:
        raise AccountClosed
    if person.failed_at is None:
        return
    left = person.failed_at + waiting_time(person.failures) - at
    if left > timedelta(0):
        raise WaitBeforeRetry(retry_after_s=int(left.total_seconds()) + 1)


def normal_mobile(text: str) -> str:
    """A mainland mobile number as eleven digits. Raises InvalidInput."""
    digits = "".join(c for c in text if c.isdigit()).removeprefix("86") if text.strip().startswith("+86") else text
    digits = "".join(c for c in digits if c not in " -")
    if len(digits) == 11 and digits.isascii() and digits.isdigit() and digits[0] == "1" and digits[1] in "3456789":
        return digits
    wrong = Text("请填写 11 位手机号码，如 13800000001", "Enter an 11-digit mobile number such as 13800000001")
    raise InvalidInput(fields=(FieldProblem("mobile", "mobile-invalid", wrong),))


def masked_mobile(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}"

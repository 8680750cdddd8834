"""Signing in: waiting after failures, lifetimes of sessions and tokens."""

from datetime import datetime, timedelta

from tianping.contexts.identity.model import Person
from tianping.interfaces.identity import ADMINISTRATORS, STAFF, Role
from tianping.kit.problems import Conflict, NotPermitted, Problem, Text, TooManyRequests

SESSION_LENGTH = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
STAFF_IDLE_LIMIT = timedelta(minutes=30)
TOUCH_AFTER = timedelta(minutes=1)
"""How exactly the last use of a session is kept."""
FREE_FAILURES = 4
"""Wrong passwords in a row before waiting begins."""
FAILURES_BEFORE_PROOF = 3
"""Wrong passwords in a row before a proof of work is asked for."""
FAILURES_FADE = timedelta(days=1)
TOKEN_LENGTH_DAYS = 365


class SignInRefused(Problem):
    """One answer for a wrong password and for an unknown number, so that nobody learns who has an account."""

    status = 401
    code = "sign-in-refused"
    title = Text("手机号或密码不正确", "The mobile number or the password is not right")


class AccountIsClosed(Problem):
    status = 403
    code = "account-closed"
    title = Text("该账户已停用，请联系法院", "This account is closed; please contact the court")


class WaitBeforeRetry(TooManyRequests):
    code = "wait-before-retry"
    detail = Text(
        "连续输错次数过多，请在 {retry_after_s} 秒后再试",
        "Too many wrong attempts; try again in {retry_after_s} seconds",
    )


class TotpNeeded(Problem):
    status = 401
    code = "totp-needed"
    title = Text(
        "请输入身份验证器上的动态码，或一个备用码", "Enter the code from your authenticator app, or a recovery code"
    )


class TotpWrong(Problem):
    status = 422
    code = "totp-wrong"
    title = Text("动态码不正确", "The authenticator code is not right")


class TotpStateConflict(Conflict):
    code = "totp-state"
    title = Text("两步验证的当前状态不允许此操作", "Two-step sign-in is not in a state that allows this")


class ProofOfWorkNeeded(Problem):
    status = 422
    code = "proof-of-work-needed"
    title = Text("请先完成人机验证", "Please complete the check that you are not a robot")


class ProofOfWorkRefused(Problem):
    status = 422
    code = "proof-of-work-refused"
    title = Text(
        "人机验证无效或已使用，请重新验证", "The robot check is not valid or was used before; please do it again"
    )


class OnlyInPerson(NotPermitted):
    code = "only-in-person"
    title = Text("此事须本人登录办理，接口令牌无权办理", "This needs the person signed in; an API token may not do it")


class ScopeNotYours(NotPermitted):
    code = "scope-not-yours"
    title = Text("接口令牌的权限不得超出本人权限", "A token may not be given more than its owner may do")
    detail = Text("没有这些权限：{scopes}", "You do not have: {scopes}")


def waiting_time(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2, 4, 8 … seconds, at most 15 minutes."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(minutes=15), timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)))


def check_may_try(failures: int, failed_at: datetime, *, at: datetime) -> None:
    """Raises WaitBeforeRetry while the waiting time of earlier failures runs."""
    left = failed_at + waiting_time(failures) - at
    if left > timedelta(0):
        raise WaitBeforeRetry(retry_after_s=int(left.total_seconds()) + 1)


def check_open(person: Person) -> None:
    """Raises AccountIsClosed."""
    if not person.active:
        raise AccountIsClosed


def idle_limit(roles: frozenset[Role]) -> timedelta:
    """After so long without a request a session is over; shorter at the court's own desks."""
    return STAFF_IDLE_LIMIT if roles & (STAFF | ADMINISTRATORS) else IDLE_LIMIT


def session_lives(seen_at: datetime, expires_at: datetime, roles: frozenset[Role], *, at: datetime) -> bool:
    return at < expires_at and at < seen_at + idle_limit(roles)

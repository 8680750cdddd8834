"""Passwords: strong enough to resist guessing, with advice in both languages."""

from zxcvbn import zxcvbn

from tianping.kit.problems import FieldProblem, InvalidInput, Text

LEAST_LENGTH = 10
LEAST_SCORE = 3
_SCORED_LENGTH = 72
"""The estimator's time grows with the cube of the length; what comes after adds strength only."""

_ADVICE = {
    "dictionary": Text(
        "含有常用密码、单词或姓名，请换成几个互不相关的词",
        "It contains a common password, word or name; use several unrelated words instead",
    ),
    "spatial": Text("含有键盘上相邻的按键，容易被猜到", "It follows neighbouring keys, which is easy to guess"),
    "repeat": Text("含有重复的字符，请改用不同的内容", "It repeats characters; vary it"),
    "sequence": Text("含有 abc、6543 这样的连续字符", "It contains a sequence such as abc or 6543"),
    "regex": Text("含有年份，容易被猜到", "It contains a year, which is easy to guess"),
    "date": Text("含有日期，容易被猜到", "It contains a date, which is easy to guess"),
}
_GENERAL = Text(
    "密码容易被猜到，请加长或换成几个互不相关的词", "It is easy to guess; make it longer or use several unrelated words"
)
_SHORT = Text(
    f"密码至少 {LEAST_LENGTH} 个字符；几个互不相关的词就很好记也很安全",
    f"At least {LEAST_LENGTH} characters; a few unrelated words are safe and easy to remember",
)


def check_password(password: str, *, personal: tuple[str, ...]) -> None:
    """`personal`: what others may know of the person (name, mobile); a password made of it counts as weak.

    Raises: InvalidInput with advice.
    """
    if len(password) < LEAST_LENGTH:
        raise InvalidInput(fields=(FieldProblem("password", "password-short", _SHORT),))
    found = zxcvbn(password[:_SCORED_LENGTH], user_inputs=[*personal, "tianping", "天平"])
    if found["score"] < LEAST_SCORE:
        patterns = [part["pattern"] for part in found["sequence"]]
        advice = next((_ADVICE[p] for p in patterns if p in _ADVICE), _GENERAL)
        raise InvalidInput(fields=(FieldProblem("password", "password-weak", advice),))

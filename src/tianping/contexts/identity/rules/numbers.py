"""Numbers that name people and organisations: mobile numbers, identity numbers, unified social credit codes."""

from datetime import date

from tianping.kit.problems import FieldProblem, InvalidInput, Text

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    f"{code}"
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
"""First two digits, GB/T 2260; 81 to 83 are residence permits of Hong Kong, Macao and Taiwan residents."""
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _invalid(field: str, code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(fields=(FieldProblem(field, code, Text(zh, en)),))


def normal_mobile(text: str, *, field: str = "mobile") -> str:
    """A mainland mobile number as eleven digits. Raises InvalidInput."""
    digits = "".join(c for c in text.strip().removeprefix("+86") if c not in " -")
    if len(digits) == 11 and digits.isascii() and digits.isdigit() and digits[0] == "1" and digits[1] in "3456789":
        return digits
    raise _invalid(
        field, "mobile-invalid",
        "请填写 11 位手机号码，如 13800000001", "Enter an 11-digit mobile number such as 13800000001",
    )  # fmt: skip


def masked_mobile(mobile: str) -> str:
    """138****0001."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def identity_check_digit(first17: str) -> str:
    """The 18th character of an identity number. GB 11643-1999 (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def birth_date(identity_number: str) -> date:
    """The birth date inside an identity number. Raises ValueError if it is no date."""
    return date(int(identity_number[6:10]), int(identity_number[10:12]), int(identity_number[12:14]))


def normal_identity_number(text: str, *, on: date) -> str:
    """An 18-character identity number in capitals, with right region, birth date (not after `on`) and check digit.

    Raises: InvalidInput, saying which of them is wrong.
    """
    number = "".join(text.split()).upper()
    if not (
        len(number) == 18 and number.isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")
    ):
        raise _invalid(
            "identity_number", "identity-number-form",
            "公民身份号码为 18 位：17 位数字和 1 位校验码（数字或 X）",
            "An identity number has 18 characters: 17 digits and a check character (digit or X)",
        )  # fmt: skip
    if number[:2] not in _PROVINCES:
        raise _invalid(
            "identity_number", "identity-number-region",
            "公民身份号码前两位不是有效的地区代码，请核对", "The first two digits are not a region; please check the number",
        )  # fmt: skip
    try:
        born = birth_date(number)
    except ValueError:
        born = None
    if born is None or born.year < 1900 or born > on:
        raise _invalid(
            "identity_number", "identity-number-birth",
            "公民身份号码中的出生日期不正确，请核对", "The birth date inside the number is not right; please check it",
        )  # fmt: skip
    if identity_check_digit(number[:17]) != number[17]:
        raise _invalid(
            "identity_number", "identity-number-check",
            "公民身份号码校验位不符，请逐位核对", "The check character does not fit; please compare digit by digit",
        )  # fmt: skip
    return number


def credit_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code. GB 32100-2015 (MOD 31, powers of 3)."""
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(first17))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def normal_credit_code(text: str) -> str:
    """An 18-character unified social credit code in capitals. Raises InvalidInput."""
    code = "".join(text.split()).upper()
    if len(code) != 18 or any(c not in _CREDIT_ALPHABET for c in code) or not code[2:8].isdigit():
        raise _invalid(
            "credit_code", "credit-code-form",
            "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z）",
            "A unified social credit code has 18 digits and capital letters (never I, O, S, V, Z)",
        )  # fmt: skip
    if credit_check_character(code[:17]) != code[17]:
        raise _invalid(
            "credit_code", "credit-code-check",
            "统一社会信用代码校验位不符，请逐位核对", "The check character does not fit; please compare digit by digit",
        )  # fmt: skip
    return code


def checked_text(field: str, text: str, *, most: int) -> str:
    """A name or title without surrounding space and control characters. Raises InvalidInput."""
    clean = " ".join(text.split())
    if 2 <= len(clean) <= most and clean.isprintable():
        return clean
    raise _invalid(field, "text-invalid", f"请填写 2 至 {most} 个字", f"Enter 2 to {most} characters")


def normal_email(text: str) -> str:
    """An e-mail address in the form that mail servers take. Raises InvalidInput."""
    address = text.strip()
    name, _, domain = address.rpartition("@")
    labels = domain.split(".")
    if (
        name and len(address) <= 254 and address.isprintable() and not any(c in ' ,;<>"()' for c in address) and "@" not in name
        and len(labels) > 1 and all(label.replace("-", "").isalnum() for label in labels)
    ):  # fmt: skip
        return address
    raise _invalid(
        "email",
        "email-invalid",
        "请填写有效的电子邮箱，如 li@example.com",
        "Enter an e-mail address such as li@example.com",
    )

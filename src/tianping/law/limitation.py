"""Time bar: a warning to the filer, never a ground of the court's own motion. Civil Code 188, 192–195; JI 219."""

from datetime import date
from typing import Literal

import msgspec

from tianping.kit.problems import Text
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article
from tianping.law.time_limits import add_months

Standing = Literal["within", "ending_soon", "passed", "beyond_longest"]


class LimitationAnswer(msgspec.Struct, frozen=True):
    """`ends_on`: the last day of the period as far as told, court-local."""

    standing: Standing
    ends_on: date
    warning: Text | None
    articles: tuple[Article, ...]


def limitation_warning(
    known_on: date, filed_on: date, law: Lawbook, *, harmed_on: date | None = None, interrupted_on: date | None = None
) -> LimitationAnswer:
    """Where a claim stands: known (or last interrupted) on one day, filed on another. Civil Code 188, 195."""
    general = law.limitation.at("general", filed_on)
    longest = law.limitation.at("longest", filed_on)
    lead = law.limitation.at("warn_before", filed_on)
    begins = max(known_on, interrupted_on) if interrupted_on else known_on
    ends = add_months(begins, int(general.value) * 12)
    harm_end = add_months(harmed_on or known_on, int(longest.value) * 12)
    if filed_on > harm_end:
        return LimitationAnswer(
            "beyond_longest",
            harm_end,
            Text(
                f"自权利受到损害之日起已超过{longest.value}年，法院不予保护；有特殊情况的可以申请延长。",
                f"More than {longest.value} years since the harm: the court gives no protection, "
                "unless it extends the time for special reasons.",
            ),
            law.articles(longest.articles),
        )
    if filed_on > ends:
        return LimitationAnswer(
            "passed",
            ends,
            Text(
                f"按所填日期，{general.value}年诉讼时效已于{ends}届满。仍可起诉；对方提出时效抗辩成立的，法院将驳回请求。"
                "如曾向对方主张权利、对方同意履行或者有不可抗力等情形，请一并提交证据。",
                f"By the dates given the {general.value}-year limitation ended on {ends}. You may still file; if the "
                "other side pleads it successfully the claim is dismissed. Attach proof of any demand, promise to "
                "perform, or obstacle.",
            ),
            law.articles((*general.articles, "CC 192.1", "CC 193", "CC 194", "CC 195", "JI 219")),
        )
    if filed_on > add_months(ends, -int(lead.value)):
        return LimitationAnswer(
            "ending_soon",
            ends,
            Text(
                f"诉讼时效将于{ends}届满，请尽快提交。",
                f"The limitation period ends on {ends}; please file soon.",
            ),
            law.articles(general.articles),
        )
    return LimitationAnswer("within", ends, None, law.articles(general.articles))

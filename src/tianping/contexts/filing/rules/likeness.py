"""Like filings: the same facts filed twice (shown, never blocked), and series against the same defendant."""

from collections.abc import Iterable
from decimal import Decimal

from tianping.contexts.filing.model import Answers

_OBJECTS = {
    "order_no": "order",
    "contract_no": "contract",
    "account": "account",
    "registration_no": "registration",
    "infringe_url": "url",
    "urls": "url",
}
"""Facts that name the object of the dispute, and the kind under which their digests are kept."""


_CLAIMANT = "claimant"
_UNTOLD = frozenset({"like", "third_party"})
"""Kinds that are searched and grouped by, and say nothing about the sameness of two disputes."""


def prints(answers: Answers, *, amount: Decimal | None) -> list[tuple[str, str]]:
    """What a filing is recognised by: parties, the object of the dispute, the sum. Readable text; kept as digests."""
    found: list[tuple[str, str]] = []
    for capacity, parties in (
        ("plaintiff", answers.plaintiffs),
        ("defendant", answers.defendants),
        ("third_party", answers.third_parties),
    ):
        for party in parties:
            names = {party.name, party.label, party.shop} - {""}
            found += [(capacity, name) for name in sorted(names)]
            if capacity == "plaintiff":
                # Many people share a name: who files again is recognised by number, so that nobody hears of a
                # namesake's filing.
                number = (party.identity_number or party.credit_code).strip().upper()
                found += [(_CLAIMANT, who) for who in ([number] if number else sorted(names))]
    for key, kind in _OBJECTS.items():
        value = answers.facts.get(key)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.strip():
                found.append((kind, text.strip()))
    if answers.case_type:
        found += [("like", f"{answers.case_type}\0{name}") for capacity, name in found if capacity == "defendant"]
    if amount:
        found.append(("amount", f"{amount:.2f}"))
    return list(dict.fromkeys(found))


def same_facts(shared: Iterable[str]) -> bool:
    """Whether filings that share these kinds of fingerprints tell the same facts: the same plaintiff, and the same
    object or the same defendant and sum. A hint for people; JI art. 247 decides on suits, not on filings."""
    kinds = set(shared)
    if _CLAIMANT not in kinds:
        return False
    return bool(kinds & set(_OBJECTS.values())) or {"defendant", "amount"} <= kinds


def shown(shared: Iterable[str]) -> list[str]:
    """The kinds as people are told them: what is the same."""
    return sorted({"plaintiff" if kind == _CLAIMANT else kind for kind in shared if kind not in _UNTOLD})


def in_series(shared: Iterable[str]) -> bool:
    """Whether filings belong to one series: the same defendant in the same type of case."""
    return "like" in set(shared)

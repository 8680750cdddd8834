"""From the answers to what the documents context writes the complaint from (`interfaces/documents.py`)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tianping.contexts.filing.model import Agent, Answers, Edit, Exhibit, Filing, Party, Signature
from tianping.contexts.filing.rules.answering import plain
from tianping.contexts.filing.rules.claims import ComputedClaim, compute
from tianping.interfaces.identity import Power
from tianping.kit.clock import court_day
from tianping.kit.problems import Text
from tianping.law.claim_entries import CaseType
from tianping.law.lawbook import Lawbook

_SEX = {"male": "男", "female": "女"}
POWER_NAMES: dict[str, Text] = {
    Power.GENERAL: Text("一般代理", "general powers"),
    Power.ADMIT_CLAIMS: Text("承认诉讼请求", "to admit claims"),
    Power.WAIVE_CLAIMS: Text("放弃诉讼请求、撤诉", "to waive claims and withdraw"),
    Power.CHANGE_CLAIMS: Text("变更诉讼请求", "to change claims"),
    Power.SETTLE: Text("进行和解", "to settle"),
    Power.COUNTERCLAIM: Text("提起反诉", "to counterclaim"),
    Power.APPEAL: Text("提起上诉", "to appeal"),
    Power.RECEIVE_MONEY: Text("代收款项", "to receive money"),
}
_OFFICES = {
    "lawyer": "律师",
    "legal_worker": "基层法律服务工作者",
    "relative": "近亲属",
    "staff": "工作人员",
    "recommended": "被推荐的公民",
}


def content(filing: Filing, law: Lawbook, on: date) -> dict[str, Any]:
    """`{"answers", "edits", "signatures"}` as `Documents.compose_complaint` and the printed complaint take it.

    `on` is the court-local day of filing: figures and causes are those of that day.
    """
    answers = filing.answers
    kind = law.case_types.get(answers.case_type or "")
    claims = compute(kind, answers, law, on)
    cause = answers.cause or (kind.causes[0] if kind and kind.causes else None)
    written = {
        "case_type": answers.case_type or "general",
        "cause": cause or "",
        "plaintiffs": [_party(party, answers.agents) for party in answers.plaintiffs if party.called],
        "defendants": [_party(party, []) for party in answers.defendants if party.called],
        "third_parties": [_third_party(party) for party in answers.third_parties if party.called],
        "claims": [_claim(answers, claim) for claim in claims],
        "facts": _facts(answers, kind),
        "events": [{"on": event.on.isoformat(), "text": event.text} for event in answers.events],
        "reasons": answers.reasons,
        "evidence": [_exhibit(exhibit) for exhibit in answers.evidence if exhibit.name],
        "articles": [],
    }
    return {
        "answers": written,
        "edits": edits(filing.edits),
        "signatures": [_signature(filing.signature)] if filing.signature else [],
        "signed_on": court_day(filing.signature.signed_at).isoformat() if filing.signature else None,
    }


def edits(made: dict[str, Edit]) -> list[dict[str, str]]:
    return [{"id": key, "text": edit.text, "replaces": edit.was} for key, edit in made.items()]


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "name": signature.name,
        "capacity": "起诉人",
        "signed_at": signature.signed_at.isoformat(),
        "digest": signature.digest,
        "image": signature.image,
    }


def _party(party: Party, agents: Iterable[Agent]) -> dict[str, Any]:
    if party.kind == "unknown" or not party.name:
        return _given(type="unknown", label=party.called, platform=party.platform, known=party.known)
    common = _given(
        type=party.kind,
        name=party.name,
        address=party.address or party.domicile,
        telephone=party.telephone,
        service_address=party.service_address,
    )
    common["agents"] = [_agent(agent) for agent in agents if agent.name]
    if party.kind == "organisation":
        return common | _given(
            shop=party.shop,
            credit_code=party.credit_code,
            representative=party.representative,
            representative_office=party.representative_office,
        )
    return common | _given(
        sex=_SEX.get(party.sex or "", ""),
        born_on=party.born_on.isoformat() if party.born_on else "",
        ethnicity=party.ethnicity,
        occupation=party.occupation,
        identity_number=party.identity_number,
    )


def _third_party(party: Party) -> dict[str, Any]:
    """With its standing, from which the complaint asks the court to notify it. CPL art. 59; JI art. 222."""
    standing = None if party.independent_claim is None else ("independent" if party.independent_claim else "interested")
    return _party(party, []) | {"standing": standing, "interest": party.interest or None}


def _given(**values: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _agent(agent: Agent) -> dict[str, Any]:
    special = [POWER_NAMES[power].zh for power in agent.powers if power in POWER_NAMES and power != Power.GENERAL]
    office = f"{agent.unit}{_OFFICES[agent.kind] if agent.kind else ''}"
    return {"name": agent.name, "office": office or None, "powers": special}


def _claim(answers: Answers, claim: ComputedClaim) -> dict[str, Any]:
    answer = answers.claims[claim.position] if claim.position is not None else None
    reduced = claim.computed is not None and claim.amount != claim.computed
    stated = claim.formula is not None and claim.formula.zh.startswith("按所填金额")
    return {
        "id": claim.kind,
        "text": claim.text or None,
        "amount": str(claim.amount) if claim.amount is not None else None,
        "formula": claim.formula.zh if claim.formula and not reduced and not stated else None,
        "articles": [article.cite for article in claim.articles],
        "against": answer.against if answer else [],
        "details": answer.details if answer else {},
    }


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    source = exhibit.source + (f"（存证编号{exhibit.chain_number}）" if exhibit.chain_number else "")
    return {
        "name": exhibit.name,
        "source": source,
        "proves": exhibit.proves,
        "original": exhibit.original,
        "pages": exhibit.pages,
    }


def _facts(answers: Answers, kind: CaseType | None) -> dict[str, Any]:
    """The facts, with references to parties and exhibits (`defendants.0`, `evidence.2`) put into their names."""
    facts = dict(plain(answers)["facts"])
    for field in kind.fields if kind else ():
        value = facts.get(field.key)
        if field.type in {"party_ref", "evidence_ref"} and isinstance(value, str):
            facts[field.key] = _named(answers, value)
    return facts


def _named(answers: Answers, reference: str) -> str:
    group, _, index = reference.partition(".")
    if not index.isdigit():
        return reference
    position = int(index)
    if group in {"plaintiffs", "defendants", "third_parties"}:
        parties: list[Party] = getattr(answers, group)
        return parties[position].called if position < len(parties) else reference
    if group == "evidence" and position < len(answers.evidence):
        return f"证据{position + 1}“{answers.evidence[position].name}”"
    return reference

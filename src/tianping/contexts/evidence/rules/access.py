"""Access of platforms: from which standing which decision leads where, scores, certificates, words. ORL art. 17."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from tianping.contexts.evidence.model.access import Application, Decision, Paper, Resolution, Sheet, SheetLine, Standing
from tianping.contexts.evidence.rules import problems
from tianping.kit.clock import court_day
from tianping.kit.digests import canonical, sm3
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.ledger_access import AccessStandard

STEPS: dict[Decision, tuple[frozenset[Standing], Standing]] = {
    Decision.PROBATION: (frozenset({Standing.APPLIED}), Standing.PROBATION),
    Decision.ADMIT: (frozenset({Standing.PROBATION}), Standing.ADMITTED),
    Decision.REFUSE: (frozenset({Standing.APPLIED, Standing.PROBATION}), Standing.REVOKED),
    Decision.SUSPEND: (frozenset({Standing.PROBATION, Standing.ADMITTED}), Standing.SUSPENDED),
    Decision.RESUME: (frozenset({Standing.SUSPENDED}), Standing.PROBATION),
    Decision.REVOKE: (frozenset({Standing.PROBATION, Standing.ADMITTED, Standing.SUSPENDED}), Standing.REVOKED),
}
"""As the ledger itself has them: what it would refuse is refused here, in time to say why."""

NEED_SCORE = frozenset({Decision.PROBATION, Decision.ADMIT, Decision.RESUME})

STANDINGS: dict[str, Text] = {
    "received": Text("已收到，待上链", "Received, not on the ledger yet"),
    "applied": Text("已申请，待评估", "Applied, to be assessed"),
    "probation": Text("试运行", "On probation"),
    "admitted": Text("正式接入", "Admitted"),
    "suspended": Text("暂停接入", "Suspended"),
    "revoked": Text("已撤销或者未予接入", "Revoked, or refused"),
    "removed": Text("已移除", "Removed"),
}
MEANINGS: dict[str, Text] = {
    "received": Text(
        "材料在本院，申请尚未上链，不能存证。", "The papers are with the court; nothing can be deposited."
    ),
    "applied": Text(
        "正在按公开标准评估，不能存证。", "Being assessed by the published standard; nothing can be deposited."
    ),
    "probation": Text(
        "评估合格，由两名审核人批准试运行，可以存证。",
        "Passed and let in on probation by two officers; it may deposit.",
    ),
    "admitted": Text("试运行期满，由两名审核人批准正式接入。", "Admitted by two officers after its time of probation."),
    "suspended": Text(
        "已暂停，存证被拒绝；此前的存证仍可核验。",
        "Stopped: deposits are refused; earlier ones are verified as before.",
    ),
    "revoked": Text(
        "未予接入或者已撤销；此前的存证仍可核验，但应结合撤销原因审查。",
        "Refused or revoked; earlier deposits are weighed with the reasons.",
    ),
    "removed": Text("已移除。", "Removed."),
}
DECISIONS: dict[Decision, Text] = {
    Decision.PROBATION: Text("批准试运行", "Let in on probation"),
    Decision.ADMIT: Text("批准正式接入", "Admit"),
    Decision.REFUSE: Text("不予接入", "Refuse"),
    Decision.SUSPEND: Text("暂停接入", "Suspend"),
    Decision.RESUME: Text("恢复（重新试运行）", "Resume, on probation"),
    Decision.REVOKE: Text("撤销接入", "Revoke"),
}
STEP_NAMES: dict[str, Text] = {
    "access.apply": Text("提出接入申请", "Applied for access"),
    "access.assess": Text("完成评估", "Was assessed"),
    "access.rekey": Text("更换证书", "Changed its certificate"),
}

_PEM = re.compile(r"\s*-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----\s*")


def fingerprint_of(pem: str) -> str:
    """SM3 of the certificate's DER. Raises InvalidInput for what is no PEM; whether it counts the ledger checks."""
    found = _PEM.fullmatch(pem)
    try:
        return sm3(base64.b64decode(re.sub(r"\s", "", found[1]), validate=True)) if found else _not_pem()
    except binascii.Error:
        return _not_pem()


def _not_pem() -> str:
    wrong = Text("应为一张 PEM 格式的 SM2 证书", "should be one SM2 certificate in PEM")
    raise InvalidInput(fields=(FieldProblem("certificate", "not-a-certificate", wrong),))


def check_papers(kinds: Sequence[str], standard: AccessStandard) -> None:
    """Raises InvalidInput for kinds that the standard does not know, PapersIncomplete for those that it requires."""
    known = {paper.id: paper for paper in standard.papers}
    for at, kind in enumerate(kinds):
        if kind not in known:
            wrong = Text("标准中没有这类材料", "The standard knows no such paper")
            raise InvalidInput(fields=(FieldProblem(f"papers.{at}.kind", "unknown-paper", wrong),))
    missing = [paper for paper in standard.papers if paper.required and paper.id not in kinds]
    if missing:
        raise problems.PapersIncomplete(
            missing=[paper.id for paper in missing],
            zh="、".join(paper.zh for paper in missing),
            en="; ".join(paper.en for paper in missing),
        )


def manifest(application: str, standard: str, papers: Sequence[Paper]) -> bytes:
    """What stands for the papers on the ledger: kinds and digests, no names."""
    listed = [{"kind": one.kind, "digest": one.digest, "size": one.size} for one in papers]
    return canonical(
        {"format": "tianping-papers/1", "application": application, "standard": standard, "papers": listed}
    )


def score_of(lines: Sequence[SheetLine], standard: AccessStandard) -> tuple[int, bool]:
    """Points, and whether they let it in. Raises SheetIncomplete."""
    most = {item.id: item.score for item in standard.items}
    given = {line.item: line.score for line in lines}
    if len(given) != len(lines) or set(given) != set(most) or any(given[item] > most[item] for item in most):
        raise problems.SheetIncomplete
    score = sum(given.values())
    failed = any(item.mandatory and given[item.id] == 0 for item in standard.items)
    return score, score >= standard.passing and not failed


def check_decision(
    application: Application, decision: Decision, *, sheet: Sheet | None, probation_since: Resolution | None, at: datetime,
    standard: AccessStandard,
) -> None:  # fmt: skip
    """Raises WrongStanding, ScoreTooLow, OnProbation."""
    before, _ = STEPS[decision]
    if application.standing not in before:
        raise problems.WrongStanding
    if decision in NEED_SCORE and (sheet is None or not sheet.passed):
        raise problems.ScoreTooLow
    if decision is Decision.ADMIT:
        since = probation_since.recorded_at if probation_since is not None else None
        until = None if since is None else since + timedelta(days=standard.probation_days)
        if until is None or until > at:
            raise problems.OnProbation(until=None if until is None else court_day(until).isoformat())


def approval_of(application: Application) -> Decision:
    """What approving means now. Raises WrongStanding."""
    if application.standing is Standing.APPLIED:
        return Decision.PROBATION
    if application.standing is Standing.PROBATION:
        return Decision.ADMIT
    raise problems.WrongStanding

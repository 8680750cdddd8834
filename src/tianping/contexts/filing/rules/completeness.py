"""What is still missing before a complaint can be handed in, field by field. CPL arts. 122, 124; RG arts. 4, 6."""

from datetime import date

import msgspec

from tianping.contexts.filing.model import Agent, Answers, Exhibit, Party
from tianping.contexts.filing.rules import words
from tianping.contexts.filing.rules.claims import OTHER, ComputedClaim, claim_kind
from tianping.kit.problems import FieldProblem, Text
from tianping.law.causes import cause_named
from tianping.law.claim_entries import CaseType
from tianping.law.elements import check_elements
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something about one answer. `blocking`: the filing cannot be handed in like this. `article`: why it is asked.

    `message` names the party, claim or exhibit (`Defendant 2: address missing`); `short` does not, for beside the field.
    """

    field: str
    code: str
    message: Text
    short: Text
    blocking: bool = True
    article: Article | None = None


class GroupProgress(msgspec.Struct, frozen=True):
    """A group of answers: how many required answers there are and how many are given."""

    group: str
    required: int
    given: int


class Progress(msgspec.Struct, frozen=True):
    required: int
    given: int
    groups: list[GroupProgress]


_WITHOUT_SUM = frozenset({"return_goods"})
"""Claims that may stand without their sum: who bears the freight can be claimed before it is known."""

_PERSON = {
    "name": Text("姓名", "name"),
    "sex": Text("性别", "sex"),
    "born_on": Text("出生日期", "date of birth"),
    "address": Text("住址", "address"),
    "telephone": Text("联系电话", "telephone"),
}
_ORGANISATION = {
    "name": Text("名称", "name"),
    "credit_code": Text("统一社会信用代码", "unified social credit code"),
    "address": Text("住所地", "registered address"),
    "representative": Text("法定代表人或者负责人", "legal representative"),
    "telephone": Text("联系电话", "telephone"),
}
_OPPONENT = {
    "person": {"name": Text("姓名", "name")},
    "organisation": {"name": Text("名称", "name"), "address": Text("住所地", "registered address")},
    "unknown": {
        "label": Text("店铺或者账号名称", "name of the shop or account"),
        "platform": Text("所在平台", "platform"),
        "known": Text("已知的信息", "what is known"),
    },
}


def check(
    answers: Answers, kind: CaseType | None, claims: list[ComputedClaim], law: Lawbook, on: date
) -> tuple[list[Finding], Progress]:
    """All findings and the progress, on the day on which it would be handed in."""
    tally = _Tally(answers, law)
    _check_kind(answers, kind, law, on, tally)
    tally.at_least_one("plaintiffs", bool(answers.plaintiffs), Text("原告", "a plaintiff"), "CPL 124(1)")
    for position, party in enumerate(answers.plaintiffs):
        wanted = _ORGANISATION if party.kind == "organisation" else _PERSON
        _check_party(f"plaintiffs.{position}", party, wanted, "CPL 124(1)", tally)
        if party.kind == "unknown":
            tally.note(
                f"plaintiffs.{position}.kind", "plaintiff-unknown", Text("原告须写明身份", "A plaintiff must be named")
            )
    tally.at_least_one("defendants", bool(answers.defendants), Text("被告", "a defendant"), "CPL 122(2)")
    for position, party in enumerate(answers.defendants):
        _check_party(f"defendants.{position}", party, _OPPONENT[party.kind], "CPL 124(2)", tally)
        _check_definite(f"defendants.{position}", party, tally)
    for position, party in enumerate(answers.third_parties):
        _check_third_party(f"third_parties.{position}", party, tally)
    for position, agent in enumerate(answers.agents):
        _check_agent(f"agents.{position}", agent, tally)
    _check_claims(answers, kind, claims, tally)
    if kind is not None:
        _check_facts(answers, kind, tally)
    for position, event in enumerate(answers.events):
        if event.on > on:
            future = Text("发生日期不能晚于今天", "The day lies in the future")
            tally.note(f"events.{position}.on", "in-the-future", future)
    for position, exhibit in enumerate(answers.evidence):
        _check_exhibit(f"evidence.{position}", exhibit, tally)
    if not answers.evidence:
        missing = Text("尚未提交证据，建议至少提交一份", "No evidence yet; at least one piece is advisable")
        tally.note("evidence", "no-evidence", missing, blocking=False, article="RG 6(5)")
    return tally.findings, tally.progress()


class _Tally:
    def __init__(self, answers: Answers, law: Lawbook) -> None:
        self._answers = answers
        self._law = law
        self.findings: list[Finding] = []
        self._required: dict[str, int] = {}
        self._given: dict[str, int] = {}

    def note(
        self, field: str, code: str, message: Text, *, blocking: bool = True, article: str | None = None,
        whom: Text | None = None,
    ) -> None:  # fmt: skip
        basis = self._law.article(article) if article else None
        full = words.about(whom or words.subject(self._answers, field), message)
        self.findings.append(
            Finding(
                field=field, code=code, message=full, short=words.label(message), blocking=blocking, article=basis
            )
        )  # fmt: skip

    def count(self, field: str, *, given: bool) -> None:
        group = field.partition(".")[0]
        self._required[group] = self._required.get(group, 0) + 1
        self._given[group] = self._given.get(group, 0) + given

    def required(self, field: str, *, given: bool, name: Text, article: str | None = None) -> None:
        self.count(field, given=given)
        if not given:
            self.note(field, "required", Text(f"缺少{name.zh}", f"{name.en} missing"), article=article)

    def asked(self, field: str, *, given: bool, message: Text, article: str) -> None:
        self.count(field, given=given)
        if not given:
            self.note(field, "required", message, article=article)

    def at_least_one(self, field: str, given: bool, name: Text, article: str) -> None:
        self.count(field, given=given)
        if not given:
            self.note(field, "required", Text(f"请至少填写一名{name.zh}", f"Name {name.en}"), article=article)

    def progress(self) -> Progress:
        groups = [GroupProgress(group, self._required[group], self._given[group]) for group in self._required]
        return Progress(sum(self._required.values()), sum(self._given.values()), groups)


def _check_kind(answers: Answers, kind: CaseType | None, law: Lawbook, on: date, tally: _Tally) -> None:
    tally.required("case_type", given=kind is not None, name=Text("纠纷类型", "type of dispute"))
    if kind is None:
        return
    if not kind.causes or len(kind.causes) > 1:
        tally.required(
            "cause", given=answers.cause is not None, name=Text("案由", "cause of action"), article="CPL 124(3)"
        )
    if answers.cause is not None and cause_named(law, answers.cause, on) is None:
        unknown = Text("现行案由规定中没有此案由", "The list of causes in force does not have this one")
        tally.note("cause", "cause-unknown", unknown, blocking=False)


def _check_party(path: str, party: Party, wanted: dict[str, Text], article: str, tally: _Tally) -> None:
    for field, name in wanted.items():
        tally.required(f"{path}.{field}", given=bool(getattr(party, field)), name=name, article=article)


def _check_definite(path: str, party: Party, tally: _Tally) -> None:
    """A person needs something besides the name to be told from others of that name. JI art. 209."""
    if party.kind != "person":
        return
    if not any((party.address, party.domicile, party.telephone, party.identity_number, party.label, party.occupation)):
        more = Text(
            "除姓名外，请至少再提供一项可以区别他人的信息（住址、电话、单位或者账号）",
            "Besides the name give one more particular: address, telephone, work or account",
        )
        tally.note(f"{path}.address", "not-definite", more, article="JI 209")


def _check_third_party(path: str, party: Party, tally: _Tally) -> None:
    """Who it is, and why it should take part: a claim of its own or an interest in the outcome. CPL art. 59; JI art. 222."""
    if party.kind == "unknown":
        named = Text("第三人须写明是谁", "A third party must be named")
        tally.note(f"{path}.kind", "third-party-unknown", named, article="CPL 59")
    else:
        _check_party(path, party, _OPPONENT[party.kind], "CPL 59", tally)
    standing = Text("请选择有无独立请求权", "Say whether it has a claim of its own")
    tally.asked(
        f"{path}.independent_claim", given=party.independent_claim is not None, message=standing, article="CPL 59"
    )
    interest = Text("请写明与本案的关系", "Say how it is concerned")
    tally.asked(f"{path}.interest", given=bool(party.interest.strip()), message=interest, article="CPL 59")


def _check_agent(path: str, agent: Agent, tally: _Tally) -> None:
    """CPL arts. 61, 62: who acts, as what, with which powers."""
    tally.required(f"{path}.name", given=bool(agent.name), name=Text("姓名", "name"), article="CPL 61")
    kind = Text("请选择代理人的身份", "Say what the agent acts as")
    tally.asked(f"{path}.kind", given=agent.kind is not None, message=kind, article="CPL 61")
    tally.required(f"{path}.powers", given=bool(agent.powers), name=Text("代理权限", "powers"), article="CPL 62")


def _check_claims(answers: Answers, kind: CaseType | None, claims: list[ComputedClaim], tally: _Tally) -> None:
    tally.count("claims", given=bool(answers.claims))
    if not answers.claims:
        none = Text("请至少提出一项诉讼请求", "Please raise at least one claim")
        tally.note("claims", "required", none, article="CPL 122(3)")
    for position, (answer, claim) in enumerate(zip(answers.claims, claims, strict=True)):
        path = f"claims.{position}"
        if kind is not None and claim_kind(kind, answer.kind) is None:
            tally.required(f"{path}.text", given=bool(answer.text.strip()), name=Text("请求内容", "what is claimed"))
            if answer.kind != OTHER:
                odd = Text(
                    "该类纠纷没有这种请求，请选择“其他请求”", "This type of dispute has no such claim; choose “other”"
                )
                tally.note(f"{path}.kind", "claim-unknown", odd)
        for key in claim.missing if answer.amount is None else ():
            needed = Text("计算金额还需要填写此项", "This is needed to work out the sum")
            asked = kind is not None and any(field.key == key for field in kind.fields)
            where = f"facts.{key}" if asked else f"{path}.inputs.{key}"
            tally.note(where, "needed-for-claim", needed, blocking=claim.kind not in _WITHOUT_SUM)
        if claim.computed is not None and answer.amount is not None and answer.amount > claim.computed:
            above = Text(
                f"超过按公式计算的{claim.computed}元；可以少主张，如需多主张请另列“其他请求”并说明依据",
                f"More than the {claim.computed} yuan that the formula gives; claim less, or raise another claim with its ground",
            )
            tally.note(f"{path}.amount", "above-computed", above)
        if claim.warning is not None:
            tally.note(f"{path}.amount", "outside-range", claim.warning, blocking=False)
        for against in answer.against:
            if against >= len(answers.defendants):
                gone = Text("所指的被告已删除", "This defendant is gone")
                tally.note(f"{path}.against", "defendant-gone", gone)


def _check_facts(answers: Answers, kind: CaseType, tally: _Tally) -> None:
    known = {field.key for field in kind.fields}
    found = check_elements(kind, {key: value for key, value in answers.facts.items() if key in known})
    for field in kind.fields:
        if field.required:
            tally.count(f"facts.{field.key}", given=field.key in found.values)
    names = {field.key: Text(field.zh, field.en) for field in kind.fields}
    for problem in found.problems:
        message, name = problem.message, names.get(problem.field)
        if name is not None and problem.code == "required":
            message, name = Text(f"缺少：{name.zh}", f"Missing: {name.en}"), None
        whom = words.label(name) if name else None
        tally.note(f"facts.{problem.field}", problem.code, message, article="CPL 124(3)", whom=whom)


def _check_exhibit(path: str, exhibit: Exhibit, tally: _Tally) -> None:
    tally.required(f"{path}.name", given=bool(exhibit.name), name=Text("名称", "name"))
    tally.required(f"{path}.source", given=bool(exhibit.source), name=Text("来源", "source"), article="CPL 124(4)")
    tally.required(f"{path}.proves", given=bool(exhibit.proves), name=Text("证明内容", "what it proves"))
    if exhibit.upload_id is None and not exhibit.chain_number:
        tally.note(
            f"{path}.upload_id",
            "no-material",
            Text("请上传材料或者填写存证编号", "Upload a file or give a deposit number"),
        )


def fact_problems(kind: CaseType | None, key: str, value: object) -> list[FieldProblem]:
    """What is wrong with one fact as it is saved; a draft may lack facts but holds none of the wrong form."""
    if value is None:
        return []
    if kind is None:
        first = Text("请先选择纠纷类型", "Choose the type of dispute first")
        return [FieldProblem(f"facts.{key}", "case-type-first", first)]
    found = check_elements(kind, {key: value}, complete=False)
    return [FieldProblem(f"facts.{p.field}", p.code, p.message) for p in found.problems]

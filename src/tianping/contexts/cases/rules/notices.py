"""What people are told about a case: title and text in both languages, and who is told."""

from uuid import UUID

from tianping.contexts.cases.model import JUDGES, Case, Request
from tianping.contexts.cases.rules.words import (
    BENCH_KINDS,
    GROUNDS_CLOSED,
    LEVELS,
    PROCEDURES,
    SEATS,
    WAITING,
)
from tianping.interfaces.delivery import Notice
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text


def plaintiff_side(case: Case) -> list[PersonId]:
    """Plaintiffs, their agents and the filer, each once."""
    people: list[PersonId] = [case.filer]
    for party in case.parties:
        if party.capacity == "plaintiff":
            people += [p for p in (party.person_id, *party.agents) if p]
    return list(dict.fromkeys(people))


def all_sides(case: Case) -> list[PersonId]:
    """Every party that is known as a person here, every agent, and the filer."""
    people = plaintiff_side(case)
    for party in case.parties:
        people += [p for p in (party.person_id, *party.agents) if p]
    return list(dict.fromkeys(people))


def to_each(people: list[PersonId], case: Case, event: UUID, title: Text, body: Text) -> list[Notice]:
    """The same notice to each; the key makes it once however often the event is handled."""
    return [
        Notice(to=p, key=f"{event}:{p}", title=title, body=body, link=f"/cases/{case.id}", matter=case.id)
        for p in people
    ]


def opened(case: Case) -> tuple[Text, Text]:
    procedure, bench = PROCEDURES[case.procedure], BENCH_KINDS[case.bench_kind]
    return (
        Text("您的案件已立案", "Your case is opened"),
        Text(
            f"案号{case.number}，适用{procedure.zh}，{bench.zh}。交费通知将另行送达。",
            f"Number {case.number}; {procedure.en.lower()}, {bench.en.lower()}. Notice of the fee follows.",
        ),
    )


def _bench(case: Case) -> tuple[str, str]:
    zh = "、".join(f"{s.name}（{SEATS[s.seat].zh}）" for s in case.bench)
    en = ", ".join(f"{s.name} ({SEATS[s.seat].en})" for s in case.bench)
    return zh, en


def bench_fixed(case: Case, *, changed: bool) -> tuple[Text, Text]:
    """Who sits, and that recusal may be asked for. CPL arts. 47, 131."""
    zh, en = _bench(case)
    title = (
        Text("审判组织成员已变更", "The bench has changed") if changed else Text("审判组织已确定", "The bench is fixed")
    )
    return title, Text(
        f"{case.number}：{zh}。您有权申请回避，并可以查验随机分案过程。",
        f"{case.number}: {en}. You may ask for recusal, and check the random draw.",
    )


def to_bench(case: Case) -> tuple[Text, Text]:
    return (
        Text("您有新的案件", "A case was assigned to you"),
        Text(f"{case.number}，案由：{case.cause}。", f"{case.number}, cause: {case.cause}."),
    )


def procedure_changed(case: Case) -> tuple[Text, Text]:
    procedure, bench = PROCEDURES[case.procedure], BENCH_KINDS[case.bench_kind]
    return (
        Text("审理程序或者审判组织形式已变更", "Procedure or bench has changed by ruling"),
        Text(
            f"{case.number}现适用{procedure.zh}，{bench.zh}。",
            f"{case.number}: now {procedure.en.lower()}, {bench.en.lower()}.",
        ),
    )


def closed(case: Case) -> tuple[Text, Text]:
    ground = GROUNDS_CLOSED[case.closed_ground or ""]
    return (
        Text("案件已结案", "The case is closed"),
        Text(f"{case.number}：{ground.zh}。", f"{case.number}: {ground.en}."),
    )


def waiting(case: Case) -> tuple[Text, Text]:
    why = WAITING[case.waiting or ""]
    return (
        Text("案件等待分案", "A case waits for a bench"),
        Text(f"{case.number}：{why.zh}。", f"{case.number}: {why.en}."),
    )


def request_to_decide(case: Case, request: Request) -> tuple[Text, Text]:
    due_zh = f"，期限至{request.due.isoformat()}" if request.due else ""
    due_en = f", until {request.due.isoformat()}" if request.due else ""
    what = (
        Text(f"{request.about_name}的回避申请", f"recusal of {request.about_name}")
        if request.kind == "recusal"
        else Text(f"{request.about_name}的重新分案申请", f"reassignment from {request.about_name}")
    )
    return (
        Text("有申请待您决定", "A request waits for your decision"),
        Text(f"{case.number}：{what.zh}{due_zh}。", f"{case.number}: {what.en}{due_en}."),
    )


def request_decided(case: Case, request: Request) -> tuple[Text, Text]:
    granted = request.state == "granted"
    level = LEVELS[request.level]
    more_zh = "可以申请复议一次。" if request.kind == "recusal" and not granted and not request.reconsiders else ""
    more_en = " You may ask once for reconsideration." if more_zh else ""
    return (
        Text("您的申请已有决定", "Your request is decided"),
        Text(
            f"{case.number}：{level.zh}{'准许' if granted else '驳回'}了您的申请。理由：{request.decision_reason}{more_zh}",
            f"{case.number}: your request is {'granted' if granted else 'refused'} by {level.en}. "
            f"Reason: {request.decision_reason}{more_en}",
        ),
    )


def judges_of(case: Case) -> list[PersonId]:
    return [s.person_id for s in case.bench if s.seat in JUDGES]

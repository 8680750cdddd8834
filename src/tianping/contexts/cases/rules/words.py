"""What cases says to people, in Chinese and English: names of states and acts, docket entries, notices."""

from datetime import date

from tianping.contexts.cases.model import Seat, Stage
from tianping.interfaces.cases import DocketFact
from tianping.kit.money import Money
from tianping.kit.problems import Text

STAGES: dict[Stage, Text] = {
    Stage.OPENED: Text("已立案", "Opened"),
    Stage.AWAITING_FEE: Text("待交费", "Awaiting the fee"),
    Stage.PAID: Text("待分案", "Awaiting assignment"),
    Stage.ASSIGNED: Text("审理中", "Before the bench"),
    Stage.CLOSED: Text("已结案", "Closed"),
}
PROCEDURES = {
    "ordinary": Text("普通程序", "Ordinary procedure"),
    "simplified": Text("简易程序", "Simplified procedure"),
    "small_claims": Text("小额诉讼程序", "Small claims procedure"),
}
BENCH_KINDS = {"sole": Text("独任审理", "Sole judge"), "collegial": Text("合议庭审理", "Collegial bench")}
SEATS: dict[str, Text] = {
    Seat.SOLE: Text("独任审判员", "sole judge"),
    Seat.PRESIDING: Text("审判长", "presiding judge"),
    Seat.JUDGE: Text("审判员", "judge"),
    Seat.CLERK: Text("书记员", "clerk"),
}
CAPACITIES = {
    "plaintiff": Text("原告", "plaintiff"),
    "defendant": Text("被告", "defendant"),
    "third_party": Text("第三人", "third party"),
    "agent": Text("诉讼代理人", "agent"),
    "bench": Text("审判组织成员", "member of the bench"),
    "clerk": Text("书记员", "clerk"),
    "staff": Text("法院管理人员", "court leadership"),
}
THIRD_PARTIES = {
    True: Text("有独立请求权的第三人", "third party with a claim of its own"),
    False: Text("无独立请求权的第三人", "third party without a claim of its own"),
}
NEXT = {
    "order_fee": Text("法院核算并通知诉讼费", "The court computes the fee and gives notice"),
    "pay_fee": Text("原告交纳案件受理费", "The plaintiff pays the acceptance fee"),
    "draw_bench": Text("随机分案", "Random assignment"),
    "await_bench": Text("等待确定审判组织", "Waiting for a bench"),
    "notify_bench": Text("告知当事人审判人员", "Tell the parties who sits"),
    "trial": Text("审理", "Trial"),
    "none": Text("无", "None"),
}
WAITING = {
    "no_eligible_judge": Text(
        "暂无符合条件的审判人员，已提示庭长", "No judge is eligible at present; the division head has been told"
    ),
    "no_commitment": Text(
        "没有在起诉之前公布的随机种子承诺可用，已提示庭长",
        "No seed committed before the filing is left; the division head has been told",
    ),
}
GROUNDS_CLOSED = {
    "fee_unpaid": Text("未按期交纳诉讼费，按撤诉处理", "Fee unpaid in time: treated as withdrawn"),
}
WHY_NOT = {
    "closed": Text("案件已结案", "The case is closed"),
    "no_bench": Text("审判组织尚未确定", "The bench is not fixed yet"),
    "collegial": Text("本案已由合议庭审理", "The case is already heard by a collegial bench"),
    "period_over": Text("审理期限已届满", "The trial period is over"),
    "reconsidered": Text("已申请复议，只能申请一次", "Reconsideration was asked for already; it may be asked for once"),
    "not_seated": Text("该人员已不参与本案", "This person no longer takes part in the case"),
    "request_open": Text("对该人员的申请正在审查", "A request about this person is being decided"),
}
ACTS = {
    "request-recusal": Text("申请回避", "Request recusal"),
    "decide-recusal": Text("决定回避申请", "Decide on recusal"),
    "reconsider-recusal": Text("申请复议", "Ask for reconsideration"),
    "request-reassignment": Text("申请重新分案", "Request reassignment"),
    "approve-reassignment": Text("批准重新分案", "Approve reassignment"),
    "refuse-reassignment": Text("不同意重新分案", "Refuse reassignment"),
    "change-bench-kind": Text("裁定转由合议庭审理", "Rule that a collegial bench hears it"),
    "change-procedure": Text("裁定转换审理程序", "Rule to change the procedure"),
    "retry-assignment": Text("重新抽选", "Draw again"),
    "designate-presiding": Text("指定审判长", "Designate the presiding judge"),
}
DAY_WAS_SET = Text(
    "该日期由法院另行确定，或者按当时的法院日历计算；以已告知的日期为准",
    "This day was set by the court, or counted with the court calendar of that time; the day that was told stands",
)
RECONSIDERATION = Text(
    "申请人可以在接到决定时申请复议一次；法院三日内作出复议决定，复议期间该人员不停止参与本案",
    "It may be asked for once, on receiving the decision; the court decides within three days, and meanwhile the person "
    "goes on taking part",
)
REQUEST_KINDS = {
    "recusal": Text("申请回避", "Recusal"),
    "again": Text("回避决定的复议", "Reconsideration of recusal"),
    "reassignment": Text("申请重新分案", "Reassignment"),
}
LEVELS = {
    "president": Text("院长", "the president"),
    "leadership": Text("庭长或者院长", "the division head or the president"),
    "trial_committee": Text("审判委员会", "the trial committee"),
    "presiding_judge": Text("审判长或者独任审判员", "the presiding or sole judge"),
}
RECUSAL_GROUNDS = {
    "party_or_relative": Text(
        "是本案当事人或者当事人、诉讼代理人的近亲属", "is a party, or a close relative of a party or of an agent"
    ),
    "interest": Text("与本案有利害关系", "has an interest in the case"),
    "relation": Text(
        "与当事人、诉讼代理人有其他关系，可能影响公正审理",
        "has another relation with a party or agent that may affect a fair trial",
    ),
    "gift_or_meeting": Text(
        "接受请客送礼或者违反规定会见当事人、诉讼代理人", "took gifts, or met a party or agent against the rules"
    ),
}
REASSIGNMENT_GROUNDS = {
    "illness": Text("因病不能履职", "illness"),
    "transfer": Text("工作调动", "transfer to other work"),
    "leave": Text("长期休假或者学习", "long leave or study"),
    "workload": Text("办案负担明显失衡", "a workload clearly out of balance"),
    "other": Text("其他正当理由", "another just cause"),
}
PURPOSES = {
    "first": Text("首次分案", "First assignment"),
    "reassignment": Text("重新分案", "Reassignment"),
    "recusal": Text("因回避更换", "Replacement after recusal"),
    "collegial": Text("转合议庭补充抽选", "Completing a collegial bench"),
}
BASES = {
    "filing": Text("起诉提交之前公布的承诺", "Committed before the filing was submitted"),
    "opening": Text("立案之前公布的承诺", "Committed before the case was opened"),
    "request": Text("更换事由提出之前公布的承诺", "Committed before the replacement was asked for"),
    "retry": Text("庭长决定重新抽选之前公布的承诺", "Committed before the division head's new attempt"),
}


def opened(number: str, procedure: str, bench_kind: str, evidence: int, filing: str) -> DocketFact:
    p, b = PROCEDURES[procedure], BENCH_KINDS[bench_kind]
    return DocketFact(
        "case_opened",
        Text(
            f"登记立案，案号{number}，适用{p.zh}，{b.zh}；随起诉状收到证据材料{evidence}件。",
            f"Case opened as {number}: {p.en.lower()}, {b.en.lower()}; {evidence} item(s) of evidence came with it.",
        ),
        ["CPL 126"],
        references={"filing": filing},
    )


def capacity(code: str, independent_claim: bool | None) -> Text:
    """What a party is called; of a third party, whether it claims the object of the dispute for itself. CPL art. 59."""
    return CAPACITIES[code] if independent_claim is None else THIRD_PARTIES[independent_claim]


def party_entered(
    code: str, position: int, *, identified: bool, represented: bool, independent_claim: bool | None = None
) -> DocketFact:
    c = capacity(code, independent_claim)
    zh = (
        f"列{c.zh}（第{position}名）"
        + ("" if identified else "，身份尚待查明")
        + ("，有委托诉讼代理人" if represented else "")
    )
    en = (
        f"Entered as {c.en} (no. {position})"
        + ("" if identified else ", identity still to be found")
        + (", represented by an agent" if represented else "")
    )
    article = "CPL 51" if independent_claim is None else "CPL 59.1" if independent_claim else "CPL 59.2"
    return DocketFact("party_entered", Text(f"{zh}。", f"{en}."), [article])


def related(number: str) -> DocketFact:
    return DocketFact("case_related", Text(f"本案与{number}案关联。", f"This case is related to {number}."))


def fee_ordered(amount: Money, due: date, order: str) -> DocketFact:
    return DocketFact(
        "fee_ordered",
        Text(
            f"通知原告交纳诉讼费{amount}元，期限至{due.isoformat()}。",
            f"The plaintiff is told to pay a fee of CNY {amount} by {due.isoformat()}.",
        ),
        ["FM 20", "FM 22.1"],
        references={"order": order},
    )


def fee_paid(amount: Money, receipt: str | None, order: str) -> DocketFact:
    references = {"order": order} | ({"receipt": receipt} if receipt else {})
    return DocketFact(
        "fee_paid",
        Text(f"诉讼费{amount}元已交纳。", f"The fee of CNY {amount} is paid."),
        ["FM 20"],
        references=references,
    )


def fee_event(kind: str, order: str, *, granted: bool = False) -> DocketFact:
    zh, en, article = {
        "fee_waived": (
            "准予免交或者缓交诉讼费，案件继续办理。",
            "The fee is waived or deferred; the case goes on.",
            "FM 44",
        ),
        "fee_overdue": (
            "原告未在期限内交纳诉讼费，也未获准缓交、减交、免交。",
            "The fee was not paid in time and no relief excuses it.",
            "FM 22.1",
        ),
        "fee_relief_requested": (
            "收到缓交、减交或者免交诉讼费的申请。",
            "An application for relief from the fee came in.",
            "FM 44",
        ),
        "fee_relief_decided": (
            ("准许" if granted else "不准许") + "缓交、减交或者免交诉讼费的申请。",
            f"The application for relief from the fee is {'granted' if granted else 'refused'}.",
            "FM 48",
        ),
        "fee_refunded": ("诉讼费已退还。", "A fee was refunded.", "FM 53"),
    }[kind]
    return DocketFact(kind, Text(zh, en), [article], references={"order": order})


def document_issued(title: Text, number: str, digest: str, document: str) -> DocketFact:
    return DocketFact(
        "document_issued",
        Text(f"制发《{title.zh}》（{number}）。", f"Issued: {title.en} ({number})."),
        references={"document": document, "digest": digest},
    )


def bench_drawn(
    names: list[tuple[str, str]], *, purpose: str, commitment: int, draw: str, candidates: int
) -> DocketFact:
    """`names` pairs a judge's name with the seat."""
    zh = "、".join(f"{name}（{SEATS[seat].zh}）" for name, seat in names)
    en = ", ".join(f"{name} ({SEATS[seat].en})" for name, seat in names)
    why = PURPOSES[purpose]
    return DocketFact(
        "bench_drawn",
        Text(
            f"{why.zh}：以第{commitment}号种子承诺，在{candidates}名符合条件的审判人员中随机抽选，结果为{zh}。"
            "任何人可以凭公开的种子和输入复算。",
            f"{why.en}: drawn with seed commitment no. {commitment} among {candidates} eligible judge(s): {en}. "
            "Anyone can recompute it from the published seed and input.",
        ),
        ["CPL 40"],
        references={"draw": draw, "commitment": str(commitment)},
    )


def clerk_assigned(name: str) -> DocketFact:
    return DocketFact("clerk_assigned", Text(f"书记员：{name}。", f"Clerk: {name}."), ["CPL 131"])


def awaiting(reason: str) -> DocketFact:
    text = WAITING[reason]
    return DocketFact("awaiting_assignment", Text(f"{text.zh}。", f"{text.en}."), ["CPL 40"])


def presiding_designated(name: str) -> DocketFact:
    return DocketFact(
        "presiding_designated",
        Text(f"指定{name}担任审判长。", f"{name} is designated to preside."),
        ["CPL 44"],
    )


def request_made(
    kind: str, about: str, ground: Text, reason: str, requester: str, request: str, *, again: bool = False
) -> DocketFact:
    """The reason is for the bench, the leadership and the side that asked; all others see that there was a request."""
    who = CAPACITIES[requester]
    if again:
        zh = f"{who.zh}对驳回{about}回避申请的决定申请复议。"
        en = f"The {who.en} asks that the refusal to recuse {about} be reconsidered."
        articles = ["CPL 50"]
    elif kind == "recusal":
        zh, en, articles = (
            f"{who.zh}申请{about}回避。",
            f"The {who.en} asks that {about} be recused.",
            ["CPL 47", "CPL 48"],
        )
    else:
        zh, en, articles = (
            f"申请将本案自{about}处重新分案。",
            f"It is asked that the case be reassigned from {about}.",
            [],
        )
    visible = ["bench", "clerk", "division_head", "president"]
    return DocketFact(
        f"{kind}_requested",
        Text(zh, en),
        articles,
        restricted=Text(f"事由：{ground.zh}。{reason}", f"Ground: {ground.en}. {reason}"),
        visible_to=[*visible, *({requester} - {"bench", "clerk", "staff"})],
        references={"request": request},
    )


def request_decided(kind: str, about: str, level: str, reason: str, request: str, *, granted: bool) -> DocketFact:
    who = LEVELS[level]
    if kind == "recusal":
        zh = f"{who.zh}决定：{'准许' if granted else '驳回'}对{about}的回避申请。"
        en = f"Decided by {who.en}: recusal of {about} is {'granted' if granted else 'refused'}."
        articles = ["CPL 49", "CPL 50"]
    else:
        zh = f"{who.zh}{'批准' if granted else '不同意'}将本案自{about}处重新分案。"
        en = f"Reassignment from {about} is {'approved' if granted else 'refused'} by {who.en}."
        articles = []
    return DocketFact(
        f"{kind}_{'granted' if granted else 'refused'}",
        Text(f"{zh}理由：{reason}", f"{en} Reason: {reason}"),
        articles,
        references={"request": request},
    )


def bench_kind_changed(reason: str) -> DocketFact:
    return DocketFact(
        "bench_kind_changed",
        Text(f"裁定本案转由合议庭审理。理由：{reason}", f"Ruled: a collegial bench hears the case. Reason: {reason}"),
        ["CPL 42", "CPL 43"],
    )


def procedure_changed(before: str, after: str, reason: str, due: date | None) -> DocketFact:
    b, a = PROCEDURES[before], PROCEDURES[after]
    until = due.isoformat() if due else "—"
    return DocketFact(
        "procedure_changed",
        Text(
            f"裁定由{b.zh}转为{a.zh}，审理期限自立案之日计算，至{until}。理由：{reason}",
            f"Ruled: from {b.en.lower()} to {a.en.lower()}; the trial period runs from filing to {until}. Reason: {reason}",
        ),
        ["CPL 170", "JI 258"],
    )


def closed(ground: str, *, after_change: bool) -> DocketFact:
    text = GROUNDS_CLOSED[ground]
    return DocketFact(
        "case_closed", Text(f"{text.zh}，结案。", f"{text.en}; closed."), ["JI 199" if after_change else "JI 213"]
    )

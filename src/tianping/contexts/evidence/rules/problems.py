"""What evidence refuses."""

from tianping.kit.problems import Conflict, FieldProblem, InvalidInput, NotFound, Text


class NotStoredYet(Conflict):
    code = "deposit-not-stored"
    title = Text("存证尚未上链，请稍候", "The deposit is not on the ledger yet; please wait a moment")


class NoPaperYet(NotFound):
    """The same, for who asks for its papers."""

    code = "deposit-not-stored"
    title = NotStoredYet.title


class Forgotten(Conflict):
    code = "deposit-forgotten"
    title = Text("该存证的开封值和来源事实已应存证人要求删除", "Its salt and facts were deleted as its depositor asked")


class NothingToRetry(Conflict):
    code = "nothing-to-retry"
    title = Text("只有被存证链退回的存证可以重试", "Only what the ledger refused can be tried again")


class TooManyWaiting(Conflict):
    """One person cannot fill the queue of the browser."""

    code = "captures-waiting"
    title = Text(
        "您已有网页正在固定，请等其完成后再提交", "Pages of yours are being captured already; wait until they are done"
    )


_NOT_A_MEMBER = Text("您不是这一单位的成员", "You are no member of this organisation")


def not_a_member(field: str = "organisation_id") -> InvalidInput:
    return InvalidInput(fields=(FieldProblem(field, "not-a-member", _NOT_A_MEMBER),))


class NotKept(NotFound):
    code = "file-not-kept"
    title = Text("本院没有保存这份文件", "The court does not keep this file")


class ShareOver(NotFound):
    code = "share-over"
    title = Text("分享链接不存在或已失效", "There is no such link, or it opens no more")


class NothingToVerify(Conflict):
    code = "nothing-to-verify"
    title = Text("本案没有带存证编号的材料，也没有已存证的卷宗", "Nothing in this case has a storage number yet")


class ApplicationIdTaken(Conflict):
    code = "application-id-taken"
    title = Text("该应用标识已被使用", "This id belongs to another application")


class PapersIncomplete(Conflict):
    """`missing`: kinds of the papers that the standard requires."""

    status = 422
    code = "papers-incomplete"
    title = Text("申请材料不齐全", "Papers are missing")
    detail = Text("缺少：{zh}", "Missing: {en}")
    shown = ("missing",)


class WrongStanding(Conflict):
    code = "wrong-standing"
    title = Text("该应用目前的状态不能作出这一决定", "This cannot be decided as the application stands now")


class SheetIncomplete(Conflict):
    status = 422
    code = "sheet-incomplete"
    title = Text("评分表须逐项评分，且不得超过各项满分", "The sheet scores every item once, each within its most")


class ScoreTooLow(Conflict):
    code = "score-too-low"
    title = Text("未评估或者评分未达到准入分数", "Not assessed, or below the score that admits")


class SameOfficer(Conflict):
    code = "same-officer"
    title = Text("同一决定须由两名不同的审核人作出", "Two different officers decide")


class OtherDecisionWaits(Conflict):
    code = "other-decision-waits"
    title = Text(
        "另一项决定正在等待第二名审核人，请先处理", "Another decision waits for its second officer; settle it first"
    )


class DecisionUnderWay(Conflict):
    code = "decision-under-way"
    title = Text(
        "前一项决定已经作出，尚未上链；上链之后才能作出下一项",
        "The decision before is made and not on the ledger yet; the next can follow it",
    )


class NoDecisionWaits(Conflict):
    code = "no-decision-waits"
    title = Text("没有等待第二名审核人的决定", "No decision waits for a second officer")


class OnProbation(Conflict):
    """`until`: the day from which it may be admitted."""

    code = "on-probation"
    title = Text("试运行期未满，不能转为正式接入", "The time of probation is not over")
    detail = Text("试运行期未满，至 {until} 止", "On probation until {until}")
    shown = ("until",)

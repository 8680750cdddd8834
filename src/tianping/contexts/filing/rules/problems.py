"""Refusals of filing, as facts."""

from tianping.kit.problems import Conflict, EditedElsewhere, InvalidInput, NotPermitted, Text


class ActNotPossible(Conflict):
    """The act does not fit the state of the filing."""

    code = "act-not-possible"
    title = Text("当前状态不能办理此事", "This cannot be done in the present state")
    detail = Text(
        "收件当前状态为“{state_zh}”，不能“{act_zh}”", "State of the filing: {state_en}. Not possible now: {act_en}"
    )
    shown = ("state", "act")


class AnswerEditedElsewhere(EditedElsewhere):
    """Another device saved one of these answers since; nothing was overwritten, and nothing of the request was saved.

    `conflicts` is a list of `{path, theirs, yours}`, where `theirs` is what is stored now, at `revision`.
    """

    code = "edited-elsewhere"
    detail = Text(
        "此项内容已在另一设备上修改（第 {revision} 版），您的填写没有覆盖它，请选择保留哪一个",
        "This answer was changed on another device (revision {revision}); nothing was overwritten, choose which to keep",
    )
    shown = ("revision", "conflicts")


class PathUnknown(InvalidInput):
    code = "answer-path-unknown"
    title = Text("没有这一项", "There is no such answer")


class FilingIncomplete(InvalidInput):
    """Submitting needs every required answer. CPL art. 124."""

    code = "filing-incomplete"
    title = Text("还有内容需要填写", "Some answers are still missing")
    articles = ("CPL 124",)


class NotSigned(Conflict):
    code = "not-signed"
    title = Text("请先签名", "Please sign first")
    detail = Text("起诉状须由起诉人签名或者盖章", "The complaint must be signed by the filer")
    articles = ("CPL 124", "ORL 33")


class ComplaintChanged(Conflict):
    """The text that was to be signed, or was signed, is not the present text."""

    code = "complaint-changed"
    title = Text("起诉状内容已变更，请重新核对并签名", "The complaint has changed; read it again and sign anew")
    shown = ("digest",)


class SignatureUnreadable(InvalidInput):
    code = "signature-unreadable"
    title = Text("签名图片须为 PNG，且不超过 200 KB", "The signature must be a PNG of at most 200 kB")


class StillInCourt(Conflict):
    """The case of the filing is open, or was decided: the same suit cannot be brought a second time."""

    code = "still-in-court"
    title = Text(
        "案件在办理中或者已有结果，不能重复起诉",
        "The case is before the court or was decided; it cannot be brought again",
    )
    articles = ("JI 247", "JI 214")


class NameDiffers(InvalidInput):
    code = "signature-name-differs"
    title = Text("签名姓名与实名信息不一致", "The name signed differs from the registered name")


class UploadsNotReady(Conflict):
    """`uploads` lists those that cannot be handed in yet, with their state."""

    code = "uploads-not-ready"
    title = Text("有材料尚未上传完成或者未通过检查", "Some materials are not ready")
    shown = ("uploads",)


class MandateNeeded(NotPermitted):
    """One may file for another only as member of an organisation or under a mandate. CPL arts. 61, 62."""

    code = "mandate-needed"
    title = Text("没有有效的委托或者不是该单位成员", "There is no mandate in force and no membership")
    articles = ("CPL 61", "CPL 62")


class SpecialPowerNeeded(NotPermitted):
    code = "special-power-needed"
    title = Text("需要委托人的特别授权", "The principal's special authorisation is needed")
    detail = Text("此事需要特别授权：{power_zh}", "This needs the special power: {power_en}")
    articles = ("CPL 62",)


class AlreadyAskedForCorrection(Conflict):
    """ORL art. 9: what is missing is told once, all of it."""

    code = "correction-asked-already"
    title = Text("补正要求须一次性告知，不能再次要求补正", "Corrections are asked for once, all together")
    articles = ("ORL 9", "RG 7")


class CorrectionOverdue(Conflict):
    code = "correction-overdue"
    title = Text("补正期限已过，请联系法院", "The time for the correction is over; please contact the court")
    articles = ("RG 7",)


class ReviewStillRuns(Conflict):
    """What cannot be decided is registered first when the seven days end, not before."""

    code = "review-still-runs"
    title = Text("审查期限尚未届满", "The time for the review is not over")
    detail = Text(
        "期限届满（{due}）仍不能判定的，才先行立案；此前请审查判定",
        "Registering first is for what cannot be decided by the last day ({due}); until then, decide",
    )
    articles = ("RG 8",)


class ComplaintNotPrinted(Conflict):
    """The paper follows the act within seconds."""

    code = "complaint-not-printed"
    title = Text("起诉状文书正在制作，请稍后再打开", "The complaint is being printed; open it again in a moment")


class ReviewTaken(Conflict):
    code = "review-taken"
    title = Text("该收件已由其他人员审查", "Another reviewer has taken this filing")


class OwnMatter(NotPermitted):
    """Nobody reviews a filing in which they are a party or an agent. CPL art. 47."""

    code = "own-matter"
    title = Text("不得审查与本人有关的收件", "Nobody reviews a filing of their own")
    articles = ("CPL 47",)


class ReasonNotFitting(InvalidInput):
    code = "reason-not-fitting"
    title = Text("理由与处理方式不符", "This reason does not go with this outcome")


class ChecklistOpen(Conflict):
    """Acceptance needs every condition of the checklist to be met."""

    code = "checklist-open"
    title = Text("立案条件尚未全部核对通过", "Not every condition for filing has been found to be met")
    articles = ("CPL 122", "CPL 126")
    shown = ("items",)

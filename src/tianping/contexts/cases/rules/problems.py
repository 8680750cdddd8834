"""Refusals of cases, as facts."""

from tianping.kit.problems import Conflict, InvalidInput, NotPermitted, Text


class CaseClosedAlready(Conflict):
    code = "case-closed"
    title = Text("案件已结案", "The case is closed")


class BenchNotFixed(Conflict):
    code = "bench-not-fixed"
    title = Text("审判组织尚未确定", "The bench is not fixed yet")


class BenchAlreadyFixed(Conflict):
    code = "bench-already-fixed"
    title = Text("审判组织已经确定", "The bench is already fixed")


class FeeNotSettled(Conflict):
    code = "fee-not-settled"
    title = Text("诉讼费尚未交纳或者获准缓、减、免交", "The fee is neither paid nor relieved")
    articles = ("FM 22.1",)


class NotOnThisBench(Conflict):
    code = "not-on-this-bench"
    title = Text("该人员不是本案审判组织成员", "This person is not on the bench of this case")


class RequestOpenAlready(Conflict):
    code = "request-open-already"
    title = Text("对该人员的申请正在审查", "A request about this person is already being decided")


class RequestDecidedAlready(Conflict):
    code = "request-decided"
    title = Text("该申请已有决定", "This request is already decided")


class OwnRequest(NotPermitted):
    code = "own-request"
    title = Text("申请人不得审批自己的申请", "Nobody decides on their own request")


class NotTheDecider(NotPermitted):
    code = "not-the-decider"
    title = Text("该事项由其他审判人员决定", "This is for another level to decide")
    articles = ("CPL 49",)


class NotReconsiderable(Conflict):
    code = "not-reconsiderable"
    title = Text("只能对驳回回避申请的决定申请复议一次", "Only a refusal of recusal may be reconsidered, once")
    articles = ("CPL 50",)


class CollegialAlready(Conflict):
    code = "collegial-already"
    title = Text("本案已由合议庭审理", "The case is already heard by a collegial bench")
    articles = ("CPL 43",)


class ProcedureNotChangeable(Conflict):
    code = "procedure-not-changeable"
    title = Text("不能转换为该审理程序", "The procedure cannot be changed to this one")
    articles = ("CPL 170", "JI 258")


class SimplifiedPeriodOver(Conflict):
    code = "simplified-period-over"
    title = Text("转换程序的裁定应当在审理期限届满前作出", "The ruling must come before the present trial period ends")
    articles = ("JI 258",)


class NotPresidingCapable(InvalidInput):
    code = "not-presiding-capable"
    title = Text("审判长应当由本合议庭的审判员担任", "The presiding judge must be a judge of this bench")
    articles = ("CPL 44",)


class TooFewJudges(Conflict):
    code = "too-few-judges"
    title = Text("可供抽选的审判人员不足", "There are not enough judges to draw from")
    articles = ("CPL 40",)

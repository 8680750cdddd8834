"""Why a chain's file does not answer, or does not take a block."""

from tianping.kit.problems import NotFound, Problem, Text


class ChainUnknown(NotFound):
    code = "chain-unknown"
    title = Text("没有这条链", "There is no such chain")


class EntryUnknown(NotFound):
    code = "entry-unknown"
    title = Text("没有这条存证记录", "There is no such entry")


class HeightWrong(Problem):
    status = 409
    code = "height-wrong"
    title = Text("区块高度不连续", "The block does not follow the last one")


class Damaged(Problem):
    """What is stored contradicts itself: the disk or somebody changed it. `place` says where."""

    status = 500
    code = "ledger-damaged"
    title = Text("账本文件已损坏，请运行审计", "The ledger's file is damaged; run the audit")
    detail = Text("位置：{place}", "Where: {place}")
    shown = ("place",)

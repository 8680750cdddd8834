"""What a depositor may do with a deposit now."""

from datetime import datetime

from tianping.contexts.evidence.model.deposits import Deposit, State
from tianping.interfaces.acts import PermittedAct
from tianping.kit.problems import Text

_NOT_YET = Text("尚未上链", "Not on the ledger yet")
_GONE = Text("已删除开封值，不能恢复", "Salt and facts were deleted; this cannot be undone")
_REFUSED = Text("只有被退回的存证可以重试", "Only what was refused can be tried again")


def acts_on(deposit: Deposit, *, at: datetime) -> list[PermittedAct]:
    stored, gone = deposit.state is State.STORED, deposit.forgotten_at is not None
    open_now = stored and not gone
    why = None if open_now else _GONE if gone else _NOT_YET
    href = f"/api/v1/deposits/{deposit.id}"
    is_shared = deposit.code is not None and deposit.shared_until is not None and deposit.shared_until > at

    def act(name: str, label: Text, permitted: bool, reason: Text | None) -> PermittedAct:
        return PermittedAct(name, label, permitted, f"{href}/{name}", None if permitted else reason)

    return [
        act("certificate", Text("下载存证证书", "Certificate"), stored, _NOT_YET),
        act("proof", Text("下载证明包", "Proof bundle"), stored, _NOT_YET),
        act("share", Text("分享", "Share"), open_now, why),
        act("unshare", Text("停止分享", "Stop sharing"), is_shared, Text("没有在分享", "Not shared now")),
        act("rename", Text("修改名称", "Rename"), not gone, _GONE),
        act(
            "forget",
            Text("删除开封值与文件", "Forget"),
            not gone and deposit.state is not State.PENDING,
            why or _NOT_YET,
        ),
        act("retry", Text("重新提交", "Try again"), deposit.state is State.FAILED, _REFUSED),
    ]

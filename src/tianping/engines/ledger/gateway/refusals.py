"""Why the ledger does not take a transaction, in words."""

from tianping.engines.ledger.model import Receipt
from tianping.kit.problems import Problem, Text

REASONS: dict[str, Text] = {
    "malformed": Text("数据不符合账本格式", "the data is not in the ledger's format"),
    "wrong-chain": Text("交易属于另一条链", "it is made for another chain"),
    "unknown-kind": Text("未知的交易类型", "this kind of transaction is not known"),
    "expired": Text("已超过交易自身的有效时间", "its own time limit has passed"),
    "unknown-signer": Text("签名证书未准入或已停用", "the certificate that signed is not admitted, or no longer"),
    "bad-signature": Text("签名无效", "the signature is wrong"),
    "reference-used": Text("该业务编号已用于另一份内容", "the reference stands for something else already"),
    "not-permitted": Text("签名者无权办理", "the signer may not do this"),
    "wrong-standing": Text("当前准入状态不允许", "the present standing does not allow it"),
    "category-not-admitted": Text("未获准入该类别", "not admitted for this category"),
    "items-differ": Text("存证项与签名内容不一致", "the items are not those that were signed"),
    "too-many": Text("数量超过上限", "too many at once"),
    "unknown-token": Text("令牌不存在或不属于该应用", "there is no such token of this application"),
    "wrong-phase": Text("环节顺序不对", "the phase is not the next one"),
    "unknown-application": Text("没有这一接入应用", "there is no such application"),
    "unknown-member": Text("没有这一成员", "there is no such member"),
    "not-enough-signatures": Text("签名人数不足", "not enough have signed"),
    "low-score": Text("评估得分未达到准入分数", "the assessment's score is too low"),
    "unknown-contract": Text("没有这一合约", "there is no such contract"),
    "wrong-event": Text("合约当前状态不接受该事件", "the contract does not take this event now"),
    "unknown-entry": Text("没有这一记录", "there is no such entry"),
    "not-consistent": Text("与先前的检查点不一致", "not consistent with the earlier checkpoint"),
}


def in_words(reason: str) -> Text:
    return REASONS.get(reason, Text(reason, reason))


class NotTaken(Problem):
    """A refused transaction. `reason`: the stable code of the receipt."""

    status = 409
    code = "ledger-refused"
    title = Text("账本未接受该交易", "The ledger does not take this transaction")
    detail = Text("原因：{zh}。", "Reason: {en}.")
    shown = ("reason",)


def not_taken(reason: str) -> NotTaken:
    said = in_words(reason)
    return NotTaken(reason=reason, zh=said.zh, en=said.en)


def must_be_taken(receipt: Receipt) -> None:
    """Raises NotTaken."""
    if not receipt.accepted:
        raise not_taken(receipt.code)

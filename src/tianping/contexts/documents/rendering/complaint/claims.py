"""What is asked of the court: one numbered sentence a claim, amounts in figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from tianping.contexts.documents.rendering import wording
from tianping.contexts.documents.rendering.complaint.answers import Answers, ClaimAnswer
from tianping.contexts.documents.rendering.complaint.parties import short_name
from tianping.contexts.documents.rendering.complaint.phrases import answer, fill
from tianping.contexts.documents.rendering.complaint.sentences import Part, Sentence

COSTS = "costs"

# {who} is the defendant addressed, {contract} the contract by name; the rest are answers.
_COMMON = {
    "loss": "判令{who}赔偿原告损失[{amount}元]",
    "cost": "判令{who}支付原告维权合理开支[{amount}元]",
    COSTS: "判令本案诉讼费用由{who}承担",
}
_BY_TYPE: dict[str, dict[str, str]] = {
    "ecom_sale": {
        "rescind": "判令解除原告与{who}之间的信息网络买卖合同[（订单号：{order_no}）]",
        "refund": "判令{who}退还原告货款[{amount}元]",
        "return_goods": "判令原告向{who}退回案涉商品，退货运费[{amount}元]由{who}承担",
        "triple": "判令{who}增加赔偿原告[{amount}元]",
        "food_ten": "判令{who}支付原告惩罚性赔偿金[{amount}元]",
        "promised": "判令{who}按其承诺的标准赔偿原告[{amount}元]",
        "platform_joint": "判令{who}对上述付款义务依法承担责任",
    },
    "net_service": {
        "restore": "判令{who}恢复原告账号[（{account}）]的正常使用，继续履行网络服务合同",
        "refund": "判令{who}退还原告未使用部分的服务费用[{amount}元]",
        "void_clause": "确认{who}用户协议中的争议条款[（{clause}）]无效或者不成为合同内容",
        "return_all": "判令{who}返还原告已支付的款项[{amount}元]",
        "triple": "判令{who}增加赔偿原告[{amount}元]",
    },
    "dissemination": {
        "stop": "判令{who}立即停止侵害原告对[{work}]享有的信息网络传播权，删除侵权内容",
        "damages": "判令{who}赔偿原告经济损失[{amount}元]",
        "punitive": "判令{who}支付原告惩罚性赔偿[{amount}元]",
        "apology": "判令{who}[在{medium}]向原告赔礼道歉、消除影响[，持续时间不少于{days}日]",
    },
    "online_loan": {
        "principal": "判令{who}偿还原告借款本金[{amount}元]",
        "interest": "判令{who}支付原告期内利息[{amount}元]",
        "overdue": "判令{who}支付原告逾期利息[{amount}元][（暂计至{calc_date:day}，此后至实际清偿之日止另计）]",
        "lawyer": "判令{who}支付原告律师费[{amount}元]",
        "guarantor": "判令{who}对上述债务承担保证责任",
    },
    "reputation": {
        "delete": "判令{who}立即停止侵害，删除侵权内容",
        "disclose": "判令{who}向本院提供被诉信息发布者的姓名（名称）、联系方式、网络地址等信息",
        "apology": "判令{who}[在{medium}]向原告赔礼道歉、消除影响、恢复名誉[，持续时间不少于{days}日]",
        "loss": "判令{who}赔偿原告财产损失[{amount}元]",
        "mental": "判令{who}赔偿原告精神损害抚慰金[{amount}元]",
        "platform_joint": "判令{who}依法承担连带责任",
    },
    "general": {
        "perform": "判令{who}继续履行义务",
        "stop": "判令{who}停止侵害、排除妨碍",
        "pay": "判令{who}支付原告[{amount}元]",
        "apology": "判令{who}[在{medium}]向原告赔礼道歉、消除影响[，持续时间不少于{days}日]",
    },
}


def claim_sentences(answers: Answers, facts: Mapping[str, Any]) -> Iterator[Sentence]:
    """One sentence a claim, in the order given; the costs of the suit always last. `facts` as said in sentences."""
    for paragraph, (position, claim) in enumerate(in_order(answers.claims)):
        text, facts_used = _claim(claim, answers, facts)
        path = f"claims.{position}"
        sources = [path, *(f"facts.{key}" for key in facts_used)]
        yield Sentence(id=f"{path}.{claim.id}", part=Part.CLAIMS, paragraph=paragraph, text=text, sources=sources)


def in_order(claims: list[ClaimAnswer]) -> list[tuple[int, ClaimAnswer]]:
    """Claims with their positions among the answers, as they are printed: the costs of the suit last."""
    return sorted(enumerate(claims), key=lambda numbered: numbered[1].id == COSTS)


def _claim(claim: ClaimAnswer, answers: Answers, facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    places: dict[str, Any] = {**facts, **claim.details, "who": _addressed(claim, answers), "amount": None}
    if claim.amount is not None:
        places["amount"] = wording.amount_in_figures(claim.amount)
    phrases: Mapping[str, str] = {**_COMMON, **_BY_TYPE.get(answers.case_type, {})}
    used: list[str] = []
    if claim.text and claim.text.strip():
        text = claim.text.strip().rstrip("。；;")
        amount = places["amount"]
        if amount and amount not in text.replace(",", ""):
            text += f"，金额{amount}元"
    elif claim.id in phrases and (filled := fill(phrases[claim.id], places)):
        text = filled[0]
        used = [key for key in filled[1] if key in answers.facts and key not in claim.details]
    else:
        amount = f"{places['amount']}元" if places["amount"] else ""
        text = f"判令{places['who']}依法承担民事责任{amount and '，支付' + amount}"
    formula = answer({"formula": claim.formula}, "formula")
    return text + (f"（计算方式：{formula}）" if formula else "") + "。", used


def _addressed(claim: ClaimAnswer, answers: Answers) -> str:
    """`被告` for the only one, `各被告` for all of several, else by name."""
    defendants = answers.defendants
    chosen = [position for position in dict.fromkeys(claim.against) if 0 <= position < len(defendants)]
    if not chosen or len(chosen) == len(defendants):
        return "被告" if len(defendants) < 2 else "各被告"
    return "被告" + "、".join(short_name(defendants[position]) for position in chosen)

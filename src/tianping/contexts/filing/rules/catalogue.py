"""The questions of the intake, by type of dispute, as the web app builds its pages from them."""

from datetime import date

import msgspec

from tianping.contexts.filing.rules import words
from tianping.contexts.filing.rules.eligibility import bring
from tianping.kit.problems import Text
from tianping.law.claim_entries import CaseType, ElementField
from tianping.law.elements import case_types
from tianping.law.lawbook import Lawbook
from tianping.law.review_reasons import reasons_for
from tianping.law.statutes import Article


class Choice(msgspec.Struct, frozen=True):
    id: str
    label: Text


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A field of `facts`. `type`: text, money, date, datetime, enum, bool, number, percent, party_ref, evidence_ref,
    url, list. A `party_ref` or `evidence_ref` takes words, or a position such as `defendants.0` and `evidence.2`."""

    key: str
    path: str
    label: Text
    type: str
    required: bool
    options: list[Choice]
    example: Text | None
    why: Text
    articles: list[Article]


class ClaimChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that may be raised. `inputs` are the questions its sum needs; those that are no `facts` are asked with
    the claim (`claims.N.inputs`)."""

    id: str
    label: Text
    has_sum: bool
    inputs: list[str]
    articles: list[Article]


class LinkQuestion(msgspec.Struct, frozen=True):
    """A fact about jurisdiction or admissibility; its key in `links`. `kind`: bool, place, text."""

    key: str
    kind: str
    label: Text


class CaseTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """`heard_here`: whether disputes of this type go to this court at all, filed on `on`."""

    id: str
    label: Text
    causes: list[str]
    heard_here: bool
    note: Text | None
    questions: list[Question]
    claims: list[ClaimChoice]
    bring: list[Text]
    links: list[LinkQuestion]
    articles: list[Article]


class Catalogue(msgspec.Struct, frozen=True):
    on: date
    case_types: list[CaseTypeView]
    links: list[LinkQuestion]
    obstacles: list[LinkQuestion]


_EXAMPLES: dict[str, Text] = {
    "platform": Text("优选商城", "Youxuan Mall"),
    "shop": Text("山野茶语旗舰店", "Wild Hills Tea flagship store"),
    "order_no": Text("202602140001234567", "202602140001234567"),
    "order_time": Text("2026-02-14T20:31", "2026-02-14T20:31"),
    "goods": Text("有机高山绿茶 250 克，2 罐", "Organic mountain green tea, 250 g, 2 tins"),
    "price_paid": Text("598.00", "598.00"),
    "pay_method": Text("手机支付，流水号 4200001234", "mobile payment, reference 4200001234"),
    "delivery": Text("2026年2月17日在成都市武侯区签收", "signed for in Wuhou, Chengdu on 17 February 2026"),
    "promise": Text("页面载明“假一赔十”", "the page says “ten times back if fake”"),
    "defect_facts": Text("包装标注的生产许可编号查询不到", "the production licence on the package does not exist"),
    "contact": Text("2月20日联系客服申请退款，2月22日被拒绝", "asked for a refund on 20 February, refused on 22"),
    "account": Text("尾号 8866 的账号", "account ending in 8866"),
    "agreement_version": Text("2025年6月版，注册时点击同意", "version of June 2025, accepted by click"),
    "act": Text("2026年1月5日以“异常操作”为由永久封禁账号", "banned for good on 5 January 2026 for “irregular use”"),
    "urls": Text("https://example.com/p/123，2026年1月3日发布", "https://example.com/p/123, posted 3 January 2026"),
    "infringe_url": Text("https://example.com/v/456", "https://example.com/v/456"),
    "rate": Text("15.4", "15.4"),
    "overdue_rate": Text("15.4", "15.4"),
    "work": Text("摄影作品《雪后长城》", "photograph “The Wall after Snow”"),
}
_WHY: dict[str, Text] = {
    "self_operated": Text("平台自营或者标记自营的，平台可能承担销售者责任", "A platform that sells itself may be liable as seller"),
    "purpose": Text("消费者才适用惩罚性赔偿和格式条款的特别保护", "Only consumers have special protection and higher compensation"),
    "order_time": Text("合同成立时间决定适用的规则和期限", "When the contract was made decides rules and periods"),
    "delivery": Text("收货地是合同履行地，决定本院能否管辖", "The place of receipt decides whether this court is competent"),
    "promise": Text("商家的承诺是合同内容，可以据以主张", "What the shop promised is part of the contract"),
    "defect_kind": Text("争议类型决定可以提出哪些请求", "The kind of dispute decides which claims are open"),
    "discover_time": Text("用于判断诉讼时效和检验期限", "For limitation and inspection periods"),
    "minor": Text("未成年人的行为可能不发生效力", "Acts of minors may be without effect"),
    "clause": Text("法院审查格式条款是否有效", "The court examines whether a form clause is valid"),
    "prompt_way": Text("未以合理方式提示的条款可能不成为合同内容", "A clause not reasonably shown may not be part of the contract"),
    "chain": Text("用于证明您有权起诉", "Shows that you may sue"),
    "evidence_fix": Text("取证方式影响证据的证明力", "How evidence was secured affects its weight"),
    "identify": Text("须能识别内容指向的是您", "It must be possible to tell that you are meant"),
    "licensed": Text("持牌金融机构不适用民间借贷利率上限", "The cap on private lending does not bind licensed lenders"),
    "contract_on": Text("按合同成立时的利率上限计算", "The cap is that of the day of the contract"),
    "pre_deduct": Text("预先扣除的利息不计入本金", "Interest deducted in advance is not principal"),
    "known_on": Text("用于判断诉讼时效", "For limitation"),
    "publisher": Text("应当有明确的被告；不知身份的，可请求平台披露", "A definite defendant is needed; a platform can be asked to disclose"),
    "notice": Text("平台收到通知后的处理影响其责任", "What a platform did after notice affects its liability"),
}  # fmt: skip


def catalogue(law: Lawbook, on: date) -> Catalogue:
    """All types of dispute in force on a day with their questions, and the questions on jurisdiction."""
    links = [LinkQuestion(fact.id, fact.kind, words.label(Text(fact.zh, fact.en))) for fact in law.facts.values()]
    hindrances = [
        LinkQuestion(reason.id, "bool", words.label(reason.text)) for reason in reasons_for(law, "redirect", on)
    ]
    return Catalogue(on, [_view(kind, law, on) for kind in case_types(law, on)], links, hindrances)


def _view(kind: CaseType, law: Lawbook, on: date) -> CaseTypeView:
    claims = [
        ClaimChoice(
            id=claim.id,
            label=words.label(Text(claim.zh, claim.en)),
            has_sum=claim.formula is not None,
            inputs=list(claim.inputs),
            articles=list(law.articles(claim.articles)),
        )
        for claim in kind.claims
    ]
    return CaseTypeView(
        id=kind.id,
        label=words.label(kind.text),
        causes=list(kind.causes),
        heard_here=_heard(kind, law, on),
        note=kind.note,
        questions=[_question(kind, field, law) for field in kind.fields],
        claims=claims,
        bring=bring(kind),
        links=_links(kind, law, on),
        articles=list(law.articles(kind.articles)),
    )


def _subjects(kind: CaseType, law: Lawbook, on: date) -> list[tuple[str, ...]]:
    return [subject.needs for subject in law.rule_set_on(on).types if set(subject.causes) & set(kind.causes)]


def _heard(kind: CaseType, law: Lawbook, on: date) -> bool:
    """Whether the subject list of the day has the type; the general type may always turn out to be covered."""
    return not kind.causes or bool(_subjects(kind, law, on))


def _links(kind: CaseType, law: Lawbook, on: date) -> list[LinkQuestion]:
    """The facts about jurisdiction that matter for this type: what the subject list needs, and the places."""
    needs = {fact for subject in _subjects(kind, law, on) for fact in subject}
    natures = {s.nature for s in law.rule_set_on(on).types if set(s.causes) & set(kind.causes)}
    places = {link.fact for link in law.territorial if natures & set(link.natures)}
    wanted = needs | places | {"agreed_court", "form_clause", "form_clause_prompted"}
    return [LinkQuestion(f.id, f.kind, words.label(Text(f.zh, f.en))) for f in law.facts.values() if f.id in wanted]


def _question(kind: CaseType, field: ElementField, law: Lawbook) -> Question:
    using = [claim for claim in kind.claims if field.key in claim.inputs]
    why = _WHY.get(field.key)
    if why is None and using:
        names_zh, names_en = "、".join(c.zh for c in using), ", ".join(c.en for c in using)
        why = Text(f"用于计算：{names_zh}", f"Used to work out: {names_en}")
    if why is None and field.required:
        why = Text(
            "起诉状须写明事实和理由，此项是该类案件的要素",
            "A complaint states facts and grounds; this is one of the elements",
        )
    cites = [cite for claim in using for cite in claim.articles] or (["CPL 124(3)"] if field.required else [])
    return Question(
        key=field.key,
        path=f"facts.{field.key}",
        label=words.label(Text(field.zh, field.en)),
        type=field.type,
        required=field.required,
        options=[Choice(option.id, words.label(Text(option.zh, option.en))) for option in field.options],
        example=_EXAMPLES.get(field.key),
        why=why or Text("有助于查明事实，可以不填", "Helps to establish the facts; may be left out"),
        articles=list(law.articles(cites)),
    )

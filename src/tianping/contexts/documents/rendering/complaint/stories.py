"""What happened, by type of case: the sentences of 事实与理由 in the order of time, and what the plaintiff makes of it.

A story is a list of paragraphs; a paragraph a list of tellings. A telling may depend on an answer (`when`) and may put
a choice into words of its own (`words`, by the id of the option); other options are called what the lawbook calls them.
"""

from collections.abc import Mapping

import msgspec


class Telling(msgspec.Struct, frozen=True):
    """One sentence. `when` is a key and the options for which it is told (`true` for a yes)."""

    name: str
    phrase: str
    when: tuple[str, tuple[str, ...]] | None = None


class Story(msgspec.Struct, frozen=True):
    """`words` gives, by key, how options are said."""

    paragraphs: tuple[tuple[Telling, ...], ...]
    view: tuple[Telling, ...]
    words: Mapping[str, Mapping[str, str]] = {}


_SALE = Story(
    paragraphs=(
        (
            Telling(
                "order",
                "[{order_time:minute}，]原告[在{platform}][向{shop}]购买{goods}[，订单号为{order_no}][，实付价款{price_paid:money}元]"
                "[，付款方式及流水号为{pay_method}]。",
            ),
            Telling("self_operated", "该店铺由平台自营或者标识为自营。", ("self_operated", ("true",))),
            Telling("promise", "商品页面载明或者商家承诺：{promise}。"),
            Telling("purpose", "原告购买该商品是为生活消费需要。", ("purpose", ("consumption",))),
        ),
        (
            Telling("delivery", "商品的收货情况为：{delivery}。"),
            Telling("defect", "[{discover_time:day}，]原告发现{defect_kind}[，具体情况是：{defect_facts}]。"),
        ),
        (
            Telling("contact", "此后，原告与商家、平台协商，经过如下：{contact}。"),
            Telling("return_state", "截至起诉时，退货情况为：{return_state}。"),
            Telling("loss", "原告因此另遭受损失{loss:money}元。"),
            Telling("platform_fault", "平台经营者存在以下情形：{platform_fault}。"),
        ),
    ),
    view=(
        Telling("contract", "双方之间的信息网络买卖合同自原告提交订单成功时成立，对双方具有约束力。"),
        Telling("breach", "{view_of_defect}。", ("defect_kind", ())),
    ),
    words={
        "defect_kind": {
            "quality": "商品质量不符合约定或者法定要求",
            "counterfeit": "商品系假冒",
            "fraud": "商家宣传与实际不符",
            "not_delivered": "商家未按约定发货",
            "return_refused": "商家拒绝七日无理由退货",
            "food_safety": "商品不符合食品安全标准",
            "price_fraud": "商家的价格标示与实际不符",
            "other": "双方就该笔交易产生争议",
        },
        "view_of_defect": {
            "quality": "被告交付的商品不符合质量要求，构成违约，应当承担退款、赔偿等违约责任。",
            "counterfeit": "被告销售假冒商品，已构成欺诈，除退还货款外，还应当依法增加赔偿。",
            "fraud": "被告以虚假或者引人误解的宣传诱使原告购买，已构成欺诈，除退还货款外，还应当依法增加赔偿。",
            "not_delivered": "被告收款后不履行交货义务，致使合同目的不能实现，应当退还货款并赔偿损失。",
            "return_refused": "原告在法定期限内要求退货，被告拒绝退货没有法律依据，应当接受退货并返还货款。",
            "food_safety": "被告销售不符合食品安全标准的食品，应当退还货款并承担惩罚性赔偿责任。",
            "price_fraud": "被告以虚假价格诱使原告交易，已构成欺诈，应当依法增加赔偿。",
            "other": "被告未全面履行合同义务，应当依法承担民事责任。",
        },
    },
)

_SERVICE = Story(
    paragraphs=(
        (
            Telling("register", "[{register_time:day}，]原告注册、开通{service}的网络服务[，账号为{account}]。"),
            Telling("agreement", "双方之间的用户协议见{agreement_version}。"),
            Telling("paid", "原告为此支付费用{paid:money}元[，服务期限为{paid_period}]。"),
            Telling("minor", "实施上述消费的是未成年人。", ("minor", ("true",))),
            Telling("unused", "服务期限共{total_days:number}日，尚有{remaining_days:number}日未使用。"),
        ),
        (
            Telling("act", "此后，被告{dispute_kind}，具体经过如下：{act}。"),
            Telling("notice", "关于是否通知及其理由：{notice}。"),
            Telling("clause", "被告所依据的条款内容为：“{clause}”[，其提示方式为：{prompt_way}]。"),
            Telling("appeal", "原告曾向被告申诉，经过如下：{appeal_internal}。"),
            Telling("loss", "原告因此遭受损失{loss:money}元。"),
        ),
    ),
    view=(
        Telling("contract", "双方之间成立网络服务合同关系，被告应当按照约定全面、适当地提供服务。"),
        Telling(
            "clause",
            "争议条款系被告预先拟定、未与原告协商的格式条款，其提示说明和内容均应受法律检验。",
            ("clause", ()),
        ),
        Telling("breach", "{view_of_dispute}。", ("dispute_kind", ())),
    ),
    words={
        "dispute_kind": {
            "banned": "对原告账号采取封禁、限制措施",
            "changed": "单方变更服务内容",
            "auto_renewal": "未经原告同意自动扣费",
            "refund": "拒绝退还费用",
            "minor_spending": "收取未成年人充值、打赏款项",
            "items_lost": "未妥善保管，致原告虚拟物品丢失",
            "data_lost": "未妥善保管，致原告数据丢失",
            "other": "与原告就服务的履行产生争议",
        },
        "view_of_dispute": {
            "banned": "被告采取的措施缺乏合同和法律依据，且超过必要限度，构成违约。",
            "changed": "被告未经协商一致变更合同内容，损害原告的合同利益，构成违约。",
            "auto_renewal": "被告未以显著方式提示并取得同意即扣款，应当返还相应款项。",
            "refund": "被告拒绝退还尚未提供服务部分的费用，没有法律依据。",
            "minor_spending": "上述行为与未成年人的年龄、智力不相适应，又未经法定代理人同意或者追认，不发生效力，被告应当返还款项。",
            "items_lost": "被告未尽保管和安全保障义务，应当承担赔偿责任。",
            "data_lost": "被告未尽保管和安全保障义务，应当承担赔偿责任。",
            "other": "被告未按约定履行义务，应当依法承担民事责任。",
        },
    },
)

_DISSEMINATION = Story(
    paragraphs=(
        (
            Telling(
                "work",
                "案涉作品为{work}，属于{work_type}作品[，作者、署名为{author}][，于{first_publish:day}首次发表][，作品登记号为{registration_no}]。",
            ),
            Telling("right", "原告的权利来源为{right_basis}[，授权链条为：{chain}]。"),
            Telling("fame", "关于作品的知名度和市场价值：{fame}。"),
        ),
        (
            Telling(
                "infringement",
                "原告发现，{infringe_subject}[于{infringe_period}]未经许可，以{infringe_way}的方式向公众提供上述作品"
                "[，侵权链接为{infringe_url}]。",
            ),
            Telling("similarity", "经比对，{similarity}。"),
            Telling("fixed", "上述事实已固定证据：{evidence_fix}。"),
            Telling("notice", "关于通知及处理：{notice_sent}。"),
            Telling("profit", "被告因此获利的情况为：{profit}。"),
        ),
        (
            Telling("method", "原告主张以{loss_method}计算赔偿数额。"),
            Telling("cost", "原告为制止侵权支出合理开支{reasonable_cost:money}元。"),
        ),
    ),
    view=(
        Telling("right", "上述作品的信息网络传播权依法由原告享有，他人未经许可不得以信息网络向公众提供。"),
        Telling("provider", "{view_of_way}。", ("infringe_way", ())),
    ),
    words={
        "right_basis": {
            "original": "独立创作完成",
            "employment": "职务作品或者法人作品",
            "commission": "委托创作合同约定",
            "assignment": "受让取得著作权",
            "exclusive_licence": "独占许可使用",
            "collective": "著作权集体管理授权",
        },
        "infringe_way": {
            "direct": "直接提供作品",
            "linking": "设置链接、聚合作品",
            "hosting": "为用户上传作品提供存储空间",
            "caching": "缓存作品",
            "transcoding": "转码后提供作品",
            "other": "其他",
        },
        "loss_method": {"statutory": "法定赔偿方式"},
        "view_of_way": {
            "direct": "被告直接提供作品，构成对原告信息网络传播权的侵害，应当停止侵害、赔偿损失。",
            "other": "被告的行为侵害了原告的信息网络传播权，应当停止侵害、赔偿损失。",
            "": "被告对其网络服务中的侵权内容明知或者应知而未采取必要措施，应当依法承担侵权责任。",
        },
    },
)

_LOAN = Story(
    paragraphs=(
        (
            Telling(
                "contract",
                "[{contract_on:day}，]被告[通过{platform}]向{lender}申请借款，双方签订借款合同[（合同编号：{contract_no}）]"
                "[，约定借款本金{principal:money}元][，年利率为{rate:percent}][，期限与还款方式为{term}]"
                "[，逾期年利率为{overdue_rate:percent}][，违约金、服务费为{penalty}]。",
            ),
            Telling("identity", "签约时对被告身份的核验方式为：{borrower_verify}。"),
            Telling("esign", "合同以可靠的电子签名签署，签名与时间戳见{esign}。"),
            Telling("guarantee", "关于担保：{guarantee}。"),
        ),
        (
            Telling("licensed", "出借人系依法取得金融业务许可的机构。", ("licensed", ("true",))),
            Telling("paid_out", "[{paid_out_on:day}，]出借人实际发放借款{paid_out:money}元。"),
            Telling("pre_deduct", "其中预先扣除的利息或者费用为{pre_deduct:money}元。"),
            Telling("repaid", "被告的还款情况为：{repaid}。"),
            Telling("principal_repaid", "其中已归还本金{principal_repaid:money}元。"),
            Telling("overdue", "自{overdue_from:day}起，被告未按约定还款。"),
            Telling("accelerate", "关于提前到期：{accelerate}。"),
            Telling("assign", "关于债权转让及通知：{assign}。"),
            Telling("collection", "原告的催收情况为：{collection}。"),
            Telling("calc_date", "本案请求的利息暂计至{calc_date:day}。"),
        ),
    ),
    view=(
        Telling("contract", "双方之间的借款合同系真实意思表示，被告应当按照约定的期限返还借款并支付利息。"),
        Telling("breach", "被告逾期未还，构成违约，应当承担还本付息的责任。", ("overdue_from", ())),
    ),
)

_REPUTATION = Story(
    paragraphs=(
        (
            Telling("publisher", "{publisher}在{platform}发布涉及原告的内容：{content}[，链接及发布时间为{urls}]。"),
            Telling("identify", "上述内容指向原告，依据是：{identify}。"),
            Telling("truth", "客观事实是：{truth}。"),
            Telling("spread", "上述内容的传播情况为：{spread}。"),
        ),
        (
            Telling("fixed", "上述内容已固定证据：{evidence_fix}。"),
            Telling("notice", "关于通知平台及处理：{notice}。"),
            Telling("harm", "上述行为给原告造成的影响和损失为：{harm}。"),
            Telling("loss", "原告因此遭受财产损失{loss:money}元。"),
            Telling("cost", "原告为维权支出合理开支{cost:money}元。"),
            Telling("injunction", "原告同时申请人格权侵害禁令。", ("injunction", ("true",))),
        ),
    ),
    view=(
        Telling("tort", "{view_of_kind}。", ("kind", ())),
        Telling("duty", "行为人应当停止侵害、消除影响、恢复名誉、赔礼道歉并赔偿损失。"),
    ),
    words={
        "view_of_kind": {
            "insult": "被告以侮辱性言辞公然贬损原告，致使原告社会评价降低，侵害了原告的名誉权。",
            "defamation": "被告捏造、歪曲事实，致使原告社会评价降低，侵害了原告的名誉权。",
            "false_report": "被告未尽合理核实义务，发布的内容严重失实，侵害了原告的名誉权。",
            "malicious_repost": "被告明知内容侵权仍予转载，扩大了损害，侵害了原告的名誉权。",
            "privacy_leak": "被告未经同意公开原告的私密信息，侵害了原告的隐私权和个人信息权益。",
            "other": "被告的行为侵害了原告的人格权益。",
        },
    },
)

_GENERAL = Story(
    paragraphs=(
        (
            Telling(
                "relationship",
                "[{began_on:day}，]原告与{opponent}之间发生本案争议，双方关系及发生地点为：{relationship}。",
            ),
            Telling("facts", "事实经过如下：{facts}。"),
            Telling("known_on", "原告于{known_on:day}知道自己的权利受到损害。"),
        ),
        (
            Telling("contact", "此后，双方协商经过如下：{contact}。"),
            Telling("loss", "原告因此遭受损失{loss:money}元。"),
            Telling("evidence", "上述事实有以下主要证据证明：{evidence}。"),
        ),
    ),
    view=(
        Telling("grounds", "{grounds}。"),
        Telling("liability", "被告的行为损害了原告的合法权益，应当依法承担民事责任。"),
    ),
)

STORIES: Mapping[str, Story] = {
    "ecom_sale": _SALE,
    "net_service": _SERVICE,
    "dissemination": _DISSEMINATION,
    "online_loan": _LOAN,
    "reputation": _REPUTATION,
    "general": _GENERAL,
}

# Places that are not answers themselves but are said from one.
DERIVED: Mapping[str, str] = {
    "view_of_defect": "defect_kind",
    "view_of_dispute": "dispute_kind",
    "view_of_way": "infringe_way",
    "view_of_kind": "kind",
}

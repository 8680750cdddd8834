"""Services on the network: bans, top-ups by children, automatic renewal, refunds."""

from datetime import timedelta

from tianping.apps.demo import bench
from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import accepted, brought_in, filed, paid
from tianping.contexts.payments.model import ReliefKind
from tianping.interfaces.identity import Power

_CLAUSE = (
    "如本公司有理由认为用户违反本协议，有权不经通知永久封禁账号，账号内虚拟物品不予补偿，用户放弃就此提出异议的权利。"
)


async def banned_account(r: Rehearsal) -> None:
    """Recusal of the judge was asked for and refused; the party may still ask for reconsideration."""
    game, on = await r.platform("星海游戏"), r.day(42, earlier=25)
    defendant = m.operator(game, organisation_id=r.organisation("xinghai"))
    matter = m.service(
        account="CZY****1986", registered=on - timedelta(days=1460), agreement=1, dispute="banned", happened=on,
        act="以“使用第三方工具”为由永久封禁原告账号，未出示任何检测记录", defendants=[defendant],
        claims=[m.claim("restore"), m.claim("void_clause"), m.claim("loss", "3860.00"), m.claim("costs")],
        more={"notice": "仅弹窗显示“账号异常”", "clause": _CLAUSE, "prompt_way": "未加粗、未单独提示", "loss": "3860.00",
              "appeal_internal": "两次申诉均在一分钟内被自动驳回"},
        pieces=[
            p.page("封禁提示页面", "星海世界", "账号已被永久封禁", ["原因：检测到账号环境异常（代码 4031）。", "解封时间：永久。",
                   "如有疑问请通过客服中心申诉，每个账号仅可申诉两次。"], "证明被告封禁账号且未说明具体理由"),
            p.agreement("星海世界用户协议", "星海互娱", on, chapters=28, clauses=14, marked=_CLAUSE),
            p.chat("星海客服", [("me", "我从来没用过外挂，请给出检测记录"), ("客服", "检测记录属于商业秘密，无法提供"),
                   ("me", "那依据哪一条封的"), ("客服", "依据用户协议第十章")], "证明申诉经过"),
        ],
    )  # fmt: skip
    filing = await brought_in(r, "chen", matter, 40, at="20:10", by="filing_judge_2")
    await r.at(31, "19:30")
    await bench.ask_recusal(r, "chen", filing, "relation", "听说承办法官曾在被告举办的论坛上发言，可能影响公正审理。")
    await r.at(29, "15:00")
    await bench.decide_recusal(
        r, filing, granted=False, reason="公开学术活动不构成法定回避事由，申请人未提交其他证据。"
    )


async def childs_top_ups(r: Rehearsal) -> None:
    """A mother on behalf of her child's spending: paid twice by mistake, the second payment went back."""
    game, on = await r.platform("星海游戏"), r.day(54, earlier=18)
    bill, total = p.statement("游戏充值交易明细", "黄丽华", "北京星海互娱科技有限公司", ["钻石充值", "月卡", "限定礼包", "抽卡"], on,
                              lines=1200)  # fmt: skip
    matter = m.service(
        account="微光****小宝", registered=on - timedelta(days=300), agreement=1, dispute="minor_spending", minor=True,
        happened=on, act="原告九岁之子使用原告手机和支付密码，在夜间持续向游戏账号充值",
        defendants=[m.operator(game, organisation_id=r.organisation("xinghai"))],
        claims=[m.claim("return_all"), m.claim("costs")], more={"paid": total, "paid_period": "六个多月",
        "appeal_internal": "被告以“无法证明系未成年人操作”为由不予退款"},
        pieces=[bill, p.agreement("游戏服务协议", "星海互娱", on, chapters=14, clauses=10),
                p.letter("户口簿摘录", [("户主", "黄丽华"), ("之子", "2017 年 5 月出生")], ["兹摘录户口簿登记内容如上。"],
                         "证明亲子关系及子女年龄", on, source="派出所出具", seal="示例派出所"),
                p.call("游戏客服", "证明被告知悉系未成年人充值", seconds=8)],
    )  # fmt: skip
    filing = await filed(r, "huang", matter, 51, "22:05")
    await accepted(r, filing, 47, by="filing_judge")
    await r.at(46, "21:10")
    order = await r.order_of("huang", (await r.case_of(filing)).id)
    first, second = await r.start_payment("huang", order.id), await r.start_payment("huang", order.id)
    await r.finish_payment(first)
    await r.at(46, "21:13")
    await r.finish_payment(second)


async def automatic_renewal(r: Rehearsal) -> None:
    """Fee reduced by at least thirty per cent; then paid."""
    chat, on = await r.platform("闪聊"), r.day(40, earlier=30)
    matter = m.service(
        account="骑手****赵", registered=on - timedelta(days=400), agreement=0, dispute="auto_renewal", happened=on,
        act="连续十一个月自动扣划“会员专享包”费用，从未发送扣费前提示", defendants=[m.operator(chat)],
        claims=[m.claim("loss", "12936.00"), m.claim("void_clause"), m.claim("costs")],
        more={"paid": "12936.00", "loss": "12936.00", "notice": "无任何扣费前提示"},
        pieces=[p.agreement("会员服务协议", "闪聊互动", on, chapters=10, clauses=8),
                p.statement("自动扣费明细", "赵鹏", "北京闪聊互动科技有限公司", ["会员专享包"], on, lines=44, typical=294.0)[0]],
    )  # fmt: skip
    filing = await filed(r, "zhao", matter, 37, "22:00")
    await accepted(r, filing, 33, by="clerk_filing")
    await r.at(32, "13:20")
    await r.ask_relief("zhao", filing, ReliefKind.REDUCTION, "other", "因工伤休养两个月，收入锐减，请求减交。")
    await r.at(30, "11:15")
    await r.decide_relief("head_first", "zhao", filing, granted=True, reduce_to="30.00", new_due=None,
                          reasons="申请人提交了停工证明，准予减交。")  # fmt: skip
    await paid(r, "zhao", filing, 29, "20:50")


async def course_refund(r: Rehearsal) -> None:
    """Deferred because of legal aid: the case goes on, the fee is still owed."""
    chat, on = await r.platform("闪聊"), r.day(34, earlier=20)
    matter = m.service(
        account="ayi****", registered=on - timedelta(days=90), agreement=0, dispute="refund", happened=on,
        act="线上舞蹈教练培训课停更后拒绝退还未开课部分的费用", defendants=[m.operator(chat)],
        claims=[m.claim("refund"), m.claim("costs")],
        more={"paid": "9800.00", "total_days": "360", "remaining_days": "228", "paid_period": "一年"},
        pieces=[p.agreement("课程服务协议", "闪聊互动", on, chapters=9, clauses=6),
                p.page("课程停更公告", "课程公告", "关于部分课程调整的说明", ["因师资调整，“教练研修班”自即日起停止更新。",
                       "已购课程可转为同等价值的短视频课程，费用不予退还。"], "证明课程停更")],
    )  # fmt: skip
    filing = await filed(r, "ayi", matter, 31, "20:05")
    await accepted(r, filing, 27, by="filing_judge")
    await r.at(26, "19:00")
    await r.ask_relief("ayi", filing, ReliefKind.DEFERRAL, "legal_aid", "原告正在接受法律援助，请求缓交。")
    await r.at(24, "10:40")
    until = r.today + timedelta(days=60)
    await r.decide_relief(
        "head_first", "ayi", filing, granted=True, new_due=until, reasons="正在接受法律援助，准予缓交。"
    )


async def company_promotion(r: Rehearsal) -> None:
    """A company files through its lawyer, under a mandate with special powers; the supplement after the change to
    ordinary procedure is never paid, and the case is treated as withdrawn (JI art. 199)."""
    await r.at(67, "10:30")
    mandate = await r.mandate("jiang", "fang", powers=[Power.CHANGE_CLAIMS, Power.SETTLE, Power.WAIVE_CLAIMS], company="qinghe",
                              until=r.today + timedelta(days=365))  # fmt: skip
    chat, on = await r.platform("闪聊"), r.day(66, earlier=40)
    matter = m.service(
        account="青禾书单（官方）", registered=on - timedelta(days=700), agreement=0, dispute="changed", happened=on,
        act="收取推广服务费后单方将推广位由首页改为二级页面，曝光量不足约定的两成", defendants=[m.operator(chat)],
        claims=[m.claim("refund"), m.claim("loss", "82000.00"), m.claim("costs")],
        more={"paid": "168000.00", "total_days": "180", "remaining_days": "121", "paid_period": "一百八十日", "loss": "82000.00"},
        pieces=[p.agreement("推广服务协议", "闪聊互动", on, chapters=12, clauses=9),
                p.report("曝光数据核验报告", "推广后台数据", [["首页曝光", "≥ 300 万", "41 万", "未达到"]], "实际曝光量为约定的 13.7%。", on)],
        reasons="被告变更推广位置属于对合同主要内容的单方变更。",
    )  # fmt: skip
    agent = {"name": "方明哲", "kind": "lawyer", "unit": r.person("fang").firm, "telephone": r.person("fang").mobile,
             "powers": ["general", "change_claims", "settle", "waive_claims"], "person_id": str(r.id_of("fang")),
             "mandate_id": str(mandate)}  # fmt: skip
    filing = await brought_in(r, "fang", matter, 66, at="09:05", by="filing_judge", company="qinghe", agents=[agent])
    await r.at(44, "10:00")
    await bench.change_procedure(r, filing, "ordinary", "需要对推广曝光数据委托鉴定，不能在简易程序审限内审结。")


async def somebody_elses_account(r: Rehearsal) -> None:
    """Refused by ruling: the plaintiff has no interest of his own."""
    game, on = await r.platform("星海游戏"), r.day(56, earlier=10)
    matter = m.service(
        account="同事****阿明", registered=on - timedelta(days=800), agreement=0, dispute="banned", happened=on,
        act="封禁原告同事的游戏账号，原告认为处理不公", defendants=[m.operator(game, organisation_id=r.organisation("xinghai"))],
        claims=[m.claim("restore"), m.claim("costs")],
        pieces=[p.agreement("用户协议（节选）", "星海互娱", on, chapters=4, clauses=4)],
    )  # fmt: skip
    filing = await filed(r, "zheng", matter, 53, "21:30")
    await r.at(49, "14:10")
    await r.refuse("filing_judge", filing, reason="no_direct_interest", unmet="interested_plaintiff",
                   zh="账号登记人为案外人，原告与本案没有直接利害关系，经释明后仍坚持起诉。",
                   en="The account is registered to somebody else; the plaintiff has no direct interest and insisted.")  # fmt: skip


async def revoked_mandate(r: Rehearsal) -> None:
    """A mandate given and taken back: both are shown to principal and agent."""
    await r.at(60, "15:10")
    mandate = await r.mandate("he", "luo", powers=[Power.SETTLE])
    await r.at(43, "09:30")
    await r.revoke("he", mandate)
    await r.at(42, "09:30")
    await r.mandate(
        "guo", "song", powers=[Power.SETTLE, Power.APPEAL], company="youxuan", until=r.today + timedelta(days=200)
    )


async def unfinished(r: Rehearsal) -> None:
    """A draft left half way, yesterday evening."""
    game, on = await r.platform("星海游戏"), r.day(1, earlier=20)
    matter = m.service(
        account="liu****02", registered=on - timedelta(days=500), agreement=0, dispute="items_lost", happened=on,
        act="停服合区后，原告购买的限定坐骑消失", defendants=[m.operator(game)], claims=[m.claim("loss", "648.00")],
        more={"paid": "648.00"},
    )  # fmt: skip
    await r.at(1, "22:15")
    await r.draft("liu", matter, groups=("plaintiffs", "defendants", "claims"))


async def forgotten_draft(r: Rehearsal) -> None:
    """A draft that nobody touched for almost ninety days: its owner was warned."""
    chat, on = await r.platform("闪聊"), r.day(70, earlier=10)
    matter = m.service(
        account="zhou****", registered=on - timedelta(days=60), agreement=0, dispute="other", happened=on,
        act="被告以内容违规为由扣留货款", defendants=[m.operator(chat)], claims=[m.claim("loss", "560.00")],
    )  # fmt: skip
    await r.wait_until(r.ends_at - timedelta(days=85))
    await r.draft("zhou", matter, groups=("plaintiffs", "defendants"))


STORIES = (
    banned_account, childs_top_ups, automatic_renewal, course_refund, company_promotion, somebody_elses_account,
    revoked_mandate, unfinished, forgotten_draft,
)  # fmt: skip

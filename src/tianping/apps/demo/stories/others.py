"""Personal information, virtual property, domain names: what Internet courts hear since 2025-11-01 besides shopping."""

from datetime import timedelta

from tianping.apps.demo import bench
from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import brought_in, filed, paid

_ONLINE: dict[str, bool | str] = {"act_online": True}


async def leaked_addresses(r: Rehearsal) -> None:
    """A collegial bench by ruling of the sole judge; the presiding judge designated anew."""
    market, on = await r.platform("优选商城"), r.day(84, earlier=40)
    matter = m.other(
        cause="个人信息保护纠纷", began=on, known=r.day(90), relationship="原告系被告电商平台的注册用户，争议发生在平台的订单系统",
        story="原告在平台下单后两小时内接到冒充客服的电话，对方准确说出订单号、收货地址和商品；原告查询发现平台第三方打单接口长期未脱敏",
        grounds="被告未采取必要措施确保个人信息安全，侵害原告的个人信息权益", links=_ONLINE,
        defendants=[m.operator(market, organisation_id=r.organisation("youxuan"))],
        claims=[m.claim("stop"), m.claim("apology"), m.claim("loss", "6800.00"), m.claim("costs")], more={"loss": "6800.00"},
        pieces=[p.call("冒充客服者", "证明对方掌握订单信息", seconds=10),
                p.page("接口文档截图", "开放平台文档", "订单明细接口", ["返回字段：receiver_name、receiver_mobile、receiver_address。",
                       "说明：为方便打单，默认返回完整信息，可在后台开启脱敏。"], "证明接口默认不脱敏"),
                p.letter("报警回执", [("报警人", "张伟"), ("案由", "被冒充客服诈骗未遂")], ["所报情况已登记。"], "证明原告受到诈骗电话滋扰", on,
                         source="公安机关出具", seal="示例派出所")],
    )  # fmt: skip
    filing = await brought_in(r, "zhang", matter, 83, at="20:20", by="filing_judge")
    await r.at(72, "10:10")
    await bench.change_bench_kind(r, filing, "本案涉及平台接口默认设置的合规评价，社会影响较大，宜由合议庭审理。")
    await r.at(71, "20:10")
    await r.pay("zhang", filing, "procedure_supplement")
    await r.at(70, "09:50")
    await bench.designate_presiding(r, filing)


async def lost_equipment(r: Rehearsal) -> None:
    """Recusal asked for, not decided yet."""
    game, on = await r.platform("星海游戏"), r.day(20, earlier=30)
    matter = m.other(
        cause="网络虚拟财产合同纠纷", began=on, known=on, relationship="原告系“星海世界”玩家，争议发生在被告运营的游戏内",
        story="游戏合区后，原告账号内价值约两万元的装备和坐骑全部消失，被告客服先承认系合区脚本错误，后改口称无法核实",
        grounds="被告应当妥善保管并恢复原告的网络虚拟财产，不能恢复的应当赔偿", links={},
        defendants=[m.operator(game, organisation_id=r.organisation("xinghai"))],
        claims=[m.claim("perform", text="恢复账号内被删除的装备、坐骑"), m.claim("loss", "19800.00"), m.claim("costs")],
        more={"loss": "19800.00"},
        pieces=[p.export("客服工单导出", [(f"{on} 20:11", "郑浩然", "合区后仓库空了"), (f"{on} 20:40", "客服", "经查是脚本问题，技术在恢复"),
                         (f"{on + timedelta(days=8)} 11:02", "客服", "抱歉，无法核实您的物品")], "证明被告曾承认系脚本错误"),
                p.statement("虚拟道具购买明细", "郑浩然", "北京星海互娱科技有限公司", ["坐骑", "装备箱", "外观"], on, lines=160)[0]],
    )  # fmt: skip
    filing = await brought_in(r, "zheng", matter, 17, at="21:00", by="filing_judge_2")
    await r.at(2, "16:20")
    await bench.ask_recusal(
        r, "zheng", filing, "gift_or_meeting", "有玩家在群里称看到承办法官与被告代理人同桌用餐，请求回避并核查。"
    )


async def judges_kinship(r: Rehearsal) -> None:
    """Declared before any case: the judge is left out of this company's draws."""
    await r.at(120, "09:10")
    await bench.declare_kinship(r, "judge_meng", "北京优选汇网络科技有限公司")


async def granted_recusal(r: Rehearsal) -> None:
    """Recusal granted: another judge was drawn."""
    chat, on = await r.platform("闪聊"), r.day(52, earlier=20)
    unknown = await r.shop("闪聊", "夜半听雨")
    matter = m.other(
        cause="隐私权纠纷", began=on, known=on, relationship="原告与账号“夜半听雨”的使用者曾系同事，争议发生在“闪聊”动态广场",
        story="账号“夜半听雨”连续发布原告的病历照片和家庭住址，原告通知平台后三日内未见删除",
        grounds="公开他人私密信息侵害隐私权，平台接到通知后未及时采取必要措施", links=_ONLINE | {"victim_domicile": "北京市朝阳区"},
        defendants=[m.shop(unknown), m.operator(chat)],
        claims=[m.claim("stop"), m.claim("apology"), m.claim("loss", "5000.00"), m.claim("costs")], more={"loss": "5000.00"},
        pieces=[p.page("动态截图", "动态广场", "夜半听雨", ["有些人表面光鲜，看看她的病历就知道了……（配图已打码）", "浏览 1.2 万  转发 318  评论 204"],
                       "证明侵权内容及传播范围")],
    )  # fmt: skip
    filing = await brought_in(r, "huang", matter, 49, at="19:10", by="filing_judge")
    await r.at(42, "20:00")
    await bench.ask_recusal(r, "huang", filing, "relation", "承办法官与被告公司法务负责人系大学同窗且来往密切。")
    await r.at(40, "10:00")
    await bench.decide_recusal(r, filing, granted=True, reason="经核实，二人存在可能影响公正审理的关系，准许回避。")


async def domain_name(r: Rehearsal) -> None:
    """Paid yesterday, bench drawn: the newest case of a judge."""
    on = r.day(12, earlier=60)
    matter = m.other(
        cause="网络域名权属纠纷", began=on, known=r.day(20), relationship="被告抢注与原告工作室名称相同的域名，争议发生在域名注册平台",
        story="原告自2015年起以“雨桐设计”名义经营，被告注册相同拼音域名并要价八万元转让", grounds="被告对域名主体部分不享有权益，具有恶意",
        links={"about_domain_name": True, "defendant_domicile": "北京市昌平区"},
        defendants=[{"kind": "person", "name": "石磊", "domicile": "北京市昌平区", "telephone": "13800000199", "role": "registrant"}],
        claims=[m.claim("perform", text="将争议域名转移至原告名下"), m.claim("costs")],
        pieces=[p.page("域名报价截图", "域名交易", "yutong-sheji.example 一口价", ["卖家：石先生", "价格：¥80,000", "联系后可议"], "证明被告高价出售")],
    )  # fmt: skip
    filing = await filed(r, "he", matter, 9, "22:00")
    await r.at(4, "11:20")
    await r.accept("filing_judge_2", filing)
    await paid(r, "he", filing, 1, "12:40")


async def arbitration_clause(r: Rehearsal) -> None:
    """Sent elsewhere: there is an arbitration agreement."""
    chat, on = await r.platform("闪聊"), r.day(30, earlier=50)
    matter = m.other(
        cause="网络不正当竞争纠纷", began=on, known=on, relationship="原告系被告平台的签约商家，双方签有合作协议",
        story="被告对同类商家给予流量倾斜，致原告销售额下降，合作协议第十九条约定争议提交仲裁", grounds="被告滥用管理地位",
        links=_ONLINE | {"arbitration_agreement": True}, defendants=[m.operator(chat)],
        claims=[m.claim("stop"), m.claim("loss", "45000.00"), m.claim("costs")], more={"loss": "45000.00"},
        pieces=[p.agreement("商家合作协议", "闪聊互动", on, chapters=8, clauses=6)],
    )  # fmt: skip
    filing = await filed(r, "sun", matter, 27, "20:30")
    await r.at(23, "15:30")
    await r.send_back("filing_judge", filing, reason="arbitration")


async def data_scraping(r: Rehearsal) -> None:
    """Under review and almost due."""
    chat, on = await r.platform("闪聊"), r.day(6, earlier=30)
    matter = m.other(
        cause="侵害数据权益纠纷", began=on, known=on, relationship="原告运营图书书单数据库，被告运营的平台抓取并展示其数据",
        story="被告平台的“书单”栏目与原告数据库在编排、错别字等八十二处完全一致，日均抓取十余万次", grounds="被告未经许可获取、使用原告数据",
        links={"data_online": True, "act_online": True}, defendants=[m.operator(chat)],
        claims=[m.claim("stop"), m.claim("loss", "260000.00"), m.claim("costs")], more={"loss": "260000.00"},
        pieces=[p.report("数据比对报告", "书单数据库", [["条目一致率", "—", "97.8%", "一致"], ["相同错别字", "—", "82 处", "一致"]],
                         "两份数据实质相同。", on)],
    )  # fmt: skip
    filing = await filed(r, "fang", matter, 5, "09:05", company="qinghe")
    await r.at(3, "15:00")
    await r.check("filing_judge_2", filing, {"within_competence": ("unclear", "数据来源地待核实")})


STORIES = (
    judges_kinship, leaked_addresses, lost_equipment, granted_recusal, domain_name, arbitration_clause, data_scraping,
)  # fmt: skip

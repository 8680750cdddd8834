"""Bought online: broken, false, unsafe, not delivered."""

from datetime import timedelta

from tianping.apps.demo import bench
from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import accepted, brought_in, filed, paid
from tianping.contexts.payments.model import ReliefKind
from tianping.interfaces.identity import Power

_HAIDIAN = "北京市海淀区"


async def teapot(r: Rehearsal) -> None:
    """The story that a newcomer opens first: a broken teapot, from the parcel to the judge."""
    shop, on = await r.shop("优选商城", "山野茶语"), r.day(46, earlier=9)
    market = await r.platform("优选商城")
    number = f"{on:%Y%m%d}11203344"
    seller = m.shop(shop, organisation_id=r.organisation("shanye"))
    platform = m.operator(market, organisation_id=r.organisation("youxuan"))
    what = "宜兴手工紫砂壶（石瓢，220毫升，礼盒装）1件"
    said = [
        ("at", f"{on + timedelta(days=3):%m-%d} 20:11"), ("me", "茶壶收到是裂的，壶盖也碎了"),
        ("客服", "亲，发货前都检查过的，可能是运输问题"), ("me", "外箱都压瘪了，我要求退货退款"),
        ("客服", "手工定制商品不支持退换的哦"), ("me", "页面写的是“破损包赔”"), ("客服", "那个活动上月结束了呢"),
    ]  # fmt: skip
    matter = m.sale(
        platform="优选商城", ordered=on, goods=what, price="1280.00", number=number, place=_HAIDIAN,
        defect_kind="fraud", defect="壶身有贯穿裂纹、壶盖破碎，且并非页面所称“全手工原矿紫砂”，壶底有模具合缝线",
        defendants=[seller, platform], promise="商品页面载明“全手工制作、原矿紫砂，运输破损包赔”",
        claims=[m.claim("rescind"), m.claim("refund", against=[0]), m.claim("triple", against=[0]),
                m.claim("loss", "60.00", text="赔偿检测费60元", against=[0]), m.claim("costs")],
        contact="签收当晚联系店铺客服，答复“手工定制商品不支持退换”；次日向平台投诉，平台三日后以“双方协商”为由关闭投诉",
        more={"loss": "60.00", "platform_fault": "投诉后未要求商家提供证明即关闭工单"},
        pieces=[
            p.goods("teapot", "茶壶", "壶身贯穿裂纹、壶盖破碎", seed="lin-teapot", form="heic"),
            p.parcel("山野茶语旗舰店 北京市丰台区示例东路20号", "林晓燕 138****0101 北京市海淀区学院路示例小区3号楼402", "XD7781200345219",
                     crushed=True, turned=True),
            p.order("优选商城", "山野茶语旗舰店", what, "1280.00", number, on),
            p.chat("山野茶语旗舰店", said, "证明与商家协商经过及商家拒绝退款"),
            p.page("商品页面", "商品详情", "宜兴紫砂壶 石瓢 全手工 原矿", ["【全手工制作】中级工艺师监制，一壶一证。",
                   "【原矿紫砂】底槽清原矿泥料，不加化工色素。", "【运输无忧】破损包赔，签收后 48 小时内拍照即可。"],
                   "证明商家的宣传和破损包赔承诺", note="页面截图时间早于下单时间"),
            p.invoice("林晓燕", shop.name, what, "1280.00", on),
            p.report("紫砂壶工艺检测报告", "石瓢壶1件（壶盖破碎）",
                     [["成型工艺", "全手工", "注浆成型", "不符"], ["泥料", "原矿紫砂", "混合陶泥", "不符"],
                      ["裂纹", "无", "贯穿裂纹 41 mm", "不符"]], "样品为注浆成型，不是全手工原矿紫砂制品。", r.day(45)),
            p.call("店铺客服", "证明商家在电话中承认壶身为模具成型", seconds=11),
        ],
        third_parties=[{
            "kind": "organisation", "name": "北京速达快运有限公司", "address": "北京市顺义区示例物流园6号",
            "telephone": "010-60000006", "independent_claim": False,
            "interest": "壶身破碎可能发生在运输途中，商家是否担责与其运输、交付情况有关",
        }],
    )  # fmt: skip
    filing = await brought_in(r, "lin", matter, 42, by="filing_judge")
    await r.at(30, "15:20")
    case = await r.case_of(filing)
    await bench.look(r, "clerk_first", case.id)
    await bench.look(r, "guo", case.id)


async def fruit(r: Rehearsal) -> None:
    """Handed in last evening: nobody has looked yet."""
    shop, on = await r.shop("集市通", "每日鲜果园"), r.day(1, earlier=8)
    number = f"{on:%Y%m%d}20553187"
    matter = m.sale(
        platform="集市通", ordered=on, goods="高原脐橙（精品大果）10斤装1箱", price="96.80", number=number, place=_HAIDIAN,
        defect_kind="quality", defect="24个橙子中11个腐烂发霉，不能食用", defendants=[m.shop(shop)],
        claims=[m.claim("refund"), m.claim("loss", "20.00"), m.claim("costs")], promise="坏果包赔",
        contact="签收当日按页面要求上传照片，商家只同意赔付8元优惠券", more={"loss": "20.00"},
        pieces=[p.goods("fruit", "橙子", "近半数腐烂发霉", seed="lin-fruit", turned=True),
                p.order("集市通", "每日鲜果园", "高原脐橙 10斤", "96.80", number, on)],
    )  # fmt: skip
    await filed(r, "lin", matter, 1, "21:10")


async def refurbished_phone(r: Rehearsal) -> None:
    """Accepted; the rider asks that the fee be deferred, nobody has decided yet."""
    market, shop = await r.platform("优选商城"), await r.shop("优选商城", "优选自营数码")
    on = r.day(14, earlier=6)
    number = f"{on:%Y%m%d}09417752"
    seller = m.shop(shop, organisation_id=r.organisation("youxuan"))
    matter = m.sale(
        platform="优选商城", ordered=on, goods="Lumo Phone 8（256GB，曜石黑）1台", price="4699.00", number=number,
        place="北京市丰台区", defect_kind="counterfeit", self_operated=True,
        defect="手机激活日期早于下单日期四个月，屏幕有绿线，主板有拆修痕迹，系翻新机冒充新机", defendants=[seller],
        claims=[m.claim("rescind"), m.claim("refund"), m.claim("triple"), m.claim("costs")],
        promise="“自营正品，全新未拆封”", contact="多次联系自营客服，答复“检测无故障，不予退货”",
        pieces=[p.goods("phone", "手机", "激活日期早于下单日期、屏幕绿线", seed="zhao-phone"),
                p.order("优选商城", "优选自营数码", "Lumo Phone 8 256GB", "4699.00", number, on),
                p.report("手机检测报告", "Lumo Phone 8", [["激活日期", "下单之后", "下单前 127 日", "不符"],
                         ["主板", "无拆修", "有二次焊接", "不符"]], "样品为翻新机。", r.day(15))],
    )  # fmt: skip
    filing = await filed(r, "zhao", matter, 11, "22:00")
    await accepted(r, filing, 5, "14:40", by="clerk_filing")
    await r.at(4, "19:15")
    proof = p.letter("收入证明", [("姓名", "赵鹏"), ("岗位", "外卖骑手")], ["兹证明该骑手近三个月平均收入为 3,120 元。"],
                     "证明收入低", r.day(6), source="站点开具", seal="示例配送站")  # fmt: skip
    await r.ask_relief(
        "zhao", filing, ReliefKind.DEFERRAL, "other", "近三个月因伤停工，收入不足，请求缓交三个月。", proof
    )
    assert market.is_ecommerce_platform


async def health_food(r: Rehearsal) -> None:
    """Filed by the niece as agent; the fee is waived, the case goes on without money."""
    await r.at(41, "19:10")
    mandate = await r.mandate("wang", "li", kind="relative", powers=[Power.CHANGE_CLAIMS, Power.SETTLE])
    shop, on = await r.shop("集市通", "每日鲜果园"), r.day(40, earlier=20)
    number = f"{on:%Y%m%d}14260918"
    matter = m.sale(
        platform="集市通", ordered=on, goods="“清脂原液”植物饮品 30袋×2盒", price="596.00", number=number,
        place="北京市石景山区", defect_kind="food_safety",
        defect="外包装无生产许可证编号，宣称“七天降血脂”，经检测检出西药成分，系不符合食品安全标准的食品",
        defendants=[m.shop(shop)], promise="“纯植物、七天降血脂、无效退款”",
        claims=[m.claim("refund"), m.claim("food_ten"), m.claim("costs")], contact="商家关闭了客服入口，平台答复已下架",
        pieces=[p.label("清脂原液 植物饮品", [("配料", "荷叶、山楂、决明子"), ("净含量", "10 毫升×30"), ("生产许可", "（空白）"),
                        ("功效", "七天降血脂"), ("生产商", "（无地址）")], "证明无生产许可、宣称疗效", stamp=f"{on - timedelta(days=70):%Y/%m/%d}"),
                p.order("集市通", "每日鲜果园", "清脂原液 2盒", "596.00", number, on),
                p.report("食品安全检测报告", "清脂原液", [["辛伐他汀", "不得检出", "3.1 mg/袋", "不合格"]],
                         "样品检出药物成分，不符合食品安全标准。", r.day(43))],
    )  # fmt: skip
    agent = {"name": "李娟", "kind": "relative", "telephone": r.person("li").mobile,
             "powers": ["general", "change_claims", "settle"], "person_id": str(r.id_of("li")),
             "mandate_id": str(mandate)}  # fmt: skip
    filing = await filed(r, "li", matter, 39, "20:30", for_person="wang", agents=[agent])
    await accepted(r, filing, 35, by="filing_judge_2")
    await r.at(34, "18:40")
    proof = p.letter("最低生活保障证", [("姓名", "王秀兰"), ("保障类别", "城市居民")], ["持证人为城市居民最低生活保障对象。"],
                     "证明为低保对象", r.day(42), source="街道办事处出具", seal="示例街道办事处")  # fmt: skip
    await r.ask_relief(
        "li", filing, ReliefKind.WAIVER, "minimum_living_allowance", "王秀兰为低保对象，无其他收入，请求免交。", proof
    )
    await r.at(31, "16:05")
    await r.decide_relief("head_first", "li", filing, granted=True, reasons="申请人系最低生活保障对象，符合免交条件。")


async def tyres(r: Rehearsal) -> None:
    """Never paid: treated as withdrawn. The money that came afterwards went back."""
    shop, on = await r.shop("优选商城", "北纬四十度"), r.day(74, earlier=15)
    number = f"{on:%Y%m%d}08113309"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="车载卫星导航仪（货车版）1台", price="1899.00", number=number,
        place="北京市大兴区", defect_kind="not_delivered", defect="付款后一直未发货，物流单号查无记录", defendants=[m.shop(shop)],
        claims=[m.claim("refund"), m.claim("costs")], contact="商家称缺货，要求继续等待，拒绝退款",
        pieces=[p.order("优选商城", "北纬四十度户外", "车载卫星导航仪（货车版）", "1899.00", number, on, state="待发货")],
    )  # fmt: skip
    filing = await filed(r, "xu", matter, 70, "21:00")
    await accepted(r, filing, 66, by="clerk_filing")
    await r.at(65, "20:20")
    order = await r.order_of("xu", (await r.case_of(filing)).id)
    reference = await r.start_payment("xu", order.id)
    await r.at(50, "11:00")
    await r.finish_payment(reference)


async def tent_twice(r: Rehearsal) -> None:
    """The same facts handed in twice; the second filing is shown beside the first."""
    shop, on = await r.shop("优选商城", "北纬四十度"), r.day(5, earlier=12)
    number = f"{on:%Y%m%d}16045521"
    for back, at, price in ((4, "12:20", "2380.00"), (2, "19:05", "2380.00")):
        matter = m.sale(
            platform="优选商城", ordered=on, goods="四季双层帐篷（6人）1顶", price=price, number=number,
            place="北京市朝阳区", defect_kind="quality", defect="首次使用即漏雨，接缝处无防水胶条，与页面所称“暴雨级防水”不符",
            defendants=[m.shop(shop)], claims=[m.claim("refund"), m.claim("triple"), m.claim("costs")],
            promise="“暴雨级防水，PU 5000”", contact="商家要求自费寄回检测，未就费用达成一致",
            pieces=[p.order("优选商城", "北纬四十度户外", "四季双层帐篷 6人", price, number, on),
                    p.chat("北纬四十度户外", [("me", "帐篷漏雨，睡袋全湿了"), ("客服", "请您自费寄回检测"), ("me", "质量问题为什么我出运费")],
                           "证明协商经过")],
        )  # fmt: skip
        await filed(r, "sun", matter, back, at)
    await r.at(1, "09:30")


async def used_camera(r: Rehearsal) -> None:
    """Against a private seller with an account: both sides can be looked at."""
    shop, on = await r.shop("集市通", "老周二手相机"), r.day(62, earlier=14)
    number = f"{on:%Y%m%d}21374490"
    matter = m.sale(
        platform="集市通", ordered=on, goods="LUMO A7 微单相机（二手，含50mm镜头）1套", price="8650.00", number=number,
        place="北京市西城区", defect_kind="fraud", defect="镜头内部霉斑、镀膜划伤，快门次数11万余次，与页面“95新、快门3千次”严重不符",
        defendants=[m.shop(shop, person_id=str(r.id_of("zhou")))],
        claims=[m.claim("rescind"), m.claim("refund"), m.claim("triple", "17300.00"), m.claim("costs")],
        promise="“95新，快门3千次，无霉无划，假一赔三”", contact="卖家称“二手商品概不退换”",
        pieces=[p.goods("camera", "相机镜头", "镜头霉斑、划痕", seed="chen-camera", turned=True),
                p.parcel("老周二手相机 北京市通州区示例园东里9号", "陈志远 138****0102 北京市西城区示例胡同8号", "XD5520077134401", crushed=False),
                p.order("集市通", "老周二手相机", "LUMO A7 微单套机（二手）", "8650.00", number, on),
                p.export("聊天记录导出", [(f"{on} 21:10", "陈志远", "快门真的只有三千多吗？"),
                         (f"{on} 21:12", "老周二手相机", "放心，自用机，三千出头"),
                         (f"{on + timedelta(days=7)} 20:40", "陈志远", "读出来是十一万多次"), (f"{on + timedelta(days=7)} 21:02", "老周二手相机", "二手概不退换")],
                         "证明卖家对快门次数的陈述")],
    )  # fmt: skip
    await brought_in(r, "chen", matter, 58, at="21:30", by="filing_judge_2")


async def second_camera(r: Rehearsal) -> None:
    """Waiting for a correction: the defendant is named by nickname only."""
    shop, on = await r.shop("集市通", "老周二手相机"), r.day(9, earlier=10)
    number = f"{on:%Y%m%d}10028876"
    matter = m.sale(
        platform="集市通", ordered=on, goods="胶片相机（二手）1台", price="1150.00", number=number, place="北京市朝阳区",
        defect_kind="quality", defect="快门卡滞，无法正常曝光", defendants=[m.shop(shop, person_id=str(r.id_of("zhou")))],
        claims=[m.claim("refund"), m.claim("costs")], contact="卖家不再回复消息",
        pieces=[p.goods("camera", "胶片相机", "快门卡滞", seed="ayi-camera")],
    )  # fmt: skip
    filing = await filed(r, "ayi", matter, 8, "19:20")
    await r.at(4, "15:10")
    await r.ask_correction("clerk_filing", filing, [
        ("missing_evidence", "evidence", "请补充订单页面或者付款记录，证明交易成立及价款", "Add the order page or proof of payment"),
        ("claims_not_concrete", "facts.defect_facts", "请写明发现问题的时间、表现以及是否做过维修",
         "Say when the defect appeared, how, and whether it was repaired"),
    ])  # fmt: skip


async def down_quilt(r: Rehearsal) -> None:
    """Corrected: the court's seven days run anew."""
    shop, on = await r.shop("优选商城", "暖冬羽绒"), r.day(16, earlier=12)
    number = f"{on:%Y%m%d}13317790"
    order = p.order("优选商城", "暖冬羽绒专营店", "羽绒被 1.5kg", "1068.00", number, on)
    matter = m.sale(
        platform="优选商城", ordered=on, goods="鹅绒被（95%绒，1.5千克）1床", price="1068.00", number=number,
        place="北京市朝阳区", defect_kind="counterfeit", defect="拆开后填充物主要为羽丝和飞丝，吊牌检测编号查无记录",
        defendants=[m.shop(shop)], claims=[m.claim("refund"), m.claim("triple"), m.claim("costs")],
        contact="商家只同意退一赔一，后不再答复", pieces=[order],
    )  # fmt: skip
    filing = await filed(r, "ayi", matter, 13, "20:10")
    await r.at(10, "09:40")
    await r.ask_correction("filing_judge_2", filing, [
        ("missing_evidence", "evidence", "请提交能够反映填充物不符的照片或者检测材料",
         "Hand in photographs or a test that show the filling"),
    ])  # fmt: skip
    await r.at(3, "20:15")
    await r.add_exhibits("ayi", filing, [
        p.report("羽绒制品检测报告", "鹅绒被", [["绒子含量", "≥ 95%", "41.7%", "不合格"], ["羽丝、飞丝", "≤ 10%", "46.2%", "不合格"]],
                 "绒子含量严重不符。", r.day(5)),
    ])  # fmt: skip
    await r.at(3, "21:00")
    await r.correct("ayi", filing)


async def monitor(r: Rehearsal) -> None:
    """Relief refused with reasons; paid afterwards."""
    shop, on = await r.shop("优选商城", "优选自营数码"), r.day(48, earlier=11)
    number = f"{on:%Y%m%d}19226401"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="34英寸曲面显示器1台", price="2899.00", number=number, place="北京市朝阳区",
        defect_kind="return_refused", self_operated=True, defect="收货次日申请七日无理由退货，商家以“已拆封”为由拒绝",
        defendants=[m.shop(shop, organisation_id=r.organisation("youxuan"))],
        claims=[m.claim("refund"), m.claim("return_goods", "45.00"), m.claim("costs")], more={"freight": "45.00"},
        contact="平台客服维持商家意见", pieces=[p.order("优选商城", "优选自营数码", "34英寸曲面显示器", "2899.00", number, on)],
    )  # fmt: skip
    filing = await filed(r, "zhang", matter, 45, "12:10")
    await accepted(r, filing, 41, by="clerk_filing")
    await r.at(40, "12:30")
    await r.ask_relief("zhang", filing, ReliefKind.DEFERRAL, "other", "本月信用卡还款压力较大，请求缓交。")
    await r.at(38, "10:30")
    await r.decide_relief("head_first", "zhang", filing, granted=False,
                          reasons="申请人有固定工资收入，未提交经济困难的证据，不符合缓交条件。")  # fmt: skip
    await paid(r, "zhang", filing, 37, "20:30")


async def vase(r: Rehearsal) -> None:
    """Withdrawn before the court had decided: the shop paid."""
    shop, on = await r.shop("集市通", "青瓷小铺"), r.day(36, earlier=9)
    number = f"{on:%Y%m%d}11450032"
    matter = m.sale(
        platform="集市通", ordered=on, goods="龙泉青瓷杯（一对）", price="320.00", number=number, place="北京市东城区",
        defect_kind="quality", defect="其中一只杯口缺损", defendants=[m.shop(shop)], claims=[m.claim("refund"), m.claim("costs")],
        contact="店主称快递责任", pieces=[p.goods("cup", "杯子", "杯口缺损", seed="sun-cup")],
    )  # fmt: skip
    filing = await filed(r, "sun", matter, 33, "13:10")
    await r.at(31, "09:20")
    await r.withdraw("sun", filing)


async def tea_wholesale(r: Rehearsal) -> None:
    """A large sum: simplified procedure, then ordinary by ruling, with a supplement that was paid."""
    shop, on = await r.shop("优选商城", "山野茶语"), r.day(88, earlier=30)
    number = f"{on:%Y%m%d}15308807"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="陈年普洱茶饼（357克×84饼）3件", price="96800.00", number=number,
        place="北京市海淀区", defect_kind="counterfeit", defect="内飞、防伪码查无记录，经鉴定年份不符，系仿冒“2006年勐海”茶饼",
        defendants=[m.shop(shop, organisation_id=r.organisation("shanye"))], promise="“2006年勐海，假一赔三”",
        claims=[m.claim("rescind"), m.claim("refund"), m.claim("triple"), m.claim("costs")],
        contact="被告认为茶叶年份无国家标准，拒绝退货",
        pieces=[p.label("勐海七子饼茶", [("净含量", "357 克"), ("生产日期", "2006/04"), ("防伪码", "8842 0071 3365"),
                        ("产地", "云南")], "证明标注的年份和防伪码", stamp="查无此码"),
                p.invoice("孙国庆", shop.name, "普洱茶饼 84饼×3", "96800.00", on),
                p.letter("买卖合同", [("出卖人", shop.name), ("买受人", "孙国庆"), ("标的", "普洱茶饼 252 饼")],
                         [f"第{n}条 双方确认，茶饼年份为 2006 年；如与约定不符，出卖人应当退还全部价款并按价款三倍赔偿。" for n in range(1, 9)],
                         "证明年份约定和赔偿标准", on, source="双方电子签署", seal=shop.name)],
    )  # fmt: skip
    filing = await brought_in(r, "sun", matter, 82, at="09:10", by="filing_judge")
    await r.at(60, "14:30")
    await bench.change_procedure(
        r, filing, "ordinary", "双方对茶叶年份争议较大，需要委托鉴定，案件事实不能在简易程序审限内查清。"
    )
    await r.at(57, "20:45")
    await r.pay("sun", filing, "procedure_supplement")


async def skis(r: Rehearsal) -> None:
    """Reassigned with approval: the judge first drawn went on long leave."""
    shop, on = await r.shop("优选商城", "北纬四十度"), r.day(40, earlier=20)
    number = f"{on:%Y%m%d}17092254"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="全地形滑雪板套装1套", price="5260.00", number=number, place="北京市延庆区",
        defect_kind="quality", defect="第二次使用时固定器断裂，致原告扭伤脚踝", defendants=[m.shop(shop)],
        claims=[m.claim("refund"), m.claim("loss", "1860.00", text="赔偿医疗费、误工费1860元"), m.claim("costs")],
        more={"loss": "1860.00"}, contact="商家称系使用不当",
        pieces=[p.order("优选商城", "北纬四十度户外", "全地形滑雪板套装", "5260.00", number, on),
                p.letter("门诊病历", [("姓名", "刘畅"), ("诊断", "右踝关节扭伤")], ["患者诉滑雪时固定器断裂摔倒，右踝肿痛两小时。"],
                         "证明受伤情况", on, source="医院出具", seal="示例骨科门诊部")],
    )  # fmt: skip
    filing = await brought_in(r, "liu", matter, 34, at="22:00", by="filing_judge_2")
    await r.at(17, "09:20")
    await bench.ask_reassignment(r, filing, "leave", "承办法官自下周起脱产学习四个月，案件将超过审限。")
    await r.at(16, "16:40")
    await bench.decide_reassignment(r, filing, granted=True, reason="情况属实，同意重新分案。")


async def lamp_never_sent(r: Rehearsal) -> None:
    """A draft that its owner has put away."""
    shop, on = await r.shop("集市通", "青瓷小铺"), r.day(28, earlier=5)
    matter = m.sale(
        platform="集市通", ordered=on, goods="青瓷台灯1盏", price="268.00", number=f"{on:%Y%m%d}18020077",
        place="北京市朝阳区", defect_kind="other", defect="灯罩颜色与页面不同", defendants=[m.shop(shop)],
        claims=[m.claim("refund")], contact="未联系",
    )  # fmt: skip
    await r.at(26, "21:10")
    filing = await r.draft("huang", matter, groups=("plaintiffs", "defendants", "claims", "facts"))
    await r.at(25, "08:10")
    await r.discard("huang", filing)


STORIES = (
    teapot, fruit, refurbished_phone, health_food, tyres, tent_twice, used_camera, second_camera, down_quilt, monitor, vase,
    tea_wholesale, skis, lamp_never_sent,
)  # fmt: skip

"""Types that Internet courts no longer hear since 2025-11-01: returned with who is competent, or refused when insisted."""

from datetime import date, timedelta
from typing import Any

from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import filed


def _defamation(r: Rehearsal, on: date, publisher: dict[str, Any], platform: dict[str, Any]) -> m.Matter:
    facts = {
        "victim": "plaintiffs.0", "publisher": "defendants.0", "platform": "defendants.1", "content": "evidence.0",
        "urls": ["https://shanliao.example/p/88120431"], "kind": "defamation",
        "identify": "内容配有原告直播间截图和昵称", "truth": "原告所售商品均有检测报告，不存在“卖假货被查”的事实",
        "spread": "浏览18万次，转发2300余次", "evidence_fix": "evidence.0", "harm": "两场直播被合作方取消，原告因焦虑就医",
        "loss": "36000.00", "loss_provable": True, "mental": "10000.00", "cost": "5000.00",
    }  # fmt: skip
    claims = [m.claim("delete"), m.claim("disclose", against=[1]), m.claim("apology", against=[0]), m.claim("loss"),
              m.claim("mental"), m.claim("cost"), m.claim("costs")]  # fmt: skip
    events = [
        m.event(on, "账号发布“某主播卖假货被查”的长文。"),
        m.event(on + timedelta(days=2), "通知平台删除，平台未处理。"),
    ]
    post = p.page("涉案长文截图", "动态广场", "某带货女主播卖假货被查，内幕流出", ["据知情人士爆料，该主播长期售卖贴牌假货，已被有关部门立案……",
                  "（配图为原告直播间截图）", "浏览 18.2 万  转发 2,318  评论 4,077"], "证明侵权内容及传播范围")  # fmt: skip
    return m.Matter(
        case_type="reputation", cause="名誉权纠纷", defendants=[publisher, platform], claims=claims, facts=facts,
        events=events, links={"act_online": True}, pieces=[post], wishes=m.WILLING,
    )  # fmt: skip


async def streamer(r: Rehearsal) -> None:
    """Returned; she insisted; refused by ruling, with the right of appeal."""
    publisher, chat = m.shop(await r.shop("闪聊", "城南旧事馆")), m.operator(await r.platform("闪聊"))
    matter = _defamation(r, r.day(82, earlier=6), publisher, chat)
    first = await filed(r, "han", matter, 80, "20:30")
    await r.at(77, "10:40")
    await r.send_back("filing_judge", first, reason="not_competent", court="北京市朝阳区人民法院")
    second = await filed(r, "han", matter, 74, "21:00")
    await r.at(70, "14:50")
    await r.refuse("filing_judge", second, reason="insists_not_competent", unmet="within_competence",
                   zh="自2025年11月1日起，网络侵害名誉权纠纷不再由互联网法院管辖；经告知后起诉人仍坚持向本院起诉。",
                   en="Since 2025-11-01 online defamation is not for an Internet court; the filer was told and insisted.")  # fmt: skip


async def reputation_draft(r: Rehearsal) -> None:
    """Written, but not handed in: the check had said that another court is competent."""
    publisher, chat = m.shop(await r.shop("闪聊", "夜半听雨")), m.operator(await r.platform("闪聊"))
    await r.at(15, "20:20")
    await r.draft("zheng", _defamation(r, r.day(18), publisher, chat))


async def posters(r: Rehearsal) -> None:
    """A designer whose work was taken: returned with the competent court named."""
    on, shop = r.day(46, earlier=200), await r.shop("集市通", "青瓷小铺")
    await filed_work(r, "he", on, shop_party=m.shop(shop), back=44, work="“江南十二景”系列海报", work_type="fine_art")


async def filed_work(
    r: Rehearsal, who: str, on: date, *, shop_party: dict[str, Any], back: int, work: str, work_type: str
) -> None:
    facts = {
        "work": work, "work_type": work_type, "author": r.person(who).name, "right_basis": "original",
        "chain": ["作者本人独立创作并享有著作权"], "first_publish": on.isoformat(), "registration_no": f"国作登字-{on.year}-F-00182233",
        "infringe_subject": "defendants.0", "infringe_url": "https://jishitong.example/item/5530192", "infringe_way": "direct",
        "infringe_period": "两个多月前至今", "similarity": "构图、线条、配色与原告作品一致，仅去除署名", "evidence_fix": "evidence.0",
        "loss_method": "statutory", "damages_claimed": "30000.00", "reasonable_cost": "3000.00",
    }  # fmt: skip
    matter = m.Matter(
        case_type="dissemination", defendants=[shop_party], facts=facts,
        claims=[m.claim("stop"), m.claim("damages"), m.claim("cost"), m.claim("costs")],
        events=[m.event(on, "作品首次公开发表。"), m.event(r.day(back, earlier=15), "发现被告在商品页面使用原告作品。")],
        links={"infringed_online": True, "work_published_or_spread_online": True}, wishes=m.WILLING,
        pieces=[p.page("侵权商品页面", "商品详情", "江南十二景 装饰画", ["高清微喷，可定制尺寸。", "月销 600+"], "证明被告使用原告作品"),
                p.letter("作品登记证书", [("作品名称", work), ("著作权人", r.person(who).name)], ["经核查，对该作品予以登记。"],
                         "证明权属", on, source="登记机构颁发", seal="示例版权登记中心")],
    )  # fmt: skip
    filing = await filed(r, who, matter, back, "20:20")
    await r.at(back - 3, "10:30")
    await r.send_back("filing_judge_2", filing, reason="not_competent", court="杭州市余杭区人民法院")


async def small_loan(r: Rehearsal) -> None:
    """A lender that came to the wrong court; still under review, the review says why."""
    borrower = {
        "kind": "person",
        "name": "叶青",
        "domicile": "北京市丰台区",
        "telephone": "13800000198",
        "role": "borrower",
    }
    on = r.day(4, earlier=420)
    until = r.day(4)
    facts = {
        "lender": "plaintiffs.0", "licensed": False, "borrower_verify": "短信验证码和银行卡四要素", "platform": "微信群",
        "contract_no": f"YX-{on:%Y%m%d}-17", "contract_on": on.isoformat(), "esign": "evidence.0", "principal": "20000.00",
        "paid_out": "20000.00", "paid_out_on": on.isoformat(), "pre_deduct": "0.00", "rate": "12", "overdue_rate": "14",
        "term": "十二个月，按月付息，到期还本", "repaid": ["放款后前五个月每月付息200元"], "principal_repaid": "0.00",
        "overdue_from": (on + timedelta(days=365)).isoformat(), "calc_date": until.isoformat(),
    }  # fmt: skip
    matter = m.Matter(
        case_type="online_loan", cause="小额借款合同纠纷", defendants=[borrower], facts=facts,
        claims=[m.claim("principal"), m.claim("overdue"), m.claim("costs")], events=[m.event(on, "双方通过网络签订借款合同。")],
        links={"signed_online": True, "performed_online": True, "lender_is_licensed": False}, wishes=m.WILLING,
        pieces=[p.letter("电子借款合同", [("出借人", "孙国庆"), ("借款人", "叶青"), ("金额", "20,000 元")],
                         ["借款期限十二个月，年利率 12%，逾期年利率 14%，按月付息，到期还本。"], "证明借款约定", on, source="双方电子签署")],
    )  # fmt: skip
    await filed(r, "sun", matter, 4, "21:20")


STORIES = (streamer, reputation_draft, posters, small_loan)

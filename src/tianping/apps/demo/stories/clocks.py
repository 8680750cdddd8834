"""Filings whose time ran out: a correction that did not come, and a review that the court is late with."""

from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import filed


async def flasks(r: Rehearsal) -> None:
    """Not corrected in time, though there was more of it: returned by the clock, and recorded. RG art. 7."""
    shop, on = await r.shop("优选商城", "山野茶语"), r.day(34, earlier=10)
    number = f"{on:%Y%m%d}15550021"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="车载保温壶2只", price="356.00", number=number, place="辽宁省沈阳市",
        defect_kind="quality", defect="壶体漏水，保温不到两小时", defendants=[m.shop(shop)],
        claims=[m.claim("refund"), m.claim("costs")], contact="客服要求自费寄回检测",
        pieces=[p.order("优选商城", "山野茶语旗舰店", "车载保温壶2只", "356.00", number, on)],
    )  # fmt: skip
    filing = await filed(r, "xu", matter, 30, "12:20")
    await r.at(27, "14:30")
    await r.ask_correction("clerk_filing", filing, [
        ("missing_evidence", "evidence", "请提交能够反映漏水情况的照片或者视频", "Hand in a photograph or a video of the leak"),
    ], days=7)  # fmt: skip
    await r.at(24, "16:05")
    await r.give_more_time("clerk_filing", filing, days=5, zh="起诉人来电称正在出车途中，准许延长五日。",
                           en="The filer is on the road and asked for five more days; granted.")  # fmt: skip


async def headphones(r: Rehearsal) -> None:
    """The court is late: the filing judges and the head of division were told, and the filer. RG art. 8."""
    shop, on = await r.shop("优选商城", "优选自营数码"), r.day(12, earlier=9)
    number = f"{on:%Y%m%d}17730512"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="降噪耳机1副", price="1299.00", number=number, place="黑龙江省哈尔滨市",
        defect_kind="quality", self_operated=True, defect="右耳无声，两次换货后仍然如此",
        defendants=[m.shop(shop, organisation_id=r.organisation("youxuan"))],
        claims=[m.claim("refund"), m.claim("costs")], contact="平台客服同意再次换货，不同意退款",
        pieces=[p.order("优选商城", "优选自营数码", "降噪耳机", "1299.00", number, on),
                p.call("平台客服", "证明客服承认同一故障已换货两次", seconds=12)],
    )  # fmt: skip
    filing = await filed(r, "han", matter, 9, "21:10")
    await r.at(7, "09:30")
    await r.open_review("clerk_filing", filing)


STORIES = (flasks, headphones)

"""Five buyers of the same down jacket against one shop: like cases, reviewed together."""

from tianping.apps.demo import matters as m
from tianping.apps.demo import pieces as p
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories.steps import filed, paid
from tianping.kit.ids import FilingId

_BUYERS = (
    ("wu", "699.00", "北京市朝阳区", "洗后大量钻绒，衣身结块"), ("zhang", "699.00", "北京市朝阳区", "袖口开线并持续钻绒"),
    ("han", "1299.00", "北京市海淀区", "充绒量标注180克，实称96克"), ("xu", "699.00", "北京市大兴区", "气味刺鼻，标签检测号查无记录"),
    ("chen", "899.00", "北京市西城区", "充绒量和绒子含量均与标签不符"),
)  # fmt: skip


async def _one(r: Rehearsal, buyer: str, price: str, place: str, defect: str, back: int, at: str) -> FilingId:
    shop, on = await r.shop("优选商城", "暖冬羽绒"), r.day(back, earlier=16)
    number = f"{on:%Y%m%d}12{abs(hash_of(buyer)) % 10**6:06d}"
    matter = m.sale(
        platform="优选商城", ordered=on, goods="“极地”鹅绒长款羽绒服1件", price=price, number=number, place=place,
        defect_kind="counterfeit", defect=f"{defect}，与页面所称“90%白鹅绒、充绒180克”不符",
        defendants=[m.shop(shop, organisation_id=r.organisation("nuandong"))], promise="“90%白鹅绒，充绒180克，假一赔三”",
        claims=[m.claim("refund"), m.claim("triple"), m.claim("costs")], contact="店铺客服以“绒感因人而异”为由拒绝，后关闭会话",
        pieces=[p.goods("jacket", "羽绒服", defect, seed=f"jacket-{buyer}"),
                p.order("优选商城", "暖冬羽绒专营店", "“极地”鹅绒长款羽绒服", price, number, on)],
    )  # fmt: skip
    return await filed(r, buyer, matter, back, at)


def hash_of(buyer: str) -> int:
    return sum(ord(character) * 7919**position for position, character in enumerate(buyer, start=1))


async def down_jackets(r: Rehearsal) -> None:
    """Three were accepted in one act, two came later and wait for the same."""
    together = [await _one(r, *buyer, 9 - n, "20:05") for n, buyer in enumerate(_BUYERS[:3])]
    await r.at(5, "16:10")
    await r.accept_together("filing_judge", together)
    await paid(r, "zhang", together[1], 4, "21:05")
    for n, buyer in enumerate(_BUYERS[3:]):
        await _one(r, *buyer, 3 - n, "12:20")


STORIES = (down_jackets,)

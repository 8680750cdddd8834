"""Photographs of parcels, labels and goods, drawn."""

import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from tianping.apps.demo.evidence import seeded
from tianping.apps.demo.evidence.drawing import Colour, as_photograph, font, mixed, table_top, write

SIZE = (1200, 900)
_CARDBOARD: Colour = (196, 158, 112)
_OAK: Colour = (168, 128, 92)
_STONE: Colour = (176, 178, 180)

Painter = Callable[[ImageDraw.ImageDraw, random.Random], None]


def parcel(sender: str, receiver: str, number: str, *, crushed: bool = False, seed: str = "") -> Image.Image:
    """A parcel on a table with its waybill; `crushed` shows a dented corner and torn tape."""
    chance = seeded(f"parcel{number}{seed}")
    scene = table_top(SIZE, chance, _OAK)
    draw = ImageDraw.Draw(scene)
    box = [(210, 190), (960, 150), (1010, 720), (190, 760)]
    draw.polygon([(x + 22, y + 26) for x, y in box], fill=mixed(_OAK, (0, 0, 0), 0.55))
    draw.polygon(box, fill=_CARDBOARD, outline=mixed(_CARDBOARD, (0, 0, 0), 0.35))
    draw.polygon([(205, 430), (985, 400), (990, 470), (203, 505)], fill=(214, 190, 142))
    if crushed:
        corner = [(800, 158), (962, 150), (990, 330), (900, 300), (862, 232)]
        draw.polygon(corner, fill=mixed(_CARDBOARD, (0, 0, 0), 0.28))
        for _ in range(16):
            x, y = chance.randint(790, 985), chance.randint(150, 340)
            fold = mixed(_CARDBOARD, (0, 0, 0), chance.uniform(0.2, 0.6))
            draw.line([(x, y), (x + chance.randint(-90, 70), y + chance.randint(20, 110))], fill=fold, width=3)
        draw.polygon([(560, 408), (640, 402), (618, 470), (590, 474)], fill=(92, 66, 44))
    _waybill(draw, (290, 235), sender, receiver, number, chance)
    return as_photograph(scene, chance)


def _waybill(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], sender: str, receiver: str, number: str, chance: random.Random
) -> None:
    x, y = at
    draw.rectangle((x, y, x + 400, y + 400), fill=(246, 246, 242), outline=(120, 120, 120))
    draw.text((x + 14, y + 8), "迅达速运", font=font(34), fill=(20, 20, 20))
    draw.text((x + 250, y + 18), "标准快递", font=font(22), fill=(60, 60, 60))
    bar = x + 20
    for _ in range(62):
        wide = chance.choice((2, 2, 3, 5))
        draw.rectangle((bar, y + 62, bar + wide, y + 138), fill=(15, 15, 15))
        bar += wide + chance.choice((2, 3))
        if bar > x + 375:
            break
    draw.text((x + 80, y + 142), number, font=font(24), fill=(20, 20, 20))
    draw.line((x, y + 180, x + 400, y + 180), fill=(40, 40, 40), width=2)
    write(draw, (x + 14, y + 190), f"收 {receiver}", size=23, width=372)
    draw.line((x, y + 288, x + 400, y + 288), fill=(150, 150, 150))
    write(draw, (x + 14, y + 296), f"寄 {sender}", size=20, width=372, colour=(70, 70, 70))


def label(title: str, rows: list[tuple[str, str]], *, stamp: str = "", seed: str = "") -> Image.Image:
    """A close look at a label on a package: what it says, and a stamp such as a date."""
    chance = seeded(f"label{title}{seed}")
    scene = table_top(SIZE, chance, (206, 200, 186))
    draw = ImageDraw.Draw(scene)
    draw.rounded_rectangle((170, 90, 1030, 820), 26, fill=(238, 236, 226), outline=(150, 148, 140), width=3)
    y = write(draw, (220, 130), title, size=46, width=760) + 16
    draw.line((220, y, 980, y), fill=(90, 90, 90), width=3)
    y += 18
    for name, value in rows:
        draw.text((220, y), name, font=font(27), fill=(90, 90, 90))
        y = write(draw, (430, y), value, size=27, width=550) + 8
    if stamp:
        ink = Image.new("RGBA", (560, 90), (0, 0, 0, 0))
        ImageDraw.Draw(ink).text((6, 6), stamp, font=font(52), fill=(36, 48, 120, 220))
        turned = ink.rotate(chance.uniform(-6, 6), expand=True)
        scene.paste(turned, (430, 690), turned)
    return as_photograph(scene, chance)


def goods(kind: str, *, seed: str = "") -> Image.Image:
    """Goods with their defect. Kinds: see `_PAINTERS`."""
    chance = seeded(f"goods{kind}{seed}")
    scene = table_top(SIZE, chance, _STONE if kind in {"camera", "phone"} else _OAK)
    shade = Image.new("L", SIZE, 0)
    ImageDraw.Draw(shade).ellipse((290, 560, 950, 790), fill=120)
    scene.paste((30, 26, 22), (0, 0), shade.filter(ImageFilter.GaussianBlur(28)))
    _PAINTERS[kind](ImageDraw.Draw(scene), chance)
    return as_photograph(scene, chance)


def _cracks(
    draw: ImageDraw.ImageDraw, chance: random.Random, at: tuple[int, int], colour: Colour, arms: int = 6
) -> None:
    for _ in range(arms):
        x, y = at
        points = [(x, y)]
        dx, dy = chance.uniform(-1, 1), chance.uniform(-1, 1)
        for _ in range(chance.randint(4, 8)):
            x += round(dx * 34 + chance.randint(-14, 14))
            y += round(dy * 34 + chance.randint(-14, 14))
            points.append((x, y))
        draw.line(points, fill=colour, width=3)


def _teapot(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    clay: Colour = (122, 66, 46)
    draw.ellipse((380, 300, 830, 690), fill=clay, outline=mixed(clay, (0, 0, 0), 0.4), width=5)
    draw.polygon([(810, 420), (980, 320), (1002, 352), (820, 540)], fill=clay)
    draw.arc((260, 360, 440, 600), 60, 300, fill=clay, width=34)
    draw.ellipse((490, 256, 720, 350), fill=mixed(clay, (255, 255, 255), 0.08), outline=(80, 40, 30), width=4)
    draw.ellipse((580, 214, 632, 262), fill=mixed(clay, (0, 0, 0), 0.15))
    draw.ellipse((450, 350, 570, 470), fill=mixed(clay, (255, 255, 255), 0.16))
    draw.polygon([(640, 330), (716, 322), (734, 408), (672, 396)], fill=(60, 36, 28))
    _cracks(draw, chance, (688, 400), (40, 20, 16))
    for _ in range(5):
        x, y = chance.randint(700, 900), chance.randint(700, 800)
        draw.polygon([(x, y), (x + 40, y - 18), (x + 52, y + 16), (x + 14, y + 30)], fill=mixed(clay, (0, 0, 0), 0.1))


def _jacket(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    cloth: Colour = (38, 62, 104)
    draw.polygon([(380, 200), (520, 150), (690, 150), (830, 200), (1010, 470), (900, 540), (820, 410), (820, 800),
                  (390, 800), (390, 410), (300, 540), (190, 470)], fill=cloth)  # fmt: skip
    for y in range(250, 800, 74):
        draw.line((392, y, 818, y + chance.randint(-5, 5)), fill=mixed(cloth, (0, 0, 0), 0.4), width=5)
    draw.line((604, 160, 604, 800), fill=(190, 194, 200), width=9)
    draw.polygon([(648, 540), (740, 520), (772, 566), (700, 610), (656, 590)], fill=(228, 226, 218))
    for _ in range(90):
        x, y = chance.gauss(720, 66), chance.gauss(610, 60)
        r = chance.randint(2, 7)
        draw.ellipse((x, y, x + r * 2, y + r), fill=chance.choice(((236, 234, 228), (206, 200, 190), (120, 112, 104))))


def _camera(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    body: Colour = (42, 42, 46)
    draw.rounded_rectangle((300, 330, 930, 710), 38, fill=body, outline=(20, 20, 22), width=5)
    draw.rectangle((300, 330, 930, 410), fill=(176, 178, 182))
    draw.rounded_rectangle((540, 262, 720, 350), 14, fill=(160, 162, 166))
    for r, shade in ((170, (28, 28, 30)), (134, (58, 60, 66)), (96, (18, 22, 34)), (46, (66, 84, 122))):
        draw.ellipse((620 - r, 545 - r, 620 + r, 545 + r), fill=shade)
    for _ in range(46):
        x, y = chance.gauss(624, 40), chance.gauss(540, 40)
        draw.ellipse((x, y, x + 5, y + 5), fill=(214, 216, 206))
    draw.line([(560, 500), (600, 540), (668, 566), (700, 604)], fill=(226, 230, 232), width=3)
    draw.text((770, 352), "LUMO A7", font=font(30), fill=(40, 40, 44))


def _phone(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rounded_rectangle((440, 120, 790, 800), 46, fill=(22, 22, 26), outline=(90, 90, 96), width=6)
    draw.rounded_rectangle((458, 140, 772, 780), 32, fill=(28, 44, 70))
    draw.rectangle((458, 420, 772, 470), fill=(98, 220, 130))
    draw.rectangle((458, 560, 772, 574), fill=(210, 70, 160))
    _cracks(draw, chance, (700, 300), (214, 220, 228), arms=11)
    draw.text((530, 620), "序列号已被激活", font=font(28), fill=(236, 240, 246))
    draw.text((512, 664), "激活日期早于下单", font=font(28), fill=(236, 240, 246))


def _fruit(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.polygon([(240, 250), (980, 230), (1020, 760), (210, 780)], fill=(190, 160, 120), outline=(110, 84, 56))
    for row in range(4):
        for column in range(6):
            x, y = 270 + column * 118 + chance.randint(-9, 9), 270 + row * 122 + chance.randint(-9, 9)
            bad = chance.random() < 0.45
            skin: Colour = (206, 92, 52) if not bad else (120, 76, 44)
            draw.ellipse((x, y, x + 104, y + 98), fill=skin, outline=mixed(skin, (0, 0, 0), 0.4), width=3)
            draw.ellipse((x + 22, y + 16, x + 50, y + 38), fill=mixed(skin, (255, 255, 255), 0.35))
            if bad:
                for _ in range(14):
                    px, py = x + chance.randint(22, 80), y + chance.randint(26, 80)
                    draw.ellipse(
                        (px, py, px + 13, py + 11), fill=chance.choice(((62, 44, 30), (196, 200, 186), (88, 104, 84)))
                    )


def _cup(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    glass: Colour = (214, 226, 230)
    draw.polygon([(420, 240), (800, 240), (758, 740), (462, 740)], fill=glass, outline=(140, 156, 164))
    draw.ellipse((420, 206, 800, 280), fill=mixed(glass, (0, 0, 0), 0.12), outline=(140, 156, 164), width=4)
    draw.polygon([(700, 214), (800, 240), (784, 410), (724, 330)], fill=(120, 90, 66))
    _cracks(draw, chance, (706, 360), (96, 112, 120), arms=9)
    for _ in range(18):
        x, y = chance.randint(300, 960), chance.randint(730, 830)
        draw.polygon(
            [(x, y), (x + chance.randint(12, 46), y - 14), (x + 22, y + 18)], fill=glass, outline=(120, 134, 140)
        )


_PAINTERS: dict[str, Painter] = {
    "teapot": _teapot, "jacket": _jacket, "camera": _camera, "phone": _phone, "fruit": _fruit, "cup": _cup,
}  # fmt: skip


@cache
def kinds() -> tuple[str, ...]:
    return tuple(_PAINTERS)

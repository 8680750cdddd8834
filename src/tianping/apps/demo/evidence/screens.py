"""Screens of a phone, drawn: chats, orders, pages of an app."""

from PIL import Image, ImageDraw

from tianping.apps.demo.evidence.drawing import GREY, INK, Colour, font, lines_of, write

_WIDTH, _HEIGHT = 780, 1560
_GROUND: Colour = (237, 238, 240)
_WHITE: Colour = (255, 255, 255)
_OWN: Colour = (158, 229, 118)


def _screen(title: str, time: str, ground: Colour = _GROUND) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, _WIDTH, 136), fill=(247, 247, 248))
    draw.text((34, 14), time, font=font(26), fill=INK)
    draw.text((640, 14), "5G 76%", font=font(24), fill=INK)
    draw.text((26, 72), "‹", font=font(44), fill=INK)
    width = font(34).getlength(title)
    draw.text(((_WIDTH - width) / 2, 76), title, font=font(34), fill=INK)
    draw.line((0, 136, _WIDTH, 136), fill=(214, 216, 220), width=2)
    return picture, draw


def chat(title: str, time: str, said: list[tuple[str, str]]) -> Image.Image:
    """A chat. Each line is (who, text); `me` stands at the right, `at` is a time between, all else is the other side."""
    picture, draw = _screen(title, time)
    y = 164
    for who, text in said:
        if who == "at":
            width = font(22).getlength(text)
            draw.text(((_WIDTH - width) / 2, y), text, font=font(22), fill=GREY)
            y += 48
            continue
        lines = lines_of(text, 440, 29)
        wide = round(max(font(29).getlength(line) for line in lines)) + 44
        high = len(lines) * 42 + 34
        mine = who == "me"
        left = _WIDTH - 124 - wide if mine else 124
        face = (_WIDTH - 104, y, _WIDTH - 28, y + 76) if mine else (28, y, 104, y + 76)
        draw.rounded_rectangle(face, 10, fill=(92, 132, 182) if mine else (214, 132, 92))
        draw.text((face[0] + 22, y + 18), "我" if mine else who[:1], font=font(32), fill=_WHITE)
        draw.rounded_rectangle((left, y, left + wide, y + high), 12, fill=_OWN if mine else _WHITE)
        write(draw, (left + 22, y + 14), text, size=29, width=440)
        y += high + 30
        if y > _HEIGHT - 160:
            break
    draw.rectangle((0, _HEIGHT - 104, _WIDTH, _HEIGHT), fill=(247, 247, 248))
    draw.rounded_rectangle((90, _HEIGHT - 84, 600, _HEIGHT - 22), 10, fill=_WHITE)
    return picture


def order(
    platform: str, shop: str, goods: str, price: str, number: str, placed: str, *, state: str, time: str = "14:26"
) -> Image.Image:
    """An order page of a shopping app."""
    picture, draw = _screen("订单详情", time)
    draw.rectangle((0, 138, _WIDTH, 300), fill=(226, 92, 60))
    draw.text((40, 176), state, font=font(46), fill=_WHITE)
    draw.text((40, 246), f"{platform} · 交易保障中", font=font(24), fill=(255, 228, 216))
    draw.rounded_rectangle((24, 324, _WIDTH - 24, 740), 16, fill=_WHITE)
    draw.text((52, 352), shop, font=font(32), fill=INK)
    draw.rounded_rectangle((52, 418, 232, 598), 10, fill=(228, 222, 214))
    draw.text((86, 482), "商品图", font=font(36), fill=(150, 142, 132))
    write(draw, (256, 420), goods, size=29, width=460)
    draw.text((256, 560), f"¥{price}  ×1", font=font(32), fill=(210, 60, 40))
    draw.text((52, 650), "实付款（含运费）", font=font(30), fill=INK)
    width = font(38).getlength(f"¥{price}")
    draw.text((_WIDTH - 52 - width, 644), f"¥{price}", font=font(38), fill=(210, 60, 40))
    rows = [("订单编号", number), ("下单时间", placed), ("支付方式", "云联支付"), ("支付流水号", f"YL{number[-10:]}"),
            ("发票", "电子发票")]  # fmt: skip
    return _rows(picture, draw, rows, top=770)


def _rows(picture: Image.Image, draw: ImageDraw.ImageDraw, rows: list[tuple[str, str]], *, top: int) -> Image.Image:
    draw.rounded_rectangle((24, top, _WIDTH - 24, top + 40 + 74 * len(rows)), 16, fill=_WHITE)
    for position, (name, value) in enumerate(rows):
        y = top + 26 + 74 * position
        draw.text((52, y), name, font=font(28), fill=GREY)
        draw.text((240, y), value, font=font(28), fill=INK)
    return picture


def page(title: str, heading: str, paragraphs: list[str], *, time: str = "20:11", note: str = "") -> Image.Image:
    """A page of an app: a goods page with its promise, a notice of a ban, a post and its figures."""
    picture, draw = _screen(title, time, _WHITE)
    y = write(draw, (48, 176), heading, size=42, width=684) + 14
    for paragraph in paragraphs:
        y = write(draw, (48, y), paragraph, size=30, width=684, colour=(52, 56, 64), lead=1.6) + 22
        if y > _HEIGHT - 240:
            break
    if note:
        draw.rounded_rectangle((40, y, _WIDTH - 40, y + 128), 12, fill=(255, 244, 226))
        write(draw, (64, y + 20), note, size=26, width=650, colour=(146, 92, 8))
    return picture

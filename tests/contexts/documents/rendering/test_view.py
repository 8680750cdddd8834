"""What templates receive."""

import io

import msgspec
import zxingcpp
from PIL import Image
from tests.contexts.documents.rendering.papers import every_paper

from tianping.contexts.documents.rendering import pages
from tianping.contexts.documents.rendering.press import Press


def test_the_code_on_every_page_leads_to_the_check(press: Press) -> None:
    paper = every_paper()[0]
    printed = press.print_now(paper)
    assert paper.mark is not None
    for page in range(pages.count(printed)):
        seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(pages.picture(printed, page, width_px=1200))).convert("L"))
        assert [code.text for code in seen] == [paper.mark.check_url]


def test_pictures_have_the_width_asked_for(press: Press) -> None:
    printed = press.print_now(msgspec.structs.replace(every_paper()[2]))
    with Image.open(io.BytesIO(pages.picture(printed, width_px=320))) as picture:
        assert picture.width == 320
        assert picture.format == "WEBP"

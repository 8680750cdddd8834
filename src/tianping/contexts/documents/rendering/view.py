"""What a template receives: a paper as plain JSON in which every text is printable and every value is written out."""

from datetime import date, datetime
from typing import Any

import msgspec
import segno

from tianping.contexts.documents.rendering import signature, wording
from tianping.contexts.documents.rendering.model import FeeReceipt, Paper
from tianping.kit.clock import court_day
from tianping.kit.glyphs import Glyphs
from tianping.kit.money import Money


def of_paper(paper: Paper, glyphs: Glyphs) -> str:
    """The paper as JSON for its template.

    Dates become `{figures, numerals}`, instants `{minute, second, day}`, amounts `{figures, columns, capitals}`,
    images SVG text. Raises: signature.Unreadable for an image that is neither PNG nor SVG.
    """
    view = _view(paper, glyphs)
    view["title"] = paper.title.zh
    view["kind"] = paper.kind
    view["made_on"] = _view(court_day(paper.made_at), glyphs)
    if paper.mark:
        view["mark"]["qr"] = qr_code(paper.mark.check_url)
    if isinstance(paper, FeeReceipt):
        view["total"] = _view(paper.total, glyphs)
    return msgspec.json.encode(view).decode()


def qr_code(text: str) -> str:
    """A QR code as SVG, error correction M, without quiet zone (the template leaves room).

    The mask is fixed: trying all eight, which readers do not need, takes longer than printing the rest of the page.
    """
    return segno.make(text, error="m", micro=False, boost_error=False, mask=4).svg_inline(border=0, omitsize=True)


def _view(value: Any, glyphs: Glyphs) -> Any:
    match value:
        case str():
            return glyphs.printable(value)
        case None | bool() | int():
            return value
        case datetime():
            return {
                "minute": wording.minute_in_figures(value),
                "second": wording.second_in_figures(value),
            }
        case date():
            return {"figures": wording.day_in_figures(value), "numerals": wording.day_in_numerals(value)}
        case Money():
            return {
                "figures": wording.amount_in_figures(value),
                "columns": wording.amount_in_columns(value),
                "capitals": wording.amount_in_capitals(value),
            }
        case bytes():
            return signature.as_svg(value)
        case list():
            return [_view(item, glyphs) for item in value]
        case msgspec.Struct():
            return {name: _view(getattr(value, name), glyphs) for name in value.__struct_fields__}
        case _:
            raise TypeError(f"a paper cannot carry {type(value).__name__}")

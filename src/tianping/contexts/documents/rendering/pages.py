"""Pages of a PDF as pictures, and their text, through PDFium."""

import io
import threading

import pypdfium2

# PDFium keeps state of the whole process and must not be entered twice.
_ONE_AT_A_TIME = threading.Lock()


def count(pdf: bytes) -> int:
    """Number of pages."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def picture(pdf: bytes, page: int = 0, *, width_px: int = 320) -> bytes:
    """One page (from 0) as WebP of the given width. Raises: IndexError for a page that is not there."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            sheet = document[page]
            image = sheet.render(scale=width_px / sheet.get_width()).to_pil()
        finally:
            document.close()
    kept = io.BytesIO()
    image.save(kept, "WEBP", quality=80)
    return kept.getvalue()


def text(pdf: bytes) -> str:
    """The text of all pages in reading order, pages joined by a form feed."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return "\f".join(sheet.get_textpage().get_text_range() for sheet in document)
        finally:
            document.close()

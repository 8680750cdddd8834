"""PDF: pages, password, damage, active content, first page as a thumbnail, a readable copy where one is needed."""

from pathlib import Path

import msgspec
import pikepdf
import pypdfium2

from tianping.engines.materials import findings as f
from tianping.engines.materials.images import THUMBNAIL_EDGE, save_thumbnail
from tianping.interfaces.materials import Finding

_MAX_OBJECTS = 200_000
_VIEW = "view.pdf"


class Paper(msgspec.Struct):
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    warnings: tuple[Finding, ...] = ()
    refusal: Finding | None = None
    thumbnail: str | None = None
    view: str | None = None
    view_type: str | None = None


def read_pdf(path: Path, into: Path | None, password: str | None) -> Paper:
    try:
        with pikepdf.open(path, password=password or "") as document:
            return _read(document, path, into, password)
    except pikepdf.PasswordError:
        return Paper(refusal=f.PDF_PASSWORD_WRONG if password else f.PDF_ENCRYPTED)
    except pikepdf.PdfError:
        return Paper(refusal=f.DAMAGED)


def _read(document: pikepdf.Pdf, path: Path, into: Path | None, password: str | None) -> Paper:
    pages = len(document.pages)
    if not pages:
        return Paper(refusal=f.DAMAGED)
    warnings = _active_content(document)
    repaired = bool(document.get_warnings())
    if repaired:
        warnings.append(f.PDF_REPAIRED)
    if document.is_encrypted and not document.user_password_matched and document.owner_password_matched:
        unlocked = bool(password)
    else:
        unlocked = document.is_encrypted and bool(password)
    if document.is_encrypted and not unlocked:
        warnings.append(f.PDF_RESTRICTED)
    paper = Paper(pages, warnings=tuple(warnings))
    if into is None:
        return paper
    shown = path
    if repaired or unlocked:
        document.save(into / _VIEW, encryption=False)
        paper.view, paper.view_type, shown = _VIEW, "application/pdf", into / _VIEW
    if _first_page(shown, into / "thumbnail.webp"):
        paper.thumbnail = "thumbnail.webp"
    return paper


def _first_page(path: Path, target: Path) -> bool:
    """False where the renderer cannot draw the page; the paper itself may still be shown by another."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            page = document[0]
            longest = max(page.get_size())
            if not 0 < longest < 100_000:
                return False
            save_thumbnail(page.render(scale=2 * THUMBNAIL_EDGE / longest).to_pil().convert("RGB"), target)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return False
    return True


def _active_content(document: pikepdf.Pdf) -> list[Finding]:
    scripts = launches = False
    embedded = 0
    for number, item in enumerate(document.objects):
        if number >= _MAX_OBJECTS:
            break
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        for action in _actions(item):
            scripts |= action == "/JavaScript"
            launches |= action == "/Launch"
        embedded += item.get("/Type") == pikepdf.Name("/Filespec") and "/EF" in item
        embedded += item.get("/Type") == pikepdf.Name("/F") and "/EF" in item
    root = document.Root
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        scripts |= "/JavaScript" in names
        if "/EmbeddedFiles" in names:
            embedded = max(embedded, 1)
    found = []
    if scripts:
        found.append(f.PDF_JAVASCRIPT)
    if launches:
        found.append(f.PDF_LAUNCH)
    if embedded:
        found.append(f.say(f.PDF_ATTACHMENTS, count=embedded))
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        found.append(f.PDF_FORM)
    return found


def _actions(item: pikepdf.Object) -> list[str]:
    """The kinds of action an object is or directly holds: its own `/S`, `/A`, `/OpenAction` and those under `/AA`."""
    held = [item, item.get("/A"), item.get("/OpenAction")]
    more = item.get("/AA")
    if isinstance(more, pikepdf.Dictionary):
        held.extend(more[key] for key in more.keys())  # noqa: SIM118 - a pikepdf dictionary iterates only by keys()
    kinds = []
    for action in held:
        if isinstance(action, pikepdf.Dictionary):
            kind = action.get("/S")
            if isinstance(kind, pikepdf.Name):
                kinds.append(str(kind))
            elif "/JS" in action:
                kinds.append("/JavaScript")
    return kinds

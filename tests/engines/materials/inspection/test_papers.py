"""PDFs and saved pages: locked, broken, active."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from tests.engines.materials import samples
from tests.engines.materials.seen import codes


def test_pages_and_first_page(look, tmp_path: Path) -> None:
    inspection = look(samples.pdf(60), "合同.pdf")
    assert inspection.pages == 60
    assert inspection.view is None
    with Image.open(tmp_path / "into" / inspection.thumbnail) as thumbnail:
        assert max(thumbnail.size) == 320
        assert thumbnail.convert("RGB").getpixel((120, 180)) != (255, 255, 255)


def test_a_locked_pdf_opens_with_its_password(look, tmp_path: Path) -> None:
    content = samples.pdf(2, encryption=pikepdf.Encryption(user="开门123", owner="owner"))
    locked = look(content, "a.pdf")
    assert locked.refusal.code == "pdf-encrypted"
    assert "密码" in locked.refusal.way_on.zh
    assert look(content, "a.pdf", password="wrong").refusal.code == "pdf-password-wrong"
    opened = look(content, "a.pdf", password="开门123")
    assert opened.refusal is None
    assert opened.pages == 2
    assert opened.thumbnail
    with pikepdf.open(tmp_path / "into" / opened.view) as view:
        assert len(view.pages) == 2
        assert not view.is_encrypted
    assert (tmp_path / "content").read_bytes() == content


def test_a_pdf_that_only_restricts_printing_is_readable(look) -> None:
    content = samples.pdf(encryption=pikepdf.Encryption(user="", owner="x", allow=pikepdf.Permissions(extract=False)))
    inspection = look(content, "a.pdf")
    assert inspection.refusal is None
    assert "pdf-restricted" in codes(inspection.warnings)


def test_a_broken_pdf_is_repaired_and_told(look, tmp_path: Path) -> None:
    content = samples.pdf(3)
    broken = content[: content.rindex(b"xref" if b"\nxref" in content else b"startxref")]
    inspection = look(broken, "a.pdf")
    assert inspection.refusal is None
    assert inspection.pages == 3
    assert "pdf-repaired" in codes(inspection.warnings)
    with pikepdf.open(tmp_path / "into" / inspection.view) as view:
        assert len(view.pages) == 3
        assert not view.get_warnings()


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["note.txt"] = b"hello"


def _form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]), Fields=pikepdf.Array([]))


@pytest.mark.parametrize(
    ("change", "code"),
    [(_script, "pdf-javascript"), (_launch, "pdf-launch"), (_attach, "pdf-attachments"), (_form, "pdf-form")],
)
def test_active_content_of_a_pdf_is_flagged(look, change, code: str) -> None:
    for saving in ({}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        inspection = look(samples.pdf(change=change, **saving), "a.pdf")
        assert inspection.refusal is None
        assert codes(inspection.warnings) == {code}


def test_scripts_in_a_saved_page_are_told(look) -> None:
    page = samples.HTML.replace(b"</body>", b"<script>x()</script></body>")
    assert codes(look(page, "a.html").warnings) == {"web-scripts"}

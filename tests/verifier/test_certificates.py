"""The certificate of storage: what it says, that it is signed as a whole, and that any changed byte is found."""

import io
import random
import re
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from tests.verifier.chains import SITUATIONS, Chain, Situation
from tianping_verify import Options, check, checking, pdf
from tianping_verify.faults import Fault
from tianping_verify.report import File, Report, Result, Verdict

from tianping.engines.ledger import bundle, certificate
from tianping.interfaces.signing import CertificateRole
from tianping.kit.problems import Text

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
NAME = Text("示范互联网法院", "Demonstration Internet Court")


def issuer_of(chain: Chain, role: CertificateRole = CertificateRole.COURT, **more) -> certificate.Issuer:
    authority = chain.authority
    above = [authority.issuer.certificate.der, authority.root.certificate.der]
    return certificate.Issuer(name=NAME, signer=authority.issue(role, "certificates"), above=above, **more)


@cache
def made_from(name: str, language: str = "zh") -> tuple[Situation, bytes]:
    made = SITUATIONS[name]()
    return made, certificate.render(made.bundle, language=language, issuer=issuer_of(made.chain), at=AT)


def examine(made: Situation, content: bytes) -> Report:
    return check(content, Options(file=File.of([made.file]), pins=frozenset([made.genesis])))


def failures(report: Report) -> dict[str, str | None]:
    return {one.id: one.reason for one in report.checks if one.result is Result.FAILED}


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize("name", list(SITUATIONS))
def test_every_situation_has_a_certificate_that_holds(name: str) -> None:
    made, content = made_from(name)
    report = examine(made, content)
    assert (failures(report), report.verdict) == ({}, Verdict.MATCH)
    assert [one.id for one in report.checks][:3] == ["pdf.signature", "bundle", "pdf.signer"]
    assert pdf.bundle(content) == made.bundle


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_it_says(language: str) -> None:
    made, content = made_from("changed_members", language)
    plain = re.sub(r"\s+", "", text_of(content))
    given = bundle.read(made.bundle)
    shown = bundle.shown(made.chain.store, made.index)
    said = [given.number, made.genesis.hex(), shown.item.commit.hex(), shown.cosigned.checkpoint.root.hex(), "5/5"]
    said += (
        ["报社", "能够说明什么", "不能说明什么", "第十六条"]
        if language == "zh"
        else ["Press", "article16", "article19"]
    )
    for words in said:
        assert words.replace("5/5", "5of5" if language == "en" else "5/5") in plain
    assert "court-d" not in plain


def test_one_member_is_not_called_several() -> None:
    assert "由一个成员即可达到法定多数" in text_of(made_from("single")[1]).replace("\r\n", "")
    assert "没有任何单个成员" in text_of(made_from("four_members")[1]).replace("\r\n", "")


def test_it_is_pdf_a_3_with_the_bundle_attached() -> None:
    made, content = made_from("single")
    with pikepdf.open(io.BytesIO(content)) as document:
        meta = document.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        attached = document.attachments["tianping-proof.json"]
        assert attached.get_file().read_bytes() == made.bundle
        assert attached.relationship == pikepdf.Name.Data
        assert document.Root.AcroForm.SigFlags == 3


def test_names_without_a_glyph_are_still_printed() -> None:
    made, _ = made_from("single")
    issuer = issuer_of(
        made.chain, note=Text("𠮷\u202e\U0001f600", "note"), check_url="https://court.test/check?n={number}"
    )
    content = certificate.render(made.bundle, language="zh", issuer=issuer, at=AT)
    assert "U+1F600" in text_of(content)
    assert examine(made, content).verdict is Verdict.MATCH


def gap_of(content: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", content)
    return int(found[1]), int(found[2])


def refused(made: Situation, content: bytes) -> bool:
    """Whether the two checks of the file itself find it changed; the bundle in it is not looked at."""
    try:
        checking._pdf_signer(pdf.check(content), made.chain.genesis.root)
    except Fault:
        return True
    return False


@pytest.mark.slow
def test_every_byte_of_the_signature_counts() -> None:
    """Also its padding and its brackets, and every bit of each byte somewhere."""
    made, content = made_from("single")
    first, end = gap_of(content)
    chance = random.Random(1)
    assert not refused(made, content)
    for at in range(first - 40, end + 120):
        changed = bytearray(content)
        changed[at] ^= 1 << chance.randrange(8)
        assert refused(made, bytes(changed)), at
    # Case of a hexadecimal digit: the same value, yet another byte.
    for at in (at for at in range(first, end) if content[at : at + 1].isalpha()):
        changed = bytearray(content)
        changed[at] ^= 0x20
        assert refused(made, bytes(changed)), at


def test_any_other_byte_counts() -> None:
    made, content = made_from("single", "en")
    chance = random.Random(2)
    places = {*range(24), *range(len(content) - 24, len(content)), *range(0, len(content), 97)}
    for at in sorted(places):
        changed = bytearray(content)
        changed[at] ^= 1 << chance.randrange(8)
        assert refused(made, bytes(changed)), at
    for at in chance.sample(sorted(places), 40):
        changed = bytearray(content)
        changed[at] = (changed[at] + 1) % 256
        try:
            report = examine(made, bytes(changed))
        except Exception as wrong:  # A file that does not begin as a PDF is not one.
            assert at < 5, wrong
            continue
        assert report.exit_status == 2


def test_nothing_can_be_put_before_after_or_inside() -> None:
    made, content = made_from("single")
    first, end = gap_of(content)
    for changed in (
        content + b"\n", content[:-1], b"\n" + content, content[:first] + b" " + content[first:],
        content[:first] + b"<>" + content[end:], content[: first + 1] + b"00" + content[first + 1 :],
        content[: end - 1] + b"\n" + content[end - 1 :],
        content + b"\n1 0 obj\n<</Type/EmbeddedFile/Length 0/Filter/FlateDecode>>\nstream\n\nendstream\nendobj\n%%EOF",
    ):  # fmt: skip
        assert refused(made, changed)
        assert changed[:5] != b"%PDF-" or examine(made, changed).verdict is Verdict.INVALID


def test_another_signature_after_it_is_refused() -> None:
    """An added revision, signed by another court with its own key, covers the whole file too, but is not the only one."""
    made, content = made_from("single")
    other = Chain()
    issuer = issuer_of(other)
    again = certificate.sign(
        content, signer=issuer.signer, above=issuer.above, at=AT, name="x", reason="y", field="Other"
    )
    assert examine(made, again).verdict is Verdict.INVALID


def test_a_certificate_of_another_court_or_role_is_refused() -> None:
    made, _ = made_from("single")
    for chain, role, reason in (
        (Chain(), CertificateRole.COURT, "chain"),
        (made.chain, CertificateRole.NODE, "role"),
        (made.chain, CertificateRole.APPLICATION, "role"),
    ):
        content = certificate.render(made.bundle, language="zh", issuer=issuer_of(chain, role), at=AT)
        assert failures(examine(made, content)) == {"pdf.signer": reason}


def test_openssl_agrees_with_the_signature(tmp_path: Path) -> None:
    """The CMS structure is one that others read: openssl finds the signer and the digest in it."""
    _, content = made_from("single")
    signed = pdf.signed(content)
    (tmp_path / "cms.der").write_bytes(signed.signature)
    command = ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", str(tmp_path / "cms.der"), "-noout"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "SM2-with-SM3" in printed
    assert re.sub(r"\s+", "", signed.digest.hex()[:16]) in re.sub(r"[^0-9a-f]", "", printed)

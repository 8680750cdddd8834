"""The certificate of storage: a page that anyone can read, with the proof that anyone can check, signed as a whole.

What stands on the page comes from the bundle alone. Online Litigation Rules, articles 16 to 19: it says what is shown and
what is not.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pylopdf_fonts_zh_cn
import segno
import typst

from tianping.engines.ledger import bundle as bundles
from tianping.engines.ledger import codec
from tianping.engines.ledger.bundle import Bundle, ProvenEntry
from tianping.engines.ledger.checkpoints import median, read_note
from tianping.engines.ledger.machine import SET_DELAY
from tianping.engines.ledger.model import Application, Body, Genesis, Item, Member, Standing
from tianping.engines.ledger.paper import words
from tianping.engines.ledger.paper.signature import sign
from tianping.engines.ledger.said import spoken_time
from tianping.engines.ledger.transactions.access import STEPS, Apply, Assess, Decide
from tianping.engines.ledger.transactions.membership import ChangeMember
from tianping.interfaces.signing import Signer
from tianping.kit.glyphs import Glyphs
from tianping.kit.problems import Text

TEMPLATE = Path(__file__).parent / "paper" / "certificate.typ"
STANDARD = "a-3b"
_FONTS = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path())
_of_thread = threading.local()


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Who issues certificates. `above`: DER of the issuers of the signer's certificate, from it up to the root, the root
    included. `note`: a line under the number, such as that this court is a demonstration. `check_url`: what the QR code
    opens, with `{number}`; without one it holds the number.
    """

    name: Text
    signer: Signer
    above: Sequence[bytes]
    note: Text | None = None
    check_url: str | None = None


def render(bundle: bytes, *, language: str, issuer: Issuer, at: datetime) -> bytes:
    """The certificate as PDF/A-3b with the bundle in it, signed. `language`: zh or en; `at`: when it is issued.

    The same bundle, issuer and instant give the same page; the signature is another each time. Takes about 50 ms of a
    core: not for an event loop. Raises Malformed for what is no bundle.
    """
    given = bundles.read(bundle)
    page = _page(given, language, issuer)
    printed = _compiler().compile(
        input=str(TEMPLATE),
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"paper": msgspec.json.encode(page).decode(), "bundle": bundle.decode()},
        timestamp=int(at.timestamp()),
    )
    assert isinstance(printed, bytes), "one file is asked for"
    title = f"{_in(words.TITLE, language)} {given.number}"
    return sign(printed, signer=issuer.signer, above=issuer.above, at=at, name=_in(issuer.name, language), reason=title)


def _page(given: Bundle, language: str, issuer: Issuer) -> dict[str, Any]:
    genesis = codec.decode(given.genesis, Genesis)
    checkpoint, cosignatures = read_note(given.checkpoint)
    body = codec.decode(given.entry.body, Body)
    encoded = codec.decode_plain(given.entry.leaf)[5]
    item = codec.decode(encoded, Item)
    application = _depositor(genesis, given, body.author)
    members = _members(genesis, given)
    signed = [(members[one.member], one.time) for one in cosignatures if one.member in members]
    time = median([(time, member.power) for member, time in signed])
    total = sum(member.power for member in members.values())

    def say(text: Text, **values: object) -> str:
        return _in(text, language).format(**values)

    def row(label: Text, value: str) -> dict[str, str]:
        return {"label": say(label), "value": _printable(value)}

    def digest(label: Text, value: bytes | None) -> dict[str, str]:
        # As it is: breaking places inside would be copied with it.
        return {"label": say(label), "value": value.hex() if value else say(words.NONE)}

    def name(member: Member | Application | Genesis) -> str:
        return member.name_zh if language == "zh" else member.name_en

    stored = [
        row(words.CHAIN, f"{name(genesis)} ({genesis.chain})"),
        row(words.CATEGORY, body.content[0]),
        row(words.SIZE, say(words.BYTES, count=item.size)),
        row(words.MEDIA, item.media),
        digest(words.COMMIT, item.commit),
        digest(words.COMMIT_SHA256, item.commit_sha256),
        digest(words.FACTS, item.facts),
        row(words.OPENING, say(words.OPENING_IN if given.opening else words.OPENING_OUT)),
    ]
    stamp = given.stamp
    times = [
        row(words.STORED_AT, say(words.STORED_AT_HOW, time=_when(time))),
        row(
            words.CLAIMED_AT,
            say(words.NONE) if item.claimed_at is None else say(words.CLAIMED_AT_HOW, time=_when(item.claimed_at)),
        ),
        row(
            words.STAMPED_AT,
            say(words.STAMPED_AT_HOW, time=_when(stamp.time), authority=stamp.authority) if stamp else say(words.NONE),
        ),
    ]
    assessed = say(words.NOT_ASSESSED)
    if application.score is not None:
        assessed = say(words.ASSESSED, score=application.score, standard=application.standard)
    depositor = [
        row(words.NAME, f"{name(application)} ({application.id})"),
        row(words.ORGANISATION, application.organisation),
        row(words.STANDING, say(words.STANDINGS[application.standing.value])),
        row(words.ASSESSMENT, assessed),
    ]
    where = say(words.CHECKPOINT_HOW, origin=checkpoint.origin, height=checkpoint.height, size=checkpoint.size)
    place = [
        row(words.INDEX, str(given.entry.index)),
        row(words.CHECKPOINT, where),
        digest(words.ROOT, checkpoint.root),
        digest(words.GENESIS, genesis.digest()),
    ]
    sections = (
        (words.STORED, stored), (words.TIMES, times), (words.DEPOSITOR, depositor), (words.PLACE, place),
    )  # fmt: skip
    told = {"issuer": say(issuer.name), "fingerprint": issuer.signer.certificate.fingerprint.hex()}
    alone = any(member.power * 3 > total * 2 for member in members.values())
    shows = (*words.SHOWS_LINES, words.ONE_MEMBER if alone else words.SEVERAL_MEMBERS)
    statements = (
        (words.SHOWS, shows), (words.NOT_SHOWS, words.NOT_SHOWS_LINES), (words.HOW, words.HOW_LINES),
    )  # fmt: skip
    return {
        "lang": language,
        "title": say(words.TITLE),
        "issuer": _printable(say(issuer.name)),
        "note": _printable(say(issuer.note)) if issuer.note else None,
        "number_label": say(words.NUMBER),
        "number": given.number,
        "qr": _qr((issuer.check_url or "{number}").format(number=given.number)),
        "qr_alt": say(words.QR_ALT),
        "foot": say(words.FOOT),
        "attached": say(words.ATTACHED),
        "sections": [{"title": say(title), "rows": rows} for title, rows in sections],
        "cosigners": {
            "title": say(words.COSIGNERS),
            "head": say(words.HEAD).split("|"),
            "rows": [[_printable(name(member)), member.id, str(member.power), _when(time)] for member, time in signed],
            "sum": say(words.POWER, power=sum(member.power for member, _ in signed), total=total),
        },
        "statements": [
            {"title": say(title), "lines": [_printable(say(line, **told)) for line in lines]}
            for title, lines in statements
        ],
    }


def _depositor(genesis: Genesis, given: Bundle, author: str) -> Application:
    """The application as it stood when it deposited."""
    found = next((one for one in genesis.applications if one.id == author), None)
    for body in _bodies(given.application.history):
        if body.kind == "access.apply":
            wanted = codec.shape(body.content, Apply)
            found = Application(
                wanted.id, wanted.name_zh, wanted.name_en, wanted.organisation, wanted.fingerprint, wanted.public_key,
                wanted.categories, wanted.documents, Standing.APPLIED, None, None,
            )  # fmt: skip
        elif body.kind == "access.assess" and found:
            sheet = codec.shape(body.content, Assess)
            found = msgspec.structs.replace(found, score=sheet.score, standard=sheet.standard)
        elif body.kind == "access.decide" and found:
            decided = codec.shape(body.content, Decide).decision
            found = msgspec.structs.replace(found, standing=STEPS[decided][1])
    if found is None:
        raise codec.Malformed
    return found


def _members(genesis: Genesis, given: Bundle) -> dict[str, Member]:
    """Whose co-signatures counted for the checkpoint, by id."""
    members = {one.id: one for one in genesis.members}
    height = read_note(given.checkpoint)[0].height
    for step in given.members:
        if step.height + SET_DELAY > height:
            continue
        for body in _bodies([step.entry]):
            member = codec.shape(body.content, ChangeMember).member
            if member.standing == Standing.REMOVED:
                members.pop(member.id, None)
            else:
                members[member.id] = member
    return members


def _bodies(entries: Sequence[ProvenEntry]) -> list[Body]:
    return [codec.decode(one.body, Body) for one in entries]


def _in(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _when(milliseconds: int) -> str:
    return f"{spoken_time(milliseconds)} UTC+8"


def _qr(text: str) -> str:
    return segno.make(text, error="m", micro=False, boost_error=False).svg_inline(border=0, omitsize=True)


def _printable(text: str) -> str:
    return _glyphs().printable(text)


def _glyphs() -> Glyphs:
    if not hasattr(_of_thread, "glyphs"):
        _of_thread.glyphs = Glyphs(_FONTS)
    return _of_thread.glyphs


def _compiler() -> typst.Compiler:
    """One a thread, since a compiler serves one at a time."""
    if not hasattr(_of_thread, "compiler"):
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=sorted({str(path.parent) for path in _FONTS}),
        )
        _of_thread.compiler = typst.Compiler(root=str(TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True)
    return _of_thread.compiler

"""Access of applications: the published standard, applying with papers, score sheets and reasons, standing and history.

Papers, sheets and reasons stay off the chain, with the node; their digests go on it, in transactions that officers sign
(`transactions`). Who applies needs no certificate of ours yet but brings one that the court's CA has issued.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.shapes import Hex32, Id, invalid, read_base64
from tianping.engines.ledger.gateway.signed import Caller, Who, allow, read_signature, write_down
from tianping.engines.ledger.gateway.standard import STANDARD, Standard, score_of
from tianping.engines.ledger.model import Application, Entry, SigningKey
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide, Rekey
from tianping.engines.ledger.transactions.base import key_of
from tianping.engines.ledger.transactions.deposit import Tally
from tianping.engines.ledger.vault import Candidacy, Paper
from tianping.interfaces.ledger_reading import ApplicationHistory, ApplicationLine, ApplicationStep
from tianping.interfaces.signing import CertificateRole, SignatureCheck
from tianping.kit.digests import canonical
from tianping.kit.problems import Conflict, NotFound, NotPermitted, Text

LARGEST_APPLICATION = 32 * 1024 * 1024
_KINDS: dict[str, type[Any]] = {
    "access.apply": Apply, "access.assess": Assess, "access.decide": Decide, "access.rekey": Rekey,
}  # fmt: skip
_OFFICE = (Who.OFFICER, Who.NODE)
_Name = Annotated[str, Meta(min_length=1, max_length=120)]


class IdTaken(Conflict):
    code = "application-id-taken"
    title = Text("该标识已被另一应用使用", "This id belongs to another application already")


class CertificateOfAnother(Conflict):
    code = "certificate-not-an-application"
    title = Text("该证书不是接入应用证书", "This is no certificate of an application")


class KeyNotShown(NotPermitted):
    code = "key-not-shown"
    title = Text("申请须由证书私钥签名", "An application is signed by the key of its certificate")


class PaperInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kind`: `qualification`, `storage`, `management`, `data`, or `other`: the part of the standard it answers."""

    kind: Annotated[str, Meta(pattern=r"^(qualification|storage|management|data|other)$", examples=["qualification"])]
    name: _Name
    media_type: Annotated[str, Meta(max_length=100, examples=["application/pdf"])]
    content: Annotated[str, Meta(max_length=16 * 1024 * 1024, description="base64")]


class ApplicationInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`certificate`: PEM, or base64 of DER, of the SM2 certificate that the court's CA issued to the application. `signature`: by
    its key, base64 (`r ‖ s` or DER), over `tianping/application/1 ‖ 0x00 ‖ D`: who applies holds the key. D is SM3 of the
    list of papers as canonical JSON, each {digest, kind, media_type, name} in this order. The court and its officers, who enter what came in on another way, need none.
    """

    id: Id
    name_zh: _Name
    name_en: _Name
    organisation: _Name
    categories: Annotated[list[Id], Meta(min_length=1, max_length=30, examples=[["works"]])]
    certificate: Annotated[str, Meta(max_length=16_384)]
    papers: Annotated[list[PaperInput], Meta(min_length=1, max_length=30)]
    signature: Annotated[str, Meta(max_length=120)] | None = None


class PaperView(msgspec.Struct, frozen=True):
    """`digest`: SM3 of the content."""

    kind: str
    name: str
    media_type: str
    digest: str


class CandidacyView(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it came in. `papers`: digest of the list of papers, which goes on the chain."""

    id: str
    name: Text
    organisation: str
    categories: list[str]
    fingerprint: str
    public_key: str
    papers: str
    listed: list[PaperView]
    received_at: datetime


class SheetInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points by item of the standard; `remarks` by item, where there is something to say."""

    standard: Annotated[str, Meta(max_length=40, examples=["2026-1"])]
    points: dict[str, int]
    remarks: dict[str, Annotated[str, Meta(max_length=2000)]] = {}


class SheetView(msgspec.Struct, frozen=True):
    """`digest` goes on the chain with the score."""

    digest: str
    score: int


class ReasonsInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, max_length=20_000)]


class TextKept(msgspec.Struct, frozen=True):
    digest: str


@get("/standard", opt=allow(Who.ANYONE), tags=["access"], summary="The standard that applications are assessed by")
async def standard(ledger_desk: Desk, caller: Caller) -> Standard:
    return STANDARD


@get("/apps", opt=allow(Who.ANYONE), tags=["access"], summary="Applications with their standing")
async def applications(ledger_desk: Desk, caller: Caller) -> list[ApplicationLine]:
    main = ledger_desk.node.store("main")
    known = [Overlay(main).read(key, Application) for key in main.keys("application/")]
    return [_line(ledger_desk, one) for one in known if one is not None]


@get("/apps/{application:str}", opt=allow(Who.ANYONE), tags=["access"], summary="An application and its history")
async def application(application: Id, ledger_desk: Desk, caller: Caller) -> ApplicationHistory:
    main = ledger_desk.node.store("main")
    known = Overlay(main).read(key_of("application", application), Application)
    if known is None:
        raise NotFound
    steps = [step for kind in _KINDS for step in _steps(main, kind, application)]
    return ApplicationHistory(application=_line(ledger_desk, known), history=sorted(steps, key=lambda step: step.index))


@post("/apps", opt=allow(Who.ANYONE), tags=["access"], summary="Apply for access, with papers", status_code=201,
      request_max_body_size=LARGEST_APPLICATION)  # fmt: skip
async def apply_for_access(data: ApplicationInput, ledger_desk: Desk, caller: Caller) -> CandidacyView:
    """Papers are kept sealed, off the chain. An officer enters the application on the chain by a signed `access.apply`."""
    await write_down(ledger_desk, caller)
    node = ledger_desk.node
    content = data.certificate.encode()
    if not data.certificate.lstrip().startswith("-----BEGIN"):
        content = read_base64(data.certificate, "certificate")
    facts = ledger_desk.read_certificate(content)
    if facts.role is not CertificateRole.APPLICATION:
        raise CertificateOfAnother
    for category in data.categories:
        if category not in node.categories:
            raise invalid("categories", f"没有 {category} 类别", f"there is no category {category}")
    known = Overlay(node.store("main")).read(key_of("application", data.id), Application)
    before = node.vault.papers.candidacy(data.id)
    earlier = bytes.fromhex(msgspec.json.decode(before.said)["fingerprint"]) if before else None
    holder = known.fingerprint if known else earlier
    if holder is not None and holder != facts.fingerprint:
        raise IdTaken
    papers = []
    for at, one in enumerate(data.papers):
        content = read_base64(one.content, f"papers.{at}.content")
        papers.append(Paper(one.kind, one.name, one.media_type, sm3(content), content))
    listed = [PaperView(one.kind, one.name, one.media, one.digest.hex()) for one in papers]
    said = canonical(
        {
            "id": data.id, "name_zh": data.name_zh, "name_en": data.name_en, "organisation": data.organisation,
            "categories": data.categories, "fingerprint": facts.fingerprint.hex(),
            "public_key": facts.public_key.hex(), "papers": listed,
        }
    )  # fmt: skip
    digest = sm3(canonical(msgspec.to_builtins(listed)))
    if caller.who not in _OFFICE:
        await _must_hold_the_key(ledger_desk, facts.public_key, digest, data.signature)
    candidacy = Candidacy(data.id, said, digest, node.now())
    await node.vault.papers.keep_candidacy(candidacy, papers)
    await node.vault.papers.keep_certificates([(facts.fingerprint, facts.der)])
    return _candidacy(candidacy)


@get("/candidacies", opt=allow(*_OFFICE), tags=["access"], summary="Applications for access that came in")
async def candidacies(ledger_desk: Desk, caller: Caller) -> list[CandidacyView]:
    return [_candidacy(one) for one in ledger_desk.node.vault.papers.candidacies()]


@get("/apps/{application:str}/papers/{digest:str}", opt=allow(*_OFFICE), tags=["access"], summary="A paper of an application",
     media_type="application/octet-stream",
     responses={200: ResponseSpec(bytes, generate_examples=False, media_type="application/octet-stream")})  # fmt: skip
async def paper(application: Id, digest: Hex32, ledger_desk: Desk, caller: Caller) -> Response[bytes]:
    """Only for officers. Always sent as a download."""
    found = ledger_desk.node.vault.papers.paper(application, bytes.fromhex(digest))
    if found is None:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{digest[:16]}"', "Cache-Control": "no-store"}
    return Response(found.content, media_type="application/octet-stream", headers=headers)


@post(
    "/apps/{application:str}/sheets",
    opt=allow(*_OFFICE),
    tags=["access"],
    summary="Keep a score sheet",
    status_code=201,
)
async def keep_sheet(application: Id, data: SheetInput, ledger_desk: Desk, caller: Caller) -> SheetView:
    """Its digest and score then go on the chain by a signed `access.assess`."""
    await write_down(ledger_desk, caller)
    if data.standard != STANDARD.version:
        raise invalid("standard", f"现行标准为 {STANDARD.version}", f"the standard in force is {STANDARD.version}")
    score = score_of(data.points)
    content = canonical({"application": application, **msgspec.to_builtins(data)})
    await ledger_desk.node.vault.papers.keep_text(sm3(content), "sheet", application, content, ledger_desk.node.now())
    return SheetView(sm3(content).hex(), score)


@post(
    "/apps/{application:str}/reasons",
    opt=allow(*_OFFICE),
    tags=["access"],
    summary="Keep the reasons of a decision",
    status_code=201,
)
async def keep_reasons(application: Id, data: ReasonsInput, ledger_desk: Desk, caller: Caller) -> TextKept:
    """Their digest then goes on the chain by an `access.decide` that two officers sign."""
    await write_down(ledger_desk, caller)
    content = canonical({"application": application, "text": data.text})
    await ledger_desk.node.vault.papers.keep_text(sm3(content), "reasons", application, content, ledger_desk.node.now())
    return TextKept(sm3(content).hex())


@get("/texts/{digest:str}", opt=allow(*_OFFICE), tags=["access"], summary="A score sheet or reasons, by its digest")
async def text(digest: Hex32, ledger_desk: Desk, caller: Caller) -> dict[str, Any]:
    found = ledger_desk.node.vault.papers.text(bytes.fromhex(digest))
    if found is None:
        raise NotFound
    return msgspec.json.decode(found)


async def _must_hold_the_key(desk: Desk, public_key: bytes, papers: bytes, signature: str | None) -> None:
    """A certificate is public: only its holder fills the node's disk with papers. Raises KeyNotShown, InvalidInput."""
    message = tagged("tianping/application/1", papers)
    given = read_signature(signature or "", "signature") if signature else bytes(64)
    [held] = await desk.node.verifying.verify_all([SignatureCheck(public_key, message, given)])
    if not held:
        raise KeyNotShown


def _line(desk: Desk, one: Application) -> ApplicationLine:
    tallies = [
        tally
        for store in desk.node.reading.values()
        if (tally := Overlay(store).read(key_of("tally-of", one.id), Tally)) is not None
    ]
    return ApplicationLine(
        id=one.id, name=Text(one.name_zh, one.name_en), organisation=one.organisation, categories=one.categories,
        standing=one.standing.value, score=one.score, standard=one.standard, fingerprint=one.fingerprint.hex(),
        deposits=sum(tally.deposits for tally in tallies), items=sum(tally.items for tally in tallies),
    )  # fmt: skip


def _steps(store: Store, kind: str, application: str) -> list[ApplicationStep]:
    head = store.head()
    return [
        step
        for entry in store.entries_of(kind, head.size if head else 0)
        if (step := _step(store, entry, kind, application)) is not None
    ]


def _step(store: Store, entry: Entry, kind: str, application: str) -> ApplicationStep | None:
    envelope, body = machine.read_envelope(entry.envelope)
    content = codec.shape(body.content, _KINDS[kind])
    if content.id != application:
        return None
    cosigned = store.checkpoint_covering(entry.first + 1)
    digest = next(
        (getattr(content, name) for name in ("documents", "sheet", "reasons") if hasattr(content, name)), None
    )
    signers = [_owner(store, one.fingerprint) for one in envelope.signatures]
    return ApplicationStep(
        kind=kind, decision=content.decision.value if isinstance(content, Decide) else None,
        score=content.score if isinstance(content, Assess) else None, digest=digest.hex() if digest else None,
        signers=signers, index=entry.first, at=instant(cosigned.time) if cosigned else None,
    )  # fmt: skip


def _owner(store: Store, fingerprint: bytes) -> str:
    key = Overlay(store).read(key_of("key", fingerprint), SigningKey)
    return key.owner if key else ""


def _candidacy(one: Candidacy) -> CandidacyView:
    said = msgspec.json.decode(one.said)
    return CandidacyView(
        id=one.id, name=Text(said["name_zh"], said["name_en"]), organisation=said["organisation"],
        categories=said["categories"], fingerprint=said["fingerprint"], public_key=said["public_key"],
        papers=one.papers.hex(), listed=msgspec.convert(said["papers"], list[PaperView]),
        received_at=instant(one.received_at),
    )  # fmt: skip


ROUTES = [
    standard, applications, application, apply_for_access, candidacies, paper, keep_sheet, keep_reasons, text,
]  # fmt: skip

"""The papers: what each printed document needs, complete and typed, so that nothing half can be printed.

A paper with a `number` is issued; without one it is a draft and says so across every page. Dates are court days
(Asia/Shanghai), instants aware. `basis` names articles as printed (see `citation.named`). Titles are in both
languages for the screen; official papers are in Chinese.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from tianping.kit.money import Money
from tianping.kit.problems import Text

Line = Annotated[str, Meta(min_length=1, max_length=500)]
"""A short text on one line: a name, a number, a title."""
Prose = Annotated[str, Meta(min_length=1, max_length=20_000)]
"""A paragraph."""
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""SM3 as 64 lower-case hexadecimal digits."""


class Court(msgspec.Struct, frozen=True, kw_only=True):
    """The court that issues or receives. `demo` draws the demonstration seal and says that the court is one."""

    name: Line
    address: str | None = None
    telephone: str | None = None
    website: str | None = None
    demo: bool = False


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What lets anyone check the paper: its number and the address, printed and as a QR code on every page."""

    number: Line
    check_url: Line


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature given online. `image` is PNG or SVG as drawn; `digest` is SM3 of the text that was signed."""

    name: Line
    capacity: Line
    signed_at: datetime
    digest: Digest
    image: bytes | None = None


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all papers. `made_at` dates the file itself: the same paper always prints to the same bytes."""

    kind: ClassVar[str] = ""
    title: ClassVar[Text] = Text("", "")

    court: Court
    made_at: datetime
    mark: Mark | None = None


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One exhibit of the evidence list. `form` such as 原件, 复印件, 电子数据."""

    name: Line
    source: str = ""
    proves: str = ""
    form: str = ""
    pages: Annotated[int, Meta(ge=1)] | None = None


class Complaint(Paper, frozen=True, kw_only=True):
    """民事起诉状. `parties` are paragraphs; `claims` are numbered here, not in their text. CPL 122-124."""

    kind: ClassVar[str] = "complaint"
    title: ClassVar[Text] = Text("民事起诉状", "Civil complaint")

    parties: Annotated[list[Prose], Meta(min_length=1)]
    claims: Annotated[list[Prose], Meta(min_length=1)]
    facts: Annotated[list[Prose], Meta(min_length=1)]
    evidence: list[EvidenceRow] = []
    attachments: list[Line] = []
    signatures: list[Signature] = []
    plaintiffs: Annotated[list[Line], Meta(min_length=1)]
    signed_on: date | None = None


class ReceivedMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """A material as received. `pages` is None where pages do not apply (sound, pictures); `size` in bytes."""

    name: Line
    form: Line
    digest: Digest
    pages: Annotated[int, Meta(ge=1)] | None = None
    size: Annotated[int, Meta(ge=0)] | None = None


class FilingReceipt(Paper, frozen=True, kw_only=True):
    """收到材料凭证. `review_due` is the last day for the court's decision. CPL 69, 126."""

    kind: ClassVar[str] = "filing_receipt"
    title: ClassVar[Text] = Text("收到材料凭证", "Receipt for materials")

    filing_number: Line
    filer: Line
    cause: Line
    received_at: datetime
    materials: Annotated[list[ReceivedMaterial], Meta(min_length=1)]
    received_by: Line
    complaint_digest: Digest | None = None
    review_due: date | None = None
    basis: str = ""


class Notice(Paper, frozen=True, kw_only=True):
    """What the court's notices share: to whom, dated when, on what basis."""

    to: Annotated[list[Line], Meta(min_length=1)]
    issued_on: date
    basis: str = ""
    contact: str | None = None


class CorrectionNotice(Notice, frozen=True, kw_only=True):
    """补正通知书: everything that is missing, once. RG 7."""

    kind: ClassVar[str] = "correction_notice"
    title: ClassVar[Text] = Text("补正通知书", "Notice to supplement or correct")

    filing_number: Line
    cause: Line
    items: Annotated[list[Prose], Meta(min_length=1)]
    due: date


class AcceptanceNotice(Notice, frozen=True, kw_only=True):
    """受理案件通知书. `dispute` such as 张三与某公司信息网络买卖合同纠纷. CPL 126, 129."""

    kind: ClassVar[str] = "acceptance_notice"
    title: ClassVar[Text] = Text("受理案件通知书", "Notice of acceptance")

    case_number: Line
    dispute: Line
    accepted_on: date
    procedure: str | None = None
    process_site: str | None = None


class CountedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a computation; `amount` as it was worked out."""

    text: Line
    amount: Money | None = None


class FeeNotice(Notice, frozen=True, kw_only=True):
    """交纳诉讼费用通知书. FM 22."""

    kind: ClassVar[str] = "fee_notice"
    title: ClassVar[Text] = Text("交纳诉讼费用通知书", "Notice to pay litigation fees")

    case_number: Line
    dispute: Line
    purpose: Line
    amount_in_dispute: Money | None = None
    amount: Money
    steps: list[CountedStep] = []
    due: date
    how_to_pay: Prose


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives or receives a mandate. `particulars` follow the name: identity, office, address, telephone."""

    name: Line
    particulars: list[Line] = []


class GrantedPower(msgspec.Struct, frozen=True, kw_only=True):
    """One power, given or expressly not. `special` powers need to be named one by one."""

    text: Line
    granted: bool
    special: bool


class Mandate(Paper, frozen=True, kw_only=True):
    """授权委托书, power by power. CPL 62."""

    kind: ClassVar[str] = "mandate"
    title: ClassVar[Text] = Text("授权委托书", "Power of attorney")

    principal: Principal
    agent: Principal
    matter: Line
    powers: Annotated[list[GrantedPower], Meta(min_length=1)]
    given_on: date
    valid_until: date | None = None
    signatures: list[Signature] = []
    basis: str = ""


class SittingMember(msgspec.Struct, frozen=True, kw_only=True):
    """`seat` as printed: 审判长, 审判员, 人民陪审员, 法官助理, 书记员."""

    seat: Line
    name: Line


class RefusalRuling(Paper, frozen=True, kw_only=True):
    """民事裁定书（不予受理）, with the right of appeal. CPL 126, 157."""

    kind: ClassVar[str] = "ruling_nonacceptance"
    title: ClassVar[Text] = Text("民事裁定书", "Civil ruling (non-acceptance)")

    case_number: Line
    plaintiffs: Annotated[list[Prose], Meta(min_length=1)]
    received_on: date
    dispute: Line
    claims: Annotated[list[Prose], Meta(min_length=1)]
    reasons: Annotated[list[Prose], Meta(min_length=1)]
    basis: Line
    appeal_days: Annotated[int, Meta(ge=1)]
    appeal_court: Line
    bench: Annotated[list[SittingMember], Meta(min_length=1)]
    clerks: list[SittingMember] = []
    issued_on: date


class BenchNotice(Notice, frozen=True, kw_only=True):
    """独任审判员／合议庭组成人员通知书, with the right to ask for recusal. CPL 131."""

    kind: ClassVar[str] = "bench_notice"
    title: ClassVar[Text] = Text("审判组织成员通知书", "Notice of the bench")

    case_number: Line
    dispute: Line
    collegial: bool
    members: Annotated[list[SittingMember], Meta(min_length=1)]
    changed: bool = False
    recusal_basis: str = ""

    def __post_init__(self) -> None:
        judges = [member for member in self.members if member.seat in {"审判长", "审判员", "人民陪审员"}]
        if self.collegial and len(judges) < 3:
            raise ValueError("a collegial bench has at least three members")


class FeeItem(msgspec.Struct, frozen=True, kw_only=True):
    name: Line
    amount: Money


class FeeReceipt(Paper, frozen=True, kw_only=True):
    """诉讼费电子票据 for money that was received."""

    kind: ClassVar[str] = "fee_receipt"
    title: ClassVar[Text] = Text("诉讼费用电子票据", "Litigation fee receipt")

    case_number: Line
    payer: Line
    items: Annotated[list[FeeItem], Meta(min_length=1)]
    paid_at: datetime
    channel: Line
    transaction: Line
    collected_by: Line

    @property
    def total(self) -> Money:
        return sum((item.amount for item in self.items), Money.zero())


class ReturnNotice(Notice, frozen=True, kw_only=True):
    """The complaint goes back: another court is competent (JI 211), another way is open (CPL 127), or it was not
    corrected in time (RG 7). `ground` None is the first of these, as in papers made before there were three."""

    kind: ClassVar[str] = "return_notice"
    title: ClassVar[Text] = Text("退回起诉材料通知书", "Return of the filing")

    filing_number: Line
    cause: Line
    reasons: Annotated[list[Prose], Meta(min_length=1)]
    competent_court: str | None = None
    ground: Literal["competence", "other_way", "lapse"] = "competence"
    due: date | None = None


class VerifiedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a report: `result` in a few words, `said` the sentence; `interest` of the depositor, empty where none."""

    label: Line
    storage_number: Line
    result: Line
    said: Prose
    stored_at: datetime | None = None
    depositor: str = ""
    cosigners: str = ""
    interest: str = ""


class VerificationReport(Paper, frozen=True, kw_only=True):
    """存证核验报告: every item of a case with a storage number, held against the ledger. ORL 16-19."""

    kind: ClassVar[str] = "verification_report"
    title: ClassVar[Text] = Text("存证核验报告", "Report of verification")

    case_number: Line
    dispute: Line
    checked_at: datetime
    checked_by: Line
    items: Annotated[list[VerifiedItem], Meta(min_length=1)]
    matches: int
    mismatches: int
    others: int
    basis: str
    not_proven: Annotated[list[Prose], Meta(min_length=1)]

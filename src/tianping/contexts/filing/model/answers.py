"""What a filer answers, group by group. All of it is personal data: sealed at rest, never in events or logs.

Every answer may be missing while the filing is a draft; `rules.completeness` says what is still needed.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from tianping.kit.ids import OrganisationId, PersonId, UploadId
from tianping.kit.money import Money

Key = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,60}$")]
AnswerPath = Annotated[
    str, Meta(max_length=120, pattern=r"^[a-z_]+(\.[A-Za-z0-9_-]+){0,8}$", examples=["facts.order_no"])
]
Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=5000)]


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party. `kind` unknown: a shop or account (`label`, `platform`) whose owner cannot be named yet; `known` says what
    is known of it. CPL art. 124 (1), (2).

    `domicile` is province, city and district; `source` says where particulars came from, such as a platform's
    directory; `role` what the party is in the dispute, such as seller or platform.

    Of a third party, `independent_claim` says whether it claims the object of the dispute for itself or has an interest
    in the outcome only, and `interest` what that claim or interest is. CPL art. 59.
    """

    kind: Literal["person", "organisation", "unknown"] = "person"
    name: Annotated[str, Meta(max_length=200, examples=["李明"])] = ""
    sex: Literal["male", "female"] | None = None
    born_on: date | None = None
    ethnicity: Annotated[str, Meta(max_length=20, examples=["汉族"])] = ""
    occupation: Annotated[str, Meta(max_length=200, examples=["教师"])] = ""
    identity_number: Annotated[str, Meta(max_length=40)] = ""
    credit_code: Annotated[str, Meta(max_length=40, examples=["91110105MA01ABCD2X"])] = ""
    representative: Short = ""
    representative_office: Annotated[str, Meta(max_length=50, examples=["法定代表人"])] = ""
    address: Annotated[str, Meta(max_length=300, examples=["四川省成都市武侯区人民南路四段1号"])] = ""
    domicile: Annotated[str, Meta(max_length=100, examples=["北京市海淀区"])] = ""
    telephone: Annotated[str, Meta(max_length=40, examples=["13800000001"])] = ""
    service_address: Annotated[str, Meta(max_length=200, examples=["liming@example.com"])] = ""
    shop: Annotated[str, Meta(max_length=200, examples=["山野茶语旗舰店"])] = ""
    platform: Annotated[str, Meta(max_length=100, examples=["优选商城"])] = ""
    label: Annotated[str, Meta(max_length=200, examples=["山野茶语旗舰店"])] = ""
    known: Annotated[str, Meta(max_length=2000, examples=["店铺首页公示的客服电话为 400-000-0001"])] = ""
    source: Short = ""
    role: Annotated[str, Meta(max_length=50, examples=["seller"])] = ""
    independent_claim: bool | None = None
    interest: Annotated[str, Meta(max_length=1000, examples=["商品由其仓储发货，退货责任取决于其是否错发"])] = ""
    person_id: PersonId | None = None
    organisation_id: OrganisationId | None = None

    @property
    def called(self) -> str:
        """The name, or the shop or account by which an unknown party is called."""
        return self.name or self.label or self.shop


class Agent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agent of the plaintiff. `powers` are those of `interfaces.identity.Power`. CPL arts. 61, 62.

    `kind` None: not answered yet.
    """

    name: Short = ""
    kind: Literal["lawyer", "legal_worker", "relative", "staff", "recommended"] | None = None
    unit: Short = ""
    telephone: Annotated[str, Meta(max_length=40)] = ""
    powers: list[Annotated[str, Meta(max_length=40, examples=["general"])]] = []
    person_id: PersonId | None = None
    mandate_id: UUID | None = None


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim of a kind that the case type knows, or `other` with a text of its own.

    `amount` None: as computed. `inputs` are figures the formula needs besides the facts; `against` positions in the
    list of defendants (none: all); `details` such as the medium and days of an apology.
    """

    kind: Annotated[str, Meta(max_length=40, examples=["refund"])]
    amount: Money | None = None
    text: Annotated[str, Meta(max_length=1000)] = ""
    inputs: Annotated[dict[Key, Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = {}
    against: list[Annotated[int, Meta(ge=0, le=49)]] = []
    details: Annotated[dict[Key, Annotated[str, Meta(max_length=200)]], Meta(max_length=20)] = {}


class EventAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened, on a court-local day; the complaint tells them in the order of time."""

    on: date
    text: Annotated[str, Meta(min_length=1, max_length=1000, examples=["向平台客服申请退款，被拒绝。"])]


class Exhibit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of evidence: an upload, or the number of a deposit on a chain. CPL art. 66; EV arts. 11, 19.

    `original` None: electronic data, for which the question does not arise.
    """

    name: Annotated[str, Meta(max_length=200, examples=["订单截图"])] = ""
    source: Annotated[str, Meta(max_length=200, examples=["购物应用订单页，本人截取"])] = ""
    proves: Annotated[str, Meta(max_length=500, examples=["证明双方订立合同及价款"])] = ""
    original: bool | None = None
    pages: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    upload_id: UploadId | None = None
    chain_number: Annotated[str, Meta(max_length=100)] = ""


class Wishes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the filer wishes of the procedure; None: not answered. CPL art. 90, ORL art. 4 (consent, step by step)."""

    mediation: bool | None = None
    online: bool | None = None
    electronic_service: bool | None = None
    electronic_judgments: bool | None = None
    preservation: bool | None = None
    appraisal: bool | None = None
    small_claims: bool | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All answers of a filing. `facts` are by the elements of the case type, `links` by the lawbook's facts."""

    case_type: Annotated[str, Meta(pattern="^[a-z_]{1,40}$", examples=["ecom_sale"])] | None = None
    cause: (
        Annotated[str, Meta(max_length=60, pattern="^[^\\x00-\\x1f]*$", examples=["信息网络买卖合同纠纷"])] | None
    ) = None
    plaintiffs: Annotated[list[Party], Meta(max_length=50)] = []
    agents: Annotated[list[Agent], Meta(max_length=10)] = []
    defendants: Annotated[list[Party], Meta(max_length=50)] = []
    third_parties: Annotated[list[Party], Meta(max_length=20)] = []
    claims: Annotated[list[ClaimAnswer], Meta(max_length=30)] = []
    facts: Annotated[dict[Key, Any], Meta(max_length=100)] = {}
    events: Annotated[list[EventAnswer], Meta(max_length=100)] = []
    evidence: Annotated[list[Exhibit], Meta(max_length=200)] = []
    links: Annotated[dict[Key, bool | Short], Meta(max_length=80)] = {}
    wishes: Wishes = Wishes()
    reasons: Long = ""


class GivenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, or one group of them, at a path such as `facts.order_no`, `plaintiffs.0`, `claims`.

    `value` null clears. `revision` is the one at which the device read this answer, or saved it last.
    """

    path: AnswerPath
    revision: Annotated[int, Meta(ge=0, le=2_000_000_000, examples=[3])]
    value: Annotated[Any, Meta(examples=["202602140001234567"])] = None

"""Mandates: appointing agents. CPL arts. 61, 62."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post

from tianping.contexts.identity.actions import mandates as acts
from tianping.contexts.identity.actions.mandates import MandateForm
from tianping.contexts.identity.api.forms import Code, IdentityDesk, Mobile, Name, Who
from tianping.contexts.identity.model.standing import MandateView, MyMandates
from tianping.interfaces.identity import Power
from tianping.kit.ids import MandateId, OrganisationId
from tianping.platform.http.guard import SIGNED_IN, permit


class Signature(msgspec.Struct, frozen=True):
    """The principal's own name, and either a drawing (`image`, a PNG data URL) or a one-time code of purpose sign."""

    name: Name
    image: Annotated[str, msgspec.Meta(max_length=280_000, examples=["data:image/png;base64,iVBORw0KGgo…"])] | None = (
        None
    )
    code: Code | None = None


class NewMandate(msgspec.Struct, frozen=True):
    """`principal_organisation` null: for myself. `matter` null: every matter at this court. `valid_until`: the last day."""

    agent_mobile: Mobile
    agent_kind: Annotated[
        str, msgspec.Meta(pattern="^(lawyer|legal_worker|relative|staff|recommended)$", examples=["lawyer"])
    ]
    powers: Annotated[list[Power], msgspec.Meta(max_length=20, examples=[["general", "settle"]])]
    signature: Signature
    principal_organisation: UUID | None = None
    matter: UUID | None = None
    valid_until: date | None = None


@get("/mandates", opt=permit(SIGNED_IN), tags=["mandates"], summary="Mandates I gave and hold, and what can be given")
async def list_mandates(identity_desk: IdentityDesk, actor: Who) -> MyMandates:
    return await acts.my_mandates(identity_desk, actor)


@post("/mandates", opt=permit(SIGNED_IN), tags=["mandates"], summary="Appoint an agent")
async def give_mandate(data: NewMandate, identity_desk: IdentityDesk, actor: Who) -> MandateView:
    organisation = OrganisationId(data.principal_organisation) if data.principal_organisation else None
    form = MandateForm(
        organisation, data.agent_mobile, data.agent_kind, data.matter, data.powers, data.valid_until,
        data.signature.name, data.signature.image, data.signature.code,
    )  # fmt: skip
    return await acts.give_mandate(identity_desk, actor, form)


@post(
    "/mandates/{mandate_id:uuid}/revoke", opt=permit(SIGNED_IN), tags=["mandates"],
    summary="Revoke a mandate, or lay one down", status_code=200,
)  # fmt: skip
async def revoke_mandate(mandate_id: UUID, identity_desk: IdentityDesk, actor: Who) -> MandateView:
    return await acts.revoke_mandate(identity_desk, actor, MandateId(mandate_id))


ROUTES = [list_mandates, give_mandate, revoke_mandate]

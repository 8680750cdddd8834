"""Before sign-in: can this court help, and what will it ask."""

from datetime import date, timedelta
from typing import Annotated

from litestar import get, post
from litestar.params import Parameter

from tianping.contexts.filing.api.inputs import FilingDesk, HelpQuestion
from tianping.contexts.filing.rules import catalogue, eligibility
from tianping.contexts.filing.rules.catalogue import Catalogue
from tianping.contexts.filing.rules.eligibility import HelpAnswer
from tianping.interfaces.platforms import PlatformOperator, ShopEntry
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.platform.http.guard import PUBLIC, SIGNED_IN, permit

_AHEAD = timedelta(days=366)
"""How far ahead a filing can be thought of: beyond, neither law nor calendar is known."""


@post(
    "/filing/can-we-help",
    opt=permit(PUBLIC, idempotent=False),
    status_code=200,
    tags=["filing"],
    summary="Can this court help?",
)
async def can_we_help(data: HelpQuestion, filing_desk: FilingDesk) -> HelpAnswer:
    """Jurisdiction on the day (today unless told), admissibility, time bar, fee, what to bring, how long it takes.

    Changes nothing and keeps nothing. Law: CPL arts. 122, 127; CC art. 188; FM art. 13.
    """
    kind = filing_desk.law.case_types.get(data.case_type)
    if kind is None:
        unknown = Text("没有这种纠纷类型", "There is no such type of dispute")
        raise InvalidInput(fields=(FieldProblem("case_type", "case-type-unknown", unknown),))
    if data.amount is not None and data.amount.yuan < 0:
        negative = Text("金额不能为负", "The amount cannot be negative")
        raise InvalidInput(fields=(FieldProblem("amount", "negative", negative),))
    on = data.on or filing_desk.today
    if on > filing_desk.today + _AHEAD:
        far = Text("立案日期过于遥远", "The filing day lies too far ahead")
        raise InvalidInput(fields=(FieldProblem("on", "too-far-ahead", far),))
    return eligibility.can_help(
        kind, cause=data.cause, on=on, links=data.links, amount=data.amount,
        knew_on=data.knew_on, law=filing_desk.law, calendar=filing_desk.calendar(), seat=filing_desk.seat,
        base_fee=filing_desk.court.base_fee,
    )  # fmt: skip


@get("/filing/case-types", opt=permit(PUBLIC), tags=["filing"], summary="The questions, by type of dispute")
async def list_case_types(
    filing_desk: FilingDesk,
    on: Annotated[date | None, Parameter(description="Filing day, court-local; today unless told")] = None,
) -> Catalogue:
    """Fields with labels, types, options, examples and why they are asked; claims; facts about jurisdiction."""
    return catalogue.catalogue(filing_desk.law, on or filing_desk.today)


@get("/filing/platforms", opt=permit(PUBLIC), tags=["filing"], summary="Platforms whose shops can be looked up")
async def list_platforms(filing_desk: FilingDesk) -> list[PlatformOperator]:
    return await filing_desk.directory.platforms()


@get("/filing/shops", opt=permit(SIGNED_IN), tags=["filing"], summary="Look up a shop or account")
async def find_shops(
    filing_desk: FilingDesk,
    name: Annotated[str, Parameter(min_length=1, max_length=100, description="Part of the name")],
    platform: Annotated[str, Parameter(max_length=100, description="A platform, or empty for all")] = "",
) -> list[ShopEntry]:
    """`source` says who answered. An account whose owner is unknown can be sued all the same. EC arts. 44, 62."""
    return await filing_desk.directory.find(platform, name)


ROUTES = [can_we_help, list_case_types, list_platforms, find_shops]

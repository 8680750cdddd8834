"""Builds payments."""

import os
from pathlib import Path

from tianping.contexts.payments import api, store
from tianping.contexts.payments.actions.books import reconcile_yesterday
from tianping.contexts.payments.actions.orders import close_overdue
from tianping.contexts.payments.actions.refunds import SEND, send_refund
from tianping.contexts.payments.desk import POLICY, Desk
from tianping.contexts.payments.gateways.http import HttpGateway
from tianping.contexts.payments.gateways.stand_in import StandInGateway
from tianping.contexts.payments.reactions import REACTIONS
from tianping.contexts.payments.service import PaymentService
from tianping.interfaces.gateway import Gateway
from tianping.interfaces.services import Services
from tianping.platform.database import Database
from tianping.platform.keyring import secret_file
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedTable
from tianping.platform.settings import SettingsInvalid

_BASES = {
    "personality_rights": "personality_rights_base",
    "ip": "ip_no_amount",
    "other_non_property": "other_non_property",
}


def service(platform: Platform, database: Database) -> PaymentService:
    return PaymentService(database)


def build(platform: Platform, database: Database, services: Services) -> Built:
    """Raises SettingsInvalid: production without a real gateway."""
    desk = Desk(
        database=database, journal=platform.journal, keyring=platform.keyring, clock=platform.clock, law=platform.law,
        calendar=platform.calendar, court_code=platform.court.code,
        fee_base=lambda act: platform.court.base_fee(_BASES.get(act, act)), gateway=_gateway(platform, database),
        cases=services.cases, filings=services.filings, people=services.people, delivery=services.delivery,
        materials=services.materials,
    )  # fmt: skip

    async def overdue() -> None:
        await close_overdue(desk)

    async def reconcile() -> None:
        await reconcile_yesterday(desk)

    async def refund(refund_id: str) -> None:
        await send_refund(desk, refund_id)

    return Built(
        "payments", desk, database, api.ROUTES, POLICY, REACTIONS,
        timed=[Timed("payments.overdue", "*/5 * * * *", overdue), Timed("payments.reconcile", "20 17 * * *", reconcile)],
        jobs={SEND: refund},
        sealed=[SealedTable("payments.reliefs", {"explanation": store.EXPLANATION})],
    )  # fmt: skip


def _gateway(platform: Platform, database: Database) -> Gateway:
    """`TIANPING_GATEWAY_URL` and the key file `TIANPING_GATEWAY_KEY_FILE` name a real gateway; else the stand-in."""
    settings = platform.settings
    url, key_file = os.environ.get("TIANPING_GATEWAY_URL"), os.environ.get("TIANPING_GATEWAY_KEY_FILE")
    if url:
        if not key_file:
            raise SettingsInvalid("TIANPING_GATEWAY_URL is set, but TIANPING_GATEWAY_KEY_FILE is not")
        key = Path(key_file).read_bytes().strip()
        return HttpGateway(url, key, f"{settings.public_url}/api/v1/payment-notifications")
    if settings.production:
        raise SettingsInvalid("production needs TIANPING_GATEWAY_URL: the stand-in gateway takes no money")
    return StandInGateway(database, secret_file(settings.keys, "stand-in-gateway"), platform.clock)

"""Builds delivery."""

from uuid import UUID

from tianping.engines.delivery import actions, api, store
from tianping.engines.delivery.adapters.configured import read_gateways
from tianping.engines.delivery.service import DeliveryService
from tianping.interfaces.services import Services
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed


def build(platform: Platform, database: Database, services: Services) -> Built:
    """Raises GatewaysInvalid when `delivery.toml` is wrong or a production court has no gateway."""
    settings = platform.settings
    gateways = read_gateways(settings.data / "delivery.toml", production=settings.production)
    desk = actions.Desk(
        database, platform.jobs, platform.keyring, platform.clock, platform.court, settings.public_url, gateways,
        services.people,
    )  # fmt: skip

    async def send(message_id: str) -> None:
        await actions.send(desk, UUID(message_id))

    async def forget_expired() -> None:
        await actions.forget_expired(desk)

    return Built(
        "delivery",
        desk,
        database,
        api.ROUTES,
        actions.POLICY,
        timed=[Timed("delivery.forget_expired", "* * * * *", forget_expired)],
        jobs={actions.SEND: send},
        sealed=store.SEALED,
    )


def service(platform: Platform, database: Database) -> DeliveryService:
    return DeliveryService(actions.Counter(database, platform.jobs, platform.keyring, platform.clock))

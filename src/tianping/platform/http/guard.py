"""Deny by default: every route names its permission, every permission is in a context's policy.

A permission says which roles may try; whether this person may do it to this matter is decided by the act itself.
`PUBLIC` and `SIGNED_IN` are permissions too, so that openness is written down and never an omission.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from tianping.interfaces.identity import Actor, Role
from tianping.kit.problems import NotPermitted, NotSignedIn

Permission = str
Policy = Mapping[Permission, frozenset[Role]]

PUBLIC: Permission = "public"
SIGNED_IN: Permission = "signed-in"


def permit(permission: Permission, *, idempotent: bool = True) -> dict[str, Any]:
    """The `opt` of a route. `idempotent=False` for the few unsafe routes that need no Idempotency-Key."""
    return {"permission": permission, "idempotent": idempotent}


class RouteWithoutPermission(Exception):
    """Found when the application is built: it does not start."""


class Guard:
    """Holds the policies of all contexts and checks each request before its handler runs."""

    def __init__(self) -> None:
        self.policy: dict[Permission, frozenset[Role]] = {}

    def add(self, policy: Policy) -> None:
        for permission, roles in policy.items():
            if permission in self.policy:
                raise ValueError(f"permission {permission} is declared twice")
            self.policy[permission] = roles

    def allows(self, actor: Actor, permission: Permission) -> bool:
        if permission == PUBLIC:
            return True
        if not actor.signed_in or (actor.scopes is not None and permission not in actor.scopes):
            return False
        return permission == SIGNED_IN or bool(self.policy[permission] & actor.roles)

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        # Not awaiting anything, but a plain function would be run in a thread, which costs more than the rest.
        permission = handler.opt.get("permission")
        actor: Actor = connection.scope["user"]
        if permission is None:
            raise NotPermitted
        if self.allows(actor, permission):
            return
        raise NotPermitted if actor.signed_in else NotSignedIn

    def verify(self, app: Litestar, *, except_paths: Iterable[str] = ()) -> None:
        """Raises RouteWithoutPermission naming every route whose permission is missing or unknown."""
        wrong: list[str] = []
        for route in app.routes:
            if not isinstance(route, HTTPRoute):
                continue
            for handler in route.route_handlers:
                permission = handler.opt.get("permission")
                known = permission in (PUBLIC, SIGNED_IN) or permission in self.policy
                if not known and handler.http_methods != {"OPTIONS"} and route.path not in except_paths:
                    wrong.append(f"{sorted(handler.http_methods)} {route.path}: {permission}")
        if wrong:
            raise RouteWithoutPermission("; ".join(wrong))

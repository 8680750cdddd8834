"""So many requests a minute: a person is counted by account, a stranger by address."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tianping.kit.problems import TooManyRequests

_FREE = ("/assets/", "/healthz", "/metrics")


class RateLimit:
    """Counts in this process, by the minute. A proxy's word about an address is taken only from a trusted proxy."""

    def __init__(self, requests_a_minute: int, trusted_proxies: Sequence[str] = ()) -> None:
        self._most = requests_a_minute
        self._trusted = frozenset(trusted_proxies)
        self._minute = 0
        self._counts: dict[UUID | str, int] = {}

    def check(self, person_id: UUID | None, scope: Mapping[str, Any], given: Mapping[str, str]) -> None:
        """Count one request. Raises TooManyRequests with the seconds until the next minute begins."""
        if scope["path"].startswith(_FREE):
            return
        now = time.monotonic()
        minute = int(now // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        who = person_id or self._address(scope, given)
        count = self._counts.get(who, 0) + 1
        if count > self._most:
            raise TooManyRequests(retry_after_s=max(1, round(60 - now % 60)))
        self._counts[who] = count

    def _address(self, scope: Mapping[str, Any], given: Mapping[str, str]) -> str:
        host = scope["client"][0] if scope.get("client") else "-"
        forwarded = given.get("x-forwarded-for", "")
        return forwarded.rsplit(",", 1)[-1].strip() if forwarded and host in self._trusted else host

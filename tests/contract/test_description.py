"""The API keeps what its description says: Schemathesis makes requests, right and wrong, and the court answers them.

No answer is a failure of ours (5xx), none has a status, a content type or a shape that the description does not name.
Examples are the same in every run.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.apps.ledger.running import Node, founded
from tests.authorisation.town import Route, Town, settled
from tests.contract.court_thread import CourtThread

from tianping.platform.http.openapi import document

# First the one that `/readyz` is let off: it says 503 truly, since no worker runs here.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ACTORS = ("plaintiff", "stranger", "clerk", "filing_judge", "judge_seated", "head", "president", "cashier",
          "system_admin", "security_admin", "audit_admin", "nobody")  # fmt: skip
ACTORS_AN_EXAMPLE = 2
ENDS_SESSIONS = {"/api/v1/sessions/end-others", "/api/v1/account/password"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def court(fresh_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourtThread]:
    data = founded(tmp_path_factory.mktemp("contract"))
    environment = {
        "TIANPING_DATA": str(data), "TIANPING_DATABASE_DSN": fresh_database,
        "TIANPING_POOL_SIZE": "3", "TIANPING_REQUESTS_A_MINUTE": "0",
    }  # fmt: skip
    node = Node(data).start()
    try:
        with CourtThread(environment) as court:
            yield court
    finally:
        node.kill()


@pytest.fixture(scope="module")
def town(court: CourtThread) -> Town:
    return court.run(settled(court.court))


@pytest.fixture(scope="module")
def api(town: Town) -> Any:
    return schemathesis.openapi.from_dict(json.loads(json.dumps(document(town.court.site))))


class Caller:
    """Sends what Schemathesis made as one of the town's people, with the town's own ids in place of invented ones."""

    def __init__(self, court: CourtThread, town: Town) -> None:
        self.court = court
        self.town = town
        self.policies = {(route.operation): route for route in town.routes}

    def route(self, operation: Any) -> Route:
        return self.policies[(operation.path, operation.method.lower())]

    def actors(self, route: Route, start: int) -> list[str]:
        """Some of those whom the guard lets through, others with every example, and one whom it does not."""
        let_in = [who for who in ACTORS if self.town.allows(who, route.permission)]
        turned = let_in[start % len(let_in) :] + let_in[: start % len(let_in)]
        refused = [who for who in ACTORS if who not in let_in]
        return turned[:ACTORS_AN_EXAMPLE] + refused[start % 5 : start % 5 + 1]

    def send(self, case: Any, who: str, *, real: bool) -> httpx.Response:
        return self.court.run(self._send(case, who, real=real))

    async def _send(self, case: Any, who: str, *, real: bool) -> httpx.Response:
        if real:
            ids = {name: self.town.mine[name] for name in case.path_parameters or {} if name in self.town.mine}
            case.path_parameters = {**(case.path_parameters or {}), **ids}
        made = case.as_transport_kwargs(base_url="https://localhost:8000")
        browser = await self.town.cast.of(who)
        headers = {k: v for k, v in made.pop("headers").items() if k.lower() not in {"authorization", "cookie"}}
        headers = {k: v for k, v in headers.items() if v.isascii() and v.isprintable()}
        headers["X-CSRF-Token"] = browser.csrf
        if "Idempotency-Key" in headers:
            headers["Idempotency-Key"] = f"{headers['Idempotency-Key'][:40]}{uuid.uuid4().hex}"
        made.pop("cookies", None)
        if "data" in made:
            made["content"] = made.pop("data")
        if made.get("files"):
            made["files"] = [(name, (given[0], in_bytes(given[1]), *given[2:])) for name, given in made["files"]]
        request = browser.http.build_request(**made, headers=headers)
        await request.aread()
        answer = await browser.http.send(request)
        if case.path in ENDS_SESSIONS or (answer.status_code == 401 and who != "nobody") or "/sessions" in case.path:
            self.town.cast.browsers.pop(who, None)
        return answer


def in_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def every_operation(api: Any) -> Iterator[Any]:
    for found in api.get_all_operations():
        yield found.ok()


def examples(operation: Any, mode: GenerationMode, most: int, work: Callable[[Any, bool, int], None]) -> None:
    count = iter(range(1000))

    @settings(
        max_examples=most, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), real=st.sampled_from((True, True, False)))
    def run(case: Any, real: bool) -> None:
        work(case, real, next(count))

    run()


@pytest.mark.parametrize(("mode", "most"), [(GenerationMode.POSITIVE, 5), (GenerationMode.NEGATIVE, 3)])
def test_every_answer_is_described(court: CourtThread, town: Town, api: Any, mode: GenerationMode, most: int):
    caller = Caller(court, town)
    wrong: dict[str, str] = {}
    sent = 0

    def work(case: Any, real: bool, number: int) -> None:
        nonlocal sent
        for who in caller.actors(caller.route(case.operation), number):
            answer = caller.send(case, who, real=real)
            sent += 1
            try:
                case.validate_response(answer, checks=CHECKS[1:] if case.path == "/readyz" else CHECKS)
            except BaseExceptionGroup as failures:
                for failure in failures.exceptions:
                    title = getattr(failure, "title", type(failure).__name__)
                    wrong.setdefault(
                        f"{case.operation.label}: {title} ({answer.status_code})",
                        f"{who}: {str(failure)[:700]} {answer.text[:300]}",
                    )

    for operation in every_operation(api):
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
            continue
        try:
            examples(operation, mode, most, work)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # nothing in it can be wrong
    assert not wrong, "\n\n".join(f"{where}\n  {what}" for where, what in wrong.items())
    assert sent > 500
    court.run(town.court.settle())

"""Rotating the key reaches every sealed column of the court, and everything stays readable."""

from tests.harness import running_court
from tests.journeys.cast import Cast


async def test_after_a_rotation_nothing_is_left_under_the_old_key(environment):
    async with running_court(environment) as court:
        cast = await Cast(court).enter()
        filing_id = await cast.fill("plaintiff")
        await cast.submit("plaintiff", filing_id)
        case = await cast.accept(filing_id)
        security, plaintiff = await cast.of("security_admin"), await cast.of("plaintiff")
        rotated = await security.act("/administration/keys/rotate", {"confirm": True})
        assert rotated.status_code < 300, rotated.text
        await court.settle()
        sealed = court.desk("identity").sealed
        left = await sealed.outdated()
        assert {"cases.parties", "uploads.files", "filing.filings", "payments.reliefs"} <= set(left)
        assert set(left.values()) == {0}, left
        again = (await plaintiff.get(f"/cases/{case['id']}")).json()
        assert again["parties"] == case["parties"]

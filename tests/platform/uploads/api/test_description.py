"""The API's description of uploads."""

from tests.platform.uploads.court import UPLOADS, Place

from tianping.platform.http.openapi import document


async def test_the_document_names_every_route_and_its_refusals(court: Place) -> None:
    paths = document(court.site)["paths"]
    mine = {
        (path.removeprefix(UPLOADS), method) for path in paths if path.startswith(UPLOADS) for method in paths[path]
    }
    one = "/{upload_id}"
    assert mine >= {
        ("", "post"), ("", "options"), (one, "head"), (one, "patch"), (one, "delete"), (one, "post"), ("/rules", "get"),
        (f"{one}/state", "get"), (f"{one}/content", "get"), (f"{one}/view", "get"), (f"{one}/thumbnail", "get"),
        (f"{one}/password", "post"),
    }  # fmt: skip
    assert {"204", "404", "409", "410", "412", "413", "423", "460", "507"} <= set(
        paths[UPLOADS + one]["patch"]["responses"]
    )
    assert set(paths[f"{UPLOADS}{one}/content"]["get"]["responses"]["200"]["content"]) == {"*/*"}
    assert {"200", "206", "304", "409", "410", "416"} <= set(paths[f"{UPLOADS}{one}/content"]["get"]["responses"])

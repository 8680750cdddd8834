"""What a client of uploads asks for in tests, and what lies on the disk of its court."""

import base64
from datetime import UTC, datetime

import httpx
from tests.platform.uploads.court import UPLOADS, Place

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = TUS | {"Content-Type": "application/offset+octet-stream"}


def metadata(name: str, declared: str = "application/octet-stream") -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in (("filename", name), ("filetype", declared))
    )


async def create(client: httpx.AsyncClient, size: int, name: str = "文件.bin", **headers: str) -> httpx.Response:
    return await client.post(
        UPLOADS, headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(name)} | headers
    )


async def send(client: httpx.AsyncClient, url: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
    return await client.patch(url, content=content, headers=CHUNK | {"Upload-Offset": str(offset)} | headers)


async def upload(client: httpx.AsyncClient, content: bytes, name: str) -> str:
    created = await create(client, len(content), name)
    assert created.status_code == 201, created.text
    url = created.headers["location"]
    if content:
        assert (await send(client, url, 0, content)).status_code == 204
    return url


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["messages"]["title"]["zh"]
    assert body["messages"]["title"]["en"]
    return response.status_code, body["code"]


def on_disk(court: Place) -> set[str]:
    return {
        path.name for path in court.platform.settings.data.rglob("*") if path.is_file() and "keys" not in path.parts
    }

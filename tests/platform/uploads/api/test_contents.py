"""What became of a file: opened, quarantined, shown, sealed."""

import io
import os

import httpx
import pikepdf
from tests.engines.materials import samples
from tests.platform.uploads.asking import code, create, upload
from tests.platform.uploads.court import Place

from tianping.kit.digests import sm3


async def test_a_locked_pdf_is_opened_with_its_password(court: Place, alice: httpx.AsyncClient) -> None:
    content = samples.pdf(2, encryption=pikepdf.Encryption(user="开门", owner="o"))
    url = await upload(alice, content, "判决.pdf")
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    assert (state["state"], state["finding"]["code"]) == ("rejected", "pdf-encrypted")
    assert code(await alice.get(f"{url}/content")) == (409, "material-not-ready")
    wrong = await alice.post(f"{url}/password", json={"password": "no"})
    assert wrong.json()["finding"]["code"] == "pdf-password-wrong"
    opened_now = (await alice.post(f"{url}/password", json={"password": "开门"})).json()
    assert (opened_now["state"], opened_now["pages"], opened_now["finding"]) == ("ready", 2, None)
    assert (await alice.get(f"{url}/content")).content == content
    copy = await alice.get(opened_now["view"])
    assert copy.headers["content-disposition"].startswith("inline")
    assert not pikepdf.open(io.BytesIO(copy.content)).is_encrypted
    assert code(await alice.post(f"{url}/password", json={"password": "开门"})) == (409, "no-password-awaited")


async def test_dangerous_files_are_quarantined(court: Place, alice: httpx.AsyncClient) -> None:
    for content, name, expected in (
        (b"MZ\x90\0" + b"\0" * 200, "合同.pdf.exe", "executable"),
        (samples.TEST_VIRUS, "a.txt", "eicar"),
        (samples.docx(**{"word/vbaProject.bin": b"x"}), "a.docm", "macros"),
    ):
        url = await upload(alice, content, name)
        await court.settle()
        state = (await alice.get(f"{url}/state")).json()
        assert (state["state"], state["finding"]["code"]) == ("quarantined", expected)
        assert (state["content"], state["thumbnail"]) == (None, None)
        for part in ("content", "view", "thumbnail"):
            assert code(await alice.get(f"{url}/{part}")) == (409, "material-not-ready")


async def test_ranges_and_headers_of_content(court: Place, alice: httpx.AsyncClient) -> None:
    content = samples.mp4(sample=os.urandom(300_000))
    url = f"{await upload(alice, content, '开箱 视频.mp4')}/content"
    await court.settle()
    whole = await alice.get(url)
    assert whole.headers["content-length"] == str(len(content))
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-security-policy"].startswith("sandbox;")
    name = "%E5%BC%80%E7%AE%B1%20%E8%A7%86%E9%A2%91.mp4"
    assert whole.headers["content-disposition"] == f"inline; filename=\"__ __.mp4\"; filename*=UTF-8''{name}"
    tag = whole.headers["etag"]
    assert tag == f'"{sm3(content)}"'
    for asked, start, end in (("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=299000-", 299_000, len(content)),
                              ("bytes=-10", len(content) - 10, len(content)), ("bytes=5-99999999", 5, len(content))):  # fmt: skip
        part = await alice.get(url, headers={"Range": asked})
        assert part.status_code == 206
        assert part.content == content[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(content)}"
    beyond = await alice.get(url, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")
    assert (await alice.get(url, headers={"Range": "bytes=0-1,5-6"})).status_code == 200
    assert (await alice.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})).status_code == 200
    assert (await alice.get(url, headers={"Range": "bytes=0-1", "If-Range": tag})).status_code == 206
    again = await alice.get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_pages_from_strangers_are_downloads(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.HTML, "订单.html")
    await court.settle()
    answer = await alice.get(f"{url}/content")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_heic_photographs_have_a_view(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.heic(), "IMG_0001.HEIC")
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    shown = await alice.get(state["view"])
    assert shown.headers["content-type"] == "image/jpeg"
    assert 'filename="IMG_0001.jpg"' in shown.headers["content-disposition"]


async def test_names_are_sealed_in_the_database(court: Place, alice: httpx.AsyncClient) -> None:
    await create(alice, 5, "张三身份证.jpg")
    async with court.desk.database.reading() as reader:
        (row,) = await reader.all("SELECT files::text AS text, name FROM uploads.files")
    assert "张三" not in row["text"]
    assert "张三".encode() not in bytes(row["name"])

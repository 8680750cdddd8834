"""The page: one file opened from the disk, the network off, in Chromium; it says what the command says."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.verifier.chains import SALT, SITUATIONS, Situation
from tests.verifier.test_certificates import made_from
from tianping_verify import Options, check
from tianping_verify.faults import Unusable
from tianping_verify.report import File

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def page_file() -> Path:
    """The page, built from what is in the checkout."""
    subprocess.run([sys.executable, ROOT / "verifier" / "build", "page"], check=True, capture_output=True)
    return ROOT / "verifier" / "dist" / "tianping-verify.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = next(
            (at for name in ("chromium", "chromium-browser", "google-chrome") if (at := shutil.which(name))), None
        )
        assert found, "the page's tests need Chromium and it was not found: apt-get install chromium"
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


class Desk:
    """The page as a person has it before them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", lambda said: self.trouble.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith("file:") else self.trouble.append(asked.url))

    def give(self, name: str, content: bytes, file_name: str = "given") -> None:
        self.page.set_input_files(f"#{name}", {"name": file_name, "mimeType": "", "buffer": content})

    def settle(self) -> str:
        expect(self.page.locator("#answer:not([data-busy])")).to_have_count(1)
        return self.page.locator(".verdict").get_attribute("data-verdict")

    def results(self) -> dict[str, str]:
        rows = self.page.locator("#checks li").all()
        return {row.get_attribute("data-check"): row.get_attribute("data-result") for row in rows}


@pytest.fixture
def desk(browser: Browser, page_file: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    shape: dict[str, Any] = getattr(request, "param", DESKTOP)
    context = browser.new_context(**shape, locale="zh-CN", offline=True)
    desk = Desk(context.new_page())
    desk.page.goto(page_file.as_uri())
    yield desk
    assert desk.trouble == []
    context.close()


def command(made: Situation, content: bytes) -> tuple[str, dict[str, str]]:
    try:
        report = check(content, Options(file=File.of([made.file]), pins=frozenset([made.genesis])))
    except Unusable:
        return "unusable", {}
    return report.verdict.value, {one.id: one.result.value for one in report.checks}


def test_it_says_what_the_command_says_of_every_situation(desk: Desk) -> None:
    for name in SITUATIONS:
        made, certificate = made_from(name)
        desk.page.fill("#genesis", made.genesis.hex())
        desk.give("file", made.file)
        for content in (made.bundle, certificate):
            desk.give("proof", content)
            assert desk.settle() == "match", (name, desk.page.locator("#checks").inner_text())
            assert (desk.settle(), desk.results()) == command(made, content)


def test_it_says_what_the_command_says_of_what_was_changed(desk: Desk) -> None:
    chance = random.Random(11)
    for name in ("stamped", "batch", "changed_members", "suspended_resumed_rekeyed"):
        made, certificate = made_from(name)
        desk.page.fill("#genesis", made.genesis.hex())
        desk.give("file", made.file)
        for original, count in ((made.bundle, 40), (certificate, 12)):
            for _ in range(count):
                changed = bytearray(original)
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(7)
                desk.give("proof", bytes(changed))
                assert desk.settle() == command(made, bytes(changed))[0]
                if desk.settle() != "unusable":
                    assert desk.results() == command(made, bytes(changed))[1]


def test_another_file_and_what_is_missing(desk: Desk) -> None:
    made, _ = made_from("single")
    desk.give("proof", made.chain.bundle(made.index, opening=None))
    assert desk.settle() == "incomplete"
    desk.page.fill("#genesis", made.genesis.hex())
    desk.give("file", made.file)
    assert (desk.settle(), desk.results()["file"]) == ("incomplete", "not_made")
    desk.page.locator("summary").click()
    desk.page.fill("#salt", SALT.hex())
    assert desk.settle() == "match"
    desk.give("file", made.file[:-1] + b"!")
    assert desk.settle() == "mismatch"
    desk.page.fill("#genesis", "00" * 32)
    assert desk.settle() == "invalid"
    desk.page.fill("#genesis", "xyz")
    expect(desk.page.locator("#genesis-error")).not_to_be_empty()
    assert desk.settle() == "mismatch"


def test_a_large_file_is_read_in_pieces(desk: Desk) -> None:
    from tests.verifier.chains import Chain, situation

    large = random.Random(3).randbytes((9 << 20) + 17)
    chain = Chain()
    made = situation(chain, chain.block(chain.deposit(large)), large)
    desk.page.fill("#genesis", made.genesis.hex())
    desk.give("proof", made.bundle)
    desk.give("file", large)
    expect(desk.page.locator(".verdict.match")).to_be_visible(timeout=60_000)


def test_what_is_no_proof_is_said(desk: Desk) -> None:
    made, _ = made_from("single")
    for content in (b"hello", made.bundle.replace(b"proof/1", b"proof/2"), b""):
        desk.give("proof", content)
        assert desk.settle() == "unusable"
        expect(desk.page.locator("#report")).to_be_hidden()


def test_files_can_be_dropped(desk: Desk) -> None:
    made, _ = made_from("single")
    for zone, content in (("proof-zone", made.bundle), ("file-zone", made.file)):
        moved = desk.page.evaluate_handle(
            """bytes => { const data = new DataTransfer()
                 data.items.add(new File([new Uint8Array(bytes)], 'dropped')); return data }""",
            list(content),
        )
        desk.page.dispatch_event(f"#{zone}", "drop", {"dataTransfer": moved})
    desk.page.fill("#genesis", made.genesis.hex())
    assert desk.settle() == "match"
    expect(desk.page.locator("#file-name")).to_have_text("dropped")


@pytest.mark.parametrize("desk", [DESKTOP, PHONE, DESKTOP | {"color_scheme": "dark"}], indirect=True)
def test_anybody_can_use_it(desk: Desk, tmp_path: Path) -> None:
    """Nothing for axe to find, nothing beside the screen, both languages, with a result and without."""
    page = desk.page
    made, certificate = made_from("changed_members")
    for step in ("empty", "match", "mismatch"):
        if step == "match":
            page.fill("#genesis", made.genesis.hex())
            desk.give("proof", certificate, "存证证书-很长的文件名-TP1-WORKS-20260921-000000012-A7.pdf")
            desk.give("file", made.file)
            assert desk.settle() == "match"
        if step == "mismatch":
            desk.give("file", b"another")
            assert desk.settle() == "mismatch"
        for title in ("核验存证证书", "Check a certificate of storage"):
            expect(page.locator("h1")).to_have_text(title)
            axe = Path(AXE_FILE_PATH).read_text("utf-8")
            found = page.evaluate(
                axe + f"; axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(TAGS)}}}}})"
            )
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.click("#language")


def test_the_keyboard_suffices(desk: Desk) -> None:
    page = desk.page
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached[:6] == ["A", "language", "proof", "file", "genesis", "SUMMARY"]


def test_it_is_one_file_that_may_load_nothing(page_file: Path) -> None:
    content = page_file.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', content)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    head = content.partition("<script")[0]
    assert not re.search(r"(?:src|href)=\"(?!#)|@import|url\(", head)

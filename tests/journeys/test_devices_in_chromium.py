"""Camera and screen in a real browser: a number read off a QR code, a picture taken, refused or missing devices explained."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.journeys.browser import CHROMIUM_OPTIONS, Town, Visitor, chromium_path, town
from tests.journeys.cameras import code, options_for, show_code
from tests.journeys.ledger_town import ledger_node
from tests.journeys.looks import tidy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NUMBER = "TP1-WORKS-20261122-000000042-7K"


@pytest.fixture(scope="module")
def a_town_with_cameras(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Path]]:
    """A court, and what its visitors' cameras see."""
    place = tmp_path_factory.mktemp("court")
    film = place / "camera.y4m"
    show_code(film, NUMBER)
    with ledger_node(place), town(place, court_database, options=options_for(film)) as made:
        yield made, film


def device(a_town: Town, *, phone: bool, camera: bool) -> Visitor:
    """Its camera is allowed, or refused, by its owner."""
    visitor = a_town.device(phone=phone)
    # What is not granted by name is refused.
    visitor.context.grant_permissions(["camera"] if camera else ["geolocation"], origin=a_town.court.address)
    return visitor


def scanning(visitor: Visitor) -> Page:
    page = visitor.go("/check/evidence")
    visitor.press("扫码")
    expect(page.locator("dialog[open]")).to_contain_text("扫描二维码")
    return page


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize("link", [False, True], ids=["number", "address"])
def test_a_number_is_read_by_the_camera(phone: bool, link: bool, a_town_with_cameras: tuple[Town, Path]) -> None:
    a_town, film = a_town_with_cameras
    show_code(film, f"{a_town.court.address}/check/evidence?number={NUMBER}" if link else NUMBER)
    visitor = device(a_town, phone=phone, camera=True)
    page = scanning(visitor)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator('[data-field="number"] input')).to_have_value(NUMBER)
    tidy(visitor)
    assert visitor.troubles == []


def test_a_code_that_is_none_of_ours_is_said_and_looked_past(a_town_with_cameras: tuple[Town, Path]) -> None:
    a_town, film = a_town_with_cameras
    show_code(film, "weixin://dl/business/?t=nothing")
    visitor = device(a_town, phone=True, camera=True)
    page = scanning(visitor)
    expect(page.get_by_text("这个二维码里没有存证编号")).to_be_visible()
    expect(page.locator("dialog[open] video")).to_be_visible()
    tidy(visitor)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert visitor.troubles == []


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_refused_camera_is_explained_and_a_picture_will_do(
    phone: bool, a_town_with_cameras: tuple[Town, Path], tmp_path: Path
) -> None:
    a_town, _ = a_town_with_cameras
    blank, picture = tmp_path / "blank.png", tmp_path / "code.png"
    Image.new("RGB", (300, 300), "white").save(blank)
    code(NUMBER.lower(), 420).save(picture)
    visitor = device(a_town, phone=phone, camera=False)
    page = scanning(visitor)
    expect(page.get_by_text("没有取得摄像头权限")).to_be_visible()
    tidy(visitor)
    chosen = page.locator("dialog[open] input[type=file]")
    chosen.set_input_files(blank)
    expect(page.get_by_text("图片中没有认出二维码")).to_be_visible()
    chosen.set_input_files(picture)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator('[data-field="number"] input')).to_have_value(NUMBER)
    assert visitor.troubles == []


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_photograph_is_taken_deposited_and_checked(
    phone: bool, a_town_with_cameras: tuple[Town, Path], tmp_path: Path
) -> None:
    a_town, _ = a_town_with_cameras
    owner = device(a_town, phone=phone, camera=True).enter("plaintiff")
    page = owner.go("/deposits/new")
    page.get_by_role("radio", name="拍照", exact=True).check(force=True)
    owner.press("打开摄像头")
    expect(page.get_by_label("摄像头画面")).to_be_visible()
    owner.press("拍摄")
    expect(page.get_by_role("img", name="刚拍下的照片")).to_be_visible()
    expect(page.locator('[data-field="file"] code')).to_have_count(2)
    with page.expect_download() as got:
        page.get_by_role("link", name="把原件保存到这台设备").click()
    original = tmp_path / got.value.suggested_filename
    got.value.save_as(original)
    with Image.open(original) as taken:
        assert taken.size == (1280, 720)
    tidy(owner)
    hand_in(owner, "现场照片")
    said = page.locator("code.large").inner_text()

    stranger = a_town.device(phone=phone)
    checked = stranger.go(f"/check/evidence?number={said}")
    checked.locator('[data-field="file"] input[type=file]').set_input_files(original)
    expect(checked.locator('[data-field="file"] code')).to_have_count(2)
    stranger.press("核验")
    expect(checked.get_by_role("heading", name="自存入以来未被篡改")).to_be_visible()
    tidy(stranger)
    for visitor in (owner, stranger):
        assert visitor.troubles == []
    assert a_town.court.failures() == []


def test_a_refused_camera_is_explained_where_one_deposits(a_town_with_cameras: tuple[Town, Path]) -> None:
    a_town, _ = a_town_with_cameras
    owner = device(a_town, phone=True, camera=False).enter("plaintiff")
    page = owner.go("/deposits/new")
    page.get_by_role("radio", name="拍照", exact=True).check(force=True)
    owner.press("打开摄像头")
    expect(page.get_by_text("没有取得摄像头权限")).to_be_visible()
    owner.press("存证")
    expect(page.locator("#main").get_by_text("请先选择或拍摄要存的内容")).to_be_visible()
    tidy(owner)
    assert owner.troubles == []


@pytest.fixture
def a_town_with_a_screen(a_town_with_cameras: tuple[Town, Path]) -> Iterator[Town]:
    """In a browser whose own window for choosing chooses by itself, a stand-in for a screen."""
    a_town, _ = a_town_with_cameras
    options = [*CHROMIUM_OPTIONS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = a_town.browser.browser_type.launch(executable_path=chromium_path(), args=options)
    yield Town(a_town.court, browser)
    browser.close()


def test_a_window_is_pictured_and_deposited(a_town_with_a_screen: Town) -> None:
    owner = a_town_with_a_screen.device().enter("plaintiff")
    page = owner.go("/deposits/new")
    page.get_by_role("radio", name="屏幕", exact=True).check(force=True)
    owner.press("选择要截取的窗口")
    expect(page.get_by_role("img", name="截下的画面")).to_be_visible()
    expect(page.locator('[data-field="file"] b')).to_have_text(re.compile(r"^screen-\d{14}\.png$"))
    tidy(owner)
    hand_in(owner, "聊天窗口截图")
    assert owner.troubles == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("() => Promise.reject(new DOMException('', 'NotAllowedError'))", "没有取得截屏权限"),
        ("undefined", "不支持截屏，请用系统截图后作为文件存入"),
    ],
    ids=["refused", "phone"],
)
def test_a_screen_that_cannot_be_had_is_explained(
    answer: str, said: str, a_town_with_cameras: tuple[Town, Path]
) -> None:
    a_town, _ = a_town_with_cameras
    owner = a_town.device(phone=True).enter("plaintiff")
    has = "MediaDevices.prototype.getDisplayMedia"
    owner.page.add_init_script(f"{has} = {answer}" if answer != "undefined" else f"delete {has}")
    page = owner.go("/deposits/new")
    page.get_by_role("radio", name="屏幕", exact=True).check(force=True)
    owner.press("选择要截取的窗口")
    expect(page.get_by_text(said)).to_be_visible()
    tidy(owner)
    assert owner.troubles == []


def hand_in(owner: Visitor, title: str) -> None:
    """What is taken here goes to the court, unless one says otherwise."""
    page = owner.page
    owner.write("title", title)
    owner.choose("category", "作品版权")
    expect(page.get_by_label("交本院保存一份")).to_be_checked()
    owner.press("存证")
    expect(page.locator("code.large")).to_have_text(re.compile(r"^TP1-WORKS-"))
    expect(page.get_by_text("本院保存了一份")).to_be_visible()
    tidy(owner)

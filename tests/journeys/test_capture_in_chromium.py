"""A page is captured from the deposit page, as a phone and a desktop do it: progress, what was recorded, number, certificate."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.engines.capture.sites import site
from tests.journeys.browser import Town, Visitor, town
from tests.journeys.ledger_town import ledger_node
from tests.journeys.looks import tidy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NUMBER = re.compile(r"^TP1-INFRINGE-\d{8}-\d{9,}-[0-9A-Z]{2}$")


@pytest.fixture(scope="module")
def a_capturing_town(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A court that may capture pages of its own machine."""
    place = tmp_path_factory.mktemp("court")
    with ledger_node(place), town(place, court_database, TIANPING_CAPTURE_LOOPBACK="1") as made:
        yield made


def ask(visitor: Visitor, url: str, title: str) -> None:
    page = visitor.go("/deposits/new")
    page.get_by_role("radio", name="网页", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="会记录什么")).to_be_visible()
    visitor.write("url", url)
    visitor.write("title", title)
    visitor.choose("category", "侵权取证")
    tidy(visitor)
    visitor.press("开始固定")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_page_from_its_address_to_its_certificate(phone: bool, a_capturing_town: Town) -> None:
    owner = a_capturing_town.device(phone=phone).enter("plaintiff")
    page = owner.page
    with site() as serving:
        ask(owner, f"{serving.url}/moved", "侵权商品页")
        owner.headed("侵权商品页")
        expect(page.get_by_role("progressbar", name="固定进度")).to_be_visible()
        expect(page.get_by_role("heading", name="已固定并存证")).to_be_visible()
    expect(page.get_by_text("没有看到").first).to_be_visible()
    shot = page.get_by_role("img", name="网页“晨雾海报”打开后的第一屏")
    shot.scroll_into_view_if_needed()
    page.wait_for_function("(one) => one.complete && one.naturalWidth === 1366", arg=shot.element_handle())
    made = page.get_by_role("region", name="固定过程")
    expect(made).to_contain_text(f"{serving.url}/")
    expect(made).to_contain_text("晨雾海报")
    expect(made).to_contain_text(re.compile("与标准时间同步|时钟状态"))
    requests = page.get_by_role("region", name="网络请求")
    expect(requests).to_contain_text("302")
    expect(requests).to_contain_text(f"跳转至 {serving.url}/")
    expect(requests).to_contain_text(re.compile(r"SM3 [0-9a-f]{64}"))
    expect(page.get_by_role("region", name="域名解析与连接")).to_contain_text("连接到 127.0.0.1")
    expect(page.get_by_role("region", name="TLS 证书")).to_contain_text("没有服务器证书")
    tidy(owner)

    page.get_by_role("link", name="查看存证").click()
    number = page.locator("code.large")
    expect(number).to_have_text(NUMBER)
    tidy(owner)
    with page.expect_download() as got:
        page.get_by_role("link", name="中文证书").click()
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF-")
    with page.expect_download() as got:
        owner.go(f"/captures/{owner.read('/captures')['items'][0]['id']}")
        page.get_by_role("link", name="下载全部记录").click()
    assert Path(got.value.path()).read_bytes().startswith(b"PK")

    said = owner.read("/deposits")["items"][0]["number"]
    stranger = a_capturing_town.device(phone=phone)
    checked = stranger.go(f"/check/evidence?number={said}")
    checked.locator('[data-field="file"] input[type=file]').set_input_files(got.value.path())
    expect(checked.locator('[data-field="file"] code')).to_have_count(2)
    stranger.press("核验")
    expect(checked.get_by_role("heading", name="自存入以来未被篡改")).to_be_visible()
    for visitor in (owner, stranger):
        assert visitor.troubles == []
    assert a_capturing_town.court.failures() == []


def test_a_page_that_does_not_open_says_why_and_lets_try_again(a_capturing_town: Town) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
    owner = a_capturing_town.device(phone=True).enter("stranger")
    ask(owner, f"http://127.0.0.1:{nobody}/", "打不开的网页")
    page = owner.page
    expect(page.get_by_role("heading", name="没有固定成功")).to_be_visible()
    expect(page.get_by_text("网页打不开")).to_be_visible()
    tidy(owner)
    page.get_by_role("link", name="重新固定").click()
    expect(page.get_by_role("radio", name="网页", exact=True)).to_be_checked()
    expect(page.locator('[data-field="url"] input')).to_have_value(f"http://127.0.0.1:{nobody}/")
    assert owner.troubles == []


def test_inside_is_refused_beside_the_field(a_capturing_town: Town) -> None:
    owner = a_capturing_town.device(phone=True).enter("plaintiff")
    with owner.expecting("422"):
        ask(owner, "http://169.254.169.254/latest/", "内部地址")
        expect(owner.page.get_by_text("指向内部网络，不能固定")).to_be_visible()
    tidy(owner)
    assert owner.troubles == []

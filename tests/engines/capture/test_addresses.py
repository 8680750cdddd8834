"""Public addresses only: by their number, by their name, and however they are written."""

import pytest
from tests.engines.capture.sites import ChangingName

from tianping.engines.capture.addresses import AddressGuard, is_public
from tianping.interfaces.capture import AddressRefused

INSIDE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::7f00:1", "2001:db8::1",
    "not an address", "",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "220.181.38.148")


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_inside_however_it_is_written(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside_is_outside(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"), ("ftp://example.com/", "scheme"), ("javascript:alert(1)", "scheme"),
        ("http://", "scheme"), ("http://user:secret@example.com/", "credentials"), ("http://[::1", "scheme"),
        ("http://example.com:99999/", "scheme"),
    ],
)  # fmt: skip
def test_what_is_no_page(url: str, reason: str):
    with pytest.raises(AddressRefused) as refused:
        AddressGuard().read(url)
    assert refused.value.values["reason"] == reason


@pytest.mark.parametrize(
    ("answers", "port", "reason"),
    [
        (["127.0.0.1"], 80, "private"),
        (["1.1.1.1", "10.0.0.1"], 80, "private"),
        (["1.1.1.1"], 22, "port"),
        (["1.1.1.1"], 6379, "port"),
        ([], 80, "unknown-host"),
    ],
)
async def test_every_address_of_a_name_must_be_public(answers: list[str], port: int, reason: str):
    with pytest.raises(AddressRefused) as refused:
        await AddressGuard(ChangingName(answers)).place("example.com", port)
    assert refused.value.values["reason"] == reason


async def test_the_address_that_was_looked_at_is_the_one_to_connect_to():
    place = await AddressGuard(ChangingName(["1.1.1.1", "93.184.216.34"])).place("example.com", 443)
    assert (place.address, place.answers) == ("1.1.1.1", ["1.1.1.1", "93.184.216.34"])


async def test_this_machine_only_where_it_is_allowed():
    name = ChangingName(["127.0.0.1"])
    assert (await AddressGuard(name, loopback=True).place("localhost", 8123)).address == "127.0.0.1"
    with pytest.raises(AddressRefused):
        await AddressGuard(ChangingName(["10.0.0.1"]), loopback=True).place("inside", 80)

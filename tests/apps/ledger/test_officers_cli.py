"""Officers' keys handed over: the court decides alone no more; what waits is signed elsewhere, as a file."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.apps.ledger.running import PASSPHRASE, copy_of, tianping  # isort: skip  it finds the checker for what follows
import tianping_verify

from tianping.apps import ledger_officers
from tianping.apps.ledger_keys import OFFICERS, passphrase_of
from tianping.apps.ledger_setup import open_node
from tianping.engines.ledger import building
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import MAIN, Home
from tianping.engines.ledger.model import SignerRole, SigningKey
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.signing.keys import KeySigner, read_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.interfaces.signing import CertificateStatus
from tianping.kit.clock import SystemClock

pytestmark = pytest.mark.slow

SECRET = {"TIANPING_OFFICER_PASSPHRASE": "the officer's own words", "TIANPING_LANGUAGE": "en"}


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "data")


def officers_on(home: Home, chain: str) -> list[bytes]:
    """Public keys that count as officers' now."""
    store = Store(home.chain(chain), read_only=True)
    try:
        keys = [Overlay(store).read(key, SigningKey) for key in store.keys("key/")]
        return [key.public_key for key in keys if key and key.role is SignerRole.OFFICER and key.until is None]
    finally:
        store.close()


def standing(place: Path, name: str) -> str:
    return json.loads(tianping("ledger", "app", "show", name, place=place))["application"]["standing"]


def handed_over(place: Path, officer: str, out: Path) -> None:
    tianping("ledger", "officer", "hand-over", officer, "--out", out, "--yes", place=place, settings=SECRET)


def test_a_key_that_was_handed_over_decides_elsewhere(place: Path, tmp_path: Path) -> None:
    home, usb, file = Home(place), tmp_path / "usb", tmp_path / "waiting.json"
    old = Register(home.ca, sm2()).trust.read((home.keys / "officer-2.crt").read_bytes())
    handed_over(place, "officer-2", usb)
    register = Register(home.ca, sm2())
    new = register.trust.read((usb / "officer-2.crt").read_bytes())
    assert not (home.keys / "officer-2.key").exists()
    assert register.status(old.serial, SystemClock().now()) is CertificateStatus.REVOKED
    for chain in home.config().chains:
        keys = officers_on(home, chain.name)
        assert new.public_key in keys
        assert old.public_key not in keys
        assert len(keys) == 2
    listed = tianping("ledger", "officer", "list", place=place, settings=SECRET).splitlines()
    assert [line.split("  ")[-1] for line in listed] == ["its key is here", "handed over"]

    # The court signs with the one key that it has: the decision waits on every chain that it is for.
    said = tianping("ledger", "app", "decide", "shop", "revoke", "--reasons", "平台停业", place=place, settings=SECRET)
    assert said.count("waits for more signatures") == 3
    assert standing(place, "shop") == "admitted"
    tianping("ledger", "decision", "pending", "--out", file, place=place)
    shown = tianping("ledger", "decision", "show", file, place=tmp_path / "nowhere", settings=SECRET)
    assert shown.count('"revoke"') == 3
    assert "平台停业" in shown
    tianping("ledger", "decision", "send", file, place=place, status=1)
    key = ("--key", usb / "officer-2.key", "--certificate", usb / "officer-2.crt")
    tianping("ledger", "decision", "sign", file, *key, "--yes", place=tmp_path / "nowhere", settings=SECRET)
    said = tianping("ledger", "decision", "send", file, place=place, settings=SECRET)
    assert said.count("entered (entry") == 3
    assert standing(place, "shop") == "revoked"
    tianping("ledger", "audit", place=place)

    # One officer stops at once, as before.
    refused = {**SECRET, "TIANPING_OFFICER_PASSPHRASE": "another"}
    tianping("ledger", "decision", "sign", file, *key, "--yes", place=place, settings=refused, status=1)


def test_both_handed_over_everything_is_prepared_signed_and_sent(place: Path, tmp_path: Path) -> None:
    for officer in OFFICERS:
        handed_over(place, officer, tmp_path / officer)
    tianping("ledger", "app", "decide", "shop", "suspend", "--reasons", "复核", place=place, status=1)
    file = tmp_path / "suspend.json"
    prepare = ("--reasons", "复核", "--prepare", file)
    tianping("ledger", "app", "decide", "shop", "suspend", *prepare, place=place, settings=SECRET)
    sign(file, tmp_path, "officer-1")
    tianping("ledger", "decision", "send", file, place=place)
    assert standing(place, "shop") == "suspended"
    tianping("ledger", "app", "decide", "shop", "resume", *prepare, place=place, settings=SECRET)
    sign(file, tmp_path, "officer-1")
    said = tianping("ledger", "decision", "send", file, place=place, settings=SECRET)
    assert said.count("waits for more signatures") == 3
    sign(file, tmp_path, "officer-2")
    assert json.loads(file.read_text())["transactions"][0]["signatures"][1]["signature"]
    said = tianping("ledger", "decision", "send", file, place=place, settings=SECRET)
    assert said.count("entered (entry") == 3
    assert standing(place, "shop") == "probation"


def sign(file: Path, place: Path, officer: str) -> None:
    key = ("--key", place / officer / f"{officer}.key", "--certificate", place / officer / f"{officer}.crt")
    tianping("ledger", "decision", "sign", file, *key, "--yes", place=place, settings=SECRET)


def test_a_key_that_was_made_elsewhere_never_comes_here(place: Path, tmp_path: Path) -> None:
    ca = ("ca", "--dir", place / "ledger" / "ca")
    names = ("--id", "officer-2", "--name", "审核二", "--name-en", "Officer 2", "--organisation", "某机构",
             "--organisation-en", "Another body")  # fmt: skip
    own = {"TIANPING_KEY_PASSPHRASE": "kept at home", "TIANPING_LANGUAGE": "en"}
    issuer = {"TIANPING_CA_PASSPHRASE": (place / "ledger" / "passphrase").read_text().strip()}
    request, made, certificate = tmp_path / "o2.csr", tmp_path / "o2.key", tmp_path / "o2.crt"
    tianping(*ca, "request", *names, "--key-out", made, "--out", request, place=place, settings=own)
    tianping(*ca, "sign-request", request, "court", *names, "--out", certificate, place=place, settings=issuer)
    hand = ("ledger", "officer", "hand-over", "officer-2", "--yes")
    tianping(*hand, "--certificate", certificate, place=place)
    facts = Register(Home(place).ca, sm2()).trust.read(certificate.read_bytes())
    assert facts.public_key in officers_on(Home(place), MAIN)
    assert not (place / "ledger" / "keys" / "officer-2.key").exists()
    # The same once more, an application's certificate, a folder among the court's keys.
    tianping(*hand, "--certificate", certificate, place=place, status=1)
    tianping(*hand, "--certificate", place / "shop" / "shop.crt", place=place, status=1)
    tianping(*hand, "--out", place / "ledger" / "keys" / "mine", place=place, settings=SECRET, status=1)


def test_a_hand_over_that_was_broken_off_is_gone_on_with(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the new key was made: the same command again goes on with it. And once more: it is done already."""
    home, usb = Home(place), tmp_path / "usb"
    monkeypatch.setenv("TIANPING_OFFICER_PASSPHRASE", SECRET["TIANPING_OFFICER_PASSPHRASE"])
    old = Register(home.ca, sm2()).trust.read((home.keys / "officer-1.crt").read_bytes())
    made = ledger_officers._made(home, "officer-1", usb, None, old, passphrase_of(home))
    key = (usb / "officer-1.key").read_bytes()
    for _ in range(2):
        handed_over(place, "officer-1", usb)
        assert (usb / "officer-1.key").read_bytes() == key
        keys = officers_on(home, "works")
        assert made.public_key in keys
        assert len(keys) == 2
    assert Register(home.ca, sm2()).status(made.serial, SystemClock().now()) is CertificateStatus.GOOD


def test_what_is_shown_is_what_is_signed(place: Path, tmp_path: Path) -> None:
    """Reasons beside a body that names others are not shown as its reasons; a damaged file is refused."""
    file = tmp_path / "file.json"
    tianping("ledger", "app", "decide", "shop", "suspend", "--reasons", "真实理由", "--prepare", file, place=place)
    told = json.loads(file.read_text())
    told["texts"][0]["text"] = "另一理由"
    file.write_text(json.dumps(told))
    assert "另一理由" not in tianping("ledger", "decision", "show", file, place=place)
    told["transactions"][0]["body"] = told["transactions"][0]["body"][:-8]
    file.write_text(json.dumps(told))
    tianping("ledger", "decision", "show", file, place=place, status=1)


def test_proofs_hold_across_a_hand_over(place: Path, tmp_path: Path) -> None:
    """Of deposits before and after it, by an application whom the old key let in; by the stand-alone checker."""
    home, file = Home(place), tmp_path / "work.txt"
    file.write_bytes(b"a work")
    numbers = [by_shop(home, "before")]
    handed_over(place, "officer-2", tmp_path / "usb")
    handed_over(place, "officer-1", tmp_path / "usb")
    numbers.append(by_shop(home, "after"))
    numbers.append(json.loads(tianping("ledger", "deposit", file, "--json", place=place))["number"])
    store = Store(home.chain("works"), read_only=True)
    pins = frozenset([store.genesis().digest()])
    store.close()
    for number in numbers:
        tianping("ledger", "proof", number, "--out", tmp_path / "proof.json", place=place)
        report = tianping_verify.check((tmp_path / "proof.json").read_bytes(), tianping_verify.Options(pins=pins))
        assert [one.id for one in report.checks if one.result.value == "failed"] == []
        results = {one.id: one.result.value for one in report.checks}
        assert results["signature"] == results["depositor"] == results["certificates"] == "passed"


def by_shop(home: Home, ref: str) -> str:
    """A deposit that the application itself signs."""
    folder = home.place.parent / "shop"
    facts = Register(home.ca, sm2()).trust.read((folder / "shop.crt").read_bytes())
    signer = KeySigner(facts, read_key_file(folder / "shop.key", PASSPHRASE, sm2()), sm2())
    item = building.item_of(file_digest=sm3(ref.encode()), size=3, media="text/plain").item
    envelope = building.deposit(
        chain="works", author="shop", ref=ref, category="works", items=[item], signer=signer
    )  # fmt: skip

    async def entered() -> str:
        opened = open_node(home)
        await opened.node.start()
        try:
            [stored] = await opened.node.submit("works", [envelope])
        finally:
            await opened.node.stop()
            opened.close()
        assert stored is not None
        assert stored.cosigned is not None
        return str(number_of("works", stored.cosigned.time, stored.receipt.first))

    return asyncio.run(entered())

"""`tianping ca` from the first key to a revoked certificate, as a person would type it."""

import json

import pytest
from click.testing import CliRunner
from tests.engines.signing.openssl import DISTID, openssl

from tianping.apps.cli import tianping
from tianping.engines.signing import keys
from tianping.kit.problems import Problem

PASSPHRASES = {
    "TIANPING_CA_ROOT_PASSPHRASE": "root passphrase",
    "TIANPING_CA_PASSPHRASE": "issuer passphrase",
    "TIANPING_KEY_PASSPHRASE": "key passphrase",
    "TIANPING_LANGUAGE": "en",
}
NAMES = (
    "--id",
    "app-1",
    "--name",
    "存证应用",
    "--name-en",
    "Deposits",
    "--organisation",
    "某平台",
    "--organisation-en",
    "A Platform",
)


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """A million rounds for each key cost seconds a test otherwise."""
    monkeypatch.setattr(keys.write_key_file, "__kwdefaults__", {"iterations": 1_000})


@pytest.fixture
def ca(tmp_path):
    def run(*arguments, code=0, environment=PASSPHRASES):
        given = ["ca", "--dir", str(tmp_path / "ca"), *map(str, arguments)]
        result = CliRunner().invoke(tianping, given, env=environment, prog_name="tianping")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.stdout

    return run


@pytest.fixture
def court(ca):
    ca("init", "--court", "演示互联网法院", "--court-en", "Demo Internet Court")
    return ca


def test_from_the_first_key_to_a_revoked_certificate(court, tmp_path):
    key, certificate, listed = tmp_path / "app.key", tmp_path / "app.crt", tmp_path / "list.crl"
    made = court("issue", "application", *NAMES, "--key-out", key, "--out", certificate, "--json")
    openssl("pkey", "-in", key, "-passin", "pass:key passphrase", "-noout")
    issuer = tmp_path / "ca" / "issuer.crt"
    openssl("verify", "-vfyopt", DISTID, "-partial_chain", "-trusted", issuer, certificate)
    shown = court("show", made["serial"], "--json")
    assert (shown["status"], shown["role"], shown["organisation_en"]) == ("good", "application", "A Platform")
    assert made["serial"] in court("show")
    report = court("verify", certificate, "--role", "application", "--json")
    assert report["good"]
    assert report["revocation_checked"]
    assert not court("verify", certificate, "--role", "node", "--json", code=1)["good"]
    before = shown["not_before"]
    court("revoke", made["serial"], "--reason", "key_compromise", "--json")
    assert court("crl", "--out", listed, "--json")["number"] == 1
    assert made["serial"].upper() in openssl("crl", "-in", listed, "-noout", "-text").decode()
    assert court("status", made["serial"], "--json", code=1)["status"] == "revoked"
    assert court("status", made["serial"], "--at", before, "--json")["status"] == "good"
    assert "✗" in court("verify", certificate, code=1)


def test_a_request_of_another_machine(court, tmp_path):
    request, certificate = tmp_path / "node.csr", tmp_path / "node.crt"
    court("request", *NAMES, "--key-out", tmp_path / "node.key", "--out", request, "--json")
    openssl("req", "-in", request, "-noout", "-verify", "-vfyopt", DISTID)
    court("sign-request", request, "node", *NAMES, "--out", certificate, "--days", "30", "--json")
    root, issuer = tmp_path / "ca" / "root.crt", tmp_path / "ca" / "issuer.crt"
    away = ("--root", root, "--issuer", issuer)
    report = court("verify", certificate, *away, "--json")
    assert report["good"]
    assert not report["revocation_checked"]
    court("crl", "--out", tmp_path / "list.crl")
    court("crl", "--root", "--out", tmp_path / "root.crl")
    lists = ("--crl", tmp_path / "list.crl", "--crl", tmp_path / "root.crl")
    assert court("verify", certificate, *away, *lists, "--json")["revocation_checked"]
    late = court("verify", certificate, *away, *lists, "--at", "2099-01-01", "--json", code=1)
    assert {check["code"] for check in late["checks"] if not check["good"]} >= {"expired", "revocation-known"}


def test_the_root_key_lives_elsewhere(ca, tmp_path):
    stick = tmp_path / "stick" / "root.key"
    ca("init", "--court", "演示互联网法院", "--court-en", "Demo", "--root-key", stick, "--json")
    assert not (tmp_path / "ca" / "root.key").exists()
    ca("crl", "--root", "--root-key", stick, "--out", tmp_path / "root.crl", "--json")
    with pytest.raises(Problem):
        ca("crl", "--root", "--out", tmp_path / "root.crl")


def test_passphrases_come_from_files_too_and_are_never_guessed(ca, tmp_path):
    (tmp_path / "root").write_text("passphrase of the root\n")
    (tmp_path / "issuer").write_text("passphrase of the issuer\n")
    (tmp_path / "short").write_text("short\n")
    unset = dict.fromkeys(PASSPHRASES)
    given = ("init", "--court", "演示互联网法院", "--court-en", "Demo", "--root-passphrase-file", tmp_path / "root")
    with pytest.raises(Problem) as refused:
        ca(*given, environment=unset)
    assert refused.value.code == "passphrase-missing"
    with pytest.raises(Problem) as refused:
        ca(*given, "--passphrase-file", tmp_path / "short", environment=unset)
    assert refused.value.code == "passphrase-too-short"
    ca(*given, "--passphrase-file", tmp_path / "issuer", environment=unset)
    with pytest.raises(Problem) as refused:
        ca("crl", "--passphrase-file", tmp_path / "root", "--out", tmp_path / "list.crl", environment=unset)
    assert refused.value.code == "key-unusable"


def test_nothing_is_written_over(court, tmp_path):
    key = tmp_path / "app.key"
    key.write_bytes(b"precious")
    output = court("request", *NAMES, "--key-out", key, "--out", tmp_path / "csr", code=1)
    assert key.read_bytes() == b"precious"
    assert output == ""
    with pytest.raises(Problem) as refused:
        court("init", "--court", "另一法院", "--court-en", "Another")
    assert refused.value.code == "authority-exists"


def test_what_is_not_there_is_said(ca, tmp_path):
    with pytest.raises(Problem) as refused:
        ca("show")
    assert refused.value.code == "no-authority"
    ca("verify", tmp_path / "absent.crt", "--root", tmp_path / "absent.crt", code=1)

"""What is put into a member's directory, and the engine's program."""

import base64
import hashlib
import json
import tomllib
from datetime import UTC, datetime

import pytest

from tianping.engines.ledger.drivers.cometbft import binary
from tianping.engines.ledger.drivers.cometbft.driver import start_over
from tianping.engines.ledger.drivers.cometbft.engine import Running
from tianping.engines.ledger.drivers.cometbft.homes import (
    GenesisValidator,
    Home,
    NodeSettings,
    StateSync,
    address_of,
    engine_config,
    genesis_document,
)
from tianping.engines.ledger.drivers.cometbft.node import held
from tianping.engines.ledger.drivers.cometbft.problems import EngineProgramUnusable, GoMissing, NodeHomeTaken

SETTINGS = NodeSettings(name='a "b"', chain_id="c", p2p="127.0.0.1:1", rpc="127.0.0.1:2", peers=("x@h:1", "y@h:2"))


def test_keys_are_made_once_and_private(tmp_path):
    home = Home(tmp_path / "m").prepare()
    first = home.identity()
    assert home.prepare().identity() == first
    assert first.address == hashlib.sha256(first.engine_key).digest()[:20]
    key = json.loads((home.config / "priv_validator_key.json").read_text())
    assert base64.b64decode(key["pub_key"]["value"]) == first.engine_key
    assert key["address"] == first.address.hex().upper()
    assert (home.config / "priv_validator_key.json").stat().st_mode & 0o077 == 0


def test_the_configuration_is_toml_and_says_what_mattered():
    read = tomllib.loads(engine_config(SETTINGS))
    assert read["moniker"] == 'a "b"'
    assert read["p2p"]["persistent_peers"] == "x@h:1,y@h:2"
    assert read["filter_peers"] is True
    assert read["p2p"]["flush_throttle_timeout"] == read["consensus"]["peer_gossip_sleep_duration"] == "10ms"
    assert read["mempool"]["recheck"] is False
    assert "statesync" not in read
    assert SETTINGS.peer_ids == {"x", "y"}


def test_a_snapshot_start_is_configured_with_what_is_trusted(tmp_path):
    home = Home(tmp_path).prepare()
    told = NodeSettings(
        name="n", chain_id="c", p2p="h:1", rpc="h:2", state_sync=StateSync(("http://a", "http://b"), 12, "AB")
    )
    home.write_settings(told)
    assert home.settings == told
    read = tomllib.loads(engine_config(home.settings))
    assert read["statesync"]["trust_height"] == 12


def test_genesis_names_the_validators_and_refuses_a_name_the_engine_would_not_take():
    key = b"k" * 32
    written = genesis_document("c-1", datetime(2026, 1, 2, tzinfo=UTC), [GenesisValidator("m", key, 5)], {"a": 1})
    read = json.loads(written)
    assert read["validators"][0]["address"] == address_of(key).hex().upper()
    assert read["consensus_params"]["abci"]["vote_extensions_enable_height"] == "1"
    assert read["consensus_params"]["version"]["app"] == "1"
    assert read["genesis_time"] == "2026-01-02T00:00:00.000000Z"
    with pytest.raises(ValueError, match="chain id"):
        genesis_document("c" * 51, datetime.now(UTC), [], {})


def test_forgetting_the_blocks_keeps_what_was_signed(tmp_path):
    home = Home(tmp_path).prepare()
    (home.state / "blockstore.db").mkdir()
    (home.state / "blockstore.db" / "000001.log").write_bytes(b"x")
    (home.state / "priv_validator_state.json").write_text('{"height": "9"}')
    home.forget_blocks()
    assert [one.name for one in home.state.iterdir()] == ["priv_validator_state.json"]
    assert "9" in (home.state / "priv_validator_state.json").read_text()


def test_starting_over_leaves_no_word_that_a_node_runs_there(tmp_path):
    """Whoever starts nodes waits for the end of the one that is noted; this process does not end soon."""
    home = Home(tmp_path).prepare()
    chain = tmp_path / "ledger.db"
    files = [chain, tmp_path / "ledger.db-wal", tmp_path / "ledger.db-shm", home.state / "blocks"]
    for file in files:
        file.write_bytes(b"x")
    with held(home):
        assert Running.read(home.run / "node.json") is not None
        with pytest.raises(NodeHomeTaken):
            start_over(home, chain)
        assert Running.read(home.run / "node.json") is not None
        assert all(file.exists() for file in files)
    start_over(home, chain)
    assert Running.read(home.run / "node.json") is None
    assert not any(file.exists() for file in files)


def test_without_go_the_message_says_what_to_do(tmp_path):
    with pytest.raises(GoMissing) as missing:
        binary.engine_program({"PATH": str(tmp_path)}, built=tmp_path)
    assert "go.dev/dl" in missing.value.explanation.zh
    assert "TIANPING_COMETBFT" in missing.value.explanation.en


def test_a_named_program_of_another_version_is_refused(tmp_path):
    other = tmp_path / "cometbft"
    other.write_text("#!/bin/sh\necho 0.34.0\n")
    other.chmod(0o755)
    with pytest.raises(EngineProgramUnusable):
        binary.engine_program({"TIANPING_COMETBFT": str(other)})
    with pytest.raises(EngineProgramUnusable):
        binary.engine_program({"TIANPING_COMETBFT": str(tmp_path / "nothing")})


def test_the_pin_is_read_from_go_mod():
    assert binary.pinned_version().startswith("0.38.")

"""Snapshots in a folder: what comes back is the chain, and what was changed on the way does not come back."""

import random
import shutil
from pathlib import Path

import msgspec
import pytest
from tests.engines.ledger.cast import cast, verify
from tests.engines.ledger.test_audit import audited, chain  # noqa: F401
from tests.engines.ledger.test_machine import PEOPLE
from tests.engines.ledger.test_store import begun, content

from tianping.engines.ledger import codec, snapshot
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.snapshot import ChunkDiffers, Manifest, SnapshotFalse, restore, write
from tianping.engines.ledger.store import Store


@pytest.fixture
def folder(chain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    monkeypatch.setattr(snapshot, "CHUNK", 1000)
    source = Store(chain, read_only=True)
    manifest = write(source, tmp_path / "snapshot")
    source.close()
    assert len(manifest.chunks) > 3
    return tmp_path / "snapshot"


def restored(folder: Path, genesis=PEOPLE.genesis) -> Store:
    return restore(folder, folder.parent / "again.sqlite", genesis, verify)


def nothing_stands(folder: Path) -> bool:
    return list(folder.parent.glob("again*")) == []


def test_the_chain_comes_back(chain: Path, folder: Path) -> None:  # noqa: F811
    seen: list[tuple[int, int]] = []
    again = restore(folder, folder.parent / "again.sqlite", PEOPLE.genesis, verify, lambda *done: seen.append(done))
    source = Store(chain, read_only=True)
    assert content(again, "stamp", "fact", "checkpoint") == content(source, "stamp", "fact", "checkpoint")
    # The one without a quorum is nobody's.
    assert again.rows("checkpoint") == [row for row in source.rows("checkpoint") if row[0] != 5]
    assert seen[-1] == (len(seen), len(seen))
    again.close()
    assert audited(folder.parent / "again.sqlite").sound
    with pytest.raises(FileExistsError):
        restored(folder)


def test_whatever_byte_is_changed(folder: Path) -> None:
    chance = random.Random(5)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for _ in range(8):
            changed = bytearray(whole)
            changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            with pytest.raises((ChunkDiffers, SnapshotFalse)):
                restored(folder)
            assert nothing_stands(folder)
        path.write_bytes(whole)
    restored(folder).close()


def announced(folder: Path, **changed: object) -> None:
    manifest = codec.decode((folder / "manifest").read_bytes(), Manifest)
    (folder / "manifest").write_bytes(codec.encode(msgspec.structs.replace(manifest, **changed)))


def test_a_liar_who_announces_what_he_made(chain: Path, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """Chunks that fit their announcement and are not the chain: by other content, clocks, co-signatures, or an end too early."""
    manifest = codec.decode((folder / "manifest").read_bytes(), Manifest)
    chunks = [snapshot._unpacked((folder / f"chunk-{n:05d}").read_bytes()) for n in range(len(manifest.chunks))]

    def lie(number: int, raw: bytes) -> None:
        import zlib

        shutil.copytree(folder, tmp_path / "lie" / "snapshot")
        packed = zlib.compress(raw)
        (tmp_path / "lie" / "snapshot" / f"chunk-{number:05d}").write_bytes(packed)
        digests = [sm3(packed) if at == number else digest for at, digest in enumerate(manifest.chunks)]
        announced(tmp_path / "lie" / "snapshot", chunks=digests)
        try:
            with pytest.raises(SnapshotFalse):
                restored(tmp_path / "lie" / "snapshot")
            assert nothing_stands(tmp_path / "lie" / "snapshot")
        finally:
            shutil.rmtree(tmp_path / "lie")

    chance = random.Random(6)
    for number, raw in enumerate(chunks):
        lie(number, b"")
        lie(number, raw[:-1])
        lie(number, raw + b"x")
    # Any byte: in a transaction's body, a block's clock or height, or a co-signature. A transaction's own signature is another matter.
    bodies = [(n, at) for n, raw in enumerate(chunks) for at in range(len(raw))]
    found = 0
    for number, at in chance.sample(bodies, 120):
        changed = bytearray(chunks[number])
        changed[at] ^= 1 << chance.randrange(8)
        try:
            lie(number, bytes(changed))
            found += 1
        except pytest.fail.Exception:
            # Restored all the same: then log and state are those of the chain, and audit names the signature.
            continue
    assert found > 90
    announced(folder, chunks=manifest.chunks[:-1])
    with pytest.raises(SnapshotFalse):
        restored(folder)


def test_a_changed_signature_is_the_audits_to_find(chain: Path, folder: Path) -> None:  # noqa: F811
    import zlib

    source = Store(chain, read_only=True)
    envelope = source.entry(0).envelope
    damaged = envelope[:-1] + bytes([envelope[-1] ^ 1])
    raw = snapshot._unpacked((folder / "chunk-00000").read_bytes())
    assert raw.count(envelope) == 1
    packed = zlib.compress(raw.replace(envelope, damaged))
    (folder / "chunk-00000").write_bytes(packed)
    manifest = codec.decode((folder / "manifest").read_bytes(), Manifest)
    announced(folder, chunks=[sm3(packed), *manifest.chunks[1:]])
    again = restored(folder)
    assert content(again, "entry", "stamp", "fact", "checkpoint") == content(
        source, "entry", "stamp", "fact", "checkpoint"
    )
    again.close()
    report = audited(folder.parent / "again.sqlite")
    assert [(one.place, one.code) for one in report.differences] == [("block 1", "stops")]


def test_of_another_chain(folder: Path) -> None:
    with pytest.raises(SnapshotFalse):
        restored(folder, cast().genesis)
    assert nothing_stands(folder)


def test_without_a_checkpoint_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(SnapshotFalse):
        write(begun(tmp_path / "works.sqlite"), tmp_path / "snapshot")

"""The tree: published vectors through the same code, a naive tree beside it, every proof checked and every damage found."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import (
    Frontier,
    LeafList,
    consistency_path,
    consistent,
    includes,
    inclusion_path,
    leaf_hash,
    root_from_inclusion,
    root_of,
)

MODULE = "github.com/transparency-dev/merkle"
TAGGED = "v0.0.2"
"""The last tagged version. Its proofs, most of them damaged, stand in its tests and not yet in files (`testdata`)."""


def sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def module(version: str) -> Path:
    """Where Go keeps a version of the module. Skips, saying so, where it cannot be had."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is missing: the published vectors of transparency-dev/merkle were not run")
    told = subprocess.run(
        [go, "mod", "download", "-json", f"{MODULE}@{version}"], capture_output=True, text=True, check=False, cwd="/"
    )
    found = json.loads(told.stdout or "{}")
    if "Dir" not in found:
        pytest.skip(f"{MODULE}@{version} cannot be had here: its vectors were not run")
    return Path(found["Dir"])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every proof that the module's own tests put before its verifiers, with their answer, as its later `testdata` has them.

    The module is copied, its two verifiers are renamed, and in their place stand ones that write down what they are asked.
    """
    go = shutil.which("go")
    copy = tmp_path_factory.mktemp("merkle") / "module"
    shutil.copytree(module(TAGGED), copy, copy_function=shutil.copyfile)
    for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
        folder.chmod(0o700)
    verifiers = copy / "proof" / "verify.go"
    verifiers.write_text(verifiers.read_text().replace("func Verify", "func verify"))
    shutil.copy(Path(__file__).parent / "merkle_module" / "recorded.go", copy / "proof")
    (copy / "proof" / "proof_test.go").unlink()
    kept = copy / "recorded"
    kept.mkdir()
    subprocess.run(
        [str(go), "test", "-count=1", "-run", "TestVerify", "./proof"], cwd=copy, check=True, capture_output=True,
        env={**os.environ, "RECORDED": str(kept)},
    )  # fmt: skip
    return kept


def vectors(kind: str, recorded: Path) -> list[dict]:
    """`TIANPING_MERKLE_VECTORS`: a checkout of the module that has `testdata`, where the tagged version is not enough."""
    given = os.environ.get("TIANPING_MERKLE_VECTORS")
    if given:
        return [json.loads(path.read_text()) for path in sorted((Path(given) / "testdata" / kind).rglob("*.json"))]
    return [json.loads(line) for line in (recorded / kind).read_text().splitlines()]


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in encoded or []]


def test_published_inclusion_proofs(recorded: Path) -> None:
    """`transparency-dev/merkle`: 98 proofs, those that are damaged among them."""
    every = vectors("inclusion", recorded)
    assert len(every) == 98
    assert 0 < sum(one["wantErr"] for one in every) < 98
    for one in every:
        right = includes(
            base64.b64decode(one["leafHash"]), one["leafIdx"], one["treeSize"], hashes(one["proof"]),
            base64.b64decode(one["root"]), sha256,
        )  # fmt: skip
        assert right != one["wantErr"], one


def test_published_consistency_proofs(recorded: Path) -> None:
    """`transparency-dev/merkle`: 97 proofs, the damaged ones among them; 98 in its later files, which no longer let
    the empty tree be the beginning of every other. Nor do we.
    """
    every = vectors("consistency", recorded)
    assert len(every) in {97, 98}
    assert 0 < sum(one["wantErr"] for one in every) < 98
    for one in every:
        right = consistent(
            one["size1"], one["size2"], base64.b64decode(one["root1"]), base64.b64decode(one["root2"]),
            hashes(one["proof"]), sha256,
        )  # fmt: skip
        assert right != (one["wantErr"] or one["size1"] == 0), one


def test_published_roots_and_nodes() -> None:
    """The constants of the tagged version: roots of 0 to 8 leaves, every node, and proofs between all of them."""
    source = (module(TAGGED) / "testonly" / "constants.go").read_text()

    def of(function: str) -> list[bytes]:
        body = source.split(f"func {function}(")[1].split("\n}\n")[0]
        return [bytes.fromhex(found) for found in re.findall(r'hd\("([0-9a-f]*)"\)', body)]

    leaves, roots, nodes = of("LeafInputs"), [*of("EmptyRootHash"), *of("RootHashes")], of("NodeHashes")
    assert (len(leaves), len(roots), len(nodes)) == (8, 9, 15)
    assert [root_of(leaves[:size], sha256) for size in range(9)] == roots
    tree = LeafList(leaves, sha256)
    assert [tree.node(level, index) for level in range(4) for index in range(8 >> level)] == nodes
    for size in range(1, 9):
        for index in range(size):
            path = inclusion_path(tree, index, size, sha256)
            assert includes(nodes[index], index, size, path, roots[size], sha256)
        for old in range(size + 1):
            path = consistency_path(tree, old, size, sha256)
            assert consistent(old, size, roots[old], roots[size], path, sha256) == (old > 0)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return sm3(b"\x00" + leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sm3(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*naive_path(index, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_path(index - half, leaves[half:]), naive_root(leaves[:half])]


def some(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


@pytest.mark.parametrize("size", [*range(34), 63, 64, 65, 127, 128, 129])
def test_root_and_frontier_agree_with_the_naive_tree(size: int) -> None:
    leaves = some(size)
    assert root_of(leaves) == naive_root(leaves) == LeafList(leaves).root()
    frontier = Frontier()
    for at, leaf in enumerate(leaves):
        frontier.append(leaf_hash(leaf))
        again = Frontier(frontier.size, frontier.peaks)
        assert again.root() == naive_root(leaves[: at + 1])
    with pytest.raises(ValueError):
        Frontier(size, [*frontier.peaks, sm3(b"")])


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 300), st.data())
def test_every_proof_is_right_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    tree, root = LeafList(leaves), naive_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(tree, index, size)
    assert path == naive_path(index, leaves)
    mark = leaf_hash(leaves[index])
    assert includes(mark, index, size, path, root)
    assert not includes(leaf_hash(b"another"), index, size, path, root)
    assert not includes(mark, index, size, [*path, sm3(b"")], root)
    assert root_from_inclusion(mark, size, size, path) is None
    assert root_from_inclusion(mark, -1, size, path) is None
    for other in {index ^ 1, (index + 1) % size, 0, size - 1} - {index}:
        assert not includes(mark, other, size, path, root)
    if path:
        assert not includes(mark, index, size, path[:-1], root)
        assert not includes(mark, index, size, path[1:], root)
        at, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
        damaged = (int.from_bytes(path[at], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not includes(mark, index, size, [*path[:at], damaged, *path[at + 1 :]], root)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 300), st.data())
def test_every_growth_is_shown_and_no_other(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    leaves = some(new)
    tree = LeafList(leaves)
    before, after = naive_root(leaves[:old]), naive_root(leaves)
    path = consistency_path(tree, old, new)
    assert consistent(old, new, before, after, path) == (old > 0)
    another = sm3(b"another")
    assert not consistent(old, new, another, after, path)
    assert not consistent(old, new, before, another, path)
    assert not consistent(old, new, before, after, [*path, another])
    assert not consistent(new + 1, new, before, after, path)
    if path:
        assert not consistent(old, new, before, after, path[:-1])
        at = data.draw(st.integers(0, len(path) - 1))
        assert not consistent(old, new, before, after, [*path[:at], another, *path[at + 1 :]])
    with pytest.raises(IndexError):
        consistency_path(tree, new + 1, new)


def test_empty_trees() -> None:
    empty = sm3(b"")
    assert consistent(0, 0, empty, empty, [])
    assert not consistent(0, 0, sm3(b"x"), sm3(b"x"), [])
    assert not consistent(0, 1, empty, leaf_hash(b"x"), [])
    assert not consistent(0, 0, empty, empty, [empty])


def test_outside_the_tree_there_is_no_proof() -> None:
    tree = LeafList(some(5))
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(IndexError):
            inclusion_path(tree, index, size)

"""The tree over the log: RFC 6962 (and RFC 9162) shape with SM3; proofs that an entry is in it and that it only grew.

Pure. Nodes come from a reader, `node(level, index)`: the hash of the complete subtree of `2**level` leaves that begins
at leaf `index * 2**level`. The hash may be another one (tests run the published SHA-256 vectors through this same code).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from tianping.engines.ledger.digests import sm3

Hash = Callable[[bytes], bytes]
LENGTH = 32
"""Bytes of a hash, SM3 as SHA-256."""

Path = list[bytes]


class Nodes(Protocol):
    def node(self, level: int, index: int) -> bytes: ...


def leaf_hash(leaf: bytes, hash_of: Hash = sm3) -> bytes:
    return hash_of(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes, hash_of: Hash = sm3) -> bytes:
    return hash_of(b"\x01" + left + right)


class Frontier:
    """The right edge of a growing tree: one hash for each complete subtree, largest first. Enough to append and to tell the root."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = (), hash_of: Hash = sm3) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError(f"{size} leaves have {size.bit_count()} complete subtrees, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)
        self._hash = hash_of

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add the hash of one leaf. Returns the subtrees that became complete: (level, index, hash), lowest first."""
        made = [(0, self.size, leaf)]
        top, level, index = leaf, 0, self.size
        while index & 1:
            top = self._hash(b"\x01" + self.peaks.pop() + top)
            level += 1
            index >>= 1
            made.append((level, index, top))
        self.peaks.append(top)
        self.size += 1
        return made

    def root(self) -> bytes:
        if not self.peaks:
            return self._hash(b"")
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = self._hash(b"\x01" + peak + top)
        return top


def root_of(leaves: Iterable[bytes], hash_of: Hash = sm3) -> bytes:
    """The root over whole leaves (not their hashes)."""
    frontier = Frontier(hash_of=hash_of)
    for leaf in leaves:
        frontier.append(leaf_hash(leaf, hash_of))
    return frontier.root()


class LeafList:
    """A small tree held whole: the items of one batch."""

    def __init__(self, leaves: Iterable[bytes], hash_of: Hash = sm3) -> None:
        self._hash = hash_of
        self._levels = [[leaf_hash(leaf, hash_of) for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            row = self._levels[-1]
            self._levels.append([node_hash(row[i], row[i + 1], hash_of) for i in range(0, len(row) - 1, 2)])

    def __len__(self) -> int:
        return len(self._levels[0])

    def node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def root(self) -> bytes:
        return subtree(self, 0, len(self), self._hash) if len(self) else self._hash(b"")


def subtree(nodes: Nodes, start: int, end: int, hash_of: Hash = sm3) -> bytes:
    """The hash over leaves start..end-1, where `start` is a multiple of the subtree's rounded-up size."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes.node(level, start >> level)
    split = _largest_power_below(count)
    return node_hash(
        subtree(nodes, start, start + split, hash_of), subtree(nodes, start + split, end, hash_of), hash_of
    )


def inclusion_path(nodes: Nodes, index: int, size: int, hash_of: Hash = sm3) -> Path:
    """RFC 6962, 2.1.1: the sister hashes from leaf to root. Raises IndexError where the leaf is not in the tree."""
    if not 0 <= index < size:
        raise IndexError(index)
    path: Path = []
    start, end = 0, size
    while end - start > 1:
        split = start + _largest_power_below(end - start)
        if index < split:
            path.append(subtree(nodes, split, end, hash_of))
            end = split
        else:
            path.append(subtree(nodes, start, split, hash_of))
            start = split
    path.reverse()
    return path


def consistency_path(nodes: Nodes, old: int, new: int, hash_of: Hash = sm3) -> Path:
    """RFC 6962, 2.1.2: shows that the tree of `old` leaves is the beginning of the tree of `new`. Raises IndexError."""
    if not 0 <= old <= new:
        raise IndexError(old)
    if old in (0, new):
        return []
    path: Path = []
    start, end, whole = 0, new, True
    while old != end:
        split = start + _largest_power_below(end - start)
        if old <= split:
            path.append(subtree(nodes, split, end, hash_of))
            end = split
        else:
            path.append(subtree(nodes, start, split, hash_of))
            start, whole = split, False
    if not whole:
        path.append(subtree(nodes, start, end, hash_of))
    path.reverse()
    return path


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], hash_of: Hash = sm3) -> bytes | None:
    """The root that a leaf's hash and its path lead to (RFC 9162, 2.1.3.2), None where the path cannot be one."""
    if not 0 <= index < size or any(len(one) != LENGTH for one in (leaf, *path)):
        return None
    node, last, top = index, size - 1, leaf
    for sister in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            top = node_hash(sister, top, hash_of)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            top = node_hash(top, sister, hash_of)
        node >>= 1
        last >>= 1
    return top if last == 0 else None


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, hash_of: Hash = sm3) -> bool:
    return root_from_inclusion(leaf, index, size, path, hash_of) == root


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes], hash_of: Hash = sm3
) -> bool:
    """RFC 9162, 2.1.4.2: whether the tree of `new` leaves begins with the tree of `old`.

    Every tree begins with the empty one, so from 0 nothing can be shown: that is False unless both are empty.
    """
    if not 0 <= old <= new or any(len(one) != LENGTH for one in path):
        return False
    if old == new:
        return not path and old_root == new_root and (old > 0 or old_root == hash_of(b""))
    if old == 0:
        return False
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            was = node_hash(step, was, hash_of)
            now = node_hash(step, now, hash_of)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            now = node_hash(now, step, hash_of)
        node >>= 1
        last >>= 1
    return last == 0 and was == old_root and now == new_root


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)

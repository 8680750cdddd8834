"""RFC 9162, 2.1.3.2 and 2.1.4.2: whether a path shows that an entry is in a tree, and that a tree only grew."""

from collections.abc import Sequence

from tianping_verify.sm3 import sm3


def leaf_hash(leaf: bytes) -> bytes:
    return sm3(b"\0" + leaf)


def _node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\1" + left + right)


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """`leaf`: the entry's hash."""
    if index >= size:
        return False
    at, last = index, size - 1
    top = leaf
    for step in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            top = _node(step, top)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            top = _node(top, step)
        at, last = at // 2, last // 2
    return last == 0 and top == root


def grew(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `new` entries begins with that of `old`, 0 < old <= new."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:
        steps = [old_root, *steps]
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at // 2, last // 2
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            before, after = _node(step, before), _node(step, after)
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            after = _node(after, step)
        at, last = at // 2, last // 2
    return last == 0 and before == old_root and after == new_root

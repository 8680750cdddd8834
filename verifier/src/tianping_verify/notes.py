"""Checkpoints and their co-signatures (section 4 of the format)."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tianping_verify import sm2
from tianping_verify.faults import Fault
from tianping_verify.sm3 import sm3, tagged
from tianping_verify.structures import LARGEST_NUMBER, Member

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Checkpoint:
    text: str
    origin: str
    size: int
    root: bytes
    height: int


@dataclass(frozen=True)
class Signed:
    """By whom and when, by that signer's clock in milliseconds."""

    member: Member
    time: int


@dataclass(frozen=True)
class Quorum:
    """A checkpoint that counts. `time`: milliseconds, the weighted lower median of the signers' clocks."""

    checkpoint: Checkpoint
    signed: list[Signed]
    time: int
    power: int
    total: int


def checkpoint(text: str) -> Checkpoint:
    """The four lines. Raises Fault."""
    lines = text.split("\n")
    if len(lines) != 5 or lines[4] or not _NUMBER.fullmatch(lines[1]):
        raise Fault("note")
    root = _base64(lines[2])
    word, _, height = lines[3].partition(" ")
    if word != "height" or not _NUMBER.fullmatch(height) or len(root) != 32 or not lines[0]:
        raise Fault("note")
    return Checkpoint(text, lines[0], int(lines[1]), root, int(height))


def text_of(note: str) -> str:
    """The lines above the empty one, whatever stands below."""
    return note.partition("\n\n")[0] + "\n"


def quorum(note: str, members: Mapping[str, Member]) -> Quorum:
    """The checkpoint of a note, if more than two thirds of these members' power co-signed it. Raises Fault."""
    text, gap, rest = note.partition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise Fault("note")
    found = checkpoint(text + "\n")
    signed: dict[str, Signed] = {}
    for line in rest[:-1].split("\n"):
        one = _signed(line, found, members)
        if one.member.id in signed:
            raise Fault("cosigned-twice", member=one.member.id)
        signed[one.member.id] = one
    power = sum(one.member.power for one in signed.values())
    total = sum(one.power for one in members.values())
    if 3 * power <= 2 * total:
        raise Fault("no-quorum", power=power, total=total)
    return Quorum(found, list(signed.values()), _median(signed.values(), power), power, total)


def _signed(line: str, about: Checkpoint, members: Mapping[str, Member]) -> Signed:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise Fault("note")
    member = members.get(parts[1])
    packed = _base64(parts[2])
    if len(packed) != 76:
        raise Fault("note")
    if member is None or not member.power:
        raise Fault("cosigner-unknown", member=parts[1])
    hint = sm3(tagged("tianping/key/1", member.id.encode() + b"\n" + member.public_key))[:4]
    time = int.from_bytes(packed[4:12], "big")
    if time >= LARGEST_NUMBER:
        raise Fault("note")
    message = tagged("tianping/cosignature/1", f"time {time}\n{about.text}".encode())
    if packed[:4] != hint or not sm2.verify(member.public_key, message, packed[12:]):
        raise Fault("cosignature", member=member.id)
    return Signed(member, time)


def _median(signed: Iterable[Signed], power: int) -> int:
    reached = 0
    for one in sorted(signed, key=lambda one: one.time):
        reached += 2 * one.member.power
        if reached >= power:
            return one.time
    raise Fault("note")


def _base64(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Fault("note") from wrong
    if base64.b64encode(content).decode() != text:
        raise Fault("note")
    return content

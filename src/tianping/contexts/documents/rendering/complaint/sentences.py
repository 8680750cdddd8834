"""Sentences of a complaint, where each came from, and what the filer made of it."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tianping.kit.digests import canonical, sm3
from tianping.kit.problems import Problem, Text


class Part(StrEnum):
    """The parts of a complaint, in order. CPL art. 124."""

    PARTIES = "parties"
    CLAIMS = "claims"
    FACTS = "facts"
    GROUNDS = "grounds"


EDITABLE = frozenset({Part.CLAIMS, Part.FACTS, Part.GROUNDS})


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence. `id` stays the same while the answers change; `sources` are paths of answers (`facts.order_time`).

    Sentences of one `part` and `paragraph` are printed as one paragraph. When edited, `original` is what the answers
    say now, and `stale` tells that they said something else when the filer wrote the edit.
    """

    id: str
    part: Part
    paragraph: int
    text: str
    sources: list[str]
    edited: bool = False
    original: str | None = None
    stale: bool = False


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The filer's words for one sentence. `replaces` is the text they had before them; empty `text` removes it."""

    id: str
    text: str
    replaces: str


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences with edits laid over them, and the edits whose sentence no longer exists (shown, never lost)."""

    sentences: list[Sentence]
    orphans: list[Edit]


class NotEditable(Problem):
    status = 422
    code = "sentence-not-editable"
    title = Text("当事人信息请在填写页面修改", "Particulars of parties are changed in the answers")


def apply_edits(sentences: Iterable[Sentence], edits: Iterable[Edit]) -> Edited:
    """Lay edits over sentences. Of several edits of one sentence the last counts.

    Raises: NotEditable for an edit of the parties, which have only one truth: the answers.
    """
    latest = {edit.id: edit for edit in edits}
    result = []
    for sentence in sentences:
        edit = latest.pop(sentence.id, None)
        if edit is None:
            result.append(sentence)
            continue
        if sentence.part not in EDITABLE:
            raise NotEditable
        if edit.text == sentence.text:
            result.append(sentence)
            continue
        result.append(
            msgspec.structs.replace(
                sentence, text=edit.text, edited=True, original=sentence.text, stale=edit.replaces != sentence.text
            )
        )
    return Edited(sentences=result, orphans=list(latest.values()))


def paragraphs(sentences: Iterable[Sentence], *parts: Part) -> list[str]:
    """The sentences of some parts joined into their paragraphs, in order; removed ones leave nothing behind."""
    joined: dict[tuple[Part, int], str] = {}
    for sentence in sentences:
        if sentence.part in parts and sentence.text.strip():
            key = (sentence.part, sentence.paragraph)
            joined[key] = joined.get(key, "") + sentence.text.strip()
    return list(joined.values())


def digest(sentences: Iterable[Sentence]) -> str:
    """SM3 of what is signed: part, paragraph and text of every sentence, in order."""
    return sm3(canonical([[s.part, s.paragraph, s.text] for s in sentences]))

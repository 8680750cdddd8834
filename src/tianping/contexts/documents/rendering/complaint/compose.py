"""From answers to a whole complaint: parties, claims, facts in the order of time, and the legal ground."""

from collections.abc import Iterator, Mapping
from typing import Any

from tianping.contexts.documents.rendering.citation import named
from tianping.contexts.documents.rendering.complaint.answers import Answers
from tianping.contexts.documents.rendering.complaint.claims import claim_sentences
from tianping.contexts.documents.rendering.complaint.parties import party_sentences
from tianping.contexts.documents.rendering.complaint.phrases import fill
from tianping.contexts.documents.rendering.complaint.sentences import Part, Sentence
from tianping.contexts.documents.rendering.complaint.stories import DERIVED, GENERAL, STORIES, Story, Telling
from tianping.law.statutes import Statute


def compose(answers: Answers, statutes: Mapping[str, Statute]) -> list[Sentence]:
    """All sentences of the complaint, in printing order. The same answers always give the same sentences.

    Raises: ValueError, KeyError for a citation that the lawbook does not know.
    """
    return [
        *party_sentences(answers),
        *claim_sentences(answers),
        *_facts(answers),
        *_grounds(answers, statutes),
    ]


def _facts(answers: Answers) -> Iterator[Sentence]:
    story = STORIES.get(answers.case_type, GENERAL)
    places = _places(answers.facts, story)
    for paragraph, tellings in enumerate(story.paragraphs):
        yield from _told(Part.FACTS, paragraph, tellings, answers.facts, places)
    in_time = sorted(enumerate(answers.events), key=lambda numbered: (numbered[1].on, numbered[0]))
    for position, event in in_time:
        filled = fill("{on:day}，{text}。", {"on": event.on, "text": event.text})
        if filled:
            yield Sentence(
                id=f"events.{position}",
                part=Part.FACTS,
                paragraph=len(story.paragraphs),
                text=filled[0],
                sources=[f"events.{position}"],
            )


def _grounds(answers: Answers, statutes: Mapping[str, Statute]) -> Iterator[Sentence]:
    story = STORIES.get(answers.case_type, GENERAL)
    opinions = list(_told(Part.GROUNDS, 0, story.view, answers.facts, _places(answers.facts, story)))
    for position, opinion in enumerate(opinions):
        if position:
            yield opinion
        else:
            yield Sentence(
                id=opinion.id, part=Part.GROUNDS, paragraph=0, text=f"原告认为，{opinion.text}", sources=opinion.sources
            )
    if reasons := fill("{reasons}。", {"reasons": answers.reasons}):
        yield Sentence(id="grounds.reasons", part=Part.GROUNDS, paragraph=0, text=reasons[0], sources=["reasons"])
    citations = list(answers.articles)
    sources = ["articles"] if citations else []
    for position, claim in enumerate(answers.claims):
        if claim.articles:
            citations += claim.articles
            sources.append(f"claims.{position}.articles")
    law = named(citations, statutes)
    ground = f"根据{law}等规定，" if law else ""
    yield Sentence(
        id="grounds.law",
        part=Part.GROUNDS,
        paragraph=0,
        text=f"为维护自身合法权益，原告{ground}特向贵院提起诉讼，请求依法支持原告的全部诉讼请求。",
        sources=[*sources, "case_type"],
    )


def _told(
    part: Part, paragraph: int, tellings: tuple[Telling, ...], facts: Mapping[str, Any], places: Mapping[str, Any]
) -> Iterator[Sentence]:
    for telling in tellings:
        if telling.when and not _holds(telling.when, facts):
            continue
        filled = fill(telling.phrase, places)
        if filled is None:
            continue
        text, used = filled
        keys = [*([telling.when[0]] if telling.when else []), *(DERIVED.get(key, key) for key in used)]
        sources = [f"facts.{key}" for key in dict.fromkeys(keys)]
        yield Sentence(
            id=f"{part}.{telling.name}", part=part, paragraph=paragraph, text=text, sources=sources or ["case_type"]
        )


def _holds(when: tuple[str, tuple[str, ...]], facts: Mapping[str, Any]) -> bool:
    key, options = when
    value = facts.get(key)
    if value is None or value == "":
        return False
    said = "true" if value is True else str(value)
    return not options or said in options


def _places(facts: Mapping[str, Any], story: Story) -> dict[str, Any]:
    """Facts with their options put into words, and what is said from them."""
    places = dict(facts)
    for key, words in story.words.items():
        option = facts.get(DERIVED.get(key, key))
        if not isinstance(option, str) or not option:
            continue
        said = words.get(option)
        if key in DERIVED:
            said = said or words.get("") or words.get("其他")
            places[key] = said
        elif said:
            places[key] = said
    return places

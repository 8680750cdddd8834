"""From answers to a whole complaint: parties, claims, facts in the order of time, and the legal ground."""

from collections.abc import Iterator

from tianping.contexts.documents.rendering.citation import named
from tianping.contexts.documents.rendering.complaint.answers import Answers
from tianping.contexts.documents.rendering.complaint.claims import COSTS, claim_sentences, in_order
from tianping.contexts.documents.rendering.complaint.facts import Facts
from tianping.contexts.documents.rendering.complaint.parties import party_sentences, short_name
from tianping.contexts.documents.rendering.complaint.phrases import fill
from tianping.contexts.documents.rendering.complaint.sentences import Part, Sentence
from tianping.contexts.documents.rendering.complaint.stories import STORIES, Telling
from tianping.law.lawbook import Lawbook

GENERAL = "general"


def compose(answers: Answers, law: Lawbook) -> list[Sentence]:
    """All sentences of the complaint, in printing order. The same answers always give the same sentences.

    A case type without a story of its own is told as the general one.
    Raises: ValueError, KeyError for a citation that the lawbook does not know.
    """
    story = STORIES.get(answers.case_type, STORIES[GENERAL])
    facts = Facts(answers, story, law)
    return [
        *party_sentences(answers),
        *claim_sentences(answers, facts.said),
        *_facts(answers, facts),
        *_grounds(answers, facts, law),
    ]


def _facts(answers: Answers, facts: Facts) -> Iterator[Sentence]:
    for paragraph, tellings in enumerate(facts.story.paragraphs):
        yield from _told(Part.FACTS, paragraph, tellings, facts)
    in_time = sorted(enumerate(answers.events), key=lambda numbered: (numbered[1].on, numbered[0]))
    for position, event in in_time:
        filled = fill("{on:day}，{text}。", {"on": event.on, "text": event.text})
        if filled:
            yield Sentence(
                id=f"events.{position}",
                part=Part.FACTS,
                paragraph=len(facts.story.paragraphs),
                text=filled[0],
                sources=[f"events.{position}"],
            )


def _grounds(answers: Answers, facts: Facts, law: Lawbook) -> Iterator[Sentence]:
    opinions = list(_told(Part.GROUNDS, 0, facts.story.view, facts))
    for position, opinion in enumerate(opinions):
        text = opinion.text if position else f"原告认为，{opinion.text}"
        yield Sentence(id=opinion.id, part=Part.GROUNDS, paragraph=0, text=text, sources=opinion.sources)
    yield from _third_parties(answers)
    if reasons := fill("{reasons}。", {"reasons": answers.reasons}):
        yield Sentence(id="grounds.reasons", part=Part.GROUNDS, paragraph=0, text=reasons[0], sources=["reasons"])
    cited, sources = _cited(answers, law)
    named_law = named(cited, law.statutes)
    ground = f"根据{named_law}等规定，" if named_law else ""
    yield Sentence(
        id="grounds.law",
        part=Part.GROUNDS,
        paragraph=0,
        text=f"为维护自身合法权益，原告{ground}特向贵院提起诉讼，请求依法支持原告的全部诉讼请求。",
        sources=[*sources, "case_type"],
    )


def _third_parties(answers: Answers) -> Iterator[Sentence]:
    """Naming a third party asks the court to have it take part: why, and on which of the two grounds of CPL art. 59."""
    for position, party in enumerate(answers.third_parties):
        if party.standing is None:
            continue
        path, name = f"third_parties.{position}", short_name(party)
        if party.standing == "independent":
            ground = f"第三人{name}对本案诉讼标的主张独立的请求权"
        else:
            ground = f"本案处理结果同第三人{name}有法律上的利害关系"
        why = f"（{party.interest.strip('。；， ')}）" if party.interest else ""
        yield Sentence(
            id=f"grounds.{path}", part=Part.GROUNDS, paragraph=0, text=f"{ground}{why}，申请通知其参加诉讼。",
            sources=[f"{path}.independent_claim", *([f"{path}.interest"] if why else [])],
        )  # fmt: skip


def _cited(answers: Answers, law: Lawbook) -> tuple[list[str], list[str]]:
    """Citations of the legal ground and where they come from: the filer's, then those of each claim.

    A claim without citations of its own rests on those that the lawbook gives for its kind. The costs of the suit
    follow from its outcome and are no ground of it.
    """
    case_type = law.case_types.get(answers.case_type)
    by_kind = {kind.id: list(kind.articles) for kind in case_type.claims} if case_type else {}
    cited = list(answers.articles)
    sources = ["articles"] if cited else []
    for position, claim in in_order(answers.claims):
        articles = claim.articles or by_kind.get(claim.id, [])
        if articles and claim.id != COSTS:
            cited += articles
            sources.append(f"claims.{position}")
    return cited, sources


def _told(part: Part, paragraph: int, tellings: tuple[Telling, ...], facts: Facts) -> Iterator[Sentence]:
    for telling in tellings:
        if telling.when and not facts.holds(*telling.when):
            continue
        filled = fill(telling.phrase, facts.said)
        if filled is None:
            continue
        text, used = filled
        keys = [*([telling.when[0]] if telling.when else []), *map(facts.source_of, used)]
        sources = [f"facts.{key}" for key in dict.fromkeys(keys)]
        yield Sentence(
            id=f"{part}.{telling.name}", part=part, paragraph=paragraph, text=text, sources=sources or ["case_type"]
        )

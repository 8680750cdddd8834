"""Who is who: the paragraphs that name the parties, in the order and wording of the official form."""

from collections.abc import Iterator

from tianping.contexts.documents.rendering import wording
from tianping.contexts.documents.rendering.complaint.answers import Agent, Answers, Organisation, Party, Person
from tianping.contexts.documents.rendering.complaint.sentences import Part, Sentence

_LISTS = (("plaintiffs", "原告"), ("defendants", "被告"), ("third_parties", "第三人"))


def party_sentences(answers: Answers) -> Iterator[Sentence]:
    """One paragraph a party, its representative and its agents each on a line of their own."""
    paragraph = 0
    for field, capacity in _LISTS:
        parties: list[Party] = getattr(answers, field)
        for position, party in enumerate(parties):
            path = f"{field}.{position}"
            for role, (text, sources) in enumerate(_lines(capacity, party)):
                yield Sentence(
                    id=f"{path}.{role}",
                    part=Part.PARTIES,
                    paragraph=paragraph,
                    text=text,
                    sources=[f"{path}.{name}" for name in sources],
                )
                paragraph += 1


def short_name(party: Party) -> str:
    """The name by which the body of a paper calls a party."""
    return party.name if isinstance(party, Person | Organisation) else f"“{party.label}”经营者或使用者"


def _lines(capacity: str, party: Party) -> Iterator[tuple[str, list[str]]]:
    match party:
        case Person():
            yield _person(capacity, party)
        case Organisation():
            yield _organisation(capacity, party)
            if party.representative:
                office = f"，{party.representative_office}" if party.representative_office else ""
                yield (
                    f"法定代表人或负责人：{party.representative}{office}。",
                    ["representative", "representative_office"],
                )
        case _:
            yield _unknown(capacity, party.label, party.platform, party.known)
            return
    for agent in party.agents:
        yield _agent(agent)


def _person(capacity: str, person: Person) -> tuple[str, list[str]]:
    particulars = {
        "name": person.name,
        "sex": person.sex,
        "born_on": f"{wording.day_in_figures(person.born_on)}出生" if person.born_on else None,
        "ethnicity": person.ethnicity,
        "occupation": person.occupation,
        "address": f"住{person.address}" if person.address else None,
        "identity_number": f"公民身份号码{person.identity_number}" if person.identity_number else None,
        "telephone": f"联系电话{person.telephone}" if person.telephone else None,
        "service_address": f"电子送达地址{person.service_address}" if person.service_address else None,
    }
    return _joined(capacity, particulars)


def _organisation(capacity: str, organisation: Organisation) -> tuple[str, list[str]]:
    shop = f"（店铺名称：{organisation.shop}）" if organisation.shop else ""
    particulars = {
        "name": organisation.name + shop,
        "address": f"住所地{organisation.address}" if organisation.address else None,
        "credit_code": f"统一社会信用代码{organisation.credit_code}" if organisation.credit_code else None,
        "telephone": f"联系电话{organisation.telephone}" if organisation.telephone else None,
        "service_address": f"电子送达地址{organisation.service_address}" if organisation.service_address else None,
    }
    text, sources = _joined(capacity, particulars)
    return text, sources + (["shop"] if organisation.shop else [])


def _unknown(capacity: str, label: str, platform: str | None, known: str | None) -> tuple[str, list[str]]:
    where = f"{platform}平台" if platform and not platform.endswith(("平台", "网", "APP", "App")) else platform or ""
    text = f"{capacity}：{where}“{label}”的经营者或使用者，真实身份尚待查明"
    sources = ["label", *(["platform"] if platform else [])]
    if known:
        text += f"，已知信息：{known.strip('。；， ')}"
        sources.append("known")
    # The platform operator must give the operator's true name, address and contact on lawful request.
    return text + "。原告请求依法责令有关平台经营者提供其真实名称、地址和有效联系方式。", sources


def _agent(agent: Agent) -> tuple[str, list[str]]:
    office = f"，{agent.office}" if agent.office else ""
    powers = f"特别授权：{'、'.join(agent.powers)}" if agent.powers else "一般代理"
    return f"委托诉讼代理人：{agent.name}{office}（{powers}）。", ["agents"]


def _joined(capacity: str, particulars: dict[str, str | None]) -> tuple[str, list[str]]:
    given = {name: text for name, text in particulars.items() if text}
    return f"{capacity}：{'，'.join(given.values())}。", list(given)

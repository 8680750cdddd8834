"""Builds what people are shown, and says which acts they may do now."""

from collections.abc import Iterable
from datetime import date

from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.actions.standing import Standing
from tianping.contexts.filing.model import Answers, Filing, Head, Notice, State, Step
from tianping.contexts.filing.model.views import (
    FilingRow,
    FilingView,
    LikeFiling,
    MaterialView,
    NoticeView,
    SignatureView,
    StepView,
)
from tianping.contexts.filing.rules import clocks, likeness, refiling, states
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Power
from tianping.interfaces.materials import Material
from tianping.kit.clock import court_day
from tianping.kit.ids import UploadId
from tianping.kit.problems import Text
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article
from tianping.platform.database import Reader

_NOT_NOW = Text("当前状态不能办理", "Not possible in the present state")
_OVERDUE = Text("补正期限已过", "The time for the correction is over")
_POWER = Text("需要委托人特别授权撤诉", "Withdrawing needs the principal's special authorisation")
_SHOWN_STATES = {State.DRAFT, State.DISCARDED}


async def filing_view(
    desk: Desk, reader: Reader, filing: Filing, stand: Standing, *, closed: str | None = None,
    steps: list[Step] | None = None,
) -> FilingView:  # fmt: skip
    """`closed`: the ground on which the filing's case was closed, None where there is none or it is open. `steps`: the
    history, where it has just been read."""
    head = filing.head
    # About what was never handed in the court has said nothing.
    notices = await reviews.notices(reader, desk.keyring, head.id) if head.round else []
    if steps is None:
        steps = await filings.history(reader, head.id)
    due = correction_due(head)
    return FilingView(
        id=head.id, state=head.state, state_name=states.STATE_NAMES[head.state], number=head.number,
        case_type=filing.answers.case_type, cause=head.cause or filing.answers.cause, revision=head.revision,
        capacity=stand.capacity, for_person=head.for_person, for_organisation=head.for_organisation,
        answers=filing.answers, signature=_signature(filing), created_at=head.created_at, changed_at=head.changed_at,
        expires_on=expires_on(head), submitted_at=head.submitted_at,
        review_due=head.review_due if head.state == State.UNDER_REVIEW else None,
        late=clocks.is_late(head, on=desk.today), correction_due=due,
        digest=head.digest, notices=[notice_view(desk, notice) for notice in notices],
        history=history(desk, steps),
        permitted_acts=filer_acts(head, stand, due, desk.today, desk.law, closed=closed),
    )  # fmt: skip


def filing_row(filing: Filing, again: PermittedAct | None) -> FilingRow:
    head = filing.head
    return FilingRow(
        id=head.id, state=head.state, state_name=states.STATE_NAMES[head.state], number=head.number,
        case_type=head.case_type, title=title(filing.answers), changed_at=head.changed_at, expires_on=expires_on(head),
        submitted_at=head.submitted_at, review_due=head.review_due if head.state == State.UNDER_REVIEW else None,
        correction_due=correction_due(head), file_again=again,
    )  # fmt: skip


def filer_acts(
    head: Head, stand: Standing, due: date | None, today: date, law: Lawbook, *, closed: str | None = None
) -> list[PermittedAct]:
    """Every act of a filer, permitted or with the reason why not. `closed` as in `filing_view`."""
    acts = []
    for act in states.acts_of(["filer"]):
        permitted = states.possible(act.name, head.state)
        reason = None if permitted else _NOT_NOW
        if permitted and act.name == "withdraw" and Power.WAIVE_CLAIMS not in stand.powers:
            permitted, reason = False, _POWER
        if permitted and act.name == "correct" and due is not None and today > due:
            permitted, reason = False, _OVERDUE
        cite = act.articles[0] if act.articles else None
        if act.name == refiling.ACT:
            found = refiling.leave(head.state, closed, any_matter=stand.any_matter)
            permitted, reason, cite = found.permitted, found.reason, found.article
        acts.append(
            PermittedAct(
                act=act.name, label=act.label, permitted=permitted, href=f"/filings/{head.id}/{_PATHS.get(act.name, act.name)}",
                reason=reason, article=law.article(cite) if cite else None,
                due=due if act.name == "correct" and permitted else None,
            )
        )  # fmt: skip
    return acts


_PATHS = {"answer": "answers"}


def correction_due(head: Head) -> date | None:
    """The last day for the correction that is awaited, extensions counted."""
    return head.correction_due if head.state == State.CORRECTION_REQUESTED else None


def notice_view(desk: Desk, notice: Notice) -> NoticeView:
    return NoticeView(
        kind=notice.kind, items=notice.items, fields=notice.fields, articles=articles(desk, notice.articles),
        due=notice.due, competent_court=notice.competent_court, decided_at=notice.decided_at,
    )  # fmt: skip


def history(desk: Desk, steps: list[Step]) -> list[StepView]:
    return [
        StepView(step.act, states.ACTS[step.act].label if step.act in states.ACTS else _CREATED, step.state, step.at,
                 articles(desk, step.articles))
        for step in steps
    ]  # fmt: skip


_CREATED = Text("新建草稿", "Draft begun")


def articles(desk: Desk, cites: Iterable[str]) -> list[Article]:
    return list(desk.law.articles(cites))


def expires_on(head: Head) -> date | None:
    return court_day(head.expires_at) if head.state in _SHOWN_STATES else None


def title(answers: Answers) -> str:
    """`李明 诉 山野茶语旗舰店`, as far as the parties are known."""
    return f"{_names(answers.plaintiffs) or '（原告待填）'} 诉 {_names(answers.defendants) or '（被告待填）'}"


def _names(parties: Iterable[object]) -> str:
    names = [name for party in parties if (name := getattr(party, "called", ""))]
    return names[0] + (" 等" if len(names) > 1 else "") if names else ""


def _signature(filing: Filing) -> SignatureView | None:
    made = filing.signature
    if made is None:
        return None
    return SignatureView(made.name, made.signed_at, made.digest, made.revision == filing.head.revision)


def uploads_of(answers: Answers) -> tuple[UploadId, ...]:
    """Ids of the uploads that the evidence refers to, each once."""
    return tuple(dict.fromkeys(e.upload_id for e in answers.evidence if e.upload_id is not None))


async def materials_of(desk: Desk, answers: Answers) -> list[MaterialView]:
    """The files of the evidence, in the order of the list."""
    ids = uploads_of(answers)
    if not ids:
        return []
    return [material_view(answers, material) for material in await desk.materials.describe(ids)]


def material_view(answers: Answers, material: Material) -> MaterialView:
    looked = material.inspection
    return MaterialView(
        upload_id=material.id, name=material.name, state=material.state.value, size=material.size,
        digest=material.digest, kind=looked.kind.value if looked else None,
        media_type=looked.media_type if looked else None, pages=looked.pages if looked else None,
        duration_s=looked.duration_s if looked else None, has_view=material.view is not None,
        has_thumbnail=material.thumbnail is not None,
        exhibits=[n for n, exhibit in enumerate(answers.evidence) if exhibit.upload_id == material.id],
        finding=material.finding,
    )  # fmt: skip


def like_filing(head: Head, same: list[str], *, visible: bool) -> LikeFiling:
    """Without number and id for those who may not see it."""
    return LikeFiling(
        id=head.id if visible else None, number=head.number if visible else None, state=head.state,
        submitted_at=head.submitted_at, same=likeness.shown(same), mine=visible,
    )  # fmt: skip

"""The states of a filing and the acts between them. One table; everything else is read from it.

Law: CPL arts. 122-127; JI arts. 208, 211; RG arts. 7, 8; ORL art. 9; CPL arts. 13 (withdrawal), 86 (more time);
JI arts. 212, 214, 247 (filing again: `rules.refiling`).
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tianping.contexts.filing.model import State
from tianping.contexts.filing.rules.problems import ActNotPossible
from tianping.kit.problems import Text

Side = Literal["filer", "reviewer", "judge", "court"]
"""Who does an act: the filer (or an agent), a clerk or filing judge, a filing judge only, the court by time."""

STATE_NAMES: dict[State, Text] = {
    State.DRAFT: Text("草稿", "Draft"),
    State.DISCARDED: Text("已弃置", "Discarded"),
    State.UNDER_REVIEW: Text("审查中", "Under review"),
    State.CORRECTION_REQUESTED: Text("待补正", "Waiting for a correction"),
    State.ACCEPTED: Text("已立案", "Accepted"),
    State.RETURNED: Text("已退回", "Returned"),
    State.REFUSED: Text("裁定不予受理", "Refused by ruling"),
    State.WITHDRAWN: Text("已撤回", "Withdrawn"),
}


class Act(msgspec.Struct, frozen=True):
    """A row of the table: an act by `side` from one of `begins` to `ends` (None: the state stays)."""

    name: str
    label: Text
    side: Side
    begins: tuple[State, ...]
    ends: State | None
    articles: tuple[str, ...] = ()


_OPEN = (State.UNDER_REVIEW, State.CORRECTION_REQUESTED)

ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("answer", Text("填写", "Answer"), "filer", (State.DRAFT, State.CORRECTION_REQUESTED), None, ("ORL 11",)),
        Act("sign", Text("签名", "Sign"), "filer", (State.DRAFT, State.CORRECTION_REQUESTED), None, ("CPL 124", "ORL 33")),
        Act("submit", Text("提交立案", "Submit"), "filer", (State.DRAFT,), State.UNDER_REVIEW, ("CPL 123", "ORL 9")),
        Act("discard", Text("弃置草稿", "Discard the draft"), "filer", (State.DRAFT,), State.DISCARDED),
        Act("restore", Text("恢复草稿", "Restore the draft"), "filer", (State.DISCARDED,), State.DRAFT),
        Act("correct", Text("提交补正", "Hand in the correction"), "filer",
            (State.CORRECTION_REQUESTED,), State.UNDER_REVIEW, ("ORL 9", "RG 7")),
        Act("withdraw", Text("撤回起诉", "Withdraw"), "filer", _OPEN, State.WITHDRAWN, ("CPL 13",)),
        Act("file-again", Text("用这些内容重新起诉", "File again with these answers"), "filer",
            (State.RETURNED, State.REFUSED, State.WITHDRAWN, State.ACCEPTED), None, ("CPL 126",)),
        Act("claim", Text("领取审查", "Take the review"), "reviewer", _OPEN, None),
        Act("release", Text("放回待审", "Give the review back"), "reviewer", _OPEN, None),
        Act("check-item", Text("核对", "Check"), "reviewer", (State.UNDER_REVIEW,), None, ("CPL 122", "CPL 124")),
        Act("accept", Text("登记立案", "Accept"), "reviewer", (State.UNDER_REVIEW,), State.ACCEPTED, ("CPL 126", "JI 208")),
        Act("request-correction", Text("一次性告知补正", "Ask for corrections, once"), "reviewer",
            (State.UNDER_REVIEW,), State.CORRECTION_REQUESTED, ("ORL 9", "RG 7")),
        Act("extend-correction", Text("延长补正期限", "Give more time"), "reviewer",
            (State.CORRECTION_REQUESTED,), None, ("CPL 86", "RG 7")),
        Act("return", Text("退回并告知", "Return with advice"), "reviewer", _OPEN, State.RETURNED, ("CPL 127", "JI 211")),
        Act("refuse", Text("裁定不予受理", "Refuse by ruling"), "judge", _OPEN, State.REFUSED, ("CPL 126",)),
        Act("lapse", Text("逾期未补正，退回诉状", "Not corrected in time: returned"), "court",
            (State.CORRECTION_REQUESTED,), State.RETURNED, ("RG 7",)),
        Act("late", Text("审查期限已过", "The time for the review is over"), "court", (State.UNDER_REVIEW,), None,
            ("CPL 126", "RG 8")),
    )
}  # fmt: skip


def possible(act: str, state: State) -> bool:
    return state in ACTS[act].begins


def after(act: str, state: State) -> State:
    """The state after the act. Raises ActNotPossible when the act does not begin in `state`."""
    row = ACTS[act]
    if state not in row.begins:
        name = STATE_NAMES[state]
        raise ActNotPossible(
            state=state.value, act=act, state_zh=name.zh, state_en=name.en, act_zh=row.label.zh, act_en=row.label.en
        )
    return row.ends or state


def acts_of(sides: Iterable[Side]) -> tuple[Act, ...]:
    """The acts of these sides, in the order of the table."""
    wanted = set(sides)
    return tuple(act for act in ACTS.values() if act.side in wanted)

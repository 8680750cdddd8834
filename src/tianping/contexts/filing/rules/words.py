"""How filing calls things in both languages: whom a finding is about, and labels in sentence case."""

from tianping.contexts.filing.model import Answers
from tianping.kit.problems import Text

_GROUPS: dict[str, Text] = {
    "plaintiffs": Text("原告", "Plaintiff"),
    "defendants": Text("被告", "Defendant"),
    "third_parties": Text("第三人", "Third party"),
    "agents": Text("代理人", "Agent"),
    "claims": Text("诉讼请求", "Claim"),
    "events": Text("时间经过", "Event"),
    "evidence": Text("证据", "Exhibit"),
}
_LONGEST = 20


def label(text: Text) -> Text:
    """A label of the lawbook as it stands by itself: English begins with a capital letter."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def subject(answers: Answers, path: str) -> Text | None:
    """Whom or what the answer at a path belongs to: `被告2`, `证据1“订单截图”`. None for answers that stand alone.

    Alone in its group, a party, agent or claim needs no number.
    """
    group, _, rest = path.partition(".")
    index = rest.partition(".")[0]
    if group not in _GROUPS or not index.isdigit():
        return None
    position, name = int(index), _GROUPS[group]
    held = getattr(answers, group)
    numbered = len(held) > 1 or group in ("evidence", "events")
    called = held[position].name if group == "evidence" and position < len(held) else ""
    called = called if len(called) <= _LONGEST else called[:_LONGEST] + "…"
    return Text(
        name.zh + (str(position + 1) if numbered else "") + (f"“{called}”" if called else ""),
        name.en + (f" {position + 1}" if numbered else "") + (f" “{called}”" if called else ""),
    )


def about(whom: Text | None, what: Text) -> Text:
    """`被告2：缺少住址`, `Defendant 2: address missing`. `what` is in sentence case already if it stands alone."""
    if whom is None:
        return label(what)
    return Text(f"{whom.zh}：{what.zh}", f"{whom.en}: {what.en[:1].lower()}{what.en[1:]}")

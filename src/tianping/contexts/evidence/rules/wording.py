"""How the court says a verdict. ORL arts. 16-19.

A match is "unaltered since it was stored", and never "authentic": what was true before, who deposited and why, are questions
of their own, which every verdict names.
"""

import re
import unicodedata
from datetime import datetime

from tianping.interfaces.ledger import Verdict, Verification
from tianping.kit.clock import COURT_ZONE
from tianping.kit.problems import Text

ARTICLES = ("ORL 16", "ORL 17", "ORL 18", "ORL 19")

HEADLINES: dict[Verdict, Text] = {
    Verdict.MATCH: Text("自存入以来未被篡改", "Unaltered since it was stored"),
    Verdict.MISMATCH: Text("与存入的内容不一致", "Not what was stored"),
    Verdict.NOT_FOUND: Text("没有这一存证", "No such deposit"),
    Verdict.PENDING: Text("存证正在共签", "Not co-signed yet"),
    Verdict.CHAIN_INCONSISTENT: Text("存证链记录异常", "The ledger is not consistent"),
}

NOT_PROVEN: tuple[Text, ...] = (
    Text(
        "存入之前是否真实：数据的来源、生成和保管是否可靠，由提交方说明，必要时另行举证（第十八条）。",
        "Whether it was true before it was stored: source, generation and custody are for whoever submits it to show (art. 18).",
    ),
    Text(
        "由谁制作、为谁所有：核验结论只针对数据是否改动，不证明作者或者权利归属。",
        "Who made it or owns it: the verdict is about change, not about authorship or rights.",
    ),
    Text(
        "存证方与当事人有无利害关系、取证环境是否清洁可靠：对方有异议并说明理由的，由法院综合审查（第十七条）。",
        "Whether the depositor has an interest in the case, or the environment was clean: weighed by the court when the other "
        "side objects with reasons (art. 17).",
    ),
    Text(
        "所称的形成时间：只有存入时间由存证链证明，形成时间是存证人的陈述。",
        "When it was made: only the time of storage is shown by the ledger; the rest is the depositor's word.",
    ),
)


def spoken(at: datetime) -> Text:
    """A chain's time as people say it, China time, to the second."""
    local = at.astimezone(COURT_ZONE)
    return Text(
        f"{local.year}年{local.month}月{local.day}日{local:%H:%M:%S}",
        f"{local.day} {local:%B %Y}, {local:%H:%M:%S} (China time)",
    )


def wording(found: Verification) -> Text:
    """The sentence that the court stands by."""
    if found.verdict is Verdict.NOT_FOUND:
        return Text(
            "存证链上没有这一编号的存证，不能作出比对结论。请核对编号。",
            "The ledger has no deposit under this number, so nothing can be compared. Check the number.",
        )
    if found.verdict is Verdict.PENDING:
        return Text(
            "该存证已受理，尚未完成成员共签，暂不能作出结论，请稍后再核验。",
            "The deposit is taken and not yet co-signed by the members; there is no verdict yet. Ask again soon.",
        )
    if found.verdict is Verdict.CHAIN_INCONSISTENT or found.stored_at is None:
        return Text(
            "存证链自身的校验没有通过，本院不据此作出结论，已提示存证链成员检查。",
            "The ledger's own checks fail, so the court draws no conclusion from it; its members have to look into it.",
        )
    at = spoken(found.stored_at)
    if found.verdict is Verdict.MATCH:
        return Text(
            f"所提交的文件与存入的一致，自{at.zh}存入以来未被篡改。有相反证据足以推翻的除外（第十六条）。",
            f"The file is what was stored: unaltered since {at.en}, unless proven otherwise (art. 16).",
        )
    return Text(
        f"所提交的文件与{at.zh}存入的不一致：文件已被改动，或者不是当时存入的那一份。本结论不说明何时、由谁改动。",
        f"The file is not what was stored at {at.en}: it was changed, or it is another file. Nothing is said about when or by whom.",
    )


def normal_number(text: str) -> str:
    """A storage number as people type it: full-width letters, other dashes, spaces, small letters."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", "", re.sub(r"[‐-―−－_]", "-", text)).upper()


def is_number(text: str) -> bool:
    """Whether it has the form of a storage number; whether there is one the ledger says."""
    return re.fullmatch(r"TP[0-9]-[A-Z0-9]{2,12}-[0-9]{8}-[0-9]{9,16}-[0-9A-Z]{2}", text, re.ASCII) is not None

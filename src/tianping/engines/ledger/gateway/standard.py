"""The access standard: what an application is assessed by, published, a hundred points in all.

It is this ledger's own, after the four parts of the access rules of the court's chain (qualification, storage rules,
platform management, use of data) and their three aims: traceable process, credible chain, visible nodes. Each item names
the question of article 17 of the Online Litigation Rules that it prepares an answer to, where there is one.
"""

import msgspec

from tianping.engines.ledger.gateway.shapes import invalid
from tianping.engines.ledger.transactions.access import PASSING_SCORE
from tianping.kit.problems import Text


class StandardItem(msgspec.Struct, frozen=True):
    """`most`: points; `article`: of the Online Litigation Rules, empty where none."""

    id: str
    most: int
    title: Text
    asks: Text
    article: str = ""


class StandardPart(msgspec.Struct, frozen=True):
    id: str
    title: Text
    items: list[StandardItem]


class Standard(msgspec.Struct, frozen=True):
    """`passing`: points needed for probation and admission."""

    version: str
    title: Text
    aims: list[Text]
    passing: int
    parts: list[StandardPart]


STANDARD = Standard(
    "2026-1",
    Text("存证链接入应用评估标准", "Assessment standard for applications that deposit"),
    [
        Text("过程可追溯", "traceable process"),
        Text("链路可信", "credible chain"),
        Text("节点可见", "visible nodes"),
    ],
    PASSING_SCORE,
    [
        StandardPart(
            "qualification",
            Text("主体资质", "Qualification"),
            [
                StandardItem(
                    "licences", 10, Text("依法设立、许可与备案齐全", "Lawfully established, licensed and filed"),
                    Text(
                        "营业执照、电信与区块链信息服务备案是否齐全有效",
                        "Business licence, telecommunications licence and the filing of block-chain services are valid",
                    ),
                    "第十七条第一项",
                ),
                StandardItem(
                    "independence", 10, Text("与当事人无利害关系，或已披露", "No interest in the parties, or disclosed"),
                    Text(
                        "与常见当事人的股权、经营、诉讼关系是否披露，是否有回避安排",
                        "Ties by shares, business or litigation to frequent parties are disclosed and handled",
                    ),
                    "第十七条第二项",
                ),
                StandardItem(
                    "certification", 10, Text("信息系统安全等级保护", "Classified protection of the information system"),
                    Text("等级保护测评与国家密码应用评估是否在有效期内", "Graded protection and cryptography assessments are in force"),
                    "第十七条第三项",
                ),
            ],
        ),
        StandardPart(
            "storage",
            Text("存证规则", "Storage rules"),
            [
                StandardItem(
                    "capture", 15, Text("取证过程完整记录", "Capture is recorded in full"),
                    Text(
                        "来源、生成方式、工具与环境、操作人、时间是否逐项记录并随存证提交来源事实",
                        "Source, generation, tool, environment, operator and time are recorded and deposited as provenance facts",
                    ),
                    "第十七条第四项",
                ),
                StandardItem(
                    "clean", 10, Text("取证环境清洁", "Clean environment"),
                    Text("是否在清洁环境取证并排除人为干预", "Capture runs in a clean environment without interference"),
                    "第十七条第四项",
                ),
                StandardItem(
                    "prompt", 10, Text("及时存证、环节相连", "Prompt deposits, linked phases"),
                    Text("数据生成后是否即时存证，多环节业务是否使用令牌串联", "Deposits follow at once; matters of several phases use tokens"),
                ),
            ],
        ),
        StandardPart(
            "management",
            Text("平台管理", "Platform management"),
            [
                StandardItem(
                    "keys", 10, Text("密钥与权限管理", "Keys and permissions"),
                    Text("签名密钥是否在密码设备或加密文件中，权限是否分离", "Keys are in devices or encrypted files; duties are separate"),
                ),
                StandardItem(
                    "logs", 5, Text("日志留存与审计", "Logs and audits"),
                    Text("操作日志是否留存并可供审计", "Logs of operations are kept and can be audited"),
                ),
                StandardItem(
                    "continuity", 5, Text("灾备与应急", "Continuity"),
                    Text("原始文件是否有备份、故障能否恢复且不丢失", "Originals are backed up; failures lose nothing"),
                ),
            ],
        ),
        StandardPart(
            "data",
            Text("数据使用与隐私", "Use of data and privacy"),
            [
                StandardItem(
                    "minimum", 5, Text("链上不含个人信息", "Nothing personal on the chain"),
                    Text("业务编号与来源事实是否不含个人信息上链", "References carry nothing personal; facts stay off the chain"),
                ),
                StandardItem(
                    "rights", 5, Text("个人信息权利可行使", "Rights of the persons concerned"),
                    Text("删除请求能否通过销毁开封值与原件实现", "Deletion is possible by destroying salt and original"),
                ),
                StandardItem(
                    "access", 5, Text("当事人可自行取得证明", "Parties get their proofs themselves"),
                    Text("用户能否自助取得存证编号、开封值与证明包", "Users receive number, salt and proof bundle by themselves"),
                ),
            ],
        ),
    ],
)  # fmt: skip

_MOST = {item.id: item.most for part in STANDARD.parts for item in part.items}


def score_of(points: dict[str, int]) -> int:
    """The sum of a sheet. Raises InvalidInput unless it scores exactly the standard's items, each within its most."""
    if set(points) != set(_MOST):
        missing = ", ".join(sorted(set(_MOST) ^ set(points)))
        raise invalid("points", f"评分项不全或多余：{missing}", f"items missing or unknown: {missing}")
    for item, given in points.items():
        if not 0 <= given <= _MOST[item]:
            raise invalid(f"points.{item}", f"应为 0 至 {_MOST[item]} 分", f"0 to {_MOST[item]} points")
    return sum(points.values())

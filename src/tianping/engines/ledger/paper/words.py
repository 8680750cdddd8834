"""What a certificate of storage says, Chinese and English. Articles are those of the Online Litigation Rules (法释〔2021〕12号)."""

from tianping.kit.problems import Text

TITLE = Text("存证证书", "Certificate of Storage")
NUMBER = Text("存证编号", "Storage number")
QR_ALT = Text("存证编号二维码", "QR code of the storage number")
FOOT = Text(
    "附证明包 tianping-proof.json，可离线核验", "With the proof bundle tianping-proof.json; can be checked offline"
)
ATTACHED = Text("证明包：无需网络即可核验", "Proof bundle: to be checked without a network")

STORED = Text("存入的内容", "What was stored")
TIMES = Text("三个时间，三个来源", "Three times from three sources")
DEPOSITOR = Text("存证方", "Who deposited")
PLACE = Text("在账本中的位置", "Where it stands in the ledger")
COSIGNERS = Text("共签成员", "Members who co-signed")
SHOWS = Text("能够说明什么（《人民法院在线诉讼规则》）", "What this shows (Online Litigation Rules)")
NOT_SHOWS = Text("不能说明什么", "What this does not show")
HOW = Text("如何自行核验", "How to check it yourself")

CHAIN = Text("链", "Chain")
CATEGORY = Text("类别", "Category")
SIZE = Text("文件大小", "Size of the file")
MEDIA = Text("文件类型（存证方填报）", "File type (as stated)")
COMMIT = Text("内容承诺（SM3）", "Commitment (SM3)")
COMMIT_SHA256 = Text("内容承诺（SHA-256）", "Commitment (SHA-256)")
FACTS = Text("来源事实摘要（SM3）", "Digest of facts (SM3)")
BYTES = Text("{count} 字节", "{count} bytes")
OPENING = Text("开封值", "Salt")
OPENING_IN = Text("附于证明包中，请与原文件一并保管", "In the proof bundle; keep it with the original file")
OPENING_OUT = Text("不在本证书中，由存证方保管", "Not in this certificate; the depositor keeps it")

STORED_AT = Text("存入时间", "Stored at")
STORED_AT_HOW = Text(
    "{time}（共签成员时钟的加权中位数，不晚于此时存入）",
    "{time} (median of the co-signers' clocks; not later than this)",
)
CLAIMED_AT = Text("存证方所称时间", "Time claimed")
CLAIMED_AT_HOW = Text("{time}（存证方填报，未经核验）", "{time} (the depositor's word, checked by nobody)")
STAMPED_AT = Text("时间戳时间", "Time stamp")
STAMPED_AT_HOW = Text("{time}（{authority}，RFC 3161）", "{time} ({authority}, RFC 3161)")
NONE = Text("无", "none")

NAME = Text("名称", "Name")
ORGANISATION = Text("主体", "Organisation")
STANDING = Text("存证时状态", "Standing then")
ASSESSMENT = Text("接入评估", "Last assessment")
ASSESSED = Text("{score} 分（标准 {standard}）", "{score} of 100 (standard {standard})")
NOT_ASSESSED = Text("未评估", "not assessed")
STANDINGS = {
    "applied": Text("已申请", "applied"),
    "probation": Text("试运行", "on probation"),
    "admitted": Text("已接入", "admitted"),
    "suspended": Text("已暂停", "suspended"),
    "revoked": Text("已撤销", "revoked"),
    "removed": Text("已移除", "removed"),
}

INDEX = Text("序号", "Entry")
CHECKPOINT = Text("检查点", "Checkpoint")
CHECKPOINT_HOW = Text("{origin}，高度 {height}，共 {size} 条", "{origin}, height {height}, {size} entries")
ROOT = Text("树根（SM3）", "Root (SM3)")
GENESIS = Text("创世摘要（SM3）", "Genesis digest (SM3)")

HEAD = Text("成员|标识|权重|其时钟", "Member|Id|Power|Its clock")
POWER = Text(
    "共签权重 {power}/{total}，须超过三分之二。", "{power} of {total} by weight; more than two thirds are needed."
)

SHOWS_LINES = (
    Text(
        "上述承诺所对应的数据，不晚于上述存入时间已存入本链；此后链上记录未被改动。以原文件和开封值核验一致的，"
        "可以认定该数据上链后未经篡改，但有相反证据足以推翻的除外（第十六条）。",
        "Data that opens this commitment was in this chain not later than the time stored, and the record was not changed "
        "since. Where the original file and the salt agree with it, the data is taken as unaltered since it was stored, "
        "unless the contrary is shown (article 16).",
    ),
)
SEVERAL_MEMBERS = Text(
    "共签成员各以自己的 SM2 密钥签名；没有任何单个成员能够独自改写记录或者更改时间。",
    "Each co-signer signed with an SM2 key of its own; no single member could rewrite the record or move its time alone.",
)
ONE_MEMBER = Text(
    "本链存入时由一个成员即可达到法定多数：记录和时间的可信程度取决于该成员、时间戳以及留存过检查点的见证者。",
    "One member alone made the quorum of this chain then: how far record and time can be trusted depends on that member, on "
    "the time stamp, and on witnesses who kept its checkpoints.",
)
NOT_SHOWS_LINES = (
    Text(
        "不说明数据上链之前是否真实、完整，也不说明其中所述是否属实；对此有异议的，由法院结合来源、生成、存储、"
        "公证或其他证据审查（第十八条）。",
        "Not whether the data was true or complete before it was stored, nor whether what it says is so; if that is "
        "disputed, the court examines its source, how it was made and kept, and other evidence (article 18).",
    ),
    Text(
        "不说明存证方与案件有无利害关系，其资质、技术和流程是否可靠；对此有异议的，由法院另行审查（第十七条）。",
        "Not whether the depositor has an interest in a case, nor whether its standing, systems and methods can be "
        "relied on; if that is disputed, the court examines it (article 17).",
    ),
    Text(
        "存证方所称时间未经核验。需要时可以申请专家辅助人出庭，或者委托鉴定、调取其他证据核对（第十九条）。",
        "The time claimed was checked by nobody. Parties may ask for an expert, an appraisal or other evidence "
        "(article 19).",
    ),
)
HOW_LINES = (
    Text(
        "用 tianping-verify（命令行或单个网页文件，均不联网）打开本文件，并给出原文件，即逐项列出核验结果。",
        "Open this file with tianping-verify (a command, or one web page; neither needs a network) and give it the "
        "original file: every check is listed with its result.",
    ),
    Text(
        "请从法院公告等另外的途径核对上面的创世摘要：它确定了是哪一条链、最初由谁共签。",
        "Compare the digest of the genesis above with one from another way, such as the court's notice: it says which "
        "chain this is and who co-signed at first.",
    ),
    Text(
        "本文件由{issuer}以 SM2 整体签名（证书指纹 {fingerprint}），改动任何一个字节，核验都不会通过。",
        "{issuer} signed this whole file with SM2 (certificate {fingerprint}); whoever changes one byte makes the check "
        "fail.",
    ),
)

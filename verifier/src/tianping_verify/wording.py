"""The words of every check, reason and verdict, Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    zh: str
    en: str

    def say(self, language: str, **values: object) -> str:
        return (self.zh if language == "zh" else self.en).format(**values)


CHECKS = {
    "pdf.signature": Words(
        "证书文件自签发以来没有任何字节被改动", "No byte of the certificate's file was changed since it was issued"
    ),
    "pdf.signer": Words(
        "证书由本链根证书下的法院证书签发", "A court under the chain's root certificate signed the certificate"
    ),
    "bundle": Words("证明包格式完整", "The proof bundle is well formed"),
    "genesis": Words("是您所信任的那条链（创世摘要一致）", "It is the chain that you trust (digest of its genesis)"),
    "members": Words(
        "成员的每次变更都有当时法定多数的签名", "Every change of members was signed by the quorum of its time"
    ),
    "checkpoint": Words(
        "检查点由超过三分之二权重的成员共签", "Members with more than two thirds of the power co-signed the checkpoint"
    ),
    "entry": Words(
        "该条存证在检查点的树中，内容在签名之内",
        "The entry is in the checkpoint's tree, and its content under the signature",
    ),
    "signature": Words("存证由存证方的密钥签名", "The depositor's key signed the deposit"),
    "depositor": Words("存证方当时有权在该类别存证", "The depositor was admitted for this category at that time"),
    "number": Words("存证编号与链、时间、序号一致", "The storage number follows from chain, time and index"),
    "file": Words("文件与存入时的一致（大小、SM3、SHA-256）", "The file is the one stored (size, SM3, SHA-256)"),
    "facts": Words("来源事实与存入时的一致", "The provenance facts are those stored"),
    "stamp": Words("时间戳覆盖该检查点", "The time stamp covers the checkpoint"),
    "stamp.authority": Words("时间戳由可信的时间戳机构签发", "A trusted authority signed the time stamp"),
    "certificates": Words("存证方和共签成员的证书有效", "The certificates of depositor and co-signers are good"),
    "revocation": Words("证书没有被吊销", "The certificates were not revoked"),
}

RESULTS = {
    "passed": Words("通过", "passed"),
    "failed": Words("不通过", "FAILED"),
    "not_made": Words("未核验", "not made"),
}

VERDICTS = {
    "match": Words(
        "一致：该文件自存入以来未被改动。存入之前是否真实，是另一个问题（《人民法院在线诉讼规则》第十六条至第十八条）。",
        "MATCH: the file is unaltered since it was stored. Whether it was true before is a separate question "
        "(Online Litigation Rules, articles 16 to 18).",
    ),
    "mismatch": Words(
        "不一致：证明有效，但这份文件不是当时存入的那一份，或者开封值不对。",
        "MISMATCH: the proof holds, but this is not the file that was stored, or the salt is another one.",
    ),
    "invalid": Words("无效：证明本身不成立，不能采信。", "INVALID: the proof itself does not hold. Do not rely on it."),
    "incomplete": Words(
        "未完成：已做的核验没有发现问题，但有必需的核验没有做，见下。",
        "INCOMPLETE: nothing failed, but checks that are needed were not made; see below.",
    ),
}

REASONS = {
    "earlier": Words("前面的核验没有通过", "an earlier check did not pass"),
    "form": Words(
        "格式不对，或者有多余、缺少、重复的内容", "its form is wrong, or something is missing, too much or there twice"
    ),
    "encoding": Words("编码不是规定的唯一形式", "the encoding is not the one that is allowed"),
    "structure": Words("某个结构的字段不对", "the fields of a structure are wrong"),
    "der": Words("证书或签名的编码不对", "the encoding of a certificate or signature is wrong"),
    "pdf-range": Words("签名没有恰好覆盖整个文件", "the signature does not cover exactly the whole file"),
    "pdf-shape": Words("签名的结构不是规定的形式", "the signature does not have its one allowed shape"),
    "pdf-changed": Words("文件被改动过", "the file was changed"),
    "pdf-signature": Words("签名不正确", "the signature is wrong"),
    "pdf-bundle": Words("文件中没有恰好一个证明包", "there is not exactly one proof bundle in the file"),
    "no-pin": Words(
        "没有给出您信任的创世摘要。这条链的创世摘要是 {digest}，请从法院公告等另外的途径核对",
        "no trusted digest of a genesis was given. This chain's is {digest}; compare it with one from another way, such as "
        "the court's notice",
    ),
    "another-genesis": Words(
        "是另一条链，其创世摘要为 {digest}", "this is another chain: the digest of its genesis is {digest}"
    ),
    "origin": Words("检查点属于另一条链", "a checkpoint belongs to another chain"),
    "members-order": Words("成员变更的次序不对", "the changes of members are out of order"),
    "members-consistency": Words("各检查点不在同一本账上", "the checkpoints do not show one and the same log"),
    "history-kind": Words("历史中有不应出现的 {kind} 记录", "the history has a {kind} that does not belong there"),
    "history-order": Words("历史记录的次序不对", "the history is out of order"),
    "history-step": Words("历史中的 {kind} 记录在当时不成立", "a {kind} in the history was not possible at its time"),
    "history-signatures": Words(
        "历史记录的签名人不足或无权", "too few signed a step of the history, or the wrong ones"
    ),
    "application-unknown": Words("没有接入应用 {application}", "there is no application {application}"),
    "note": Words("检查点的文字格式不对", "the text of a checkpoint is malformed"),
    "cosigned-twice": Words("成员 {member} 共签了两次", "{member} co-signed twice"),
    "cosigner-unknown": Words("{member} 不是当时有权共签的成员", "{member} was no member with power at that time"),
    "cosignature": Words("成员 {member} 的共签不正确", "the co-signature of {member} is wrong"),
    "no-quorum": Words("共签的权重只有 {power}/{total}", "only {power} of {total} by weight co-signed"),
    "leaf": Words("账本条目与签名的内容不符", "the entry does not fit what was signed"),
    "not-included": Words("该条目不在检查点的树中", "the entry is not in the checkpoint's tree"),
    "item-not-signed": Words("该项内容不在签名之内", "the item is not under the signature"),
    "not-a-deposit": Words("该条目不是存证", "the entry is no deposit"),
    "signer-unknown": Words("签名人的密钥当时不算数", "a key that signed did not count at that time"),
    "signature-wrong": Words("{kind} 的签名不正确", "a signature of a {kind} is wrong"),
    "deposit-signatures": Words("存证应恰有一个签名", "a deposit has exactly one signature"),
    "standing": Words("存证方当时的状态是 {standing}", "the depositor stood {standing} at that time"),
    "category": Words("存证方当时不能在 {category} 类别存证", "the depositor was not admitted for {category}"),
    "number": Words("编号不符", "the number is another one"),
    "no-file": Words("没有给出要比对的文件", "no file was given to compare"),
    "no-salt": Words("证明包中没有开封值，也没有另外给出", "there is no salt in the bundle, and none was given"),
    "file-size": Words(
        "存入时 {stored} 字节，现在 {given} 字节", "{stored} bytes were stored, {given} bytes were given"
    ),
    "file-differs": Words(
        "摘要不一致：文件被改动过，或者不是这一份", "another digest: the file was changed, or it is another one"
    ),
    "facts-none": Words("存证时没有提交来源事实", "none were deposited"),
    "no-facts": Words("证明包中没有附来源事实", "they are not in the bundle"),
    "facts-differ": Words("与链上的摘要不符", "their digest is not the one on the chain"),
    "no-stamp": Words("没有时间戳", "there is no time stamp"),
    "stamp-checkpoint": Words("时间戳的检查点不在同一本账上", "the stamped checkpoint does not continue this log"),
    "stamp-imprint": Words("时间戳盖的是别的内容", "the stamp is over something else"),
    "stamp-time": Words("时间戳的时间与证明包所写不同", "the stamp says another time than the bundle"),
    "stamp-name": Words("时间戳机构的名称与证明包所写不同", "the authority's name is not the one in the bundle"),
    "stamp-authority": Words(
        "该机构不在本链根证书之下；如信任它，请用 --tsa-ca 给出其证书",
        "the authority is not under the chain's root; if you trust it, give its certificates with --tsa-ca",
    ),
    "stamp-refused": Words("openssl ts 认为时间戳无效", "openssl ts refuses the stamp"),
    "token": Words("时间戳的内容或签名不正确", "the stamp's content or signature is wrong"),
    "no-openssl": Words("本机没有 openssl", "there is no openssl on this machine"),
    "no-certificates": Words("证明包中没有附证书", "there are no certificates in the bundle"),
    "certificates-missing": Words(
        "缺少 {count} 份证书，其余的有效", "{count} certificates are missing, the others are good"
    ),
    "certificate": Words("不是规定形式的证书", "a certificate does not have the allowed form"),
    "certificate-algorithm": Words("不是 SM2 证书", "a certificate is not of SM2 with SM3"),
    "certificate-critical": Words(
        "证书有无法理解的关键扩展", "a certificate has a critical extension that is not understood"
    ),
    "certificate-key": Words(
        "{name} 的证书与链上的密钥不同", "the certificate of {name} has another key than the chain"
    ),
    "certificate-stray": Words("有不属于任何人的证书", "a certificate belongs to nobody here"),
    "certificate-order": Words(
        "证书没有按指纹排序，或者有重复", "the certificates are not in the order of their fingerprints"
    ),
    "chain": Words(
        "{name} 的证书不是由本链根证书逐级签发", "the certificate of {name} was not issued under the chain's root"
    ),
    "validity": Words("{name} 的证书当时不在有效期内", "the certificate of {name} was not valid at that time"),
    "role": Words("{name} 的证书不是用于这一角色", "the certificate of {name} is for another role"),
    "revocation": Words(
        "证明包中没有吊销信息；链上的密钥以账本记录为准，其余请查法院的吊销列表",
        "a bundle has nothing on that; for keys of the chain the log counts, for the rest ask the court's lists",
    ),
}

LABELS = {
    "number": Words("存证编号", "Storage number"),
    "chain": Words("链", "Chain"),
    "genesis": Words("创世摘要", "Digest of the genesis"),
    "category": Words("类别", "Category"),
    "depositor": Words("存证方", "Depositor"),
    "size": Words("文件大小", "Size of the file"),
    "stored_at": Words("存入时间（链上共签时钟）", "Stored at (clocks of the co-signers)"),
    "claimed_at": Words("存证方所称时间（未经核验）", "Time claimed by the depositor (checked by nobody)"),
    "stamped_at": Words("时间戳时间（时间戳机构）", "Time of the stamp (its authority)"),
    "cosigners": Words("共签成员", "Co-signers"),
    "verdict": Words("结论", "Verdict"),
    "bytes": Words("{count} 字节", "{count} bytes"),
    "power": Words("{names}，权重 {power}/{total}", "{names}, {power} of {total} by weight"),
}

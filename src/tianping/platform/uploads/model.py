"""A file on its way in, its limits, and every refusal."""

from datetime import datetime, timedelta

import msgspec

from tianping.interfaces.materials import Finding, Inspection, MaterialState
from tianping.kit.ids import PersonId, UploadId
from tianping.kit.problems import Conflict, NotFound, Problem, Text


class Limits(msgspec.Struct, frozen=True):
    """`size` of one file and `quota` of all files of a person that no matter refers to, in bytes."""

    size: int = 2 << 30
    quota: int = 20 << 30
    unfinished: int = 100
    """Uploads of one person that may be under way at once."""
    reserve: int = 512 << 20
    """Bytes of disk that uploads leave free."""
    silence_s: float = 60
    """A connection that sends nothing for so long is given up, so that the person can resume on another."""
    unfinished_for: timedelta = timedelta(days=7)
    unheld_for: timedelta = timedelta(days=30)
    quarantine_for: timedelta = timedelta(days=180)


class Upload(msgspec.Struct, frozen=True):
    """A row. Instants UTC; `digest`, `thumbnail` and `view` are SM3; `scanned_by` names scanner and signatures."""

    id: UploadId
    owner: PersonId
    name: str
    declared_type: str
    size: int
    state: MaterialState
    created_at: datetime
    expires_at: datetime
    received_at: datetime | None = None
    digest: str | None = None
    inspection: Inspection | None = None
    finding: Finding | None = None
    scanned_by: str | None = None
    thumbnail: str | None = None
    view: str | None = None


class UploadMissing(NotFound):
    code = "upload-missing"
    title = Text("没有找到这个上传文件", "This upload was not found")


class UploadGone(Problem):
    status = 410
    code = "upload-gone"
    title = Text(
        "这次上传已过期或已删除，请重新上传", "This upload has expired or was removed; please upload the file again"
    )


class TooLarge(Problem):
    status = 413
    code = "upload-too-large"
    title = Text("文件过大", "The file is too large")
    detail = Text(
        "单个文件最大 {limit_mb} MB。视频可分段或压缩后上传。",
        "A file may have at most {limit_mb} MB. A video can be split or compressed.",
    )


class QuotaExceeded(Problem):
    status = 413
    code = "upload-quota"
    title = Text("您的上传空间已用完", "Your room for uploads is used up")
    detail = Text(
        "尚未提交到案件的文件合计不得超过 {quota_mb} MB，请删除不需要的文件后重试。",
        "Files that are not part of a matter yet may have {quota_mb} MB in all; remove those you do not need.",
    )


class TooManyUnfinished(Problem):
    status = 429
    code = "upload-too-many-unfinished"
    title = Text(
        "同时进行的上传过多，请先完成或取消一些", "Too many uploads are under way; finish or cancel some first"
    )


class WrongOffset(Conflict):
    code = "upload-offset"
    title = Text(
        "续传位置不符，请查询已收到的长度后继续",
        "The offset differs from what was received; ask for it and go on from there",
    )


class BeingWritten(Problem):
    status = 423
    code = "upload-locked"
    title = Text(
        "这个文件正在另一连接中上传，请稍后重试",
        "This file is being uploaded over another connection; try again shortly",
    )


class ChecksumMismatch(Problem):
    status = 460
    code = "upload-checksum"
    title = Text("传输有误，校验不一致，请重传这一段", "The bytes were damaged on the way; send this part again")


class BeyondLength(Problem):
    status = 413
    code = "upload-beyond-length"
    title = Text("发送的内容超过了声明的文件长度", "More was sent than the declared length of the file")


class AlreadyReceived(Conflict):
    code = "upload-complete"
    title = Text("这个文件已经上传完成", "This file was already received")


class Interrupted(Problem):
    """The client went away in the middle. Nobody is there to read the answer; what arrived is kept."""

    status = 400
    code = "upload-interrupted"
    title = Text("连接中断，已收到的部分已保存", "The connection broke off; what was received is kept")


class NotReady(Conflict):
    code = "material-not-ready"
    title = Text("文件尚不能查看", "The file cannot be read yet")
    detail = Text("文件正在检查，或未通过检查。", "It is still being checked, or did not pass.")


class MaterialMissing(NotFound):
    code = "material-missing"
    title = Text("没有找到文件", "The file was not found")


class MaterialUnfit(Conflict):
    code = "material-unfit"
    title = Text(
        "文件未上传完成或未通过检查，不能提交",
        "The file is not complete or did not pass the check and cannot be submitted",
    )


class MaterialHeld(Conflict):
    code = "material-held"
    title = Text("文件已提交到案件，不能删除", "The file is part of a matter and cannot be removed")


class NoPasswordAwaited(Conflict):
    code = "no-password-awaited"
    title = Text("这个文件不需要密码", "This file is not waiting for a password")


class ProtocolMisused(Problem):
    """A request that is not tus 1.0. `en` and `zh` say what is wrong with it."""

    status = 400
    code = "upload-protocol"
    title = Text("上传请求不符合 tus 1.0 协议", "The request does not follow tus 1.0")
    detail = Text("{zh}", "{en}")


class VersionUnknown(Problem):
    status = 412
    code = "upload-version"
    title = Text("只支持 tus 1.0.0", "Only tus 1.0.0 is spoken here")


class ContentTypeWrong(Problem):
    status = 415
    code = "upload-content-type"
    title = Text(
        "内容类型须为 application/offset+octet-stream", "The content type must be application/offset+octet-stream"
    )

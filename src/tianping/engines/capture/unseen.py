"""What a capture noted, and above all what it could not see: said beside what it did."""

from urllib.parse import urlsplit

from tianping.engines.capture.doorway import Doorway
from tianping.engines.capture.page import TALLEST, Record
from tianping.interfaces.capture import Seen
from tianping.kit.problems import Text


def unseen(record: Record, doorway: Doorway, *, most: int) -> list[Seen]:
    """`most`: bytes that were let in."""
    found = [
        _seen("requests", "note", f"记录了 {len(record.exchanges)} 次请求", f"Requests recorded: {len(record.exchanges)}"),
        _seen(
            "one-viewer", "unseen", "只看到网站发给本院这一次访问的内容；登录后、其他地区或者其他时间的内容没有看到",
            "Only what the site sent to this one visit: nothing behind a sign-in, for other places or at other times",
        ),
    ]  # fmt: skip
    if record.final and record.final != record.asked:
        found.append(_seen("redirected", "note", "网页跳转到了另一网址", "The page led to another address"))
    if record.status is not None and record.status >= 400:
        found.append(
            _seen(
                "status",
                "warning",
                f"网站答复的状态是 {record.status}",
                f"The site answered with status {record.status}",
            )
        )
    if not record.loaded:
        found.append(
            _seen(
                "not-loaded", "warning", "限定时间内网页没有完全打开", "The page was not loaded completely in the time"
            )
        )
    failed = sum("failed" in one for one in record.exchanges)
    if failed:
        found.append(
            _seen(
                "failed-requests", "unseen", f"有 {failed} 次请求没有成功", f"Requests that did not succeed: {failed}"
            )
        )
    refused = {one.host for one in doorway.connections if one.refused} & hosts_of(record)
    if refused:
        names = ", ".join(sorted(refused)[:5])
        found.append(
            _seen(
                "refused",
                "unseen",
                f"网页引用了不能访问的地址，未打开：{names}",
                f"Addresses that may not be opened were left out: {names}",
            )
        )
    if doorway.overflowed:
        found.append(
            _seen(
                "too-much",
                "unseen",
                f"内容超过 {most >> 20} MB，其余没有接收",
                f"Beyond {most >> 20} MB nothing was taken",
            )
        )
    if record.height > TALLEST:
        found.append(
            _seen(
                "too-tall",
                "unseen",
                f"长截图到 {TALLEST} 像素为止，以下没有截取",
                f"The long picture ends at {TALLEST} pixels",
            )
        )
    if record.media.get("video") or record.media.get("audio"):
        found.append(
            _seen(
                "media",
                "unseen",
                "页面中的音视频没有录制，只截取了画面",
                "Sound and video were not recorded, only pictured",
            )
        )
    if record.media.get("frames"):
        found.append(
            _seen(
                "frames",
                "note",
                "页面含有内嵌框架，以截图和整页存档为准",
                "The page has frames: see the pictures and the archive",
            )
        )
    if record.media.get("password"):
        found.append(
            _seen(
                "sign-in",
                "warning",
                "页面要求登录，登录后的内容没有看到",
                "The page asks to sign in; nothing behind it was seen",
            )
        )
    if record.windows:
        found.append(
            _seen(
                "windows",
                "unseen",
                f"网页要打开 {record.windows} 个新窗口，没有固定",
                f"{record.windows} new windows were not captured",
            )
        )
    if record.dialogs:
        found.append(
            _seen("dialogs", "note", f"关闭了 {record.dialogs} 个弹出对话框", f"Dialogs closed: {record.dialogs}")
        )
    if record.bodies_left_out:
        found.append(
            _seen(
                "bodies",
                "unseen",
                f"有 {record.bodies_left_out} 项应答没有内容摘要",
                f"Answers without a digest of their content: {record.bodies_left_out}",
            )
        )
    return found


def hosts_of(record: Record) -> set[str]:
    """Hosts that the page asked for; the rest the browser asked for by itself."""
    return {urlsplit(one["url"]).hostname or "" for one in record.exchanges}


def _seen(code: str, weight: str, zh: str, en: str) -> Seen:
    return Seen(code, weight, Text(zh, en))

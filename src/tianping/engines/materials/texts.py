"""Content that is text: in which encoding, and whether a table, a page, a message, a chat or a script."""

import csv
import json
import re

from tianping.engines.materials import kinds as k

HEAD = 256 << 10
"""Bytes that are looked at; JSON up to `_WHOLE_JSON` is read whole, because its beginning is not JSON."""
_WHOLE_JSON = 32 << 20

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_SCRIPTED = re.compile(r"<script|javascript:|\son\w+\s*=", re.IGNORECASE)
_MAIL_FIELD = re.compile(
    r"^(from|to|date|subject|message-id|received|return-path|mime-version|delivered-to):", re.IGNORECASE | re.MULTILINE
)
_CHAT_LINE = re.compile(
    r"^[^\n]{0,80}?\b(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?,?\s+\d{1,2}:\d{2}", re.MULTILINE
)
_WHO = {"sender", "from", "from_user", "talker", "author", "user", "nickname", "发送人", "发送者", "昵称"}
_WHAT = {"content", "text", "message", "msg", "body", "内容", "消息", "消息内容"}


def decode(head: bytes) -> str | None:
    """The text, or None if these bytes are not text. UTF-8, UTF-16 with a mark, then GB 18030."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", "ignore")
    if b"\0" in head:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        # The head may end in the middle of a character of up to four bytes.
        for cut in range(4):
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return text if _is_readable(text) else None
    return None


def _is_readable(text: str) -> bool:
    strange = sum(
        1 for c in text if (ord(c) < 32 and c not in "\t\n\r\f\x1b") or 0xE000 <= ord(c) <= 0xF8FF or c == "\x7f"
    )
    return strange * 100 <= len(text)


def format_of(text: str, extension: str, *, whole: bool) -> k.Format:
    start = text.lstrip("\ufeff \t\r\n")
    fields = {found.lower() for found in _MAIL_FIELD.findall(start[:8192])}
    if re.match(r"[A-Za-z-]+:", start) and (len(fields) >= 3 or (extension in {"eml", "mht", "mhtml"} and fields)):
        archived = extension in {"mht", "mhtml"} or "multipart/related" in start[:4096].lower()
        return k.MHTML if archived and not {"received", "delivered-to"} & fields else k.EML
    if _HTML.search(start[:4096]):
        return k.HTML
    if start[:1] in {"{", "["} and whole:
        try:
            return k.CHAT_JSON if _is_chat(json.loads(start)) else k.JSON
        except (ValueError, RecursionError):
            pass
    if extension in {"csv", "tsv"} and _is_table(start):
        return k.CSV
    return k.CHAT_TEXT if len(_CHAT_LINE.findall(text)) >= 2 else k.TEXT


def may_be_json(head: bytes, size: int) -> bool:
    return size <= _WHOLE_JSON and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def is_script(text: str) -> bool:
    return text.startswith("#!")


def runs_scripts(text: str) -> bool:
    return bool(_SCRIPTED.search(text))


def _is_chat(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_chat(item) for item in value.values() if isinstance(item, list))
    if not isinstance(value, list) or not value:
        return False
    messages = [item for item in value[:50] if isinstance(item, dict)]
    fitting = [
        item
        for item in messages
        if _WHO & {str(key).lower() for key in item} and _WHAT & {str(key).lower() for key in item}
    ]
    return len(fitting) * 2 > min(len(value), 50)


def _is_table(start: str) -> bool:
    lines = start.splitlines()[:20]
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter="\t" if lines and "\t" in lines[0] else ",") if row}
    except csv.Error:
        return False
    return bool(widths) and max(widths) > 1

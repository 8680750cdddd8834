"""Rules of delivery as pure functions: what an adapter is told, what may still be sent, when to give up."""

from datetime import datetime

from tianping.engines.delivery.model import Message, Outgoing, Words
from tianping.kit.problems import Conflict, Text

MOST_ATTEMPTS = 8
"""After so many temporary failures a message counts as failed; an administrator may try it again."""

SPENT = Text("（验证码已使用或已过期，内容不再保留）", "(The code was used or is out of time; its words are not kept)")

DEMO_NOTICE = Text(
    "演示法院没有接入短信和邮件：下列消息只保存在本机，并未发往任何手机或邮箱。",
    "The demonstration court sends no texts and no e-mail: these messages stayed on this machine and reached no phone "
    "and no mailbox.",
)


class MessageNotFailed(Conflict):
    code = "message-not-failed"
    title = Text("该消息未处于发送失败状态", "This message has not failed")


def is_out_of_time(message: Message, *, at: datetime) -> bool:
    return message.expires_at is not None and message.expires_at <= at


def outgoing(message: Message, words: Words, address: str, *, sender: Text, public_url: str) -> Outgoing:
    """The text that an adapter sends: Chinese first, English after it, the link once, at the end.

    A Chinese text message begins with its sender in 【】, which operators demand.
    """
    link = f"\n{public_url}{message.link}" if message.link else ""
    if message.channel == "sms":
        return Outgoing(message.id, address, "", f"【{sender.zh}】{words.body.zh}\n{words.body.en}{link}")
    title = words.title or sender
    return Outgoing(message.id, address, f"{title.zh} {title.en}", f"{words.body.zh}\n\n{words.body.en}\n{link}\n")


def hidden(address: str) -> str:
    """A number or address with its middle hidden: 138****0001, l***@example.com."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}"

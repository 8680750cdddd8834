"""Each gateway against the other side of its protocol, written independently of the library that we use."""

import asyncio
import json
import socket
from email import message_from_bytes, policy
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from tests.engines.delivery.smsc import Smsc, running_smsc

from tianping.engines.delivery.adapters.configured import GatewaysInvalid, read_gateways
from tianping.engines.delivery.adapters.email_smtp import SmtpEmail
from tianping.engines.delivery.adapters.gateway import TryLater, WillNotPass
from tianping.engines.delivery.adapters.sms_http import HttpSms
from tianping.engines.delivery.adapters.sms_smpp import SmppSms
from tianping.engines.delivery.adapters.stand_in import StandIn
from tianping.engines.delivery.model import Outgoing

ID = UUID("018f0000-0000-7000-8000-000000000001")
SHORT = Outgoing(ID, "13800000001", "", "【天平】验证码 123456")
LONG = Outgoing(ID, "13800000001", "", "【天平】" + "您的案件已经立案，请在七日内交纳案件受理费。" * 12)


@pytest.mark.parametrize("message", [SHORT, LONG], ids=["one part", "several parts"])
async def test_smpp_carries_chinese_whole(message):
    async with running_smsc(Smsc("secret", enquire=True)) as smsc:
        await SmppSms("127.0.0.1", smsc.port, "court", "secret", source="Tianping").send(message)
        assert smsc.text() == message.text
        assert {s.destination for s in smsc.submitted} == {"8613800000001"}
        assert {s.source for s in smsc.submitted} == {"Tianping"}
        assert len(smsc.submitted) == (1 if message is SHORT else 4)
        assert smsc.unbound == 1


@pytest.mark.parametrize(
    ("status", "kind", "code"), [(0x0B, WillNotPass, "smpp-0x0b"), (0x58, TryLater, "smpp-0x58"), (0x14, TryLater, "smpp-0x14")]
)  # fmt: skip
async def test_smpp_tells_a_wrong_number_from_a_busy_centre(status, kind, code):
    async with running_smsc(Smsc("secret", status=status)) as smsc:
        with pytest.raises(kind) as failure:
            await SmppSms("127.0.0.1", smsc.port, "court", "secret", source="Tianping").send(SHORT)
        assert failure.value.code == code


async def test_smpp_with_a_wrong_password_or_no_centre_is_tried_later():
    async with running_smsc(Smsc("secret")) as smsc:
        with pytest.raises(TryLater):
            await SmppSms("127.0.0.1", smsc.port, "court", "other", source="Tianping").send(SHORT)
    with pytest.raises(TryLater):
        await SmppSms("127.0.0.1", free_port(), "court", "secret", source="Tianping").send(SHORT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def http_gateway(status: int, seen: list[tuple[dict[str, str], dict[str, str]]]) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
        seen.append((headers, json.loads(await reader.readexactly(int(headers["content-length"])))))
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


@pytest.mark.parametrize(
    ("status", "kind"), [(202, None), (400, WillNotPass), (422, WillNotPass), (401, TryLater), (429, TryLater), (503, TryLater)]
)  # fmt: skip
async def test_http_gateway(status, kind):
    seen: list[tuple[dict[str, str], dict[str, str]]] = []
    server = await http_gateway(status, seen)
    adapter = HttpSms(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send", "secret")
    if kind is None:
        await adapter.send(SHORT)
    else:
        with pytest.raises(kind) as failure:
            await adapter.send(SHORT)
        assert failure.value.code == f"http-{status}"
    [(headers, body)] = seen
    assert body == {"id": str(ID), "to": "13800000001", "text": SHORT.text}
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer secret", str(ID))
    server.close()


class Mailbox:
    def __init__(self, refuse: str | None = None) -> None:
        self.mails: list[bytes] = []
        self.refuse = refuse

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.mark.parametrize(
    ("refuse", "kind"),
    [(None, None), ("550 no such user", WillNotPass), ("451 mailbox busy", TryLater)],
)
async def test_email(refuse, kind):
    mailbox = Mailbox(refuse)
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        adapter = SmtpEmail("127.0.0.1", controller.port, sender="court@example.org", security="none")
        message = Outgoing(
            ID, "liming@example.com", "立案通知 Case accepted", "您的案件已立案。\n\nYour case was accepted.\n"
        )
        if kind is None:
            await adapter.send(message)
            [raw] = mailbox.mails
            mail = message_from_bytes(raw, policy=policy.default)
            assert mail["Subject"] == message.subject
            assert mail["To"] == "liming@example.com"
            assert mail.get_content().replace("\r\n", "\n").strip() == message.text.strip()
        else:
            with pytest.raises(kind):
                await adapter.send(message)
    finally:
        controller.stop()


def test_a_mail_password_is_never_sent_in_the_clear():
    with pytest.raises(ValueError, match="TLS"):
        SmtpEmail("127.0.0.1", 25, sender="court@example.org", username="u", password="p", security="none")


def test_gateways_come_from_a_file_with_secrets_beside_it(tmp_path):
    assert isinstance(read_gateways(tmp_path / "delivery.toml", production=False)["sms"], StandIn)
    with pytest.raises(GatewaysInvalid, match="production"):
        read_gateways(tmp_path / "delivery.toml", production=True)
    (tmp_path / "sms.secret").write_text("s3cret\n")
    (tmp_path / "delivery.toml").write_text(
        '[sms]\nadapter = "smpp"\nhost = "127.0.0.1"\nsystem_id = "court"\nsecret_file = "sms.secret"\nsource = "Tianping"\n'
        '[email]\nadapter = "smtp"\nhost = "127.0.0.1"\nsender = "court@example.org"\n'
    )
    chosen = read_gateways(tmp_path / "delivery.toml", production=True)
    assert (chosen["sms"].name, chosen["email"].name) == ("smpp", "smtp")
    (tmp_path / "delivery.toml").write_text('[sms]\nadapter = "pigeon"\n')
    with pytest.raises(GatewaysInvalid, match="pigeon"):
        read_gateways(tmp_path / "delivery.toml", production=False)

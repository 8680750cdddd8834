"""Text messages to an operator's SMSC by SMPP 3.4: bind as transmitter, submit each part, unbind.

Chinese is sent as UCS-2 (data coding 8), long texts as concatenated parts (UDH, 3GPP TS 23.040).
"""

import asyncio
import logging
import ssl
from typing import Any

from smpplib import client as smpp_client
from smpplib import consts, exceptions, gsm

from tianping.engines.delivery.adapters.gateway import TryLater, WillNotPass
from tianping.engines.delivery.model import Outgoing

# The library logs whole packets; they carry numbers and words, so nothing of it may reach a handler.
_SILENT = logging.getLogger("tianping.smpp")
_SILENT.disabled = True
_SILENT.propagate = False

_NEVER = frozenset(
    {consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVMSGLEN, consts.SMPP_ESME_RINVDSTTON, consts.SMPP_ESME_RINVDSTNPI}
)


class SmppSms:
    name = "smpp"

    def __init__(
        self,
        host: str,
        port: int,
        system_id: str,
        password: str,
        *,
        source: str,
        tls: bool = False,
        timeout_s: int = 10,
    ) -> None:
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._system_id, self._password, self._source = system_id, password, source
        self._tls = ssl.create_default_context() if tls else None

    async def send(self, message: Outgoing) -> None:
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Outgoing) -> None:
        client = smpp_client.Client(
            self._host, self._port, timeout=self._timeout_s, logger_name=_SILENT.name, ssl_context=self._tls,
            allow_unknown_opt_params=True,
        )  # fmt: skip
        try:
            client.connect()
            client.bind_transmitter(system_id=self._system_id, password=self._password)
            parts, encoding, message_type = gsm.make_parts(message.text)
            for part in parts:
                client.send_message(
                    source_addr_ton=consts.SMPP_TON_ALNUM,
                    source_addr=self._source,
                    dest_addr_ton=consts.SMPP_TON_INTL,
                    dest_addr_npi=consts.SMPP_NPI_ISDN,
                    destination_addr=f"86{message.address}",
                    short_message=part,
                    data_coding=encoding,
                    esm_class=message_type,
                )
                self._await_taken(client)
        except exceptions.PDUError as refusal:
            status = refusal.args[1] if len(refusal.args) > 1 else 0
            kind = WillNotPass if status in _NEVER else TryLater
            raise kind(f"smpp-{status:#04x}") from None
        except exceptions.MessageTooLong:
            raise WillNotPass("smpp-too-long") from None
        except (exceptions.ConnectionError, OSError) as failure:
            raise TryLater(f"smpp-{type(failure).__name__}") from None
        finally:
            self._leave(client)

    @staticmethod
    def _await_taken(client: smpp_client.Client) -> None:
        """Read until the SMSC answers the submission; a link enquiry in between is answered."""
        while True:
            pdu: Any = client.read_pdu()
            if pdu.command == "enquire_link":
                client._enquire_link_received(pdu)
                continue
            if pdu.is_error():
                raise exceptions.PDUError(pdu.command, int(pdu.status))
            if pdu.command == "submit_sm_resp":
                return

    @staticmethod
    def _leave(client: smpp_client.Client) -> None:
        try:
            if client.state == consts.SMPP_CLIENT_STATE_BOUND_TX:
                client.unbind()
        except (exceptions.PDUError, exceptions.ConnectionError, OSError):
            pass  # the message has been taken; how the farewell ends does not matter
        client.disconnect()

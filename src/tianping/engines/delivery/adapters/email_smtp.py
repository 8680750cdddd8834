"""E-mail by SMTP, with TLS from the first byte or by STARTTLS; a password is never sent without."""

from email.message import EmailMessage

import aiosmtplib

from tianping.engines.delivery.adapters.gateway import TryLater, WillNotPass
from tianping.engines.delivery.model import Outgoing


class SmtpEmail:
    name = "smtp"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        username: str | None = None,
        password: str | None = None,
        security: str = "starttls",
        timeout_s: float = 20,
    ) -> None:
        """`security`: tls, starttls or none. Raises ValueError for a password without either."""
        if password and security == "none":
            raise ValueError("a mail server's password is not sent without TLS")
        self._host, self._port, self._sender, self._timeout_s = host, port, sender, timeout_s
        self._username, self._password, self._security = username, password, security

    async def send(self, message: Outgoing) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.address, message.subject
        mail["Message-ID"] = f"<{message.id}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            await aiosmtplib.send(
                mail, hostname=self._host, port=self._port, username=self._username, password=self._password,
                use_tls=self._security == "tls", start_tls=self._security == "starttls", timeout=self._timeout_s,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            codes = [r.code for r in refusal.recipients]
            kind = WillNotPass if codes and min(codes) >= 500 else TryLater
            raise kind(f"smtp-{codes[0] if codes else 'refused'}") from None
        except aiosmtplib.SMTPAuthenticationError as refusal:
            raise TryLater(f"smtp-{refusal.code}") from None
        except aiosmtplib.SMTPResponseException as refusal:
            kind = WillNotPass if refusal.code >= 500 else TryLater
            raise kind(f"smtp-{refusal.code}") from None
        except (aiosmtplib.SMTPException, OSError) as failure:
            raise TryLater(f"smtp-{type(failure).__name__}") from None

"""Mail as it goes to the server: a message made of what waits in the outbox, and the dialogue (SMTP).

`MailSession` is one connection. What goes wrong with the server as a whole is a ServerTroubleError: no mail
goes now, and none is to blame. What the server has against one mail is a RefusedError.
"""

import os
import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import replace
from email import message_from_string
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Self

from kb.contact.message import one_line
from kb.contact.outbox import Waiting
from kb.contact.record import Purpose
from kb.contact.until import reader_until
from kb.model import MailSecurity, MailSettings

PASSWORD_VARIABLE = "KB_MAIL_PASSWORD"  # noqa: S105  the name of the variable that holds it
TIMEOUT_SECONDS = 30.0
"""How long the server may be silent."""
DIALOGUE_SECONDS = 120.0
"""How long it may talk until it has taken a mail, or has let us in: together less than a mail's lease."""

_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
_TOO_LARGE = 552
"""Said of a mail, before or after it is sent (RFC 1870, 6); said of a recipient, a mailbox is full."""


class ServerTroubleError(Exception):
    """The mail server can't be used now; the message says why, to operators.

    `words` are the server's own, when they may name a customer: they are not for the log.
    """

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.words = words


class RefusedError(Exception):
    """The server did not take this mail; `for_good` when trying again changes nothing (RFC 5321, 4.2.1).

    `too_large` when a smaller one might be taken (RFC 1870, 6). The reason may name a customer: it is not for
    the log, where `code` stands, 0 when it was not the server.
    """

    def __init__(self, reason: str, *, for_good: bool, code: int = 0, too_large: bool = False) -> None:
        super().__init__(reason)
        self.for_good, self.code, self.too_large = for_good, code, too_large


def message_of(mail: Waiting, settings: MailSettings, name: str) -> EmailMessage:
    """The mail as RFC 5322 writes it, sent in the name of the site called `name`; ValueError when it can't.

    Its Message-ID is the one that the outbox holds, so that a mail sent twice can be known for one.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(name), addr_spec=settings.sender)
    _put(message, "To", mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.created)
    message["Message-ID"] = mail.message_id
    if mail.reply_to:
        with suppress(ValueError, MessageError):  # the text names it too
            _put(message, "Reply-To", mail.reply_to)
    if mail.thread:
        message["In-Reply-To"] = message["References"] = mail.thread
    if mail.purpose != Purpose.TEAM:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notices in reply
    message.set_content(mail.body, cte="quoted-printable")
    for file in mail.attachments:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return message


def _put(message: EmailMessage, name: str, address: str) -> None:
    """Writes a header of one address; raises ValueError when whoever reads it would see another."""
    message[name] = Address(addr_spec=address)
    written = message.as_string(policy=SMTP.clone(utf8=not address.isascii()))
    read = message_from_string(written, policy=SMTP)[name]
    if [one.addr_spec for one in read.addresses] != [address]:
        del message[name]
        raise ValueError(f"{name} would be read as another address")


def without_attachments(mail: Waiting) -> Waiting:
    """The mail to our team with its attachments named in place of them, and the command that saves them."""
    names = "\n".join(f"- {file.name} ({file.size:,} bytes)" for file in mail.attachments)
    note = (
        "The mail server takes no mail as large as this with its attachments. They are kept with the request:"
        f"\n{names}\nThis saves them: kb requests show {mail.reference} --save FOLDER\n"
    )
    return replace(mail, body=f"{mail.body.rstrip()}\n\n{note}", attachments=())


class _InTime(smtplib.SMTP):
    """A dialogue in which no reply comes later than `DIALOGUE_SECONDS` after it began."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self.begin()
        super().__init__(*given, **more)

    def begin(self) -> None:
        """From now on the time counts anew."""
        self._deadline = time.monotonic() + DIALOGUE_SECONDS
        if self.file:
            self.file.close()
        self.file = None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.file = reader_until(self.sock, self._deadline)
        return super().getreply()


class _InTimeOverTls(_InTime, smtplib.SMTP_SSL):
    pass


class MailSession:
    """A connection to the mail server, open from `with` on. Raises ServerTroubleError when there is none."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._port = settings.port or _PORTS[settings.security]
        self._password = os.environ.get(PASSWORD_VARIABLE, "") if settings.user else ""

    def __enter__(self) -> Self:
        settings = self._settings
        if not f"{settings.user}{self._password}".isascii():
            said = f"'user' or {PASSWORD_VARIABLE} is not ASCII, as a login must be: choose another."
            raise ServerTroubleError(f"{settings.host}:{self._port}: {said}")
        try:
            if settings.security is MailSecurity.TLS:
                context = ssl.create_default_context()
                self._smtp: _InTime = _InTimeOverTls(
                    settings.host, self._port, timeout=TIMEOUT_SECONDS, context=context
                )
            else:
                self._smtp = _InTime(settings.host, self._port, timeout=TIMEOUT_SECONDS)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:  # the last: no name of a host
            raise self._trouble(error) from error
        try:
            self._introduce()
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            raise self._trouble(error) from error
        return self

    def _introduce(self) -> None:
        if self._settings.security is MailSecurity.STARTTLS:
            self._smtp.starttls(context=ssl.create_default_context())
        if self._settings.user:
            self._smtp.login(self._settings.user, self._password)

    def __exit__(self, *_: object) -> None:
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hands over one message. Raises RefusedError, or ServerTroubleError for others' faults."""
        self._smtp.begin()
        try:
            self._smtp.send_message(message, self._settings.sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise self._refusal(code, said) from error
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedError(str(error), for_good=True) from error
        except smtplib.SMTPResponseException as error:
            too_large = error.smtp_code == _TOO_LARGE
            if isinstance(error, smtplib.SMTPSenderRefused) and not too_large:  # whoever it is for
                raise self._trouble(error) from error
            raise self._refusal(error.smtp_code, error.smtp_error, too_large=too_large) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._trouble(error) from error

    def _refusal(self, code: int, said: bytes | str, *, too_large: bool = False) -> Exception:
        words = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
        if code == 421:  # the server is closing the connection (RFC 5321, 3.8)
            return ServerTroubleError(f"{self._settings.host}:{self._port}: it hung up (421).", words)
        return RefusedError(words, for_good=code >= 500, code=code, too_large=too_large)

    def _trouble(self, error: Exception) -> ServerTroubleError:
        said = str(error) or type(error).__name__
        return ServerTroubleError(f"{self._settings.host}:{self._port}: {said}")

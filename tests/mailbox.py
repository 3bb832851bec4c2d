"""A real mail server (aiosmtpd) of the test's own, which keeps what it takes and can be told to misbehave."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.serve.running import free_port

USER, PASSWORD = "shop", "correct horse"


@dataclass
class Mailbox:
    """What has arrived, in order; `answers` maps a recipient to what the server says to it instead of 250."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Takes a recipient, unless told otherwise."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keeps a message."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=default))
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def to(self, recipient: str) -> list[EmailMessage]:
        """The messages that arrived for one recipient."""
        both = zip(self.messages, self.recipients, strict=True)
        return [message for message, to in both if to == recipient]


@contextmanager
def mailbox(port: int = 0, box_type: type[Mailbox] = Mailbox, **settings: Any) -> Iterator[Mailbox]:
    """A running server; `settings` are aiosmtpd's."""
    box = box_type(port or free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **settings)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def with_login(certificate: Path) -> dict[str, Any]:
    """Settings of a server that takes mail after STARTTLS and with `USER`'s `PASSWORD` alone."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def known(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        right = login.login == USER.encode() and login.password == PASSWORD.encode()
        return AuthResult(success=right, handled=right)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "auth_require_tls": True,
        "authenticator": known,
    }


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file; SSL_CERT_FILE makes a process trust it."""
    file = folder / "server.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(
        [*made, "-days", "2", *subject, "-keyout", str(file), "-out", str(folder / "only.pem")],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + (folder / "only.pem").read_bytes())
    return file

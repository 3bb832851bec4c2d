"""A mail says what it should, to whom it should, and over a connection that nobody reads."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kb.contact.channels import team_address
from kb.contact.mail import ServerTroubleError, message_of
from kb.contact.outbox import Outbox
from kb.contact.record import Mail
from kb.contact.requests import Requests
from kb.model import Channel, ChannelKind, MailSecurity
from tests.kb.sending import ADA, NOW, PHOTO, TEAM, Clock, run, settings, write
from tests.mailbox import PASSWORD, USER, Mailbox, certificate, mailbox, with_login


def test_a_mail_says_who_to_whom_and_keeps_the_reference(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    (reference,) = write(requests)
    assert run(outbox, clock, box.port) == 2
    team, copy = box.messages
    assert box.recipients == [TEAM, ADA]
    assert team["From"] == "Harrow & Finch <help@shop.example>"
    assert (team["To"], team["Reply-To"], copy["Reply-To"]) == (TEAM, ADA, TEAM)
    assert team["Subject"] == copy["Subject"] == f"[{reference}] Mug"
    assert copy["References"] == copy["In-Reply-To"] == team["Message-ID"]
    assert copy["Auto-Submitted"] == "auto-generated"
    body = team.get_body()
    assert body
    assert body.get_content().splitlines() == ["It broke.", ".", "Really — ja, wörklich."]
    (photo,) = team.iter_attachments()
    assert (photo.get_filename(), photo.get_content_type()) == ("müg.png", "image/png")
    assert photo.get_content() == PHOTO.content
    assert list(copy.iter_attachments()) == []


def test_line_ends_in_a_subject_make_no_header(requests: Requests, outbox: Outbox) -> None:
    requests.send_links(ADA, NOW, lambda _: Mail("links", ADA, "Hi\r\nBcc: everyone@example.com", "y"))
    mail = outbox.claim(NOW)
    assert mail
    message = message_of(mail, settings(25), "Shop\r\nBcc: x@y.zz")
    assert message["Bcc"] is None
    assert "Bcc" not in {name for name, _ in message.items()}


ENCODED = "=?utf-8?q?Boss_=3Cboss=40corp.example=3E?=@example.com"


def test_what_reads_as_another_address_gets_no_mail_and_no_answer(requests: Requests, outbox: Outbox) -> None:
    requests.send_links(ADA, NOW, lambda _: Mail("links", ENCODED, "Hi", "y"))
    mail = outbox.claim(NOW)
    assert mail
    with pytest.raises(ValueError, match="encoded-word"):
        message_of(mail, settings(25), "Shop")
    message = message_of(replace(mail, recipient=TEAM, reply_to=ENCODED), settings(25), "Shop")
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    "address",
    [ADA, "o'neil+{x}|y=?z@example.com", f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example", "ada@straße.de"],
)
def test_who_it_is_for_reads_back_as_the_same_one_address(
    requests: Requests, outbox: Outbox, address: str
) -> None:
    requests.send_links(ADA, NOW, lambda _: Mail("links", address, "Hi", "y", address))
    mail = outbox.claim(NOW)
    assert mail
    message = message_of(mail, settings(25), "Shop")
    for name in ("To", "Reply-To"):
        assert [one.addr_spec for one in message[name].addresses] == [address]


def test_the_team_gets_it_where_the_settings_say_or_where_e_mail_goes() -> None:
    channels = (
        Channel("phone", ChannelKind.PHONE, "Phone", "…", "0808 1570142"),
        Channel("email", ChannelKind.EMAIL, "E-mail", "…", TEAM),
        Channel("press", ChannelKind.EMAIL, "Press", "…", "press@shop.example"),
        Channel("callback", ChannelKind.CALLBACK, "Callback", "…"),
    )
    told = settings(25, to={"callback": "calls@shop.example"}, sender="robot@shop.example")
    assert team_address(told, channels, "callback") == "calls@shop.example"
    assert team_address(told, channels, "press") == "press@shop.example"
    assert team_address(told, channels, "form") == TEAM
    assert team_address(told, (), "form") == "robot@shop.example"


def test_starttls_with_a_login(
    requests: Requests, outbox: Outbox, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(requests)
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mailbox(**with_login(pem)) as box:
        secure = {"security": MailSecurity.STARTTLS, "user": USER}
        for password in ("", "wrong"):
            monkeypatch.setenv("KB_MAIL_PASSWORD", password)
            with pytest.raises(ServerTroubleError):
                run(outbox, clock, box.port, **secure)
        monkeypatch.setenv("KB_MAIL_PASSWORD", PASSWORD)
        assert run(outbox, clock, box.port, **secure) == 2


@pytest.mark.parametrize(("user", "password"), [(USER, "pässwort"), ("jürgen", PASSWORD), (USER, "a\udce4")])
def test_a_login_that_is_not_ascii_is_trouble_that_names_it_and_not_the_password(
    requests: Requests,
    outbox: Outbox,
    clock: Clock,
    box: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    password: str,
) -> None:
    write(requests)
    monkeypatch.setenv("KB_MAIL_PASSWORD", password)
    with pytest.raises(ServerTroubleError) as raised:
        run(outbox, clock, box.port, user=user)
    assert str(raised.value) == (
        f"127.0.0.1:{box.port}: 'user' or KB_MAIL_PASSWORD is not ASCII, as a login must be: choose another."
    )


def test_a_password_that_is_not_ascii_is_no_trouble_where_none_is_asked_for(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(requests)
    monkeypatch.setenv("KB_MAIL_PASSWORD", "pässwort")
    assert run(outbox, clock, box.port) == 2


@pytest.mark.parametrize("security", [MailSecurity.NONE, MailSecurity.TLS])
@pytest.mark.parametrize("host", ["smtp..example.com", f"{'a' * 64}.example"])
def test_a_host_that_is_none_is_trouble_that_names_it(
    requests: Requests, outbox: Outbox, clock: Clock, host: str, security: MailSecurity
) -> None:
    write(requests)
    with pytest.raises(ServerTroubleError, match=f"^{host}:25: "):
        run(outbox, clock, 25, host=host, security=security)


def test_encrypted_from_the_first_byte(
    requests: Requests, outbox: Outbox, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(requests)
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mailbox(ssl_context=with_login(pem)["tls_context"]) as box:
        assert run(outbox, clock, box.port, security=MailSecurity.TLS) == 2


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    requests: Requests, outbox: Outbox, clock: Clock, tmp_path: Path
) -> None:
    write(requests)
    with mailbox(**with_login(certificate(tmp_path))) as box:
        with pytest.raises(ServerTroubleError, match="CERTIFICATE_VERIFY_FAILED"):
            run(outbox, clock, box.port, security=MailSecurity.STARTTLS)
        assert box.messages == []


def test_a_server_without_encryption_gets_no_mail_unless_the_setting_says_so(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    write(requests)
    with pytest.raises(ServerTroubleError, match="STARTTLS"):
        run(outbox, clock, box.port, security=MailSecurity.STARTTLS)
    assert box.messages == []


@pytest.mark.parametrize("then", [b"", b"220 hello\r\n250 mail\r\n"], ids=["greeting", "answer to a mail"])
def test_a_server_that_never_ends_what_it_says_is_given_up(
    then: bytes, requests: Requests, outbox: Outbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.contact.mail.DIALOGUE_SECONDS", 0.5)
    write(requests)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(then)
                while True:
                    connection.sendall(b"220-a word\r\n" if not then else b"250-a word\r\n")
                    time.sleep(0.02)

        dripping = threading.Thread(target=drip)
        dripping.start()
        with pytest.raises(ServerTroubleError, match=r"it took too long|timed out"):
            run(outbox, clock, server.getsockname()[1])
        dripping.join(20)
    assert outbox.claim(NOW), "the mail is still to go"

"""The one process that sends mail and lets old requests and voters go: `python -m kb.delivery ROOT PARENT`.

`kb serve` starts it, gives it the site's settings as JSON to read, and starts it again should it end. A lock
makes sure that there is one on this machine; leases in the database do between machines. It ends by itself
when its PARENT, the id of the `kb serve` that started it, is gone.
"""

import fcntl
import logging
import os
import random
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from pydantic import TypeAdapter

from kb.contact.mail import (
    PASSWORD_VARIABLE,
    MailSession,
    RefusedError,
    ServerTroubleError,
    message_of,
    without_attachments,
)
from kb.contact.outbox import Outbox, Waiting
from kb.contact.record import Purpose
from kb.contact.requests import Requests
from kb.database import Database
from kb.errors import DatabaseUnavailableError, KBError
from kb.insight.feedback import Feedback
from kb.model import MailSettings, Site

log = logging.getLogger("kb.delivery")

_LOOK_SECONDS = 0.5
_LONGEST_PAUSE = 15.0
_RETENTION_EVERY = timedelta(hours=1)
_A_DAY_IS_OVER = timedelta(days=1)
"""How much later than in UTC, at the most, a day ends where the site is."""
_GIVE_UP_AFTER = timedelta(days=5)
"""How long a mail to a customer is tried (RFC 5321, 4.5.4.1: at least four to five days)."""
_A_SESSION_TAKES = 50


def deliver(
    outbox: Outbox,
    settings: MailSettings,
    name: str,
    stop: threading.Event,
    clock: Callable[[], datetime],
    connect: Callable[[MailSettings], AbstractContextManager[MailSession]] = MailSession,
) -> int:
    """Sends what is due over one connection; how many mails the server took.

    Raises ServerTroubleError when the server can't be used, with every mail still to go.
    """
    mail = outbox.claim(clock())
    if mail is None:
        return 0
    taken = 0
    try:
        with connect(settings) as session:
            while mail is not None:
                taken += _send(session, outbox, mail, settings, name, clock)
                go_on = taken < _A_SESSION_TAKES and not stop.is_set()
                mail = outbox.claim(clock()) if go_on else None
    except ServerTroubleError as error:
        if mail is not None:
            outbox.put_off(mail, clock(), error.words or str(error), counts=False)
        raise
    return taken


def _send(
    session: MailSession,
    outbox: Outbox,
    mail: Waiting,
    settings: MailSettings,
    name: str,
    clock: Callable[[], datetime],
) -> int:
    """One mail, and what became of it; 1 when the server took it."""
    try:
        _hand_over(session, mail, settings, name)
    except RefusedError as error:
        # What is for us is never given up: a wrong address in site.yaml must not lose what customers wrote.
        too_old = clock() - mail.created > _GIVE_UP_AFTER
        if mail.purpose != Purpose.TEAM and (error.for_good or too_old):
            outbox.give_up(mail, str(error))
        else:
            outbox.put_off(mail, clock(), str(error))
        often = "for good" if error.for_good else "for now"
        log.warning(
            "Mail %s (%s) was refused %s (%s): see kb requests.", mail.id, mail.purpose, often, error.code
        )
        return 0
    outbox.sent(mail, clock())
    return 1


def _hand_over(session: MailSession, mail: Waiting, settings: MailSettings, name: str) -> None:
    """Gives it to the server; without its attachments where they make it too large."""
    try:
        session.send(_message(mail, settings, name), mail.recipient)
    except RefusedError as error:
        if not (error.too_large and mail.attachments):
            raise
        session.send(_message(without_attachments(mail), settings, name), mail.recipient)


def _message(mail: Waiting, settings: MailSettings, name: str) -> EmailMessage:
    """The mail as a message; one that can't be made must not keep the others waiting."""
    try:
        return message_of(mail, settings, name)
    except Exception as error:
        log.error("Mail %s can't be made into a message: %s", mail.id, type(error).__name__)
        raise RefusedError(f"It can't be made into a message: {error}", for_good=True) from error


def run(root: Path, site: Site, stop: threading.Event, holder: str) -> None:
    """Delivers until `stop` is set; waits longer and longer while mail server or database are in trouble.

    Meanwhile another thread lets go what is old, however long a mail server takes.
    """
    database = Database.at(root, site.database_url)
    outbox = Outbox(database, holder)
    threading.Thread(target=_let_go, args=(database, root, site, stop), daemon=True).start()
    if site.mail and site.mail.user and PASSWORD_VARIABLE not in os.environ:
        log.warning("seeds/site.yaml names a mail user, and %s is not set.", PASSWORD_VARIABLE)
    released, pause, told = False, 0.0, ""
    while not stop.is_set():
        try:
            if not released:
                outbox.release()
                released = True
            if site.mail:
                deliver(outbox, site.mail, site.name, stop, lambda: datetime.now(UTC))
            pause, told = 0.0, ""
        except (ServerTroubleError, DatabaseUnavailableError) as error:
            pause = min(_LONGEST_PAUSE, max(1.0, pause * 2))
            if told != str(error):  # a disk may be read-only for as long as the server runs
                log.warning("No mail can be sent now; it is tried again. %s", error)
            told = str(error)
        # Give or take a quarter, so that several machines don't knock at once.
        stop.wait((pause or _LOOK_SECONDS) * random.uniform(0.75, 1.25))  # noqa: S311


def _let_go(database: Database, root: Path, site: Site, stop: threading.Event) -> None:
    """Lets old requests and voters go, every hour until `stop` is set."""
    requests, feedback = Requests(database, b"", ""), Feedback(database, root / ".kb")
    told = ""
    while not stop.is_set():
        now, pause = datetime.now(UTC), _RETENTION_EVERY.total_seconds()
        try:
            feedback.forget_voters((now - _A_DAY_IS_OVER).date())
            requests.expire(now - timedelta(days=site.retention_days))
            told = ""
        except DatabaseUnavailableError as error:
            pause = _LONGEST_PAUSE
            if told != str(error):
                log.warning("Old requests can't be deleted now; it is tried again. %s", error)
            told = str(error)
        stop.wait(pause)


@contextmanager
def only_one(folder: Path, stop: threading.Event) -> Iterator[str]:
    """Waits until no other process delivers from `folder`, and keeps others waiting while it lasts.

    Gives the name to hold mail by. Where nothing can be written nobody waits, and each has a name of its own:
    leases keep them apart.
    """
    name = f"{socket.gethostname()} {folder.resolve().parent}"[:200]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "delivery.lock").open("w")
    except OSError:
        yield f"{os.getpid()} {name}"[:200]
        return
    with file:
        while not stop.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                stop.wait(0.2)
        yield name


def _end_with(parent: int, stop: threading.Event) -> None:
    """Sets `stop` when the process `parent` is no longer ours."""
    while not stop.wait(0.5):
        if os.getppid() != parent:
            stop.set()


def main(root: Path, parent: int, settings: bytes) -> int:
    """Delivers for the help center in `root`, whose settings are JSON.

    0 when told to stop or left alone, 2 when it can't begin.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threading.Thread(target=_end_with, args=(parent, stop), daemon=True).start()
    try:
        with only_one(root / ".kb", stop) as holder:
            run(root, TypeAdapter(Site).validate_json(settings), stop, holder)
    except (KBError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201  it has no other way to say so
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer.read()))

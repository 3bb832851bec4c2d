"""`kb requests`: what customers have sent, for those who answer them."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from kb.contact.addresses import digits
from kb.contact.record import Purpose, Request
from kb.contact.reference import read_reference
from kb.contact.requests import Requests
from kb.content.seeds import load_site
from kb.errors import KBError
from kb.ledger import Ledger
from kb.verbs import console, options

_WIDTH = 50
_COUNT = click.IntRange(1, 1_000_000_000)  # as far as every database can count


@click.group()
def requests() -> None:
    """Read, take away and delete what customers have sent through the form.

    \b
    kb requests list
    kb requests show K7QF-M2X7
    kb requests export requests.json
    kb requests forget ada@example.com
    kb requests forget "0808 157 0142"
    """


@requests.command("list")
@click.option("--newest", default=50, show_default=True, type=_COUNT, help="At most so many.")
@options.as_json
@options.root
@click.pass_obj
def list_requests(root: Path, newest: int, as_data: bool) -> None:
    """Name the newest requests: when, reference, from whom, whether their mail has gone, about what.

    \b
    kb requests list
    kb requests list --newest 500 --json
    """
    found = _requests(root).newest(newest)
    if as_data:
        click.echo(_as_json([asdict(request) for request in found]))
        return
    for request in found:
        written = request.written
        about = " ".join(written.happened.split())
        about = about if len(about) <= _WIDTH else about[: _WIDTH - 1].rstrip() + "…"
        when = f"{request.created:%Y-%m-%d %H:%M}Z"
        who = written.email or written.phone
        click.echo(f"{when}  {request.reference}  {written.kind:8}  {_state(request):12}  {who}  {about}")
    if not found:
        click.echo("No requests.")


@requests.command()
@click.argument("reference")
@click.option("--save", type=click.Path(path_type=Path, file_okay=False), help="Save its attachments there.")
@options.as_json
@options.root
@click.pass_obj
def show(root: Path, reference: str, save: Path | None, as_data: bool) -> None:
    """Print one request in full, and what became of its mail.

    \b
    kb requests show K7QF-M2X7
    kb requests show K7QF-M2X7 --save attachments
    """
    known = _requests(root)
    request = known.find(reference)
    if request is None:
        fix = "See kb requests list." if read_reference(reference) else "It has a slip in it: hear it again."
        raise KBError.at(reference, "no request has this reference.", fix)
    if as_data:
        click.echo(_as_json(asdict(request)))
    else:
        for name, value in _lines(request):
            click.echo(f"{name:18}{value}")
    if save:
        for number, name in enumerate(_saved(known, reference, save), 1):
            click.echo(f"{number}. {name}", err=as_data)


@requests.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.root
@click.pass_obj
def export(root: Path, file: Path) -> None:
    """Write all requests to FILE as JSON, for you alone and without attachments; - prints them.

    \b
    kb requests export requests.json
    """
    found = _requests(root).newest()
    text = _as_json([asdict(request) for request in found])
    if str(file) == "-":
        click.echo(text)
        return
    console.write_private(file, f"{text}\n")
    click.echo(f"{len(found)} requests written to {file}.")


@requests.command()
@click.argument("who", callback=options.text)
@click.option("--yes", is_flag=True, help="Don't ask.")
@options.root
@click.pass_obj
def forget(root: Path, who: str, yes: bool) -> None:
    """Delete every request of WHO, an e-mail address or a phone number, for good.

    Attachments and mail go with them. Of phone numbers only the digits are compared: forget a number both
    with and without its country code where customers may have written either.

    \b
    kb requests forget ada@example.com
    kb requests forget "0808 157 0142" --yes
    """
    known = _requests(root)
    if "@" not in who and not digits(who):
        fix = "Write the e-mail address or the phone number whose requests are to be deleted."
        raise KBError.at("WHO", f"'{who}' is neither an e-mail address nor a phone number.", fix)
    if not yes:
        _confirm(f"Delete everything that {who} has sent?")
    count = known.forget(who) if "@" in who else known.forget_phone(who)
    click.echo(f"{count} requests of {who} deleted.")


def _confirm(question: str) -> None:
    """Goes on after a yes only; raises KBError where nobody can be asked."""
    try:
        click.confirm(question, abort=True)
    except click.Abort as no:
        if isinstance(no.__context__, EOFError):
            click.echo()
            raise KBError.at("kb requests forget", "nobody is there to be asked.", "Add --yes.") from None
        raise


def _requests(root: Path) -> Requests:
    place = options.place(root)
    return Ledger(place, load_site(place.seeds)).requests


def _state(request: Request) -> str:
    """What became of the mail to the team."""
    mails = [mail for mail in request.mails if mail.purpose == Purpose.TEAM]
    if not mails:
        return "not mailed"
    return "mailed" if mails[0].sent else "refused" if mails[0].tries else "waiting"


def _lines(request: Request) -> Sequence[tuple[str, str]]:
    written = asdict(request.written)
    lines = [("reference", request.reference), ("created", f"{request.created:%Y-%m-%d %H:%M}Z")]
    lines += [(name, value.replace("\n", f"\n{'':18}")) for name, value in written.items() if value]
    lines += [
        ("attachment", f"{file.name} ({file.media_type}, {file.size} bytes)") for file in request.attachments
    ]
    for mail in request.mails:
        went = (
            f"sent {mail.sent:%Y-%m-%d %H:%M}Z" if mail.sent else "waiting" if mail.next_try else "given up"
        )
        lines.append(("mail", f"{mail.purpose} to {mail.recipient}: {went} {mail.last_error}".rstrip()))
    return lines


def _saved(known: Requests, reference: str, folder: Path) -> list[str]:
    """Writes the attachments into `folder`, never over a file that is there; their paths."""
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(known.contents(reference), 1):
            path = folder / f"{read_reference(reference)}-{number}-{file.name}"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(file.content)
            paths.append(str(path))
    except OSError as error:
        fix = "Choose another folder with --save."
        raise KBError.at(error.filename, f"cannot be written: {error.strerror}.", fix) from error
    return paths


def _as_json(data: object) -> str:
    """Requests as JSON holds them: moments in ISO 8601."""
    return json.dumps(data, indent=1, ensure_ascii=False, default=datetime.isoformat)

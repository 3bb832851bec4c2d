"""The mail about requests: to our team, a copy to the customer, and links to records that were asked for."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import render_template, url_for
from flask_babel import gettext as _

from kb.contact.mail import team_address
from kb.contact.record import Attached, Mail, Request, Written
from webapp.current import QUERY_LENGTH, absolute, center


def subject_of(written: Written) -> str:
    """A request in one line: the order it is about, and what happened."""
    short = center().message(query=written.happened[:QUERY_LENGTH], translate=_).subject
    number = written.order_number
    return f"{number}: {short}" if number and number not in short else short


def about(written: Written, attachments: Sequence[Attached], reference: str, key: str) -> list[Mail]:
    """The mail that goes out when a request has been stored; none where no mail server is set up."""
    site = center().site
    if site.mail is None:
        return []
    team = team_address(site.mail, center().channels, written.channel)
    subject = f"[{reference}] {subject_of(written)}"[:300]
    facts = {
        "written": written,
        "attachments": attachments,
        "reference": reference,
        "link": record_link(reference, key),
        "answers": answers(written),
    }
    mails = [Mail("team", team, subject, render_template("requests/mail_team.txt", **facts), written.email)]
    if written.email:
        copy = render_template("requests/mail_copy.txt", **facts)
        mails.append(Mail("copy", written.email, subject, copy, team))
    return mails


def links(found: Sequence[tuple[Request, str]]) -> Mail:
    """The mail with new links to somebody's requests; without a recipient when there are none.

    It goes where the copies went, and never to an address as somebody else has typed it.
    """
    listed = [
        (request, subject_of(request.written), record_link(request.reference, key)) for request, key in found
    ]
    body = render_template("requests/mail_links.txt", listed=listed)
    recipient = found[0][0].written.email if found else ""
    return Mail("links", recipient, _("Links to your requests"), body)


def record_link(reference: str, key: str) -> str:
    """The whole address of a record."""
    return absolute(f"{url_for('records.record', reference=reference)}?{urlencode({'key': key})}")


def answers(written: Written) -> list[tuple[str, str]]:
    """What was asked and what was answered, in the form's order; without what was left empty."""
    asked = [
        (_("What happened?"), written.happened),
        (_("When did it happen?"), written.when_it_happened),
        (_("What would you like us to do?"), written.expected),
        (_("What have you tried already?"), written.tried),
        (_("Order number"), written.order_number),
        (_("Phone number to call you on"), written.phone),
        (_("When shall we call?"), written.call_at),
        (_("Your name"), written.name),
        (_("E-mail address"), written.email),
        (_("Sent to"), channel_name(written)),
    ]
    return [(question, answer) for question, answer in asked if answer]


def channel_name(written: Written) -> str:
    """What customers call the channel that a request went to."""
    names = {channel.id: channel.name for channel in center().channels}
    return names.get(written.channel, written.channel)

"""The mail about requests: to our team, a copy to the customer, and links to records that were asked for.

Anybody may type anybody's address. So the copy says so, its subject is ours, what was typed is quoted in it,
and left out where it would lead elsewhere in the shop's name; it stands on the record, whose link is there.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from flask import render_template, url_for

from kb.contact.channels import team_address
from kb.contact.record import Attached, Mail, Purpose, Request, Written
from webapp.current import QUERY_LENGTH, absolute, center
from webapp.language import gettext as _

_LEADS_ELSEWHERE = re.compile(r"://|@|\w\.[^\W\d_]{2,}")
"""What a mail program makes a link of."""


def subject_of(written: Written) -> str:
    """A request in one line: the order it is about, and what happened."""
    short = center().message(query=written.happened[:QUERY_LENGTH], translate=_).subject
    number = written.order_number
    return f"{number}: {short}" if number and number not in short else short


def about(
    written: Written, attachments: Sequence[Attached], reference: str, key: str, told: bool
) -> list[Mail]:
    """The mail that goes out when a request has been stored; none where no mail server is set up.

    It goes to our team, and with `told` as a copy to the customer.
    """
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
    text = render_template("requests/mail_team.txt", **facts)
    mails = [Mail(Purpose.TEAM, team, subject, text, written.email)]
    if written.email and told:
        copy = render_template("requests/mail_copy.txt", quoted=_quoted(written), **facts)
        subject = _("We have your request %(reference)s", reference=reference)
        mails.append(Mail(Purpose.COPY, written.email, subject, copy, team))
    return mails


def links(found: Sequence[tuple[Request, str]]) -> Mail:
    """The mail with new links to somebody's requests; without a recipient when there are none.

    It goes to the address that the requests came with, and never to one as somebody else has typed it.
    """
    listed = [(request, record_link(request.reference, key)) for request, key in found]
    body = render_template("requests/mail_links.txt", listed=listed)
    recipient = found[0][0].written.email if found else ""
    return Mail(Purpose.LINKS, recipient, _("Links to your requests"), body)


def record_link(reference: str, key: str) -> str:
    """The whole address of a record."""
    return absolute(f"{url_for('records.record', reference=reference)}?{urlencode({'key': key})}")


def answers(written: Written) -> list[tuple[str, str]]:
    """What was asked and answered, in the order in which agents need to know; nothing that was left empty."""
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


def _quoted(written: Written) -> str:
    """What was asked and answered as a mail program quotes it; '' where an answer leads elsewhere."""
    answered = [(question, answer) for question, answer in answers(written) if answer != written.email]
    if any(_LEADS_ELSEWHERE.search(answer) for _question, answer in answered):
        return ""
    lines = [line for question, answer in answered for line in (question, *answer.splitlines(), "")]
    return "\n".join(f"> {line}".rstrip() for line in lines[:-1])


def channel_name(written: Written) -> str:
    """What customers call the channel that a request went to."""
    names = {channel.id: channel.name for channel in center().channels}
    return names.get(written.channel, written.channel)

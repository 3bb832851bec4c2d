"""Records: what customers who have sent a request keep of it, and the links to theirs sent again.

As all below /requests/ they are kept and listed by nobody, and their addresses told to nobody (`responses`).
"""

import io
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_datetime
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    send_file,
)
from werkzeug.exceptions import RequestEntityTooLarge

from kb.contact.addresses import mail_address
from kb.contact.message import WORDS_LENGTH
from kb.contact.record import Purpose, Request
from kb.errors import DatabaseUnavailableError
from webapp import request_mail, tries
from webapp.cards import help_with
from webapp.current import center, customer, in_one_line, limit_body, now
from webapp.language import gettext as _
from webapp.language import locale
from webapp.request_form import LARGEST_TEXT, GuardedForm
from webapp.requests import too_large

blueprint = Blueprint("records", __name__, url_prefix="/requests")
blueprint.register_error_handler(RequestEntityTooLarge, too_large)

LINKS = 5
"""How many times an hour one customer may ask for links."""

_JUST_NOW = timedelta(minutes=10)


@blueprint.get("/<reference>")
def record(reference: str) -> Response:
    """The customer's record: what was sent, when, to whom, and what became of it."""
    found = _opened(reference)
    key = request.args.get("key", "")
    page = render_template(
        "records/record.html",
        request=found,
        key=key,
        link=request_mail.record_link(found.reference, key),
        subject=request_mail.subject_of(found.written),
        answers=request_mail.answers(found.written),
        created=moment(found.created),
        is_new=now() - found.created < _JUST_NOW,
        help=help_with(
            query=found.written.happened[:WORDS_LENGTH],
            topic=found.written.topic,
            reference=found.reference,
        ),
    )
    return make_response(page)


@blueprint.get("/<reference>/download")
def download(reference: str) -> Response:
    """The same as a text file to keep."""
    found = _opened(reference)
    key = request.args.get("key", "")
    text = render_template(
        "records/record.txt",
        request=found,
        link=request_mail.record_link(found.reference, key),
        answers=request_mail.answers(found.written),
    )
    response = make_response(text)
    response.content_type = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.txt"'
    return response


@blueprint.get("/<reference>/attachments/<int:number>")
def attachment(reference: str, number: int) -> Response:
    """One attachment (from 1), to be saved and never shown: whoever sent it may not mean well."""
    found = center().ledger.requests.attachment(reference, request.args.get("key", ""), number - 1)
    if found is None:
        abort(404)
    response = send_file(
        io.BytesIO(found.content), found.media_type, as_attachment=True, download_name=found.name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/links")
def links() -> Response:
    """The form that has the links to somebody's records sent to them again."""
    _mail_or_404()
    return _links(GuardedForm(), "")


@blueprint.post("/links")
def send_links() -> Response:
    """Says the same whether or not there are requests of that address."""
    _mail_or_404()
    limit_body(LARGEST_TEXT)
    form = GuardedForm()
    email = in_one_line(request.form.get("email", ""), 254)
    if not form.validate():
        return _links(form, email, 422, _("Please send it again, and allow cookies for this site"))
    address = mail_address(email)
    if not address:
        return _links(form, email, 422, _("Enter the e-mail address you wrote to us with"))
    refused = tries.count([f"links {customer()}"], LINKS)
    if refused:
        return tries.retry_later(_links(form, email, 429, tries.too_often(refused).rstrip(".")), refused)
    # Too often for the address: says nothing, for that too would tell something of it.
    if not tries.count([f"links to {address.lower()}"], LINKS):
        center().ledger.requests.send_links(address, now(), request_mail.links)
    return _links(form, email, sent=True)


def _links(
    form: GuardedForm, email: str, code: int = 200, fault: str = "", *, sent: bool = False
) -> Response:
    faults = {"email": fault} if fault else {}
    return make_response(
        render_template("records/links.html", form=form, email=email, faults=faults, sent=sent), code
    )


@blueprint.errorhandler(DatabaseUnavailableError)
def unavailable(error: DatabaseUnavailableError) -> Response:
    """A record that can't be read now."""
    current_app.logger.error("Requests can't be read. %s", error)
    return make_response(render_template("records/unavailable.html", help=help_with()), 503)


def moment(when: datetime) -> str:
    """A moment in the site's own zone: 24 November 2026 at 10:00:00 GMT."""
    return format_datetime(when, "long", tzinfo=now().tzinfo, locale=locale())


def _opened(reference: str) -> Request:
    """The request that the address opens; a wrong key and an unknown reference get the same 404."""
    found = center().ledger.requests.record(reference, request.args.get("key", ""))
    if found is None:
        page = render_template("records/not_opened.html", has_mail=center().site.mail is not None)
        abort(make_response(page, 404))
    return found


def _mail_or_404() -> None:
    if center().site.mail is None:
        abort(404)


def template_values() -> dict[str, Any]:
    """What the templates of this blueprint use besides what they are given."""
    return {"moment": moment, "Purpose": Purpose}


blueprint.context_processor(template_values)

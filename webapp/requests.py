"""Requests: the form that reaches a person, the customer's record of it, and the link sent again.

Nothing here is cached or listed by search engines, and no address that holds a key is told to others.
"""

import io
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_datetime, format_skeleton, format_time
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from kb.contact.attachments import LARGEST, LARGEST_TOGETHER, MOST, Attachment
from kb.contact.limits import RetryAfter
from kb.contact.requests import Attached, Mail, Receipt, Request
from kb.database import DatabaseUnavailableError
from kb.model import Channel, Verdict
from webapp import request_mail, times
from webapp.cards import BY_FORM, help_with
from webapp.current import QUERY_LENGTH, asked, center, customer, now, tried
from webapp.language import locale
from webapp.request_form import LONG, RequestForm, attached, calls, mail_address, new_token

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

SENDS, LINKS, WINDOW_SECONDS = 10, 5, 3600
"""How many requests, and how many times links, one customer may ask for in that time."""

_LARGEST_BODY = 64 * 1024 * 1024
_LARGEST_TEXT = 4 * 1024 * 1024
_DRAINED = 256 * 1024 * 1024
_SUGGESTED = 3
_JUST_NOW = timedelta(minutes=10)


@blueprint.get("/new")
def new() -> Response:
    """The form for `channel`, with all filled in that `q`, `topic`, `article`, `tried` and `order` say."""
    channel = _channel()
    query = asked()[:QUERY_LENGTH]
    article = center().article(request.args.get("article", ""))
    slug = article.slug if article else ""
    message = center().message(query=query, article=slug, tried=tried(article), translate=_)
    form = RequestForm(
        channel,
        calls(channel),
        formdata=None,
        happened=message.happened,
        when_it_happened=message.when,
        tried=message.tried,
        order_number=" ".join(request.args.get("order", "").split())[:40] or message.order_number,
        topic=request.args.get("topic", ""),
        article=slug,
        form_token=new_token(now()),
    )
    return _form(form)


@blueprint.post("/new")
def send() -> AnyResponse:
    """Stores the request and shows its record; or hands everything back, saying what is wrong."""
    request.max_content_length = _LARGEST_BODY
    request.max_form_memory_size = _LARGEST_TEXT
    channel = _channel()
    form = RequestForm(channel, calls(channel))
    form.validate()
    files, fault = attached(request.files.getlist("attachments"))
    faults = {**form.faults, **({"attachments": fault} if fault else {})}
    if faults:
        return _form(form, 422, faults=faults)
    keys = [f"request {customer()}"] + ([f"request to {form.email.data.lower()}"] if form.email.data else [])
    refused = _count(keys, SENDS)
    if refused:
        return _form(form, 429, retry_after=refused)
    try:
        receipt = _store(form, files)
    except DatabaseUnavailableError as error:
        current_app.logger.error("A request can't be stored. %s", error)
        _give_back(keys)
        return _form(form, 503)
    if not receipt.is_new:
        _give_back(keys)
    return redirect(url_for(".record", reference=receipt.reference, key=receipt.key), 303)


def _store(form: RequestForm, files: list[Attachment]) -> Receipt:
    written = form.written(_call_words(form.call_at.data) if form.is_callback else "")
    listed = [Attached(file.name, file.media_type, file.size) for file in files]

    def compose(reference: str, key: str) -> list[Mail]:
        return request_mail.about(written, listed, reference, key)

    return center().requests.send(form.id, written, files, now(), compose)


@blueprint.get("/articles")
def articles() -> Response:
    """A piece of the form's page: what may answer `q` already; empty when nothing does."""
    found = center().search(asked()[:QUERY_LENGTH]) if asked() else None
    useful = found and found.verdict is not Verdict.NOTHING_USEFUL
    results = found.results[:_SUGGESTED] if found and useful else ()
    return _private(render_template("requests/articles.html", results=results))


@blueprint.get("/<reference>")
def record(reference: str) -> Response:
    """The customer's record: what was sent, when, to whom, and what became of it."""
    found = _opened(reference)
    page = render_template(
        "requests/record.html",
        request=found,
        key=request.args.get("key", ""),
        subject=request_mail.subject_of(found.written),
        answers=request_mail.answers(found.written),
        created=moment(found.created),
        is_new=now() - found.created < _JUST_NOW,
        help=help_with(
            query=found.written.happened[:QUERY_LENGTH],
            topic=found.written.topic,
            reference=found.reference,
        ),
    )
    return _private(page)


@blueprint.get("/<reference>/download")
def download(reference: str) -> Response:
    """The same as a text file to keep."""
    found = _opened(reference)
    key = request.args.get("key", "")
    text = render_template(
        "requests/record.txt",
        request=found,
        link=request_mail.record_link(found.reference, key),
        answers=request_mail.answers(found.written),
    )
    response = _private(text)
    response.content_type = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.txt"'
    return response


@blueprint.get("/<reference>/attachments/<int:number>")
def attachment(reference: str, number: int) -> Response:
    """One attachment (from 1), to be saved and never shown: whoever sent it may not mean well."""
    found = center().requests.attachment(reference, request.args.get("key", ""), number - 1)
    if found is None:
        abort(404)
    response = send_file(
        io.BytesIO(found.content), found.media_type, as_attachment=True, download_name=found.name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _hidden(response)


class LinksForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Protects the form that asks for links against being sent from elsewhere."""

    class Meta:
        """As long as the browser is open."""

        csrf_time_limit = None


@blueprint.get("/links")
def links() -> Response:
    """The form that has the links to somebody's records sent to them again."""
    _mail_or_404()
    return _links(LinksForm(), "")


@blueprint.post("/links")
def send_links() -> Response:
    """Says the same whether or not there are requests of that address."""
    _mail_or_404()
    request.max_content_length = _LARGEST_TEXT
    form = LinksForm()
    email = " ".join(request.form.get("email", "").split())[:254]
    if not form.validate():
        return _links(form, email, 422, _("Please send it again, and allow cookies for this site"))
    address = mail_address(email)
    if not address:
        return _links(form, email, 422, _("Enter the e-mail address you wrote to us with"))
    refused = _count([f"links {customer()}"], LINKS)
    if refused:
        return _retry(_links(form, email, 429, _too_often(refused).rstrip(".")), refused)
    # Too often for the address: says nothing, for that too would tell something of it.
    if not _count([f"links to {address.lower()}"], LINKS):
        center().requests.send_links(address, now(), request_mail.links)
    return _links(form, email, sent=True)


def _links(form: LinksForm, email: str, code: int = 200, fault: str = "", *, sent: bool = False) -> Response:
    faults = {"email": fault} if fault else {}
    return _private(
        render_template("requests/links.html", form=form, email=email, faults=faults, sent=sent), code
    )


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    """Reads what is still to come, within reason: a browser that is cut off shows no page."""
    left = _DRAINED
    while left > 0 and (chunk := request.environ["wsgi.input"].read(64 * 1024)):
        left -= len(chunk)
    why = _(
        "Your attachments are too large: %(size)s MB together are possible. Go back in your browser: what "
        "you wrote is still there. Then choose smaller files, or send them later in reply to our e-mail.",
        size=LARGEST_TOGETHER >> 20,
    )
    return render_template("errors/refused.html", error=error, why=why), 413


@blueprint.errorhandler(DatabaseUnavailableError)
def unavailable(error: DatabaseUnavailableError) -> Response:
    """A record that can't be read now."""
    current_app.logger.error("Requests can't be read. %s", error)
    return _private(render_template("requests/unavailable.html", help=help_with()), 503)


def _channel() -> Channel:
    """The channel asked for, or the first that this form is a way to; 404 when there is none."""
    offered = [channel for channel in center().channels if channel.kind in BY_FORM]
    named = [channel for channel in offered if channel.id == request.args.get("channel")]
    if not offered:
        abort(404)
    return (named or offered)[0]


def _form(
    form: RequestForm,
    code: int = 200,
    *,
    faults: dict[str, str] | None = None,
    retry_after: RetryAfter | None = None,
) -> Response:
    """The form with all that was typed, saying what is wrong, when it may be sent again, or just again."""
    happened = form.happened.data or ""
    message = center().message(query=happened[:QUERY_LENGTH], translate=_)
    page = render_template(
        "requests/new.html",
        form=form,
        channel=form.channel,
        faults=faults or {},
        code=code,
        too_often=_too_often(retry_after) if retry_after else "",
        sent_files=[file.filename for file in request.files.getlist("attachments") if file.filename],
        zone=times.zone(now()),
        calls=[(value, _call_words(value)) for value, _name in form.call_at.choices if value],
        limits={"files": MOST, "file": LARGEST, "together": LARGEST_TOGETHER, "text": LONG},
        help=help_with(query=message.happened) if code in (429, 503) else None,
    )
    response = _private(page, code)
    return _retry(response, retry_after) if retry_after else response


def _call_words(value: str) -> str:
    """A time to be called at, in words; '' for none in particular."""
    try:
        begins = datetime.fromisoformat(value or "")
    except ValueError:
        return ""
    ends = begins + timedelta(hours=1)
    spoken = locale()
    day = format_skeleton("MMMMEEEEd", begins, locale=spoken)
    return (
        f"{day}, {format_time(begins, 'short', locale=spoken)} – {format_time(ends, 'short', locale=spoken)}"
    )


def moment(when: datetime) -> str:
    """A moment in the site's own zone: 24 November 2026 at 10:00:00 GMT."""
    return format_datetime(when, "long", tzinfo=now().tzinfo, locale=locale())


def _opened(reference: str) -> Request:
    """The request that the address opens; a wrong key and an unknown reference get the same 404."""
    found = center().requests.record(reference, request.args.get("key", ""))
    if found is None:
        page = render_template("requests/not_opened.html", has_mail=center().site.mail is not None)
        abort(_private(page, 404))
    return found


def _mail_or_404() -> None:
    if center().site.mail is None:
        abort(404)


def _count(keys: list[str], most: int) -> RetryAfter | None:
    """Counts one try of each key: None, or how long to wait, with none of them counted."""
    for place, key in enumerate(keys):
        refused = center().limits.allow(key, most, WINDOW_SECONDS, now().timestamp())
        if refused:
            _give_back(keys[:place])
            return refused
    return None


def _give_back(keys: list[str]) -> None:
    for key in keys:
        center().limits.give_back(key, WINDOW_SECONDS)


def _too_often(refused: RetryAfter) -> str:
    minutes = -(-refused.seconds // 60)
    return ngettext(
        "That was very often in a short time. You can send again in %(num)s minute.",
        "That was very often in a short time. You can send again in %(num)s minutes.",
        minutes,
    )


def _retry(response: Response, refused: RetryAfter) -> Response:
    response.headers["Retry-After"] = str(refused.seconds)
    return response


def _private(page: str, code: int = 200) -> Response:
    return _hidden(make_response(page, code))


def _hidden(response: Response) -> Response:
    """Kept by nobody, listed by nobody, and its address told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def template_values() -> dict[str, Any]:
    """What the templates of this blueprint use besides what they are given."""
    return {"moment": moment}


blueprint.context_processor(template_values)

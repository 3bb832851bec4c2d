"""Requests: the form that reaches a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import format_skeleton, format_time
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from kb.contact.attachments import LARGEST, LARGEST_TOGETHER, MEDIA_TYPES, MOST, Attachment
from kb.contact.limits import RetryAfter
from kb.contact.message import WORDS_LENGTH
from kb.contact.record import Attached, Mail, Receipt
from kb.errors import DatabaseUnavailableError
from kb.model import Channel, Verdict
from webapp import request_mail, times, tries
from webapp.cards import BY_FORM, help_with
from webapp.current import QUERY_LENGTH, asked, center, customer, in_one_line, limit_body, now, tried
from webapp.language import gettext as _
from webapp.language import locale
from webapp.request_form import DETAILS, LARGEST_TEXT, RequestForm, attached, calls, new_token

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

SENDS = 10
"""How many requests an hour one customer may send, and of how many an e-mail address is told.

More that name the address are taken all the same: else anybody could keep its owner from writing to us.
"""

_LARGEST_BODY = 64 * 1024 * 1024
_DRAINED = 256 * 1024 * 1024
_SUGGESTED = 3


@blueprint.get("/new")
def new() -> Response:
    """The form for `channel`, with all filled in that `q`, `topic`, `article`, `tried` and `order` say."""
    channel = _channel()
    query = asked()
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
        order_number=in_one_line(request.args.get("order", ""), 40) or message.order_number,
        topic=request.args.get("topic", ""),
        article=slug,
        form_token=new_token(now()),
    )
    return _form(form)


@blueprint.post("/new")
def send() -> AnyResponse:
    """Stores the request and shows its record; or hands everything back, saying what is wrong."""
    if request.mimetype == "multipart/form-data":
        request.max_content_length = _LARGEST_BODY  # counted as it is read, and never held as a whole
    else:
        limit_body(LARGEST_TEXT)
    request.max_form_memory_size = LARGEST_TEXT
    channel = _channel()
    form = RequestForm(channel, calls(channel))
    form.validate()
    uploaded = attached(request.files.getlist("attachments"))
    faults = form.faults(uploaded.fault)
    if faults:
        return _form(form, 422, faults=faults, files=uploaded.names)
    keys = [f"request {customer()}"]
    refused = tries.count(keys, SENDS)
    if refused:
        return _form(form, 429, retry_after=refused, files=uploaded.names)
    to = [f"request to {form.email.data.lower()}"] if form.email.data else []
    told = not tries.count(to, SENDS)
    keys += to if told else []
    try:
        receipt = _store(form, uploaded.taken, told)
    except DatabaseUnavailableError as error:
        current_app.logger.error("A request can't be stored. %s", error)
        tries.give_back(keys)
        return _form(form, 503, files=uploaded.names)
    if not receipt.is_new:
        tries.give_back(keys)
    return redirect(url_for("records.record", reference=receipt.reference, key=receipt.key), 303)


def _store(form: RequestForm, files: list[Attachment], told: bool) -> Receipt:
    """Stores the request with the mail about it; the customer is sent one too if they are to be `told`."""
    written = form.written(_call_words(form.call_at.data) if form.is_callback else "")
    listed = [Attached(file.name, file.media_type, file.size) for file in files]

    def compose(reference: str, key: str) -> list[Mail]:
        return request_mail.about(written, listed, reference, key, told)

    return center().ledger.requests.send(form.id, written, files, now(), compose)


@blueprint.get("/articles")
def articles() -> Response:
    """A piece of the form's page: what may answer `q` already; empty when nothing does."""
    found = center().search(asked()[:QUERY_LENGTH]) if asked() else None
    useful = found and found.verdict is not Verdict.NOTHING_USEFUL
    results = found.results[:_SUGGESTED] if found and useful else ()
    return make_response(render_template("requests/articles.html", results=results))


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    """Reads what is still to come, within reason: a browser that is cut off shows no page."""
    left = _DRAINED
    while left > 0 and (chunk := request.environ["wsgi.input"].read(64 * 1024)):
        left -= len(chunk)
    why = _(
        "Your attachments are too large: %(size)s MB together are possible. Go back in your browser: what "
        "you wrote is still there. Then choose smaller files.",
        size=LARGEST_TOGETHER >> 20,
    )
    return render_template("errors/refused.html", error=error, why=why), 413


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
    files: Sequence[str] = (),
) -> Response:
    """The form with all that was typed, saying what is wrong, when it may be sent again, or just again.

    `files` are those to be attached once more.
    """
    happened = form.happened.data or ""
    message = center().message(query=happened[:WORDS_LENGTH], translate=_)
    page = render_template(
        "requests/new.html",
        form=form,
        channel=form.channel,
        faults=faults or {},
        shows_details=any(form[name].data or name in (faults or {}) for name in DETAILS),
        code=code,
        too_often=tries.too_often(retry_after) if retry_after else "",
        sent_files=files,
        zone=times.zone(now()),
        calls=[(value, _call_words(value)) for value, _name in form.call_at.choices if value],
        limits={"files": MOST, "file": LARGEST, "together": LARGEST_TOGETHER, "types": MEDIA_TYPES},
        help=help_with(query=message.happened, by_form=False) if code in (429, 503) else None,
    )
    response = make_response(page, code)
    return tries.retry_later(response, retry_after) if retry_after else response


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

"""The form of a request: its fields, what may be wrong with them, and what tells people from programs.

Everything that was typed is kept whatever is wrong, so that it can be handed back.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app, request
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from kb.contact.addresses import mail_address
from kb.contact.attachments import LARGEST, LARGEST_TOGETHER, MOST, Attachment, harmless_name, media_type
from kb.contact.hours import openings
from kb.contact.message import one_line
from kb.contact.record import Written
from kb.model import Channel, ChannelKind
from webapp.current import center, now, numbers
from webapp.language import gettext as _

LONG, SHORT = 5000, 200
"""The most characters of a long and of a short field."""

LARGEST_TEXT = 1024 * 1024
"""The most bytes of all that is typed into a form."""

_KEPT = 20
"""How many times what may be typed is handed back to be shortened: all of a megabyte would take seconds."""

LEAST_SECONDS = 2
"""Programs that are no browser are faster."""

_FEWEST_DIGITS = 6


def _plain(text: str | None) -> str:
    """What was typed, without control characters (a database may not take them) and space around it."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in lines if letter in "\n\t" or not _is_control(letter))
    return kept.strip()


def _is_control(letter: str) -> bool:
    return ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000


def _one_line(text: str | None) -> str:
    return " ".join(_plain(text).split())


def _not_longer_than(most: int) -> Any:
    def check(_form: FlaskForm, field: Field) -> None:
        over = len(field.data or "") - most
        if over > 0:
            raise StopValidation(  # whatever else may be wrong would take long to find out
                ngettext(
                    "This is %(num)s character too long. Please shorten it, or attach the rest",
                    "This is %(num)s characters too long. Please shorten it, or attach the rest",
                    over,
                )
            )

    return check


def _cut(most: int) -> Callable[[str | None], str]:
    """A filter that keeps the beginning, before others look at each letter."""
    return lambda text: (text or "")[: _KEPT * most]


def _line(most: int = SHORT) -> StringField:
    return StringField(filters=[_cut(most), _one_line], validators=[_not_longer_than(most)])


def _text(most: int = LONG) -> TextAreaField:
    return TextAreaField(filters=[_cut(most), _plain], validators=[_not_longer_than(most)])


class GuardedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that nobody can send from elsewhere."""

    class Meta:
        """How long the token against forged requests lasts: as long as the browser is open."""

        csrf_time_limit = None


class RequestForm(GuardedForm):
    """The fields of the form; `validate_…` run after the fields' own checks."""

    happened = _text()
    when_it_happened = _line()
    expected = _text(2000)
    tried = _text(2000)
    order_number = _line(40)
    phone = _line(40)
    call_at = SelectField(validate_choice=False)
    name = _line()
    email = _line(254)
    topic = HiddenField(filters=[_cut(SHORT), _one_line])
    article = HiddenField(filters=[_cut(SHORT), _one_line])
    form_token = HiddenField()
    website = StringField()

    def __init__(self, channel: Channel, calls: Sequence[datetime], **values: Any) -> None:
        super().__init__(**values)
        self.channel = channel
        self.is_callback = channel.kind is ChannelKind.CALLBACK
        self.call_at.choices = [("", ""), *((moment.isoformat(), "") for moment in calls)]

    def validate_happened(self, field: Field) -> None:
        """Nobody can help with nothing."""
        if not field.data:
            raise ValidationError(_("Tell us what happened"))

    def validate_email(self, field: Field) -> None:
        """An address that mail can go to; of callbacks only if one is given."""
        if not field.data:
            if not self.is_callback:
                raise ValidationError(_("Enter your e-mail address, so that we can answer"))
            return
        address = mail_address(field.data)
        if not address:
            raise ValidationError(_("Enter the e-mail address in full, like name@example.com"))
        field.data = address

    def validate_phone(self, field: Field) -> None:
        """A number to call, where a call is asked for."""
        if not self.is_callback:
            return
        if sum(letter.isdigit() for letter in field.data) < _FEWEST_DIGITS:
            raise ValidationError(_("Enter the phone number to call you on, with its area code"))

    def validate_call_at(self, field: Field) -> None:
        """A time that can still be chosen."""
        if self.is_callback and field.data and field.data not in {value for value, _name in field.choices}:
            field.data = ""
            raise ValidationError(_("That time can’t be chosen any more. Choose another"))

    def validate_website(self, field: Field) -> None:
        """A trap: people don't see this field."""
        if field.data:
            field.data = ""
            raise ValidationError(
                _("A hidden field was filled in, as only programs do. Please send it again")
            )

    def validate_form_token(self, field: Field) -> None:
        """Ours, and not too young: people take longer. One from the future is from before a clock was set."""
        is_browser = "Sec-Fetch-Site" in request.headers  # which may fill in everything at once
        try:
            age = now().timestamp() - float(_serializer().loads(field.data or "")["at"])
        except BadData:
            age = None
        if age is None or (age < 0 and not is_browser):
            field.data = new_token(now() - timedelta(seconds=LEAST_SECONDS))
            raise ValidationError(_("This page was open for too long. Please send it again"))
        if age < LEAST_SECONDS and not is_browser:
            raise ValidationError(_("That was very quick for a form as long as this. Please send it again"))

    @property
    def id(self) -> str:
        """The random name of the form that was filled in."""
        try:
            return str(_serializer().loads(self.form_token.data or "")["id"])
        except BadData:
            return secrets.token_hex(16)

    def faults(self, of_files: str) -> dict[str, str]:
        """By field the first thing that is wrong with it, in the form's order; '' for the form as a whole.

        `of_files` is what is wrong with the attachments, '' for nothing.
        What looks like a program is said only where nothing else is wrong: sending again is all it asks for.
        """
        errors = {**self.errors, "attachments": [of_files] if of_files else []}
        named = {name: errors[name][0] for name in _SHOWN if errors.get(name)}
        suspicious = [text for name in ("form_token", "website") for text in self.errors.get(name, ())]
        if "csrf_token" in self.errors:
            named = {"": _FORGED, **named}
        elif suspicious and not named:
            named = {"": suspicious[0]}
        return {name: str(text) for name, text in named.items()}

    def written(self, call_at: str) -> Written:
        """What was written, as it is stored; `call_at` is the chosen time in words."""
        names = [name for name in _SHOWN if name != "attachments"]
        values = {name: self[name].data or "" for name in (*names, "topic", "article")}
        values["topic"], values["article"] = values["topic"][:SHORT], values["article"][:SHORT]
        values["order_number"] = numbers().find(values["order_number"]) or values["order_number"]
        values["call_at"] = call_at
        if not self.is_callback:
            values["phone"] = ""
        return Written(channel=self.channel.id, kind=self.channel.kind.value, **values)


DETAILS = ("when_it_happened", "expected", "tried", "name")
"""What need not be asked at first sight."""

_SHOWN = (
    "happened",
    "phone",
    "call_at",
    "email",
    "order_number",
    "attachments",
    *DETAILS,
)
"""In the order of the page."""

_FORGED = lazy_gettext(
    "Your browser did not send back the cookie that keeps others from sending in your name. "
    "Please allow cookies for this site, and send it again"
)


def new_token(moment: datetime) -> str:
    """What a new form carries: its random name and when it was made, signed."""
    made = _serializer().dumps({"id": secrets.token_hex(16), "at": moment.timestamp()})
    return made if isinstance(made, str) else made.decode()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="request form")


def calls(channel: Channel) -> list[datetime]:
    """The hours that a callback can be asked for: whole ones while it is open, on the next open days."""
    if channel.kind is not ChannelKind.CALLBACK or channel.hours is None:
        return []
    first = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    spans = list(openings(channel, center().site, first, first + timedelta(days=15)))

    def is_open(moment: datetime) -> bool:
        return any(begins <= moment.astimezone(UTC) < ends for begins, ends in spans)

    found: list[datetime] = []
    for hour in range(14 * 24):
        begins = first + timedelta(hours=hour)
        days = {moment.date() for moment in found}
        if len(days) == _CALL_DAYS and begins.date() not in days:
            break
        if _is_shown(begins) and is_open(begins) and is_open(begins + timedelta(minutes=59)):
            found.append(begins)
    return found


def _is_shown(moment: datetime) -> bool:
    """Whether clocks show this time at all, and don't skip it for summer time."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo) == moment


_CALL_DAYS = 3


class Uploaded(NamedTuple):
    """What was attached: what is `taken`, its `names` there, and what is wrong with the rest."""

    taken: list[Attachment]
    names: list[str]
    fault: str


def attached(files: Sequence[FileStorage]) -> Uploaded:
    """The attachments that were sent; the fault names every file that can't be taken, '' when all can."""
    taken, names, faults = [], [], []
    for file in files:
        if file.filename:
            name, content = one_line(file.filename), file.read()
            kind = media_type(content)
            if not kind:
                faults.append(_("“%(name)s” is not a picture or a PDF", name=name))
            elif len(content) > LARGEST:
                faults.append(_("“%(name)s” is larger than %(size)s MB", name=name, size=LARGEST >> 20))
            else:
                taken.append(Attachment(harmless_name(name, kind), kind, content))
                names.append(name)
        file.close()
    if len(taken) > MOST:
        faults.append(_("Attach at most %(count)s files", count=MOST))
    if sum(file.size for file in taken) > LARGEST_TOGETHER:
        faults.append(_("Together the files are larger than %(size)s MB", size=LARGEST_TOGETHER >> 20))
    return Uploaded(taken, names, ". ".join(faults))

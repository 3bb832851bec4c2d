"""Contact cards: a route to a channel, made ready to be shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import current_app, url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from kb.contact.addresses import EMAIL, EMAIL_IN_TEXT
from kb.contact.channels import PHONE
from kb.contact.routing import TAKES_MESSAGES
from kb.model import Channel, ChannelKind, Route
from webapp import times
from webapp.current import center, now
from webapp.language import gettext as _
from webapp.phones import isolated, phone, with_phones

if TYPE_CHECKING:
    from kb.contact.message import Message

_ICONS = {ChannelKind.FORM: "email", ChannelKind.CALLBACK: "callback"}
_ACCESSIBILITY = "accessibility"
"""The id of the channel for those whom others leave out, as seeds/README.md tells writers."""

BY_FORM = (ChannelKind.EMAIL, ChannelKind.CALLBACK, ChannelKind.FORM)
"""The channels that the form of a request is a way to."""

_ACTIONS = {
    ChannelKind.CHAT: lazy_gettext("Start a chat"),
    ChannelKind.EMAIL: lazy_gettext("Write an e-mail"),
    ChannelKind.CALLBACK: lazy_gettext("Ask for a callback"),
    ChannelKind.FORM: lazy_gettext("Write to us"),
}


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """All that a contact card shows besides the channel's own words.

    `href` is None when the channel has nothing to click; one without an address of its own is asked for by
    the form, in an export by e-mail. `action` says from when, if it can't be used now; `later` is that with a
    token for the time, for exports. `text_alternative` has its e-mail addresses linked and, as `action`, its
    phone numbers set apart; `own_mail` is a link for who would rather use their own e-mail app. `read_aloud`
    is a reference to tell on the phone.
    """

    route: Route
    icon: str
    status: str
    href: str | None
    action: str
    hours: tuple[times.Hours, ...]
    text_alternative: Markup
    later: str = ""
    own_mail: Markup | None = None
    read_aloud: str = ""

    @property
    def channel(self) -> Channel:
        """The channel the card is for."""
        return self.route.channel

    @property
    def is_open(self) -> bool:
        """Whether somebody is there at this moment."""
        return self.route.opening.is_open

    @property
    def can_be_used(self) -> bool:
        """Whether it can be used at this moment, be it to leave a message."""
        return self.is_open or self.channel.kind in TAKES_MESSAGES

    @property
    def has_facts(self) -> bool:
        """Whether there is anything to say of hours, wait, what to have ready, or how to write instead."""
        return bool(self.hours or self.channel.wait or self.channel.have_ready or self.text_alternative)


@dataclass(frozen=True, slots=True)
class Help:
    """The way to a person for one problem: cards in order, and a message ready to send."""

    cards: tuple[ChannelCard, ...]
    message: "Message"
    mailto: str | None
    zone: str

    @property
    def by_chat(self) -> bool:
        """Whether one of the cards is a chat, into which the message can be pasted."""
        return any(card.channel.kind is ChannelKind.CHAT for card in self.cards)


def help_with(
    query: str = "",
    topic: str = "",
    article: str = "",
    reference: str = "",
    tried: Sequence[str] = (),
    *,
    by_form: bool = True,
) -> Help:
    """The cards and the prepared message for a problem, all empty for none in particular.

    `tried` are the slugs of articles read besides `article`. `reference` is that of the request that was made
    already: the message names it, a chat gets it, and who calls reads it aloud. `by_form` says whether our
    form can be sent now: if not, what it is a way to is written to by e-mail.
    """
    words = _("About my request %(reference)s", reference=reference) if reference else query
    message = center().message(query=words, article=article, tried=tried, translate=_)
    moment = now()
    offline: bool = current_app.config["OFFLINE"]
    routes = (
        center().usual_routes(query=query, topic=topic, article=article)
        if offline
        else center().routes(query=query, topic=topic, article=article, now=moment)
    )
    mailto = _first_mailto(routes, message)
    known = {"q": words, "topic": topic, "article": article, "tried": ",".join(tried)}
    about = {name: value for name, value in known.items() if value}
    cards = tuple(
        card_for(route, message, _way(route.channel, about) if by_form else None, mailto, moment, reference)
        for route in routes
    )
    return Help(cards, message, mailto, times.zone(moment, at_any_time=offline))


def card_for(
    route: Route,
    message: "Message",
    form: str | None,
    mailto: str | None,
    moment: datetime,
    reference: str = "",
) -> ChannelCard:
    """The card of one route at `moment`.

    `form` is the address of the form that writes to the channel, `mailto` what one without an address opens.
    """
    channel, opens = route.channel, route.opening.opens
    later = _later(channel, times.when(opens, moment)) if opens else ""
    href = form or (_href(channel.address, message) if channel.address else mailto)
    if reference and href and channel.kind is ChannelKind.CHAT:
        href += ("&" if "?" in href else "?") + urlencode({"reference": reference})
    return ChannelCard(
        route=route,
        icon=_icon(channel),
        status=_status(route, moment),
        href=href,
        action=later or _action(channel, by_form=form is not None),
        later=_later(channel, "__time__") if current_app.config["OFFLINE"] else "",
        hours=times.hours(channel.hours),
        text_alternative=_linked(channel.text_alternative, message),
        own_mail=_link(channel.address, message) if form and re.fullmatch(EMAIL, channel.address) else None,
        read_aloud=reference if channel.kind is ChannelKind.PHONE else "",
    )


def _status(route: Route, moment: datetime) -> str:
    if route.channel.hours is None:
        return _("Write at any time")
    return times.status(route.opening, moment, calls_back=route.channel.kind is ChannelKind.CALLBACK)


def _way(channel: Channel, about: dict[str, Any]) -> str | None:
    """The form that is a way to the channel, with what is known filled in; an export has no forms."""
    if channel.kind not in BY_FORM or current_app.config["OFFLINE"]:
        return None
    return url_for("requests.new", channel=channel.id, **about)


def _action(channel: Channel, *, by_form: bool) -> str:
    if channel.kind is ChannelKind.PHONE:
        return Markup(_("Call %(number)s")) % {"number": phone(channel.address)}  # noqa: S704  our own words
    if by_form and channel.kind is not ChannelKind.CALLBACK:
        return _("Open the contact form")
    return str(_ACTIONS[channel.kind])


def _later(channel: Channel, time: str) -> str:
    """What to do from `time` on with a channel that nobody is at now; '' for one that takes messages."""
    if channel.kind in TAKES_MESSAGES:
        return ""
    if channel.kind is ChannelKind.PHONE:
        return _("Call %(number)s from %(time)s", number=isolated(channel.address), time=time)
    return _("Chat from %(time)s", time=time)


def _icon(channel: Channel) -> str:
    if channel.id == _ACCESSIBILITY:
        return "accessibility"
    return _ICONS.get(channel.kind, channel.kind.value)


def _href(address: str, message: "Message") -> str | None:
    if address.startswith(("https://", "http://", "/")):
        return address
    if re.fullmatch(EMAIL, address):
        return message.mailto(address)
    if PHONE.fullmatch(address):
        return "tel:" + re.sub(r"[^\d+]", "", address)
    return None


def _linked(text: str, message: "Message") -> Markup:
    parts = []
    end = 0
    for found in re.finditer(EMAIL_IN_TEXT, text):
        parts += [with_phones(text[end : found.start()]), _link(found[0], message)]
        end = found.end()
    return Markup("").join([*parts, with_phones(text[end:])])


def _link(address: str, message: "Message") -> Markup:
    return Markup('<a href="{}">{}</a>').format(message.mailto(address), address)


def _first_mailto(routes: tuple[Route, ...], message: "Message") -> str | None:
    writable = (route.channel for route in routes if route.channel.id != _ACCESSIBILITY)
    for channel in writable:
        if re.fullmatch(EMAIL, channel.address):
            return message.mailto(channel.address)
        found = re.search(EMAIL_IN_TEXT, channel.text_alternative)
        if found:
            return message.mailto(found[0])
    return None

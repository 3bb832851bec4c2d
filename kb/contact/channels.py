"""The channels that `seeds/channels.yaml` lists, checked.

The file is a list of channels; its keys are the fields of `kb.model.Channel`, and nothing else. What
may stand in `hours` is explained in `kb.contact.hours`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import TypeAdapter, with_config

from kb.contact.addresses import EMAIL
from kb.contact.hours import hours_fault
from kb.errors import Problem
from kb.model import Channel, ChannelKind, MailSettings, Wait
from kb.webaddress import is_web_address
from kb.yamlfile import line_of, load_entries, read_seed, tell

NAME = "seeds/channels.yaml"

PHONE = re.compile(r"\+?(?:[ ()/.-]*\d){3,}[ ()-]*")
"""A phone number, short ones like 112 too, as it is written anywhere: 0316/12 34 56-0, 514.555.0199."""

_ADDRESS: dict[ChannelKind, tuple[Callable[[str], object], str, str]] = {
    ChannelKind.CHAT: (is_web_address, "the chat's web address", "https://shop.example/chat"),
    ChannelKind.PHONE: (PHONE.fullmatch, "a phone number", "'0808 157 0142'"),
    ChannelKind.EMAIL: (re.compile(EMAIL).fullmatch, "an e-mail address", "help@shop.example"),
}
"""What an address is for the kinds that cannot do without one: whether a text is one, in words, example."""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class _Wait(Wait):
    """A wait as the file may write it: an unknown key is a mistake."""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class _Channel(Channel):
    """A channel as the file may write it: an unknown key is a mistake."""

    wait: _Wait | None = None


_ONE = TypeAdapter(_Channel)


def load_channels(seeds: Path) -> tuple[Channel, ...]:
    """The channels of `seeds/channels.yaml`, in its order.

    Raises KBError with every problem in the file, each with its line and what to do.
    """
    found, problems, node = load_entries(seeds / "channels.yaml", _ONE, NAME)
    for index, channel in found.items():
        before = [other.id for number, other in found.items() if number < index]
        for key, problem, fix in _mistakes(channel, before):
            problems.append(Problem(NAME, line_of(node, (index, *key)), problem, fix))
    tell(problems)
    return tuple(_plain(channel) for channel in found.values())


def team_address(settings: MailSettings, channels: tuple[Channel, ...], channel: str) -> str:
    """Who gets the requests of the channel of that id: as `mail.to` says, else where e-mail goes."""
    by_mail = {each.id: each.address for each in channels if each.kind is ChannelKind.EMAIL and each.address}
    first = next(iter(by_mail.values()), settings.sender)
    return settings.to.get(channel) or by_mail.get(channel) or first


def named_channels(seeds: Path) -> list[str] | None:
    """The ids that `seeds/channels.yaml` gives, whatever else is wrong with it; None when it is no list."""
    value, *_ = read_seed(seeds / "channels.yaml", NAME)
    if not isinstance(value, list):
        return None
    return [row["id"] for row in value if isinstance(row, dict) and isinstance(row.get("id"), str)]


def _mistakes(channel: _Channel, before: list[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """(keys, problem, fix) for each thing wrong with a channel of the right shape."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", channel.id):
        yield ("id",), f"'id' cannot be {channel.id!r}.", "Use small letters, digits and hyphens, like chat."
    elif channel.id in before:
        yield ("id",), f"'{channel.id}' is the id of another channel too.", "Give each channel its own id."
    for key in ("name", "good_for"):
        if not getattr(channel, key).strip():
            yield (key,), f"'{key}' is empty.", f"Write the channel's {key.replace('_', ' ')} in words."
    is_one, words, example = _ADDRESS.get(channel.kind, (None, "", ""))
    if is_one and not channel.address.strip():
        yield ("address",), f"{channel.id!r} has no address.", f"Add {words}: 'address: {example}'."
    elif is_one and not is_one(channel.address):
        yield ("address",), f"'address' is not {words}: {channel.address!r}.", f"Write it like {example}."
    if channel.hours is not None and (fault := hours_fault(channel.hours)):
        yield ("hours",), *fault
    if channel.wait is not None:
        for key in ("text", "set_by"):
            if not getattr(channel.wait, key).strip():
                yield ("wait", key), f"'{key}' is empty.", "Say what wait to expect, and who set it."


def _plain(entry: _Channel) -> Channel:
    values = {field.name: getattr(entry, field.name) for field in fields(Channel)}
    if entry.wait is not None:
        values["wait"] = Wait(entry.wait.text, entry.wait.set_by, entry.wait.set_on)
    return Channel(**values)

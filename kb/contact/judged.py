"""Problems with known channels: `seeds/route_queries.yaml`, which the rules of `routing.yaml` are held to."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, with_config

from kb.errors import Problem, near_miss, told_once
from kb.yamlfile import line_of, load_entries, tell

NAME = "seeds/route_queries.yaml"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class JudgedProblem:
    """What a customer wrote, and the id of the channel that should come first for it."""

    q: Annotated[str, Field(min_length=1)]
    channel: str


_ONE = TypeAdapter(JudgedProblem)


def read_problems(seeds: Path, channels: Collection[str]) -> list[JudgedProblem]:
    """The judged problems of a help center with the channels of those ids, none when there is no file.

    Raises KBError with every mistake in it, a channel that is not there among them.
    """
    file = seeds / "route_queries.yaml"
    if not file.exists():
        return []
    entries, problems, node = load_entries(file, _ONE, NAME, empty=[])
    unknown = []
    for number, entry in entries.items():
        if entry.channel not in channels:
            fix = near_miss(entry.channel, sorted(channels)) or "Name one of seeds/channels.yaml."
            line = line_of(node, [number, "channel"])
            unknown.append(Problem(NAME, line, f"there is no channel '{entry.channel}'.", fix))
    tell([*problems, *told_once(unknown, len(entries), "channel")])
    return list(entries.values())

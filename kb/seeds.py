"""What the seeds say of the site, its channels, notices, routing and orders, while a server runs.

A notice must show without a restart, and a slip of the pen must take nothing away: a changed file counts
from the moment that it has no mistake, and until then what it said before.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from kb.contact.channels import load_channels
from kb.contact.hours import check_site
from kb.contact.numbers import order_numbers
from kb.contact.orders_csv import CsvOrders, load_orders
from kb.contact.rules import Rules, load_rules
from kb.content.assets import image_size
from kb.content.notices import load_notices
from kb.content.seeds import at_key, load_site, logo_problems
from kb.errors import KBError, Problem
from kb.following import LOOK_EVERY_S, Followed, Stamp, stamp
from kb.model import Channel, Notice, Site

T = TypeVar("T")

logger = logging.getLogger(__name__)

NEEDS_RESTART = ("database_url", "language", "mail", "orders_url", "retention_days")
"""What is opened once, or belongs to the process that sends mail too: keys of site.yaml."""

_FILES = ("", "site.yaml", "channels.yaml", "notices.yaml", "routing.yaml", "orders.csv")
"""What is looked at; the folder itself changes when a logo is put there."""

_Stamps = dict[str, Stamp | None]


@dataclass(frozen=True, slots=True)
class Seeds:
    """All of it at one moment; `version` is another after every change. `logo_size` is width and height.

    `orders` are those of the file, None without one, and where the shop's endpoint is asked instead.
    """

    site: Site
    channels: tuple[Channel, ...]
    notices: tuple[Notice, ...]
    rules: Rules
    logo_size: tuple[int, int]
    orders: CsvOrders | None = None
    version: int = 0


class LiveSeeds:
    """The seeds of a folder, followed; safe for threads. Raises KBError when they are broken at first.

    `today` says which day it is for orders.
    """

    def __init__(
        self,
        folder: Path,
        look_every_s: float = LOOK_EVERY_S,
        today: Callable[[], date] = date.today,
    ) -> None:
        stamps = _stamps(folder)
        site = _site(folder)
        notices = load_notices(folder, site.timezone)
        logo_size = _logo_size(folder, site)
        orders = _orders(folder, site, today)
        seeds = Seeds(site, load_channels(folder), notices, load_rules(folder), logo_size, orders)
        self._followed = Followed((stamps, seeds), partial(_look, folder, today), look_every_s)

    def now(self) -> Seeds:
        """What they say, looked at again after `look_every_s` seconds."""
        return self._followed.now()[1]


def _look(folder: Path, today: Callable[[], date], was: tuple[_Stamps, Seeds]) -> tuple[_Stamps, Seeds]:
    stamps = _stamps(folder)
    changed = {name for name in _FILES if stamps[name] != was[0][name]}
    return (stamps, _read(folder, today, was[1], changed)) if changed else was


def _stamps(folder: Path) -> _Stamps:
    return {name: _stamp(folder / name) for name in _FILES}


def _read(folder: Path, today: Callable[[], date], was: Seeds, changed: set[str]) -> Seeds:
    """`was`, with what the `changed` files say in its place, as far as they are without mistakes."""
    site, channels, notices, rules, orders = was.site, was.channels, was.notices, was.rules, was.orders
    if changed & {"", "site.yaml"}:
        site = _as_opened(_sound(lambda: _site(folder), site), was.site)
    if "channels.yaml" in changed:
        channels = _sound(lambda: load_channels(folder), channels)
    if "notices.yaml" in changed or site.timezone != was.site.timezone:
        notices = _sound(lambda: load_notices(folder, site.timezone), notices)
    if "routing.yaml" in changed:
        rules = _sound(lambda: load_rules(folder), rules)
    if "orders.csv" in changed or site.order_number != was.site.order_number:
        orders = _sound(lambda: _orders(folder, site, today), orders)
    return Seeds(site, channels, notices, rules, _logo_size(folder, site), orders, was.version + 1)


def _site(folder: Path) -> Site:
    site = load_site(folder)
    problems = at_key(folder, "holidays", check_site(site)) + database_problems(folder, site)
    if problems:
        raise KBError(problems)
    unfit = logo_problems(folder, site)
    for problem in unfit:
        logger.warning("%s", problem)
    return replace(site, logo="") if unfit else site


def database_problems(folder: Path, site: Site) -> list[Problem]:
    """What is wrong with `database_url`, at its line; the database itself is not opened."""
    if not site.database_url:
        return []
    from kb.database import Database  # for those who check; it takes long to load

    try:
        Database(site.database_url)
    except KBError as error:
        name = "seeds/site.yaml"
        told = [replace(one, path=name, problem=f"'database_url' {one.problem}") for one in error.problems]
        return at_key(folder, "database_url", told)
    return []


def _orders(folder: Path, site: Site, today: Callable[[], date]) -> CsvOrders | None:
    if site.orders_url:
        return None
    try:
        return load_orders(folder, order_numbers(site.order_number), today)
    except FileNotFoundError:
        return None


def _logo_size(folder: Path, site: Site) -> tuple[int, int]:
    return image_size(folder / site.logo) if site.logo else (0, 0)


def _sound(read: Callable[[], T], before: T) -> T:
    """What `read` gives; what it gave `before`, and the log says why, when it can't be read.

    That is nearly always a mistake that a person must mend. But whatever it is, one file must not keep the
    others from counting.
    """
    try:
        return read()
    except KBError as error:
        for problem in error.problems:
            logger.warning("%s Until then it counts as it was.", problem)
    except Exception:
        logger.exception("A file of seeds can't be read. Until it can, it counts as it was.")
    return before


def _as_opened(site: Site, was: Site) -> Site:
    """`site` with what takes a restart as it `was`."""
    kept = {key: getattr(was, key) for key in NEEDS_RESTART}
    other = [key for key in NEEDS_RESTART if getattr(site, key) != kept[key]]
    if other:
        logger.warning("seeds/site.yaml: changed, but used only after a restart: %s.", ", ".join(other))
    return replace(site, **kept)


def _stamp(file: Path) -> Stamp | None:
    """None when it is not there, which is a state that can change too."""
    try:
        return stamp(file)
    except OSError:
        return None

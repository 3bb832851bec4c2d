"""Orders from `seeds/orders.csv`: for trying the order status page, and for small shops.

The file is UTF-8, commas between cells; its first line is the header, lines that begin with `#` are
comments. Days are ISO dates, or days from today: `-3d`, `0d`, `+2d`. Columns, in any order:

number*          HF-204815, or as `order_number` in site.yaml
email*           the address it was ordered with
status*          ordered, packed, shipped, out_for_delivery, delivered, returned or cancelled
ordered*, packed, shipped, out_for_delivery, delivered, returned, cancelled
                 the day on which it reached that status, the one of `status` always
earliest, latest the estimated delivery: both, or neither
carrier, tracking_number, tracking_url
"""

import csv
import hmac
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kb.contact.addresses import EMAIL
from kb.contact.numbers import OrderNumbers
from kb.contact.orders import Day, Order, OrderStatus, email_digest, faults
from kb.errors import KBError, Problem, near_miss
from kb.webaddress import is_web_address
from kb.yamlfile import read_text

NAME = "seeds/orders.csv"

_NEEDED = ("number", "email", "status", "ordered")
_ESTIMATE = ("earliest", "latest")
_WORDS = ("carrier", "tracking_number", "tracking_url")
_DAYS = (*OrderStatus, *_ESTIMATE)
COLUMNS = ("number", "email", "status", *(day.value for day in OrderStatus), *_ESTIMATE, *_WORDS)

_RELATIVE = re.compile(r"[+-]?\d{1,4}d")

_Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the file, checked; days that count from today still do."""

    number: str
    email: bytes
    status: OrderStatus
    days: Mapping[str, Day]
    words: Mapping[str, str]

    def order(self, today: date) -> Order:
        """The order as it is on the day `today`."""
        days = {name: today + day if isinstance(day, timedelta) else day for name, day in self.days.items()}
        return Order(
            self.number,
            self.status,
            {status: days[status] for status in OrderStatus if status in days},
            days.get("earliest"),
            days.get("latest"),
            **self.words,
        )


class CsvOrders:
    """The orders of one file, read once; `today` is asked at each look-up."""

    def __init__(self, rows: Mapping[str, _Row], today: Callable[[], date]) -> None:
        self._rows, self._today = rows, today
        self._nobody = secrets.token_bytes(32)

    def find(self, number: str, email: str) -> Order | None:
        """As `OrderSource.find`; an unknown number is compared with an address that nobody has."""
        row = self._rows.get(number)
        same = hmac.compare_digest(email_digest(email), row.email if row else self._nobody)
        return row.order(self._today()) if row and same else None


def load_orders(seeds: Path, numbers: OrderNumbers, today: Callable[[], date]) -> CsvOrders:
    """The orders of `seeds/orders.csv`, numbered as `numbers`; raises KBError naming every mistake in it."""
    rows: dict[str, _Row] = {}
    problems: list[Problem] = []
    for line, cells in _records(seeds / "orders.csv"):
        row, found = _row(cells, numbers)
        if row and row.number in rows:
            found = [(f"'{row.number}' stands there twice.", "Keep one of the two.")]
        problems += [Problem(NAME, line, *fault) for fault in found]
        if row:
            rows.setdefault(row.number, row)
    if problems:
        raise KBError(problems)
    return CsvOrders(rows, today)


def _records(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Each record's line and its cells by column; raises KBError when the file is no such table."""
    lines = list(_lines(read_text(file, NAME, "utf-8-sig")))
    if not lines:
        raise KBError.at(NAME, "has no header.", f"Begin with a line: {','.join(COLUMNS)}", 1)
    (head, columns), *records = lines
    if ";" in "".join(columns):  # as programs save tables where the comma stands in numbers
        raise KBError.at(NAME, "has ';' between its cells.", "Save it with commas between them.", head)
    problems = [Problem(NAME, head, *fault) for fault in _header_faults(columns)]
    for line, cells in records:
        if len(cells) != len(columns):
            problem = f"{len(cells)} cells, and the header has {len(columns)}."
            problems.append(Problem(NAME, line, problem, "Put a comma for each empty cell."))
    if problems:
        raise KBError(problems)
    return [(line, dict(zip(columns, cells, strict=True))) for line, cells in records]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which each record begins, and its cells; neither comments nor empty lines."""
    kept = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    reader = csv.reader((f"{line}\n" for line in kept), strict=True)
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begin, [cell.strip() for cell in cells]
            begin = reader.line_num + 1
    except csv.Error as error:
        raise KBError.at(NAME, f"is no table here: {error}.", "Close the quotes.", begin) from error


def _header_faults(columns: list[str]) -> Iterator[_Fault]:
    for needed in _NEEDED:
        if needed not in columns:
            yield f"the column '{needed}' is missing.", "Add it to the header, with commas between columns."
    for place, column in enumerate(columns):
        if column not in COLUMNS:
            fix = near_miss(column, COLUMNS) or "Remove it, or see seeds/README.md for the columns."
            yield f"there is no column '{column}'.", fix
        elif column in columns[:place]:
            yield f"the column '{column}' stands there twice.", "Remove one of the two."


def _row(cells: Mapping[str, str], numbers: OrderNumbers) -> tuple[_Row | None, list[_Fault]]:
    """The row that `cells` make, or everything that is wrong with them."""
    found = list(_cell_faults(cells, numbers))
    days: dict[str, Day] = {}
    for name in filter(cells.get, _DAYS):
        try:
            days[name] = _day(cells[name])
        except (ValueError, OverflowError):
            found.append((f"'{name}' is not a day: {cells[name]!r}.", "Write 2026-11-23, or -3d, 0d, +2d."))
    if found:
        return None, found
    status = OrderStatus(cells["status"])
    found = list(_day_faults(status, days))
    if found:
        return None, found
    words = {name: cells.get(name, "") for name in _WORDS}
    return _Row(cells["number"], email_digest(cells["email"]), status, days, words), []


def _cell_faults(cells: Mapping[str, str], numbers: OrderNumbers) -> Iterator[_Fault]:
    if not cells["number"] or numbers.order(cells["number"]) != cells["number"]:
        fix = f"Write it like {numbers.example}, or show another as 'order_number' in seeds/site.yaml."
        yield f"'number' is no order number: {cells['number']!r}.", fix
    if not re.fullmatch(EMAIL, cells["email"]):
        yield f"'email' is no e-mail address: {cells['email']!r}.", "Write it like ada@example.com."
    if cells["status"] not in list(OrderStatus):
        yield f"'status' cannot be {cells['status']!r}.", f"Write one of: {', '.join(OrderStatus)}."
    address = cells.get("tracking_url", "")
    if address and not is_web_address(address):
        yield f"'tracking_url' is no web address: {address!r}.", "Write it like https://track.example/SL1."


def _day_faults(status: OrderStatus, days: Mapping[str, Day]) -> Iterator[_Fault]:
    steps = {step: days[step] for step in OrderStatus if step in days}
    yield from faults(status, steps, days.get("earliest"), days.get("latest"))
    for step, day in steps.items():
        if isinstance(day, timedelta) and day > timedelta():
            yield f"'{step}' is in the future.", "Write 0d or earlier; what is to come is the estimate's."


def _day(text: str) -> Day:
    if _RELATIVE.fullmatch(text):
        return timedelta(days=int(text[:-1]))
    if len(text) != len("2026-11-23"):
        raise ValueError(text)
    return date.fromisoformat(text)

"""Where an order is, and the two places that know: the file of seeds, and the shop's endpoint."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.contact.numbers import order_numbers
from kb.contact.orders import (
    STEPS,
    Order,
    OrderStatus,
    Situation,
    situation,
    timeline,
)
from kb.contact.orders_csv import COLUMNS, CsvOrders, load_orders
from kb.errors import KBError
from tests.builders import REPOSITORY, write

TODAY = date(2026, 11, 23)
HEAD = "number,email,status,ordered,shipped,delivered,earliest,latest,tracking_url\n"
LINE = "HF-204815,Ada@Example.com,shipped,-3d,2026-11-21,,+1d,+2d,https://track.example/1\n"


def read(folder: Path, text: str | bytes, example: str = "") -> CsvOrders:
    return load_orders(write(folder, {"orders.csv": text}), order_numbers(example), lambda: TODAY)


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(KBError) as caught:
        read(folder, text)
    return [str(problem) for problem in caught.value.problems]


def an_order(status: OrderStatus, *, latest: int | None = None, since: int = 0) -> Order:
    """An order that came to `status` so many days ago, and is estimated so many days from today."""
    days = {OrderStatus.ORDERED: TODAY - timedelta(days=since + 3), status: TODAY - timedelta(days=since)}
    day = None if latest is None else TODAY + timedelta(days=latest)
    return Order("HF-204815", status, days, day, day)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (an_order(OrderStatus.ORDERED), Situation.NO_ESTIMATE),
        (an_order(OrderStatus.PACKED, latest=3), Situation.ON_TIME),
        (an_order(OrderStatus.SHIPPED, latest=0), Situation.ON_TIME),
        (an_order(OrderStatus.SHIPPED, latest=-1), Situation.LATE),
        (an_order(OrderStatus.ORDERED, latest=-1), Situation.LATE),
        (an_order(OrderStatus.OUT_FOR_DELIVERY, latest=2), Situation.DUE_TODAY),
        (an_order(OrderStatus.OUT_FOR_DELIVERY, latest=-2), Situation.LATE_BUT_NEAR),
        (an_order(OrderStatus.OUT_FOR_DELIVERY, latest=-1, since=1), Situation.LATE),
        (an_order(OrderStatus.OUT_FOR_DELIVERY, latest=1, since=1), Situation.ON_TIME),
        (an_order(OrderStatus.DELIVERED, latest=-4), Situation.DELIVERED),
        (an_order(OrderStatus.DELIVERED, since=14), Situation.DELIVERED),
        (an_order(OrderStatus.DELIVERED, since=15), Situation.DELIVERED_LONG_AGO),
        (an_order(OrderStatus.RETURNED, latest=-4), Situation.RETURNED),
        (an_order(OrderStatus.CANCELLED, latest=-4), Situation.CANCELLED),
    ],
)
def test_a_status_means_something_on_a_day(order: Order, expected: Situation) -> None:
    assert situation(order, TODAY) is expected


def test_the_timeline_shows_what_is_done_where_it_is_and_what_is_to_come() -> None:
    steps = timeline(an_order(OrderStatus.SHIPPED))
    assert tuple(step.status for step in steps) == STEPS
    assert [step.done for step in steps] == [True, True, True, False, False]
    assert [step.status for step in steps if step.current] == [OrderStatus.SHIPPED]
    assert [step.day for step in steps] == [TODAY - timedelta(days=3), None, TODAY, None, None]


def test_a_return_follows_all_steps_and_a_cancellation_those_that_were_reached() -> None:
    assert [step.status for step in timeline(an_order(OrderStatus.RETURNED))] == [
        *STEPS,
        OrderStatus.RETURNED,
    ]
    cancelled = timeline(an_order(OrderStatus.CANCELLED))
    assert [step.status for step in cancelled] == [OrderStatus.ORDERED, OrderStatus.CANCELLED]
    assert [step.current for step in cancelled] == [False, True]


def test_an_order_is_read_with_days_that_count_from_today(tmp_path: Path) -> None:
    order = read(tmp_path, f'# a comment, with "quotes\n\n{HEAD}\n{LINE}').find(
        "HF-204815", "ada@example.com"
    )
    assert order == Order(
        "HF-204815",
        OrderStatus.SHIPPED,
        {OrderStatus.ORDERED: date(2026, 11, 20), OrderStatus.SHIPPED: date(2026, 11, 21)},
        date(2026, 11, 24),
        date(2026, 11, 25),
        tracking_url="https://track.example/1",
    )


def test_today_is_asked_at_each_look_up(tmp_path: Path) -> None:
    days = [TODAY]
    orders = load_orders(write(tmp_path, {"orders.csv": HEAD + LINE}), order_numbers(""), lambda: days[-1])
    days.append(TODAY + timedelta(days=1))
    order = orders.find("HF-204815", "ada@example.com")
    assert order is not None
    assert order.latest == date(2026, 11, 26)


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", " ada@example.com ", "Ada@example.com"])
def test_case_and_space_around_an_address_do_not_matter(email: str, tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + LINE).find("HF-204815", email)


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("HF-204816", "ada@example.com"),
        ("HF-204815", "eve@example.com"),
        ("HF-204815", ""),
        ("", ""),
        ("HF-204815", "\ud800"),
    ],
)
def test_a_wrong_number_and_a_wrong_address_get_the_same_answer(
    number: str, email: str, tmp_path: Path
) -> None:
    assert read(tmp_path, HEAD + LINE).find(number, email) is None


def test_one_comparison_is_made_whether_the_number_exists_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(first: bytes, second: bytes) -> bool:
        compared.append((len(first), len(second)))
        return first == second

    orders = read(tmp_path, HEAD + LINE)
    monkeypatch.setattr("kb.contact.orders_csv.hmac.compare_digest", compare)
    orders.find("HF-204815", "eve@example.com")
    orders.find("HF-999999", "a-much-longer-address@example.com")
    assert compared == [(32, 32), (32, 32)]


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    text = (HEAD + LINE).replace("\n", "\r\n").encode("utf-8-sig")
    assert read(tmp_path, text).find("HF-204815", "ada@example.com")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "seeds/orders.csv:1: has no header. Begin with a line: "),
        (
            "# Mine\n" + (HEAD + LINE).replace(",", ";"),
            "seeds/orders.csv:2: has ';' between its cells. Save it with commas between them.",
        ),
        (b"\xff\xfe", "seeds/orders.csv:1: is not UTF-8."),
        ("number,email,status\n", ":1: the column 'ordered' is missing."),
        (HEAD.replace("shipped", "shiped"), ":1: there is no column 'shiped'. Did you mean 'shipped'?"),
        (HEAD.replace("shipped", "ordered"), ":1: the column 'ordered' stands there twice."),
        ("# x\n" + HEAD + "\nHF-204815,a@b.de\n", ":4: 2 cells, and the header has 9."),
        (HEAD + '"HF-204815\n', ":2: is no table here: "),
        (HEAD + LINE + LINE, ":3: 'HF-204815' stands there twice."),
        (
            HEAD + LINE.replace("HF-", ""),
            ":2: 'number' is no order number: '204815'. Write it like HF-204815, or",
        ),
        (HEAD + LINE.replace("HF-", "RT-"), ":2: 'number' is no order number: 'RT-204815'."),
        (HEAD + LINE.replace("Ada@", ""), ":2: 'email' is no e-mail address: 'Example.com'."),
        (
            HEAD + LINE.replace("shipped", "posted"),
            ":2: 'status' cannot be 'posted'. Write one of: ordered, ",
        ),
        (HEAD + LINE.replace("-3d", "3 days"), ":2: 'ordered' is not a day: '3 days'."),
        (HEAD + LINE.replace("2026-11-21", "2026-02-30"), ":2: 'shipped' is not a day: '2026-02-30'."),
        (HEAD + LINE.replace("2026-11-21", "20261121"), ":2: 'shipped' is not a day: '20261121'."),
        (HEAD + LINE.replace("2026-11-21", ""), ":2: 'shipped' is empty."),
        (HEAD + LINE.replace("-3d", ""), ":2: 'ordered' is empty."),
        (
            HEAD + LINE.replace("2026-11-21,", "-1d,0d"),
            ":2: 'delivered' has a day, and the status is 'shipped'.",
        ),
        (HEAD + LINE.replace("2026-11-21", "-4d"), ":2: 'shipped' is before 'ordered'."),
        (HEAD + LINE.replace("2026-11-21", "+1d"), ":2: 'shipped' is in the future."),
        (HEAD + LINE.replace("+1d,", ","), ":2: one of 'earliest' and 'latest' is empty."),
        (HEAD + LINE.replace("+2d", "-2d"), ":2: 'latest' is before 'earliest'."),
        (HEAD + LINE.replace("https:", "javascript:"), ":2: 'tracking_url' is no web address: "),
        (HEAD + LINE.replace("https://", "https://["), ":2: 'tracking_url' is no web address: "),
    ],
)
def test_each_mistake_in_the_file_is_named_with_its_line(
    text: str | bytes, expected: str, tmp_path: Path
) -> None:
    found = mistakes(tmp_path, text)
    assert len(found) == 1
    assert expected in found[0]


def test_all_mistakes_are_named_in_one_run(tmp_path: Path) -> None:
    text = HEAD + LINE.replace("-3d", "x").replace("HF", "H") + LINE.replace("shipped", "posted")
    assert [problem.split(" ")[0] for problem in mistakes(tmp_path, text)] == [
        "seeds/orders.csv:2:",
        "seeds/orders.csv:2:",
        "seeds/orders.csv:3:",
    ]


def test_our_own_file_has_an_order_for_every_situation_on_any_day() -> None:
    lines = (REPOSITORY / "seeds" / "orders.csv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(",")[:2] for line in lines if line.startswith("HF-")]
    for today in (TODAY, date(2028, 2, 29)):
        orders = load_orders(REPOSITORY / "seeds", order_numbers(""), lambda today=today: today)  # type: ignore[misc]
        found = [order for number, email in pairs if (order := orders.find(number, email))]
        assert len(found) == len(pairs) >= 12
        assert {situation(order, today) for order in found} == set(Situation)
        assert {order.status for order in found} == set(OrderStatus)
    assert ",".join(COLUMNS) in lines

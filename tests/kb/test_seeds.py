"""Seeds that change while a help center is open."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from kb import building
from kb import seeds as live
from kb.checking import check
from kb.errors import KBError
from kb.helpcenter import HelpCenter
from kb.model import Notice, Verdict
from kb.place import Place
from tests.builders import REPOSITORY, SEEDS, help_center, write

NOTICE = "- text: Payments are down.\n  level: critical\n"
ORDERS = "number,email,status,ordered\nHF-204815,ada@example.com,ordered,-2d\n"
SITE = SEEDS["seeds/site.yaml"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = help_center(tmp_path)
    building.build(place)
    return place


@pytest.fixture
def center(place: Place) -> HelpCenter:
    """One that looks at its files on every question."""
    return HelpCenter(place, look_every_s=-1)


def save(center: HelpCenter, name: str, text: str) -> None:
    write(center.place.root, {f"seeds/{name}": text})


def texts(center: HelpCenter) -> list[str]:
    return [notice.text for notice in center.notices]


def test_a_new_notice_is_there_at_once_and_a_removed_file_takes_it_away(center: HelpCenter) -> None:
    assert texts(center) == []
    save(center, "notices.yaml", NOTICE)
    assert texts(center) == ["Payments are down."]
    (center.place.seeds / "notices.yaml").unlink()
    assert texts(center) == []


def test_channels_rules_and_the_site_follow_their_files(center: HelpCenter) -> None:
    save(center, "channels.yaml", SEEDS["seeds/channels.yaml"].replace("name: Chat", "name: Wombats"))
    save(center, "routing.yaml", SEEDS["seeds/routing.yaml"].replace("urgent", "burning"))
    save(center, "site.yaml", SITE.replace("Small", "Large"))
    assert center.channels[0].name == "Wombats"
    assert center.rules.rules[0].id == "burning"
    assert center.site.name == "Large Shop"


def test_a_verdict_follows_the_thresholds(center: HelpCenter) -> None:
    save(center, "site.yaml", f"{SITE}answered_from: 0.01\nunsure_from: 0.01\n")
    assert center.search("track").verdict is Verdict.ANSWERED
    save(center, "site.yaml", f"{SITE}answered_from: 0.9999\nunsure_from: 0.9998\n")
    assert center.search("track").verdict is Verdict.NOTHING_USEFUL


def status(center: HelpCenter, number: str = "HF-204815") -> str | None:
    order = center.orders.find(number, "ada@example.com") if center.orders else None
    return order.status.value if order else None


def has_orders(center: HelpCenter) -> bool:
    return center.has_orders


def test_orders_come_change_and_go_with_their_file(center: HelpCenter) -> None:
    assert not has_orders(center)
    save(center, "orders.csv", ORDERS)
    assert has_orders(center)
    assert status(center) == "ordered"
    save(
        center, "orders.csv", "number,email,status,ordered,packed\nHF-204815,ada@example.com,packed,-2d,0d\n"
    )
    assert status(center) == "packed"
    (center.place.seeds / "orders.csv").unlink()
    assert not has_orders(center)
    assert center.orders is None


def test_orders_with_a_mistake_count_as_they_were_and_the_mistake_is_logged(
    center: HelpCenter, caplog: pytest.LogCaptureFixture
) -> None:
    save(center, "orders.csv", ORDERS)
    assert status(center) == "ordered"
    save(center, "orders.csv", f"{ORDERS}HF-204816,nobody,ordered,0d\n")
    assert status(center) == "ordered"
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("seeds/orders.csv:3: 'email' is no e-mail address")


def test_orders_are_read_again_when_their_numbers_are_written_otherwise(center: HelpCenter) -> None:
    save(center, "orders.csv", ORDERS.replace("HF-204815", "A-12345"))
    assert not has_orders(center)
    save(center, "site.yaml", f"{SITE}order_number: A-10000\n")
    assert status(center, "A-12345") == "ordered"


def test_a_file_with_a_mistake_counts_as_it_was_and_is_logged_once(
    center: HelpCenter, caplog: pytest.LogCaptureFixture
) -> None:
    before = center.channels
    save(center, "channels.yaml", SEEDS["seeds/channels.yaml"].replace("kind: chat", "kind: telephone"))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert center.channels == before
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("seeds/channels.yaml:2: 'kind' cannot be 'telephone'.")


def test_an_address_that_none_can_read_takes_no_page_away(center: HelpCenter) -> None:
    save(center, "site.yaml", f"{SITE}shop_url: 'https://[your-shop].example'\n")
    assert center.site.shop_url == ""


def test_a_mistake_in_one_file_keeps_no_other_from_counting(center: HelpCenter) -> None:
    save(center, "routing.yaml", "rules: [")
    save(center, "notices.yaml", NOTICE)
    assert len(center.notices) == 1
    assert center.rules.rules[0].id == "urgent"


def test_trouble_that_nobody_foresaw_keeps_what_there_was(
    center: HelpCenter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_folder: Path, _zone: str) -> tuple[Notice, ...]:
        raise OverflowError("date value out of range")

    save(center, "notices.yaml", NOTICE)
    assert texts(center) == ["Payments are down."]
    monkeypatch.setattr(live, "load_notices", fail)
    save(center, "notices.yaml", f"{NOTICE}  topics: [orders]\n")
    save(center, "routing.yaml", SEEDS["seeds/routing.yaml"].replace("urgent", "burning"))
    assert texts(center) == texts(center) == ["Payments are down."]
    assert center.rules.rules[0].id == "burning"
    assert len(caplog.records) == 1


def test_a_mended_file_counts(center: HelpCenter) -> None:
    save(center, "notices.yaml", "- txt: Payments are down.\n")
    assert texts(center) == []
    save(center, "notices.yaml", NOTICE)
    assert len(center.notices) == 1


def test_what_takes_a_restart_stays_and_is_named(
    center: HelpCenter, caplog: pytest.LogCaptureFixture
) -> None:
    save(center, "site.yaml", SITE.replace("Small", "Large") + "language: de\nretention_days: 7\n")
    assert (center.site.name, center.site.language, center.site.retention_days) == ("Large Shop", "en", 730)
    assert "used only after a restart: language, retention_days." in caplog.messages[0]


def test_moments_of_notices_follow_the_time_zone(center: HelpCenter) -> None:
    save(center, "notices.yaml", f"{NOTICE}  start: 2026-07-01 12:00\n")
    assert str(center.notices[0].start) == "2026-07-01 12:00:00+01:00"
    save(center, "site.yaml", SITE.replace("Europe/London", "Asia/Tokyo"))
    assert str(center.notices[0].start) == "2026-07-01 12:00:00+09:00"


def test_a_logo_that_comes_after_its_name_is_taken(center: HelpCenter) -> None:
    save(center, "site.yaml", f"{SITE}logo: bird.svg\n")
    assert center.logo_size == (0, 0)
    save(center, "bird.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"/>')
    assert center.logo == center.place.seeds / "bird.svg"
    assert center.logo_size == (64, 32)


def test_a_logo_with_a_script_is_named_and_ours_stays_in_its_place(
    center: HelpCenter, caplog: pytest.LogCaptureFixture
) -> None:
    script = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><script>alert(1)</script></svg>'
    save(center, "bird.svg", script)
    save(center, "site.yaml", f"{SITE}logo: bird.svg\n")
    assert (center.site.logo, center.logo, center.logo_size) == ("", None, (0, 0))
    assert "seeds/bird.svg:1: holds a script. So it is not served." in caplog.text
    assert "seeds/bird.svg:1: holds a script. So it is not served." in map(
        str, (replace(problem, fix="") for problem in check(center.place)[1])
    )


def test_the_version_changes_when_they_do_and_not_before(center: HelpCenter) -> None:
    before = center.seeds_version
    assert center.seeds_version == before
    save(center, "notices.yaml", NOTICE)
    assert center.seeds_version != before


def test_files_are_not_looked_at_on_every_question(place: Place) -> None:
    center = HelpCenter(place, look_every_s=3600)
    save(center, "notices.yaml", NOTICE)
    assert texts(center) == []


def test_seeds_broken_to_begin_with_are_refused(place: Place) -> None:
    write(place.root, {"seeds/site.yaml": "name: [\n"})
    with pytest.raises(KBError, match=r"seeds/site\.yaml:"):
        HelpCenter(place)


def test_the_readme_names_what_takes_a_restart() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    sentence = readme[: readme.index("takes a restart")].rpartition("A changed")[2]
    assert {key for key in live.NEEDS_RESTART if f"`{key}`" in sentence} == set(live.NEEDS_RESTART)

"""`kb requests`: staff read, take away and delete what customers have sent."""

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.contact.attachments import Attachment
from kb.contact.outbox import Outbox
from kb.contact.record import Mail, Written
from kb.contact.requests import Requests
from kb.contact.tables import REQUESTS
from kb.database import Database
from kb.place import Place
from tests.builders import help_center, kb

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADA = Written(
    "email", "email", "My mug broke.\nBadly, in two places, and then the handle too.", "Ada@example.com"
)
GRACE = Written("callback", "callback", "Call me", phone="0808 157 0142")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return help_center(tmp_path / "help")


@pytest.fixture
def references(place: Place) -> list[str]:
    """A request of Ada's with an attachment and mail, and then one of Grace's."""
    requests = Requests(Database.at(place.root), b"secret", "shop.example")
    photo = Attachment("mug.png", "image/png", b"\x89PNG")
    mail = Mail("team", "help@shop.example", "Mug", "It broke.")
    first = requests.send("a", ADA, [photo], NOW, lambda *_: [mail])
    second = requests.send("b", GRACE, [], NOW, lambda *_: [])
    return [first.reference, second.reference]


def test_the_list_has_the_newest_first_and_what_became_of_mail(place: Place, references: list[str]) -> None:
    lines = kb(place.root, "requests", "list").stdout.splitlines()
    assert [line.split()[2] for line in lines] == references[::-1]
    assert "not mailed" in lines[0]
    assert "0808 157 0142" in lines[0]
    assert "waiting" in lines[1]
    assert "My mug broke. Badly, in two places, and then the…" in lines[1]
    assert len(kb(place.root, "requests", "list", "--newest", "1").stdout.splitlines()) == 1


def test_a_mail_is_refused_when_the_server_says_so_and_waits_while_it_is_in_trouble(
    place: Place, references: list[str]
) -> None:
    outbox = Outbox(Database.at(place.root), "me")
    for counts, state in ((False, "waiting"), (True, "refused")):
        mail = outbox.claim(NOW)
        assert mail is not None
        outbox.put_off(mail, NOW, "no answer", counts=counts)
        (line,) = [
            line for line in kb(place.root, "requests", "list").stdout.splitlines() if references[0] in line
        ]
        assert line.split()[4] == state


def test_a_help_center_without_requests_says_so(place: Place) -> None:
    assert kb(place.root, "requests", "list").stdout == "No requests.\n"


def test_one_is_shown_in_full_by_its_reference_in_any_spelling(place: Place, references: list[str]) -> None:
    shown = kb(place.root, "requests", "show", references[0].lower().replace("-", "")).stdout
    for text in (
        "My mug broke.",
        "Ada@example.com",
        "mug.png (image/png, 4 bytes)",
        "team to help@shop.example",
    ):
        assert text in shown


def test_attachments_are_saved_and_nothing_is_written_over(
    place: Place, references: list[str], tmp_path: Path
) -> None:
    done = kb(place.root, "requests", "show", references[0], "--save", tmp_path / "new")
    assert done.exit_code == 0
    assert (tmp_path / "new" / f"{references[0]}-1-mug.png").read_bytes() == b"\x89PNG"
    again = kb(place.root, "requests", "show", references[0], "--save", tmp_path / "new")
    assert again.exit_code == 2
    assert "File exists" in again.stderr


def test_an_unknown_reference_and_a_slip_in_one_are_told_apart(place: Place, references: list[str]) -> None:
    wrong = references[0][:-1] + ("2" if references[0][-1] != "2" else "3")
    for reference, said in ((wrong, "slip"), ("2222-2222", "kb requests list")):
        done = kb(place.root, "requests", "show", reference)
        assert done.exit_code == 2
        assert said in done.stderr


def test_json_holds_everything_but_the_files_themselves(
    place: Place, references: list[str], tmp_path: Path
) -> None:
    kb(place.root, "requests", "export", tmp_path / "all.json")
    exported = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert exported == json.loads(kb(place.root, "requests", "list", "--json").stdout)
    assert exported == json.loads(kb(place.root, "requests", "export", "-").stdout)
    assert exported[1] == json.loads(kb(place.root, "requests", "show", references[0], "--json").stdout)
    assert exported[1]["written"]["happened"] == ADA.happened
    assert exported[1]["created"] == "2026-11-24T10:00:00+00:00"
    assert kb(place.root, "requests", "export", tmp_path).exit_code == 2


def test_who_wants_to_be_forgotten_is(place: Place, references: list[str]) -> None:
    asked = kb(place.root, "requests", "forget", "ada@example.com")
    assert asked.exit_code == 2
    assert len(kb(place.root, "requests", "list").stdout.splitlines()) == 2
    done = kb(place.root, "requests", "forget", "ada@example.com", "--yes")
    assert done.stdout == "1 requests of ada@example.com deleted.\n"
    (left,) = kb(place.root, "requests", "list").stdout.splitlines()
    assert references[1] in left


def test_what_customers_wrote_is_written_down_for_this_user_alone(
    place: Place, references: list[str], tmp_path: Path
) -> None:
    there = tmp_path / "there.json"
    there.write_text("")
    there.chmod(0o644)
    kb(place.root, "requests", "export", there)
    kb(place.root, "requests", "export", tmp_path / "new.json")
    kb(place.root, "requests", "show", references[0], "--save", tmp_path / "saved")
    saved = tmp_path / "saved" / f"{references[0]}-1-mug.png"
    for file in (there, tmp_path / "new.json", saved):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kb(place.root, "requests", "export", os.devnull).exit_code == 0


def test_what_is_forgotten_is_not_called_so_while_somebody_still_reads_it(
    place: Place, references: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.database._BUSY_SECONDS", 0.05)
    database = Database.at(place.root)
    with database.reading() as reader:
        reader.execute(select(REQUESTS.c.id))
        done = kb(place.root, "requests", "forget", "ada@example.com", "--yes")
        assert done.exit_code == 2
        assert "can still be read from its log" in done.stderr
    assert kb(place.root, "requests", "forget", "ada@example.com", "--yes").exit_code == 0
    for file in (place.root / ".kb").iterdir():
        assert b"My mug broke" not in file.read_bytes()


def test_who_has_a_domain_beyond_ascii_is_forgotten_in_any_spelling_and_nobody_who_looks_alike(
    place: Place,
) -> None:
    requests = Requests(Database.at(place.root), b"secret", "shop.example")
    for address in ("ada@xn--strae-oqa.de", "ada@strasse.de"):  # the form keeps them in ASCII
        requests.send(address, replace(ADA, email=address), [], NOW, lambda *_: [])
    done = kb(place.root, "requests", "forget", "Ada@straße.de", "--yes")
    assert done.stdout == "1 requests of Ada@straße.de deleted.\n"
    assert [request.written.email for request in requests.newest()] == ["ada@strasse.de"]


def test_who_gave_a_phone_number_alone_is_forgotten_by_it_in_any_spelling(
    place: Place, references: list[str]
) -> None:
    for other in ("0808 157 014", "+44 808 157 0142"):
        done = kb(place.root, "requests", "forget", other, "--yes")
        assert done.stdout == f"0 requests of {other} deleted.\n"
    done = kb(place.root, "requests", "forget", "(0808) 157-0142", "--yes")
    assert done.stdout == "1 requests of (0808) 157-0142 deleted.\n"
    (left,) = kb(place.root, "requests", "list").stdout.splitlines()
    assert references[0] in left


@pytest.mark.usefixtures("references")
@pytest.mark.parametrize("who", ["", " ", "-", "Ada"])
def test_what_is_neither_an_address_nor_a_number_forgets_nobody_though_some_gave_none(
    place: Place, who: str
) -> None:
    done = kb(place.root, "requests", "forget", "--yes", "--", who)
    assert done.exit_code == 2
    assert f"WHO: '{who}' is neither an e-mail address nor a phone number. Write the" in done.stderr
    assert len(kb(place.root, "requests", "list").stdout.splitlines()) == 2


def test_a_database_that_cannot_be_read_is_named(place: Place) -> None:
    (place.root / ".kb").mkdir()
    (place.root / ".kb" / "helpcenter.sqlite").write_text("no database" * 100)
    done = kb(place.root, "requests", "list", "--root", place.root)
    assert done.exit_code == 2
    assert "helpcenter.sqlite: the database can't be used: file is not a database." in done.stderr


@pytest.mark.parametrize("verb", ["list", "show", "export", "forget"])
def test_what_can_be_done_with_requests_is_shown_by_an_example_each(tmp_path: Path, verb: str) -> None:
    assert f"\n  kb requests {verb}" in kb(tmp_path, "requests", verb, "--help").output


def test_more_than_a_database_can_count_to_is_refused(place: Place) -> None:
    result = kb(place.root, "requests", "list", "--newest", "99999999999999999999")
    assert result.exit_code == 2
    assert "99999999999999999999 is not in the range 1<=x<=1000000000" in result.stderr


def test_forgetting_where_nobody_can_be_asked_names_yes(tmp_path: Path) -> None:
    help_center(tmp_path)
    result = kb(tmp_path, "requests", "forget", "ada@example.com")
    assert result.exit_code == 2
    assert result.stderr.endswith("kb requests forget: nobody is there to be asked. Add --yes.\n")

"""From a search that finds nothing to a mail that arrives and a record to keep, in a real browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from kb.contact.reference import read_reference
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import NO_ANSWER
from tests.browser.test_accessibility import violations
from tests.mailbox import Mailbox, mailbox
from tests.serve.running import Server, serving, until
from tests.serve.test_requests import TEAM, wait_as_people_do, with_mail

ADA = "ada@example.com"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60)


class Desk(NamedTuple):
    """A help center that mails, and the mail server it mails to."""

    server: Server
    box: Mailbox


@pytest.fixture(scope="module")
def desk(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests of this file; with a proxy to believe, so that each visitor is somebody else."""
    root = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("requests") / "help"))
    with mailbox() as box:
        with_mail(root, box.port)
        with serving(root) as server:
            yield Desk(server, box)


def fill(page: Page, happened: str = "My mug broke in two") -> None:
    page.get_by_label("What happened?").fill(happened)
    page.get_by_label("E-mail address").fill(ADA)


def send(page: Page) -> None:
    wait_as_people_do()
    page.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_search_without_an_answer_ends_in_a_mail_and_a_record(
    javascript: bool, visit: Visit, desk: Desk, tmp_path: Path
) -> None:
    page = visit(javascript=javascript).page
    before = len(desk.box.messages)
    page.goto(f"{desk.server.url}/search?q={NO_ANSWER}")
    page.get_by_role("link", name="Open the contact form").first.click()
    assert page.get_by_label("What happened?").input_value() == NO_ANSWER
    fill(page, f"{NO_ANSWER}: nobody knows")
    page.get_by_text("Add details").click()
    page.get_by_label("What would you like us to do?").fill("Tell me")
    page.get_by_label("Photos or documents").set_input_files(
        {"name": "mug.png", "mimeType": "image/png", "buffer": PNG}
    )
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    reference = page.locator("main").get_attribute("data-request") or ""
    assert read_reference(reference) == reference
    until(lambda: len(desk.box.messages) >= before + 2, "the mail and its copy arrive")
    team, copy = desk.box.to(TEAM)[-1], desk.box.to(ADA)[-1]
    assert reference in str(team["Subject"])
    assert [file.get_filename() for file in team.iter_attachments()] == ["mug.png"]
    body = copy.get_body()
    assert body
    link = next(word for word in body.get_content().split() if "/requests/" in word)
    elsewhere = visit(javascript=javascript).page
    elsewhere.goto(desk.server.url + link.partition(".example")[2])
    expect(elsewhere.locator("main")).to_contain_text("Tell me")
    expect(elsewhere.locator("main")).to_contain_text(f"It went to our team ({TEAM})")


def test_a_reload_and_a_lost_connection_lose_nothing_and_sending_clears_the_draft(
    visit: Visit, desk: Desk
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"{desk.server.url}/requests/new?channel=email")
    fill(page)
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in two")
    expect(page.locator(".draft-status")).to_contain_text("here again")
    expect(page.get_by_label("Your name")).to_be_hidden()
    page.get_by_text("Add details").click()
    page.get_by_label("Your name").fill("Ada")
    page.reload()
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    visitor.context.set_offline(True)
    send(page)
    expect(page.locator(".draft-status")).to_contain_text("You are offline")
    visitor.context.set_offline(False)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    page.goto(f"{desk.server.url}/requests/new?channel=email")
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_a_draft_from_another_page_is_offered_and_never_put_over_what_is_there(
    visit: Visit, desk: Desk
) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new?channel=email")
    fill(page)
    page.goto(f"{desk.server.url}/requests/new?channel=email&q=another+thing")
    expect(page.get_by_label("What happened?")).to_have_value("another thing")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in two")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("What happened?")).to_have_value("another thing")


def test_who_brings_a_draft_back_by_keyboard_goes_on_in_it(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new")
    fill(page, "My mug broke in five")
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    page.get_by_role("button", name="Bring it back").press("Enter")
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in five")
    expect(page.get_by_label("What happened?")).to_be_focused()


def test_what_was_sent_at_the_second_try_is_no_draft_after_going_back(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new")
    page.get_by_label("What happened?").fill("My mug broke in six")
    send(page)
    page.get_by_label("E-mail address").fill(ADA)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    page.go_back()
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in six")
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    expect(page.locator(".draft-status")).to_be_empty()


def test_a_message_written_beside_a_draft_takes_nothing_of_it_away(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    fill(page, "My mug broke in seven")
    page.goto(f"{desk.server.url}/requests/new?channel=email&q=lamp")
    expect(page.locator(".draft-status")).to_contain_text("a message that was not sent")
    fill(page, "My lamp never came")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    page.goto(f"{desk.server.url}/requests/new?channel=email&q=lamp")
    expect(page.get_by_label("What happened?")).to_have_value("lamp")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in seven")
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_a_form_handed_back_takes_nothing_of_a_draft_of_another_message(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    fill(page, "My mug broke in eight")
    page.goto(f"{desk.server.url}/requests/new?channel=email&q=lamp")
    send(page)
    expect(page.locator(".field-fault").first).to_be_visible()
    page.goto(f"{desk.server.url}/requests/new?channel=callback")
    expect(page.get_by_label("What happened?")).to_have_value("My mug broke in eight")


def test_a_draft_is_deleted_when_it_is_older_than_a_week(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new?channel=email")
    fill(page)
    page.evaluate("""() => {
        const [draft] = JSON.parse(localStorage.getItem("request-drafts"));
        localStorage.setItem("request-drafts", JSON.stringify([{ ...draft, at: draft.at - 8 * 86400000 }]));
    }""")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("")
    assert page.evaluate("localStorage.getItem('request-drafts')") is None


def test_articles_are_offered_while_typing_beside_the_form(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new")
    page.get_by_label("What happened?").fill("I was charged twice for one order")
    expect(page.locator(".article-suggestions a").first).to_contain_text("Charged twice")
    page.get_by_label("What happened?").fill("x")
    expect(page.locator(".article-suggestions a")).to_have_count(0)


def test_what_is_wrong_takes_the_focus_and_sending_again_works(visit: Visit, desk: Desk) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new")
    page.get_by_label("What happened?").fill("My mug broke in three")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter your e-mail address").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(ADA)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")


def test_who_comes_back_to_a_file_that_cannot_be_attached_hears_what_is_wrong_with_it(
    visit: Visit, desk: Desk
) -> None:
    page = visit().page
    page.goto(f"{desk.server.url}/requests/new")
    chooser = page.get_by_label("Photos or documents")
    chooser.set_input_files({"name": "mug.txt", "mimeType": "text/plain", "buffer": b"broken"})
    fill(page)
    send(page)
    expect(chooser).to_be_focused()
    expect(chooser).to_have_accessible_description(
        re.compile("Up to 5 .* “mug.txt” is not a picture or a PDF")
    )
    chooser.set_input_files({"name": "mug.png", "mimeType": "image/png", "buffer": PNG})
    expect(chooser).not_to_have_accessible_description(re.compile("mug"))


@pytest.mark.parametrize("shares", [False, True])
def test_a_record_is_kept_by_its_link(visit: Visit, desk: Desk, shares: bool) -> None:
    visitor = visit(PHONE if shares else DESKTOP)
    page = visitor.page
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.server.url)
    if shares:
        page.add_init_script("navigator.share = async ({ url }) => { window.shared = url; };")
        page.add_init_script("matchMedia = (one) => ({ matches: one.includes('coarse') });")
    page.goto(f"{desk.server.url}/requests/new")
    fill(page)
    send(page)
    link = page.get_by_label("Link to this page")
    assert link.input_value().endswith(page.url.removeprefix(desk.server.url))
    page.get_by_role("button", name="Share" if shares else "Copy link").click()
    if not shares:
        expect(page.get_by_text("Link copied")).to_be_visible()
    kept = page.evaluate("() => window.shared ?? navigator.clipboard.readText()")
    assert kept == link.input_value()


def test_a_record_fits_the_narrowest_phone_in_large_text(visit: Visit, desk: Desk) -> None:
    page = visit(320).page
    page.goto(f"{desk.server.url}/requests/new")
    fill(page, "My mug broke in seven")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_axe_finds_nothing_wrong_with_a_record_a_failed_form_and_the_links(
    visit: Visit, desk: Desk, axe_script: str
) -> None:
    page = visit(width=PHONE).page
    page.goto(f"{desk.server.url}/requests/links")
    assert violations(page, axe_script) == []
    page.goto(f"{desk.server.url}/requests/new")
    page.get_by_label("What happened?").fill("My mug broke in four")
    send(page)
    assert violations(page, axe_script) == []
    page.get_by_label("E-mail address").fill(ADA)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    assert violations(page, axe_script) == []
    for width in (320, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width

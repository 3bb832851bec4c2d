"""An exported help center on a web server, at a path of its own: it keeps a copy and updates itself."""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.pages import NO_ANSWER, SHIFT
from tests.builders import article, help_center, kb, write
from tests.serve.running import PATIENCE_S

BASE = "/some/help"
_PAUSE_MS = 100
_TRIES = int(1000 * PATIENCE_S / _PAUSE_MS)


class _Quiet(SimpleHTTPRequestHandler):
    """Any static web server."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def send_head(self) -> Any:
        """Goes by time in whole seconds, within one of which a test may publish twice: not for this file."""
        if self.path == f"{BASE}/sw.js":
            del self.headers["If-Modified-Since"]
        return super().send_head()


class _Server(ThreadingHTTPServer):
    """One that lets a browser's many requests at once wait for their turn."""

    request_queue_size = 100
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a browser that went on before it had all."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class Hosted:
    """A help center exported below a web root, and the server of that root while it runs."""

    root: Path
    web: Path
    server: ThreadingHTTPServer

    @property
    def url(self) -> str:
        """Where the help center is."""
        return f"http://127.0.0.1:{self.server.server_port}{BASE}/"

    def export(self) -> None:
        """Publishes it as it is now."""
        done = kb(self.root, "export", self.web / BASE.lstrip("/"))
        assert done.exit_code == 0, done.output

    def file(self, name: str) -> Path:
        """One of the files that are published."""
        return self.web / BASE.lstrip("/") / name

    def serve_instead(self, name: str, content: bytes) -> bytes:
        """Serves that as one of the files, as while an upload is under way; what it was before.

        Its time stays, so that whoever asks only for what is newer is told that there is nothing.
        """
        file = self.file(name)
        before, status = file.read_bytes(), file.stat()
        file.write_bytes(content)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        return before

    def stop(self) -> None:
        """The server is gone."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    pages = {
        "articles/orders/track.md": article(
            "Track an order", "Look **here**.\n", questions=["where is my order"]
        ),
        "articles/delivery/late.md": article("My parcel is late", "Sorry.\n"),
    }
    root = help_center(tmp_path / "shop", pages).root
    web = tmp_path / "web"
    web.mkdir()
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(web)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = Hosted(root, web, server)
    site.export()
    yield site
    site.stop()


_COPIES = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const kept = {};
    for (const name of (await caches.keys()).filter((one) => one.startsWith("help-center "))) {
        kept[name] = (await (await caches.open(name)).keys()).map((request) => request.url);
    }
    const { installing, waiting, active } = registration ?? {};
    return { kept, workers: [installing, waiting, active].map((worker) => worker?.state ?? null) };
}"""
_ALL_IS_SETTLED = [None, None, "activated"]


def stay_until_kept(page: Page, hosted: Hosted, *but: str) -> None:
    """Waits until the browser has every file of the help center as it is now except those, none older."""
    line = hosted.file("sw.js").read_text(encoding="utf-8").splitlines()[1]
    files = set(json.loads(line.partition("=")[2].removesuffix(";"))["files"]) - set(but)

    def unlike() -> object:
        copies = page.evaluate(_COPIES)
        kept = [{url.removeprefix(hosted.url) for url in urls} for urls in copies["kept"].values()]
        if kept == [files] and copies["workers"] == _ALL_IS_SETTLED:
            return None
        return copies["workers"], [(files - here, here - files) for here in kept]

    _until_nothing(unlike, page)


def _wait_for(page: Page, question: str, about: object = None) -> None:
    """Asks the page until the answer, which may be a promise, is yes."""
    _until_nothing(lambda: None if page.evaluate(question, about) else question, page)


def _until_nothing(told: Callable[[], object], page: Page) -> None:
    """Asks again and again what is wrong, until nothing is."""
    for _ in range(_TRIES):
        if (wrong := told()) is None:
            return
        page.wait_for_timeout(_PAUSE_MS)
    raise AssertionError(wrong)


def test_after_one_visit_it_works_without_the_server(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    hosted.stop()
    page.reload()
    page.get_by_label("Search the help center").fill("where is my order")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    expect(page.locator(".result-best .prose")).to_have_text("Look here.")
    page.get_by_role("link", name="Track an order").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Track an order")
    page.goto(f"{hosted.url}search.html?q={NO_ANSWER}")
    expect(page.locator("main")).to_have_attribute("data-verdict", "nothing_useful")
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is late")


def test_a_page_that_the_worker_does_not_control_has_its_copy_kept_too(visit: Visit, hosted: Hosted) -> None:
    """So is one that began to load before the worker was there, and was not ready when it came."""
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    lose = """async (name) => (await caches.open((await caches.keys())[0])).delete(name)"""
    assert page.evaluate(lose, f"{hosted.url}articles/late.html")
    page.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
    page.wait_for_function(
        "navigator.serviceWorker.controller === null && document.readyState === 'complete'"
    )
    stay_until_kept(page, hosted)


def test_an_address_from_a_host_that_hides_html_works_without_it(visit: Visit, hosted: Hosted) -> None:
    """Cloudflare Pages leads from late.html to late, which is what its visitors have in their history."""
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    hosted.stop()
    page.goto(f"{hosted.url}articles/late")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is late")


def test_results_are_not_kept_waiting_for_the_best_answers_page(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # it would have a copy, and answer
    page.route("**/articles/track.html", lambda _: None)  # answers never
    page.goto(f"{hosted.url}search.html?q=where+is+my+order")
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    expect(page.locator(".result-best .result-snippet")).to_have_text("Look here.")
    expect(page.locator(".result-excerpt")).to_have_count(0)


def test_it_updates_itself_and_fetches_only_what_has_changed(visit: Visit, hosted: Hosted) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    write(hosted.root, {"articles/delivery/late.md": article("My parcel is very late", "Sorry indeed.\n")})
    hosted.export()
    old = page.evaluate("caches.keys()")
    asked_before = len(visitor.asked_for)
    page.reload()
    _wait_for(page, "async (old) => !(await caches.keys()).some((name) => old.includes(name))", old)
    stay_until_kept(page, hosted)
    asked = {address.removeprefix(hosted.url) for address in visitor.asked_for[asked_before:]}
    assert "articles/late.html" in asked
    assert "articles/track.html" not in asked
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is very late")


def test_an_article_that_is_not_uploaded_yet_is_kept_at_a_later_visit(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    before = hosted.file("articles/late.html").read_bytes()
    write(hosted.root, {"articles/delivery/late.md": article("My parcel is very late", "Sorry indeed.\n")})
    hosted.export()
    after = hosted.serve_instead("articles/late.html", before)
    page.reload()
    stay_until_kept(page, hosted, "articles/late.html")
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is late")
    stay_until_kept(page, hosted, "articles/late.html")
    hosted.serve_instead("articles/late.html", after)
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    hosted.stop()
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is very late")


_INSTALLED = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update();
    while (registration.installing) await new Promise((again) => setTimeout(again, 20));
    return registration.active === navigator.serviceWorker.controller && !registration.waiting;
}"""


def test_the_last_version_answers_until_the_new_one_is_uploaded(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    old = page.evaluate("caches.keys()")
    before = hosted.file("offline/articles.js").read_bytes()
    write(hosted.root, {"articles/delivery/late.md": article("My parcel is very late", "Sorry indeed.\n")})
    hosted.export()
    after = hosted.serve_instead("offline/articles.js", before)
    page.reload()
    assert page.evaluate(_INSTALLED)
    assert set(old) < set(page.evaluate("caches.keys()"))
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is late")
    hosted.serve_instead("offline/articles.js", after)
    page.reload()
    stay_until_kept(page, hosted)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is very late")


def test_a_browser_without_room_for_two_versions_shows_the_new_one(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    old = page.evaluate("caches.keys()")
    used = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
    session = page.context.new_cdp_session(page)
    origin = {"origin": hosted.url.removesuffix(f"{BASE}/")}
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": used + 10_000})
    write(hosted.root, {"articles/delivery/late.md": article("My parcel is very late", "Sorry indeed.\n")})
    hosted.export()
    page.reload()
    _wait_for(page, "async (old) => !(await caches.keys()).some((name) => old.includes(name))", old)
    _wait_for(page, _INSTALLED)  # which takes its place when it has let go of the last one
    page.goto(f"{hosted.url}articles/late.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is very late")
    session.send("Storage.overrideQuotaForOrigin", origin)  # there is room again
    page.goto(f"{hosted.url}search.html?q=where+is+my+order")
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    stay_until_kept(page, hosted)


@pytest.mark.parametrize(("day", "shown"), [(19, False), (20, True), (24, True), (25, False)])
def test_a_notice_for_a_time_is_there_before_the_article_below_it(
    hosted: Hosted, visit: Visit, day: int, shown: bool
) -> None:
    notice = "- text: Card payments fail.\n  level: critical\n  start: 2026-11-20\n  end: 2026-11-24\n"
    (hosted.root / "seeds" / "notices.yaml").write_text(notice, encoding="utf-8")
    hosted.export()
    page = visit(PHONE).page
    page.clock.set_fixed_time(datetime(2026, 11, day, 12, tzinfo=UTC))
    page.route("**/offline/page-*.js", _after_a_while)
    page.goto(hosted.url + "articles/late.html")
    expect(page.get_by_text("Card payments fail.")).to_be_visible(visible=shown)
    assert page.evaluate(SHIFT) == [0, []]


@pytest.mark.parametrize(
    ("day", "line", "more", "folded"),
    [(19, "A sale is on.", "1 more notice", 1), (20, "Service problem: Cards fail.", "2 more notices", 2)],
)
def test_of_the_notices_for_this_moment_one_is_a_line_and_the_others_are_folded_up(
    hosted: Hosted, visit: Visit, day: int, line: str, more: str, folded: int
) -> None:
    notices = (
        "- text: A sale is on.\n- text: We have moved.\n"
        "- {text: Cards fail., level: critical, start: 2026-11-20, end: 2026-11-24}\n"
    )
    (hosted.root / "seeds" / "notices.yaml").write_text(notices, encoding="utf-8")
    hosted.export()
    page = visit(PHONE).page
    page.clock.set_fixed_time(datetime(2026, 11, day, 12, tzinfo=UTC))
    page.route("**/offline/page-*.js", _after_a_while)
    page.goto(hosted.url + "contact.html")
    expect(page.locator(".notice:visible")).to_have_text([line], use_inner_text=True)
    assert page.evaluate(SHIFT) == [0, []]
    page.get_by_text(more, exact=True).click()
    expect(page.locator(".notice:visible")).to_have_count(1 + folded)


@pytest.mark.parametrize("of_a_time", ["", ", end: 2099-12-24"])
def test_above_a_sure_answer_stand_only_notices_that_concern_it(
    hosted: Hosted, visit: Visit, of_a_time: str
) -> None:
    notices = (
        f"- {{text: A sale is on.{of_a_time}}}\n- {{text: Parcels are late., topics: [delivery]}}\n"
        "- {text: Answers take longer., topics: [orders]}\n- {text: Cards fail., level: critical}\n"
    )
    (hosted.root / "seeds" / "notices.yaml").write_text(notices, encoding="utf-8")
    hosted.export()
    page = visit(PHONE).page
    for query, more, folded in (
        ("where is my order", "1 more notice", ["Answers take longer."]),
        (NO_ANSWER, "3 more notices", ["A sale is on.", "Parcels are late.", "Answers take longer."]),
    ):
        page.goto(f"{hosted.url}search.html?q={query}")
        page.wait_for_selector("main[data-verdict]")
        expect(page.locator(".notice:visible")).to_have_text(
            ["Service problem: Cards fail."], use_inner_text=True
        )
        page.get_by_text(more, exact=True).click()
        expect(page.locator(".notices-more .notice:visible")).to_have_text(folded)
    stay_until_kept(page, hosted)


def test_without_javascript_a_notice_for_a_time_says_for_which(hosted: Hosted, visit: Visit) -> None:
    notices = (
        "- {text: Cards fail., level: critical, start: 2026-11-20, end: 2026-11-24}\n"
        "- {text: Parcels are late., level: critical, end: 2026-12-24 08:00}\n"
        "- {text: We have moved., level: critical, start: 2026-11-20}\n- {text: Hello., level: critical}\n"
    )
    (hosted.root / "seeds" / "notices.yaml").write_text(notices, encoding="utf-8")
    hosted.export()
    page = visit(PHONE, javascript=False).page
    for name in ("index.html", "articles/late.html"):
        page.goto(hosted.url + name)
        assert [" ".join(said.split()) for said in page.locator(".notice:visible").all_inner_texts()] == [
            "Service problem: Hello.",
            "Service problem: Cards fail. (From November 20, 2026 to November 24, 2026.)",
            "Service problem: Parcels are late. (Until December 24, 2026.)",
            "Service problem: We have moved. (From November 20, 2026.)",
        ]
    with_javascript = visit(PHONE).page
    with_javascript.goto(hosted.url)
    assert "(From" not in with_javascript.locator("body").inner_text()


def _after_a_while(route: Route) -> None:
    """A slow network: what is there without it has been painted by then."""
    time.sleep(_PAUSE_MS / 1000)
    route.continue_()


def test_it_can_be_installed(visit: Visit, hosted: Hosted) -> None:
    page = visit().page
    page.goto(hosted.url)
    stay_until_kept(page, hosted)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["url"] == f"{hosted.url}site.webmanifest"
    assert manifest["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []


def test_an_old_slug_leads_on(visit: Visit, hosted: Hosted) -> None:
    write(
        hosted.root,
        {"articles/orders/track.md": article("Track an order", "Look.\n", aliases=["where-is-it"])},
    )
    hosted.export()
    page = visit().page
    page.goto(f"{hosted.url}articles/where-is-it.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("Track an order")
    stay_until_kept(page, hosted)


def test_contact_us_names_and_leads_back_to_a_topic_however_deep_it_lies(
    visit: Visit, hosted: Hosted
) -> None:
    topics = "- {topic: delivery/abroad/customs, title: Customs and duty}\n"
    (hosted.root / "seeds" / "topics.yaml").write_text(topics, encoding="utf-8")
    write(hosted.root, {"articles/delivery/abroad/customs/duty.md": article("Who pays duty", "We do.\n")})
    hosted.export()
    page = visit().page
    page.goto(f"{hosted.url}contact.html?topic=delivery/abroad/customs")
    back = page.locator("main .lead").get_by_role("link", name="Customs and duty", exact=True)
    expect(back).to_have_attribute("href", f"{hosted.url}topics/delivery/abroad/customs.html")
    stay_until_kept(page, hosted)


def test_the_zip_unpacked_elsewhere_is_the_same_help_center(
    visit: Visit, hosted: Hosted, tmp_path: Path
) -> None:
    kb(hosted.root, "export", tmp_path / "again", "--zip", tmp_path / "help.zip")
    shutil.unpack_archive(tmp_path / "help.zip", tmp_path / "stick é")
    page = visit().page
    page.goto((tmp_path / "stick é/help-center/search.html").as_uri() + "?q=where+is+my+order")
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")

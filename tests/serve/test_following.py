"""What is served follows what is written, without a restart."""

import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kb import building
from kb.place import Place
from tests.serve.running import Server, kb, live_generation, serving, until

NOTICED_S = 1.0
"""For a build and a reload on a slow machine: what counts is that no restart is needed."""


def _shows(server: Server, path: str, words: str) -> bool:
    """Whether a page has these words: one whose connection a reload cuts off has none."""
    with suppress(ConnectionError):
        return words in server.get(path).text
    return False


def _finds_wombats(server: Server) -> bool:
    return _shows(server, "/search?q=wombats", 'href="/articles/wombat-mail')


def _write(root: Path, title: str, *front_matter: str) -> None:
    lines = ["---", f"title: {title}", *front_matter, "---", "Wombats carry parcels.", ""]
    article = root / "articles" / "delivery" / "wombat-mail.md"
    article.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.alone
def test_every_worker_notices_a_rebuilt_index_within_a_second(root: Path) -> None:
    with serving(root, workers=3) as server:
        workers = server.processes()
        assert len(workers) == 3
        for worker in workers:
            with server.only(worker):
                assert not _finds_wombats(server)
        before = live_generation(root)
        _write(root, "Wombat mail")
        done = kb(root, "index", "--rebuild")
        assert done.code == 0, done.printed
        assert live_generation(root) != before
        for worker in workers:
            with server.only(worker):
                until(lambda: _finds_wombats(server), "the worker finds the new article", NOTICED_S)
                assert _shows(server, "/articles/wombat-mail", ">Wombat mail</h1>")
        assert server.processes() == workers, "no worker was started again"


@pytest.mark.alone
def test_every_worker_shows_a_changed_notice_within_a_second_and_outlives_a_mistake(root: Path) -> None:
    notices, page = root / "seeds" / "notices.yaml", "/topics/payments"
    with serving(root) as server:
        workers = server.processes()
        for worker in workers:
            with server.only(worker):
                before = server.get(page).headers["etag"]
        notices.write_text("- text: Payments are down.\n  level: critical\n", encoding="utf-8")
        for worker in workers:
            with server.only(worker):
                until(lambda: _shows(server, page, "Payments are down."), "the notice", NOTICED_S)
                assert server.get(page).headers["etag"] != before
        notices.write_text("- text: Up again.\n  level: critcal\n", encoding="utf-8")
        until(
            lambda: _shows(server, page, "Payments are down.") and "critcal" in server.printed(),
            "the log",
        )
        assert "seeds/notices.yaml:2: 'level' cannot be 'critcal'." in server.printed()
        assert server.processes() == workers, "no worker was started again"


def test_rebuilds_take_nothing_away_while_they_happen(root: Path) -> None:
    """Also when several are done before a worker's first look."""
    place = Place.at(root)
    with serving(root) as server:
        for _ in range(4):
            building.build(place)
        for worker in server.processes():
            with server.only(worker):
                assert _shows(server, "/articles/charged-twice", ">Charged twice</h1>")
                assert _shows(server, "/search?q=charged+twice", 'href="/articles/charged-twice')


def test_development_shows_drafts_and_soon_what_is_saved(root: Path) -> None:
    _write(root, "Wombat mail", "draft: true")
    with serving(root, "--development") as server:
        assert _shows(server, "/articles/wombat-mail", ">Wombat mail</h1>")
        _write(root, "Wombat express", "draft: true")
        until(lambda: _shows(server, "/articles/wombat-mail", ">Wombat express</h1>"), "a change")
        site = root / "seeds" / "site.yaml"
        text = re.sub("^name: .*", "name: Wombat & Co", site.read_text(encoding="utf-8"), flags=re.MULTILINE)
        site.write_text(text, encoding="utf-8")
        until(lambda: _shows(server, "/", "Wombat &amp; Co"), "a changed seed")


def test_a_server_for_writers_shows_drafts_to_nobody_else_and_keeps_them_while_others_build(
    root: Path,
) -> None:
    _write(root, "Wombat mail", "draft: true")
    with serving(root, "--development") as writers, serving(root) as customers:
        assert customers.get("/articles/wombat-mail").status == 404
        assert kb(root, "search", "wombats").code == 1
        _write(root, "Wombat express", "draft: true")
        until(lambda: _shows(writers, "/articles/wombat-mail", ">Wombat express</h1>"), "the draft")
        time.sleep(NOTICED_S)
        assert customers.get("/articles/wombat-mail").status == 404


def test_development_follows_articles_that_were_taken_away_and_put_back(root: Path) -> None:
    """Git does that between two branches of which one has no articles."""
    articles, aside = root / "articles", root / "aside"
    with serving(root, "--development") as server:
        articles.rename(aside)
        until(lambda: "there is no such folder" in server.printed(), "the mistake")
        aside.rename(articles)
        _write(root, "Wombat mail")
        until(lambda: _shows(server, "/articles/wombat-mail", ">Wombat mail</h1>"), "the article")
        _write(root, "Wombat post")
        until(lambda: _shows(server, "/articles/wombat-mail", ">Wombat post</h1>"), "the change")


def test_development_outlives_a_mistake_in_the_seeds_and_names_it(root: Path) -> None:
    channels, site = root / "seeds" / "channels.yaml", root / "seeds" / "site.yaml"
    good, settings = channels.read_text(encoding="utf-8"), site.read_text(encoding="utf-8")
    broken = good.replace("kind: phone", "kind: telephone")
    with serving(root, "--development") as server:
        _write(root, "Wombat mail", "draft: true")
        until(lambda: _shows(server, "/articles/wombat-mail", ">Wombat mail</h1>"), "the watcher")
        channels.write_text(broken, encoding="utf-8")
        line = broken[: broken.index("telephone")].count("\n") + 1
        until(lambda: f"seeds/channels.yaml:{line}: " in server.printed(), "the mistake is named")
        time.sleep(NOTICED_S)  # for a reload, which was the server's end
        assert _shows(server, "/contact", "<h1>Contact us</h1>")
        assert "Traceback" not in server.printed()
        channels.write_text(good.replace("name: Phone", "name: Wombat line"), encoding="utf-8")
        until(lambda: _shows(server, "/contact", "Wombat line"), "the next good save")
        os.kill(server.process.pid, signal.SIGHUP)  # as if the watcher had looked just before the mistake
        channels.write_text(broken, encoding="utf-8")
        site.write_text(settings.replace("name:", "name: Wombat", 1), encoding="utf-8")
        time.sleep(NOTICED_S)
        assert _shows(server, "/contact", "<h1>Contact us</h1>")

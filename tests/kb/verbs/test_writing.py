"""What writers do with `kb check`: what it names, and its exit codes."""

import json
from pathlib import Path

import pytest

from tests.builders import article, help_center, kb, write

FAULTY: dict[str, str | bytes] = {
    "articles/orders/a.md": article("A", "[x](trck.md) ![y](no.png)", updated="someday"),
    "articles/orders/empty.md": "",
    "articles/orders/latin.md": b"---\ntitle: Latin\n---\ncaf\xe9",
    "articles/ordrs/b.md": article("B", relatd=["a"]),
    "articles/orders/track.md": article("Track", related=["c"], retired=True, successor="bb"),
    "seeds/site.yaml": "name: S\ntimezone: Nowhere/At-all\n",
    "seeds/topics.yaml": "- topic: orders\n  title: Orders\n",
    "seeds/channels.yaml": "- id: chat\n  kind: cht\n  name: C\n  good_for: x\n- id: phone\n  adress: 1\n",
    "seeds/routing.yaml": "defaults:\n  chat: ''\n",
    "seeds/synonyms.txt": "parcel, package\nlonely\n",
}
NAMED = [
    "articles/orders/a.md:3",
    "articles/orders/a.md:5",
    "articles/orders/empty.md:1",
    "articles/orders/latin.md:4",
    "articles/orders/track.md:3",
    "articles/orders/track.md:6",
    "articles/ordrs/b.md",
    "articles/ordrs/b.md:3",
    "seeds/channels.yaml:2",
    "seeds/channels.yaml:5",
    "seeds/channels.yaml:6",
    "seeds/routing.yaml:2",
    "seeds/site.yaml:2",
    "seeds/synonyms.txt:2",
]


def test_check_names_everything_in_one_run_and_leaves_with_1(tmp_path: Path) -> None:
    help_center(tmp_path, FAULTY)
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    lines = result.stdout.strip().splitlines()
    assert lines[-1] == f"4 articles, {len(lines) - 3} errors, 2 warnings."
    assert list(dict.fromkeys(line.split(": ")[0] for line in lines[:-1])) == NAMED
    assert all(line.endswith((".", "?", "(warning)", ")")) for line in lines)


def test_a_mistake_in_one_seed_hides_none_in_others(tmp_path: Path) -> None:
    seeds: dict[str, str | bytes] = {
        "seeds/site.yaml": "name: S\nname: T\ntimezone: Nowhere/At-all\n",
        "seeds/channels.yaml": "- {id: chat, kind: cht, name: C, good_for: x}\n",
        "seeds/notices.yaml": "- {text: A, level: grave}\n- {text: B, topics: [ordrs]}\n",
        "seeds/queries.yaml": "- {q: ' ', answer: nothing}\n",
        "seeds/route_queries.yaml": "- {q: help, channel: fax}\n",
        "seeds/routing.yaml": "defaults: {chat: x, fax: y}\n",
    }
    help_center(tmp_path, seeds)
    lines = kb(tmp_path, "check").stdout.splitlines()
    assert [line[: line.index(": ") + 13] for line in lines[:-1]] == [
        "seeds/channels.yaml:1: 'kind' cann",
        "seeds/notices.yaml:1: 'level' can",
        "seeds/notices.yaml:2: there is no",
        "seeds/queries.yaml:1: 'q' is empt",
        "seeds/route_queries.yaml:1: there is no",
        "seeds/routing.yaml:1: there is no",
        "seeds/site.yaml:2: 'name' stan",
        "seeds/site.yaml:3: 'timezone' ",
    ]


def test_check_of_a_help_center_without_fault_leaves_with_0(tmp_path: Path) -> None:
    help_center(tmp_path)
    result = kb(tmp_path, "check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "1 articles, 0 errors, 0 warnings.\n")


def test_a_draft_is_checked_as_what_it_will_be_but_is_no_article_yet(tmp_path: Path) -> None:
    draft = article("Soon", "[x](gone.pdf) [y](track.md)", draft=True, related=["zzz"])
    link = "- {text: T, link: /articles/soon, link_text: A}\n"
    place = help_center(tmp_path, {"seeds/notices.yaml": link})
    (place.articles / "orders/soon.md").write_text(draft)
    assert kb(tmp_path, "check").stdout.splitlines() == [
        "articles/orders/soon.md:4: 'related' names 'zzz', which is no article. "
        "Write the slug of an article. (draft)",
        "articles/orders/soon.md:7: 'gone.pdf' leads nowhere. Correct the path, or add the file. (draft)",
        "seeds/notices.yaml:1: '/articles/soon' leads nowhere. "
        "That is a draft: it is not published yet. Write 'draft: false' in it, or take this out.",
        "1 articles and 1 drafts, 3 errors, 0 warnings.",
    ]
    (place.articles / "orders/track.md").unlink()
    assert "articles/: has only drafts in it." in kb(tmp_path, "check").stdout


def test_a_warning_counts_as_an_error_only_under_strict(tmp_path: Path) -> None:
    help_center(tmp_path, {"articles/orders/a.md": article("A", relatd=["b"])})
    assert kb(tmp_path, "check").exit_code == 0
    result = kb(tmp_path, "check", "--strict")
    assert result.exit_code == 1
    assert "Did you mean 'related'? (warning)" in result.stdout


def test_check_as_json_is_the_same_problems_as_data(tmp_path: Path) -> None:
    help_center(tmp_path, FAULTY)
    result = kb(tmp_path, "check", "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    problems = json.loads(result.stdout)
    places = [f"{p['path']}:{p['line']}" if p["line"] else p["path"] for p in problems]
    assert list(dict.fromkeys(places)) == NAMED
    assert problems[2] == {
        "path": "articles/orders/a.md",
        "line": 5,
        "problem": "'trck.md' leads nowhere.",
        "fix": "Did you mean 'track.md'?",
        "severity": "error",
    }
    assert {p["severity"] for p in problems} == {"error", "warning"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: chat\n  kind: [chat\n", "seeds/channels.yaml:3: not valid YAML"),
        (
            "- id: chat\n  kind: fax\n  name: x\n  good_for: x\n",
            "seeds/channels.yaml:2: 'kind' cannot be 'fax'.",
        ),
        ("chat: x\n", "seeds/channels.yaml:1: 'the file' must be a list"),
        ("", "seeds/channels.yaml:1: is empty."),
        (b"\xff\xfe", "seeds/channels.yaml:1: is not UTF-8."),
    ],
)
def test_broken_channels_are_named_by_check_and_stop_a_search(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    help_center(tmp_path, {"seeds/channels.yaml": text})
    checked = kb(tmp_path, "check")
    assert checked.exit_code == 1
    assert told in checked.stdout
    assert "1 articles" in checked.stdout
    searched = kb(tmp_path, "search", "order")
    assert searched.exit_code == 2
    assert told in searched.stderr


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("topics.yaml", "- {topic: orders}\n- {topic: x, title: X}\n- {topic: x, title: X}\n", [1, 3]),
        ("notices.yaml", "- {text: ''}\n- {text: Late., link: /contact}\n- {txt: x}\n", [1, 2, 3, 3]),
        ("queries.yaml", "- {q: where}\n- {q: lost, answer: trak}\n- {q: a, answer: []}\n", [1, 2, 3]),
        (
            "routing.yaml",
            "defaults: {chat: ''}\nrules:\n- {id: a, when: {word: [x]}, channels: {chat: x}}\n"
            "- {id: b, when: {}, channels: {chat: x}}\n- {id: b, when: {words: [x]}, channels: {}}\n",
            [1, 3, 4, 5, 5],
        ),
        ("routing.yaml", "rules:\n- {id: b, when: {}, channels: {chat: x}}\n", [1, 2]),
        ("routing.yaml", "defaults: {chat: ''}\nrules: none\n", [1, 2]),
    ],
)
def test_a_mistake_of_shape_hides_no_other_in_its_file(
    tmp_path: Path, name: str, text: str, lines: list[int]
) -> None:
    help_center(tmp_path, {f"seeds/{name}": text})
    told = json.loads(kb(tmp_path, "check", "--json").stdout)
    assert [one["line"] for one in told if one["path"] == f"seeds/{name}"] == lines


def test_a_mistake_in_topics_yaml_hides_none_in_articles(tmp_path: Path) -> None:
    text = article("A", updated="2999-01-01", aliases=["hc/old"])
    help_center(tmp_path, {"articles/orders/a.md": text, "seeds/topics.yaml": "- title: x\n"})
    told = kb(tmp_path, "check").stdout
    assert "seeds/topics.yaml:1: 'topic' is missing." in told
    assert "articles/orders/a.md:3: 'updated' is a day to come" in told
    assert "articles/orders/a.md:4: the alias 'hc/old' is the address of no article" in told
    assert "is not in seeds/topics.yaml" not in told


def test_a_file_of_seeds_with_a_name_that_is_none_is_told_of(tmp_path: Path) -> None:
    names = ("notices.yml", "notice.yaml", "Orders.csv", "terms.txt", ".notices.yaml", "notes.md")
    help_center(tmp_path, {f"seeds/{name}": "" for name in names})
    assert kb(tmp_path, "check").stdout.splitlines()[:-1] == [
        "seeds/Orders.csv: is not read. Did you mean 'orders.csv'? (warning)",
        "seeds/notice.yaml: is not read. Did you mean 'notices.yaml'? (warning)",
        "seeds/notices.yml: is not read. Did you mean 'notices.yaml'? (warning)",
        "seeds/terms.txt: is not read. Remove it; seeds/README.md names the files that are. (warning)",
    ]


def test_a_judged_query_that_names_no_article_is_named_with_its_line(tmp_path: Path) -> None:
    queries = (
        "- {q: where is it, answer: track}\n- {q: lost, answer: [trak, track]}\n- {q: hi, answer: nothing}\n"
    )
    help_center(tmp_path, {"seeds/queries.yaml": queries})
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    assert "seeds/queries.yaml:2: 'trak' is no article. Did you mean 'track'?\n" in result.stdout


def test_a_judged_query_that_names_a_retired_article_is_told_what_to_name_instead(tmp_path: Path) -> None:
    articles = {
        "articles/orders/track-it.md": article("Track it"),
        "articles/orders/track.md": article("Track", retired=True, successor="track-it"),
    }
    queries = "- {q: lost, answer: [track, track-it]}\n"
    help_center(tmp_path, {**articles, "seeds/queries.yaml": queries})
    told = "seeds/queries.yaml:1: 'track' is retired. Name its successor, or 'nothing'.\n"
    assert told in kb(tmp_path, "check").stdout
    assert told in kb(tmp_path, "evaluate", tmp_path).stderr


def test_seeds_that_link_to_what_is_not_there_are_named_with_line_and_fix(tmp_path: Path) -> None:
    seeds = {
        "seeds/site.yaml": "name: S\nprivacy_url: /articles/trakc\n",
        "seeds/notices.yaml": "- {text: T, link: /articles/track#it-has-moved, link_text: A}\n"
        "- {text: T, link: /contcat, link_text: B}\n- {text: T, link: /topics/orders, link_text: C}\n",
    }
    help_center(tmp_path, seeds)
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "seeds/notices.yaml:1: the article 'track' has no heading '#it-has-moved'."
        " Did you mean '#it-has-not-moved'? (warning)",
        "seeds/notices.yaml:2: '/contcat' leads nowhere. Did you mean '/contact'? (warning)",
        "seeds/site.yaml:2: there is no article 'trakc'. Did you mean '/articles/track'?",
    ]


def test_without_a_channel_all_that_routing_names_is_named(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/channels.yaml": "[]\n"})
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    assert "seeds/routing.yaml:2: there is no channel 'chat'." in result.stdout
    assert "seeds/routing.yaml: no channel serves the topic 'orders'." in result.stdout


def test_what_each_by_itself_is_wrong_in_site_yaml_has_its_line(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/site.yaml": "name: S\nholidays: XX\nbrand_colour: '#ffd400'\n"})
    told = kb(tmp_path, "check").stdout.splitlines()
    assert told[0].startswith("seeds/site.yaml:2: 'holidays' names no calendar we know: 'XX'.")
    assert told[1].startswith("seeds/site.yaml:3: 'brand_colour' #ffd400 has a contrast of 1.4 to 1")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres//shop", "is no database's address: Could not parse"),
        ("nosuch://shop", "is no database's address: Can't load plugin"),
        ("postgresql://shop:port/x", "is no database's address: invalid literal"),
    ],
)
def test_a_database_url_that_is_none_is_named_with_its_line_before_anything_starts(
    tmp_path: Path, url: str, told: str
) -> None:
    help_center(tmp_path, {"seeds/site.yaml": f"name: S\ndatabase_url: {url}\n"})
    checked = kb(tmp_path, "check")
    assert checked.exit_code == 1
    assert checked.stdout.startswith(f"seeds/site.yaml:2: 'database_url' {told}")
    searched = kb(tmp_path, "search", "order")
    assert searched.exit_code == 2
    assert f"seeds/site.yaml:2: 'database_url' {told}" in searched.stderr


def test_a_language_that_the_pages_do_not_speak_is_a_warning_until_its_catalogue_is_there(
    tmp_path: Path,
) -> None:
    help_center(tmp_path, {"seeds/site.yaml": "name: S\nlanguage: de-AT\n"})
    warned = kb(tmp_path, "check").stdout
    assert "seeds/site.yaml:2: the pages' own words have no translation into 'de-AT'" in warned
    write(tmp_path, {"seeds/translations/de/LC_MESSAGES/messages.mo": ""})
    assert "0 errors, 0 warnings" in kb(tmp_path, "check").stdout


def test_judged_queries_of_another_help_center_are_told_once_for_the_file(tmp_path: Path) -> None:
    queries = "".join(f"- {{q: query {number}, answer: other-{number}}}\n" for number in range(11))
    problems = "".join(f"- {{q: problem {number}, channel: fax}}\n" for number in range(11))
    help_center(tmp_path, {"seeds/queries.yaml": queries, "seeds/route_queries.yaml": problems})
    told = kb(tmp_path, "check").stdout.splitlines()
    fix = "Write your own instead, or delete the file."
    assert f"seeds/queries.yaml: not one of the 11 articles that it names is there. {fix}" in told
    assert f"seeds/route_queries.yaml: not one of the 11 channels that it names is there. {fix}" in told
    assert sum("queries.yaml" in line for line in told) == 2

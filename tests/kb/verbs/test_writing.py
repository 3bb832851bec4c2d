"""What writers do with `kb check`: what it names, and its exit codes."""

import json
from pathlib import Path

import pytest

from tests.builders import article, help_center, kb

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
        "seeds/notices.yaml:1: there is no article 'soon'. Link to an article that exists.",
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
        "fix": "Did you mean 'orders/track.md'?",
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


def test_a_judged_query_that_names_no_article_is_named_with_its_line(tmp_path: Path) -> None:
    queries = (
        "- {q: where is it, answer: track}\n- {q: lost, answer: [trak, track]}\n- {q: hi, answer: nothing}\n"
    )
    help_center(tmp_path, {"seeds/queries.yaml": queries})
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    assert "seeds/queries.yaml:2: 'trak' is no article. Did you mean 'track'?\n" in result.stdout


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


def test_a_file_given_as_the_help_center_is_told(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("a file")
    result = kb(tmp_path / "shop", "check")
    assert result.exit_code == 1
    assert (
        "seeds/site.yaml: lies in what is a file, not a folder. Name the help center's folder."
        in result.stdout
    )
    assert "Errno" not in result.output

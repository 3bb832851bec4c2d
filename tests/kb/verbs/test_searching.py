"""What writers do with `kb search` and `evaluate`: what these print, and their exit codes."""

import json
import os
from pathlib import Path

import pytest

from tests.builders import help_center, kb, write


def test_search_prints_results_and_leaves_with_1_when_nothing_is_useful(tmp_path: Path) -> None:
    help_center(tmp_path)
    found = kb(tmp_path, "search", "where", "is", "my", "order")
    assert found.exit_code == 0
    assert "1. Track an order" in found.stdout
    nothing = kb(tmp_path, "search", "xylophone lessons")
    assert nothing.exit_code == 1
    assert nothing.stdout.startswith("nothing_useful")
    assert "Chat" in nothing.stdout
    assert "E-mail" in nothing.stdout


def test_search_as_json_has_the_one_shape_of_a_result(tmp_path: Path) -> None:
    help_center(tmp_path)
    result = kb(tmp_path, "search", "track my order", "--json")
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert list(answer) == ["query", "verdict", "confidence", "suggestion", "total", "results", "channels"]
    fields = "slug title url heading anchor snippet topic updated score".split()
    assert list(answer["results"][0]) == fields
    assert {channel["id"] for channel in answer["channels"]} == {"chat", "email"}
    assert all(channel["reason"] for channel in answer["channels"])


def test_search_as_json_holds_its_explanation(tmp_path: Path) -> None:
    help_center(tmp_path)
    plain = kb(tmp_path, "search", "track my order", "--explain").stdout
    answer = json.loads(kb(tmp_path, "search", "track my order", "--json", "--explain").stdout)
    assert answer["total"] == 1
    assert answer["explanation"]
    assert plain.endswith("\n".join(answer["explanation"]) + "\n")


def test_a_foreign_tree_is_checked_and_searched_from_the_command(tmp_path: Path) -> None:
    help_center(tmp_path / "shop")
    tree = write(tmp_path / "a & b", {"x y/Odd one.md": "# Fuse box\n\nThe fuse is blown.", "e.md": ""})
    checked = kb(tmp_path / "shop", "check", "--articles", tree)
    assert checked.exit_code == 1
    assert checked.stdout.splitlines() == [
        f"{tree}/e.md:1: is empty. Write the article, or delete the file.",
        "1 articles, 1 errors, 0 warnings.",
    ]
    found = kb(tmp_path / "shop", "search", "--articles", tree, "blown fuse", "--json")
    assert json.loads(found.stdout)["results"][0]["url"] == "/articles/odd-one"


def test_evaluate_measures_a_help_centers_own_queries(tmp_path: Path) -> None:
    queries = "- {q: where is my order now, answer: track}\n- {q: xylophone lessons, answer: nothing}\n"
    help_center(tmp_path, {"seeds/queries.yaml": queries})
    result = kb(tmp_path, "evaluate", tmp_path, "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert (figures["articles"], figures["success@3"]) == (1, 1.0)


def test_without_a_judged_query_there_is_nothing_to_measure(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/queries.yaml": "[]\n"})
    result = kb(tmp_path, "evaluate", tmp_path, "--threshold-table")
    assert result.exit_code == 0
    assert "unsure_from" not in result.stdout


def test_what_can_not_be_written_down_is_named(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/queries.yaml": "- {q: where is it, answer: track}\n"})
    result = kb(tmp_path, "evaluate", tmp_path, "--per-query", tmp_path / "none" / "failures.jsonl")
    assert result.exit_code == 2
    assert "failures.jsonl: cannot be written: No such file or directory." in result.stderr


def test_a_search_in_a_topic_that_is_none_names_the_closest(tmp_path: Path) -> None:
    help_center(tmp_path)
    result = kb(tmp_path, "search", "order", "--topic", "order")
    assert result.exit_code == 2
    assert result.stderr.endswith("--topic: there is no topic 'order'. Did you mean 'orders'?\n")


def test_a_tree_whose_name_is_no_text_is_searched_like_any(tmp_path: Path) -> None:
    help_center(tmp_path / "shop")
    tree = tmp_path / os.fsdecode(b"n\xff")
    try:
        write(tree, {"fuse.md": "# Fuse box\n\nThe fuse is blown."})
    except OSError:
        pytest.skip("this disk takes no such names")
    found = kb(tmp_path / "shop", "search", "--articles", tree, "blown fuse", "--json")
    assert json.loads(found.stdout)["results"][0]["url"] == "/articles/fuse"


def test_evaluate_as_json_holds_the_threshold_table(tmp_path: Path) -> None:
    queries = "- {q: where is my order, answer: track}\n- {q: xylophone lessons, answer: nothing}\n"
    help_center(tmp_path, {"seeds/queries.yaml": queries})
    result = kb(tmp_path, "evaluate", tmp_path, "--json", "--threshold-table")
    table = json.loads(result.stdout)["threshold_table"]
    assert [row["unsure_from"] for row in table] == [step / 20 for step in range(1, 20)]
    assert table[0] == {"unsure_from": 0.05, "answerable_shown": 1, "unanswerable_caught": 1, "right": 1}

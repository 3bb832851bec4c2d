"""Problems with known channels: what the file holds, and what each mistake in it is answered with."""

from pathlib import Path

import pytest

from kb.contact.judged import JudgedProblem, read_problems
from kb.errors import KBError
from tests.builders import help_center, kb, write

CHANNELS = ("chat", "phone")


def test_a_problem_has_its_words_and_the_channel_that_should_come_first(tmp_path: Path) -> None:
    write(tmp_path, {"route_queries.yaml": "- {q: It burns., channel: phone}\n"})
    assert read_problems(tmp_path, CHANNELS) == [JudgedProblem("It burns.", "phone")]


def test_without_the_file_or_with_comments_only_there_are_none(tmp_path: Path) -> None:
    assert read_problems(tmp_path, CHANNELS) == []
    write(tmp_path, {"route_queries.yaml": "# None yet.\n"})
    assert read_problems(tmp_path, CHANNELS) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{q: It burns., channel: phnoe}", "there is no channel 'phnoe'. Did you mean 'phone'?"),
        ("{q: It burns., channel: fax}", "there is no channel 'fax'. Name one of seeds/channels.yaml."),
        ("{q: It burns.}", "'channel' is missing."),
        ("{q: '', channel: chat}", "'q' is empty."),
        ("{query: It burns., q: x, channel: chat}", "'query' is not a key we know."),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, entry: str, words: str) -> None:
    write(tmp_path, {"route_queries.yaml": f"- {{q: Hello., channel: chat}}\n- {entry}\n"})
    with pytest.raises(KBError) as caught:
        read_problems(tmp_path, CHANNELS)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"seeds/route_queries.yaml:2: {words}")


def test_kb_check_reads_it(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/route_queries.yaml": "- {q: It burns., channel: phone}\n"})
    result = kb(tmp_path, "check")
    assert result.exit_code == 1
    assert "seeds/route_queries.yaml:1: there is no channel 'phone'." in result.stdout

"""What seeds may link to on the site."""

from pathlib import Path

import pytest

from kb.content.library import read_library
from kb.content.targets import Targets
from kb.errors import Severity
from tests.builders import article, write


@pytest.fixture
def targets(tmp_path: Path) -> Targets:
    files = {
        "orders/track.md": article("Track", "Look.\n\n## Größe & more\n\nx <a id='here'></a>"),
        "orders/abroad/customs.md": article("Customs"),
        "orders/terms.pdf": "pdf",
    }
    return Targets.of(read_library(write(tmp_path, files)), tmp_path)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://shop.example/nowhere",
        "/",
        "/contact",
        "/contact/?q=parcel",
        "/articles/track",
        "/articles/track#größe-more",
        "/articles/track#gr%C3%B6%C3%9Fe-more",
        "/articles/track?from=notice",
        "/articles/track#here",
        "/topics/orders",
        "/topics/orders/abroad",
        "/files/orders/terms.pdf",
    ],
)
def test_what_is_there_is_no_fault(targets: Targets, link: str) -> None:
    assert targets.fault(link) is None


@pytest.mark.parametrize(
    ("link", "problem", "fix", "severity"),
    [
        ("/articles/trck", "there is no article 'trck'.", "'/articles/track'", Severity.ERROR),
        ("/articles/zzz", "there is no article 'zzz'.", "Link to an article that exists.", Severity.ERROR),
        ("/articles/track#size", "has no heading '#size'.", "after '#'", Severity.WARNING),
        ("/topics/order", "'/topics/order' leads nowhere.", "'/topics/orders'", Severity.WARNING),
        ("/files/orders/terms.txt", "leads nowhere.", "Correct the address", Severity.WARNING),
        ("/contatc", "'/contatc' leads nowhere.", "'/contact'", Severity.WARNING),
        ("/privacy", "'/privacy' leads nowhere.", "begin it with https://.", Severity.WARNING),
    ],
)
def test_what_is_not_there_is_named_with_the_closest(
    targets: Targets, link: str, problem: str, fix: str, severity: Severity
) -> None:
    fault = targets.fault(link)
    assert fault
    assert problem in fault[0]
    assert fix in fault[1]
    assert fault[2] is severity


def test_a_draft_is_said_to_be_one(tmp_path: Path) -> None:
    files = {
        "orders/track.md": article("Track"),
        "orders/abroad.md": "---\ntitle: Abroad\ndraft: true\naliases: [customs]\n---\nSoon.",
    }
    targets = Targets.of(read_library(write(tmp_path, files), drafts=True), tmp_path)
    for link in ("/articles/abroad", "/articles/customs#duty"):
        fault = targets.fault(link)
        assert fault
        assert fault[1].startswith("That is a draft")

"""What the documents say of the code still holds."""

import re

from tests.builders import REPOSITORY

MODULES = sorted(
    str(file.relative_to(REPOSITORY))
    for room in ("kb", "webapp")
    for file in (REPOSITORY / room).rglob("*.py")
    if not file.stem.startswith("__") and "migrations" not in file.parts
)


def test_the_map_of_the_code_names_every_module() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {re.sub(r"^.*/|\.py$", "", word) for word in re.findall(r"`([\w./]+)`", text)}
    assert [module for module in MODULES if module.rpartition("/")[2].removesuffix(".py") not in named] == []


def test_every_file_that_the_map_leads_to_is_there() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:kb|webapp|tests|seeds)/[\w./-]+\.\w+)`", text))
    assert [path for path in sorted(named) if not (REPOSITORY / path).exists()] == []

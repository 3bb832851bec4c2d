"""Options that several verbs of the `kb` command share, and how they leave."""

from pathlib import Path

import click

from kb.errors import KBError
from kb.place import Place

EXIT_MEND, EXIT_FAILED = 1, 2
"""Something is to be mended, or nothing useful was found; it could not be done."""

EXIT_INTERRUPTED = 128 + 2
"""What a shell makes of a command that Ctrl+C (signal 2) ended."""


def _set_root(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = value


def text(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A callback that refuses bytes that are no text, as a terminal of another encoding sends them."""
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise click.BadParameter(f"{value!r} is not UTF-8. Set the terminal to UTF-8, and type it again.")
    return value


root = click.option(
    "--root",
    type=click.Path(path_type=Path),
    callback=_set_root,
    expose_value=False,
    help="The help center's folder. [default: here]",
)
"""The same option as the group's, so that it may also stand behind the verb; the folder is the context's."""

articles = click.option(
    "--articles", type=click.Path(path_type=Path), help="Another tree of Markdown files, served as it is."
)

as_json = click.option("--json", "as_data", is_flag=True, help="Print everything as JSON.")


def place(root: Path, articles: Path | None = None) -> Place:
    """The help center in `root`, as `Place.at`; raises KBError when there is none, or none was named."""
    found = Place.at(root, articles)
    if not found.seeds.is_dir():
        fix = "Name its folder: kb --root DIR …; or begin one: kb init DIR."
        raise KBError.at(root if root.name else root.absolute(), "is no help center.", fix)
    return found

"""Options that several verbs of the `kb` command share, and how they leave."""

from pathlib import Path

import click

EXIT_MEND, EXIT_FAILED = 1, 2
"""Something is to be mended, or nothing useful was found; it could not be done."""


def _set_root(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = value


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

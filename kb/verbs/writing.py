"""`kb init`, `new` and `check`: a help center begun, an article, and everything that a writer should mend."""

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from shlex import quote

import click

from kb import checking, starter
from kb.content.library import untracked
from kb.errors import Severity
from kb.verbs import console, options


def _folder(_context: click.Context, _argument: click.Parameter, value: str) -> Path:
    """A folder that was named: as a path, nothing is the current one, which was hardly meant."""
    if not value.strip():
        raise click.BadParameter("it is empty. Name a folder, or write '.' for this one.")
    return Path(value)


@click.command()
@click.argument("folder", callback=_folder)
@click.option("--bare", is_flag=True, help="Begin with one article, topic and channel, not with an example.")
def init(folder: Path, bare: bool) -> None:
    """Make a new help center in FOLDER, to be filled with your own articles.

    \b
    kb init shop-help           a copy of the example: articles, channels, routing and all
    kb init shop-help --bare    one of each thing, to write your own from the start
    """
    starter.init(folder, bare=bare)
    click.echo(f"{folder} is a help center now. See it: kb --root {quote(str(folder))} serve")


@click.command()
@click.argument("title", callback=options.text)
@click.option("--topic", required=True, help="The topic's folder, as in seeds/topics.yaml.")
@options.root
@click.pass_obj
def new(root: Path, title: str, topic: str) -> None:
    """Begin an article titled TITLE, as a draft.

    \b
    kb new "Collect in a shop" --topic delivery
    """
    file = starter.new_article(options.place(root).root, title, topic, date.today())
    see = "kb serve --development" if root == Path() else f"kb --root {quote(str(root))} serve --development"
    click.echo(f"{file} is ready to be written. See it while you write: {see}")
    if taken := starter.name_taken(root, file):
        click.echo(taken)


@click.command()
@options.articles
@click.option("--json", "as_data", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@options.root
@click.pass_obj
def check(root: Path, articles: Path | None, as_data: bool, strict: bool) -> None:
    """Name everything a writer should mend, with file and line, in one run.

    \b
    kb check                      exit code 1 when there is an error
    kb check --strict             or a warning
    kb check --articles ~/docs    another tree
    """
    library, problems = checking.check(
        options.place(root, articles), track=untracked if as_data else console.track
    )
    errors = checking.errors_in(problems)
    if as_data:
        click.echo(json.dumps([asdict(problem) for problem in problems], indent=1))
    else:
        for problem in problems:
            click.echo(f"{problem}" if problem.severity is Severity.ERROR else f"{problem} (warning)")
        found = library.articles if library else ()
        drafts = sum(article.draft for article in found)
        count = f"{len(found) - drafts} articles" + (f" and {drafts} drafts" if drafts else "")
        click.echo(f"{count}, {errors} errors, {len(problems) - errors} warnings.")
    sys.exit(options.EXIT_MEND if errors or (strict and problems) else 0)

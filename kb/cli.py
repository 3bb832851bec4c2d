"""The `kb` command: one function a verb in `kb.verbs`, each a thin layer over the library.

Exit codes: 0 done; 1 something a writer should mend, or nothing useful found; 2 it could not be done; 130
Ctrl+C ended it.
Who stops reading what a verb prints gets 1, from click: so much was not said, and all of it may not be well.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from kb.errors import KBError, near_miss
from kb.processes import uncollected
from kb.verbs import options

_VERBS = {
    "check": "writing",
    "evaluate": "searching",
    "export": "exporting",
    "feedback": "insight",
    "gaps": "insight",
    "index": "indexing",
    "init": "writing",
    "new": "writing",
    "requests": "requests",
    "search": "searching",
    "serve": "serving",
}
"""The module of each verb, which is loaded when the verb is given: all of them take most of a second."""


class Group(click.Group):
    """Prints a KBError as its problems, one a line, and leaves with options.EXIT_FAILED."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All verbs."""
        return list(_VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The verb of that name, None when there is none."""
        if name not in _VERBS:
            return None
        with uncollected():
            verb: click.Command = getattr(import_module(f"kb.verbs.{_VERBS[name]}"), name)
        return verb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is asked for; leaves with the closest one's name when there is none."""
        if args[0] not in _VERBS and not args[0].startswith("-"):
            hint = near_miss(args[0], list(_VERBS)) or "'kb --help' names them all."
            ctx.fail(f"there is no verb '{args[0]}'. {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the verb; nobody sees a traceback for something they can mend."""
        try:
            return super().invoke(ctx)
        except KBError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(options.EXIT_FAILED)
        except KeyboardInterrupt:
            _leave_interrupted(ctx)
        except click.Abort as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # at a question
                _leave_interrupted(ctx)
            raise


def _leave_interrupted(ctx: click.Context) -> NoReturn:
    click.echo(err=True)
    ctx.exit(options.EXIT_INTERRUPTED)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kb-helpcenter")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The help center's folder. [default: here]",
)
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """A searchable help center: Markdown articles in, an answer or a person out.

    \b
    kb init shop-help                 a new help center
    kb --root shop-help serve         see it at http://127.0.0.1:8000
    kb serve --articles ~/docs        any Markdown tree, as it is
    kb search "where is my parcel"    the same search as on the page
    """
    context.obj = root

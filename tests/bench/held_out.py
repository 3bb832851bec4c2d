"""How well our search does on queries that it was never tuned on.

python -m tests.bench.held_out [CORPUS_DIR ...] [--json]

`held_out/NAME.yaml` has queries in the form of `seeds/queries.yaml`, for this help center or for the Markdown
in `md` of the corpus of that name. Who wrote and judged them had never seen the search. They stay out of
everything else: once somebody has looked at what they miss and mended it, they say no more than other sets.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kb.content.library import untracked
from kb.evaluation import outcomes_of
from kb.search.evaluate import figures
from kb.starter import init
from kb.yamlfile import tell
from tests.bench.corpus import seeds_in
from tests.bench.sets import REPOSITORY, SYNONYMS, name_of

QUERIES = Path(__file__).parent / "held_out"
THIS = "this-help-center"


def measure(folders: Sequence[Path]) -> list[dict[str, Any]]:
    """The figures of `kb evaluate` for this help center, and for each corpus that queries are kept for."""
    known = [folder for folder in folders if (QUERIES / f"{name_of(folder)}.yaml").is_file()]
    return [
        _measure(THIS, REPOSITORY / "articles", seeds_in),
        *(_measure(name_of(folder), folder / "md", _bare_seeds_in) for folder in known),
    ]


def _measure(name: str, articles: Path, put_seeds: Callable[[Path], object]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / name
        put_seeds(root)
        (root / "articles").symlink_to(articles.resolve())
        shutil.copyfile(QUERIES / f"{name}.yaml", root / "seeds" / "queries.yaml")
        outcomes, count, problems = outcomes_of(root, untracked)
    tell(problems)
    return figures(outcomes, name, count)


def _bare_seeds_in(root: Path) -> None:
    """The thresholds of a new help center, and the synonyms that every one begins with."""
    shutil.rmtree(init(root, bare=True) / "articles")
    shutil.copyfile(REPOSITORY / "seeds" / SYNONYMS, root / "seeds" / SYNONYMS)


def table(found: Sequence[dict[str, Any]]) -> list[str]:
    """The figures as lines of text."""
    ranking, judging = ("ndcg@10", "success@1", "success@3"), ("auroc", "right")
    lines = [f"{'held out':20}{'queries':>12}" + "".join(f"{name:>12}" for name in ranking + judging)]
    for one in found:
        values = [one[name] for name in ranking] + [one["verdict"][name] for name in judging]
        asked = f"{one['queries']} + {one['verdict']['unanswerable']}"
        lines.append(f"{one['corpus']:20}{asked:>12}" + "".join(f"{value:>12.4f}" for value in values))
    return lines


def main() -> None:
    """Prints a line a set, or with --json a list of objects."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.held_out", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="*", type=Path, metavar="CORPUS_DIR")
    parser.add_argument("--json", action="store_true", help="print one list")
    given = parser.parse_args()
    found = measure(given.folders)
    print(json.dumps(found, indent=1) if given.json else "\n".join(table(found)))


if __name__ == "__main__":
    main()

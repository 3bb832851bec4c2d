"""Search engines in JavaScript: each a small script under node that reads a JSON line and writes one.

Their packages come from npm the first time they are needed.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from tests import npm
from tests.bench.peers import Answer, CannotRunError
from tests.bench.sets import PlainArticle

_END_S = 30


class NodePeer:
    """One script in this folder, spoken to over its standard input and output."""

    name: ClassVar[str]
    package: ClassVar[str]
    version: ClassVar[str]

    def __init__(self, *, snippets: bool = False) -> None:
        """Neither marks words in results by itself: `snippets` changes nothing."""
        node = shutil.which("node")
        if not node:
            raise CannotRunError("node is not installed")
        try:
            folder = npm.install(self.package, self.version)
        except npm.CannotInstallError as error:
            raise CannotRunError(str(error)) from error
        script = Path(__file__).with_name(f"{self.name}.mjs")
        self._process = subprocess.Popen(
            [node, str(script), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def index(self, articles: Sequence[PlainArticle]) -> None:
        self._ask([asdict(article) for article in articles])

    def search(self, text: str) -> Answer:
        reply = self._ask(text.replace('"', " "))  # the only syntax that either knows
        return Answer(tuple(reply["ids"]), float(reply["score"]), float(reply["ms"]))

    def disk_bytes(self) -> int:
        return 0

    def write(self, folder: Path) -> None:
        """Writes what a browser would be served of the index into `folder`."""
        self._ask({"folder": str(folder)})

    def close(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.communicate(timeout=_END_S)
            return
        self._process.kill()
        self._process.communicate()

    def _ask(self, message: Any) -> Any:
        """The script's reply to a message; raises CannotRunError when it has ended."""
        assert self._process.stdin  # both pipes were asked for
        assert self._process.stdout
        reply = ""
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
            reply = self._process.stdout.readline()
        if not reply:
            raise CannotRunError(f"{self.name}.mjs ended; what it wrote to standard error says why")
        return json.loads(reply)


class MiniSearch(NodePeer):
    """MiniSearch as its documentation sets up a search box: OR, fuzzy 0.2, all else as it comes.

    https://lucaong.github.io/minisearch/, "Search options".
    """

    name = "minisearch"
    package = "minisearch"
    version = "7.2.0"


class Pagefind(NodePeer):
    """Pagefind over one page an article, its index read from disk in place of over HTTP.

    https://pagefind.app/docs/node-api/ and /docs/api/. It has no OR: pages must hold every word, and words
    it knows nothing of are left out. Its time includes loading the ten results, which hold their addresses.
    """

    name = "pagefind"
    package = "pagefind"
    version = "1.6.0"

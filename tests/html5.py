"""The Nu Html Checker (validator.w3.org/nu) on pages of ours; run as a program, it installs it.

It is one Java program from npm; Java comes from Debian when there is none.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests import npm

VERSION = "26.9.27"

_JAVA = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A run is over before a second compiler or collector is worth its start: 2 to 4 times as fast."""

_LIST_ROLE = re.compile(r"The “list” role is unnecessary for element “[ou]l”\.")
"""Said of lists without markers: Safari's reader takes those for no lists unless they say that they are."""


def install() -> Path:
    """The checker's program, installed with what it needs unless it is there; npm.CannotInstallError."""
    if not shutil.which("java"):
        npm.from_debian("default-jre-headless")
    return npm.install("vnu-jar", VERSION) / "build" / "dist" / "vnu.jar"


def problems(pages: Mapping[str, str]) -> list[str]:
    """Every error and warning in `pages`, each by a name for messages; raises npm.CannotInstallError."""
    program = install()
    with tempfile.TemporaryDirectory() as folder:
        files = {f"{number:04}.html": name for number, name in enumerate(pages)}
        for file, name in files.items():
            Path(folder, file).write_text(pages[name], encoding="utf-8")
        command = ["java", *_JAVA, "-jar", str(program), "--format", "json", "--exit-zero-always", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stderr)["messages"]
    return [
        f"{files[Path(one['url']).name]}:{one.get('lastLine')}: {one['message']} …{one.get('extract')}…"
        for one in found
        if (one["type"] != "info" or one.get("subType") == "warning")
        and not _LIST_ROLE.fullmatch(one["message"])
    ]


if __name__ == "__main__":
    npm.main(install, "The pages' HTML will not be validated")

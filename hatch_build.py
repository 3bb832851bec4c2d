"""Compiles the inner loops of the search when the package is built, with Cython and the machine's C compiler.

Where there is none, or Python's headers are missing, the same modules run as Python, with the same results:
a search takes several times as long, which a help center of some hundred articles bears.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from Cython.Build import cythonize
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension

LOOPS = ("scores", "hits", "closely")
DIRECTIVES = {
    "language_level": 3,
    "annotation_typing": False,  # the types are those of the .pxd files
    "show_performance_hints": False,
    "wraparound": False,  # no loop counts from behind; whatever lies outside an array is an IndexError
}
# Multiplying and adding in one step, as some processors can, rounds once where others and browsers do twice.
COMPILER_ARGUMENTS = ["-ffp-contract=off", "-g0"]


class CompiledLoops(BuildHookInterface[Any]):
    """What hatchling calls before it packs a wheel, also one that only points here."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Leaves the compiled modules beside their sources, and has them packed with these."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        compiled = compile_loops(root)
        if not compiled:
            self.app.display_warning(
                "The search is not compiled, and slower: a C compiler and Python's headers are needed."
            )
            return
        build_data |= {"pure_python": False, "infer_tag": True}
        build_data["artifacts"] += [f"/{file.relative_to(root)}" for file in compiled]


def compile_loops(root: Path) -> list[Path]:
    """The compiled modules in the tree below `root`, made anew: all, or none if that can't be done.

    What is compiled is not open to what is not, so there are never some. Whoever runs the old ones meanwhile
    is not disturbed. Old ones that can't be made anew are removed.
    """
    folder = root / "kb" / "search"
    extensions = [Extension(f"kb.search.{name}", [str(folder / f"{name}.py")]) for name in LOOPS]
    with TemporaryDirectory() as work:
        modules = cythonize(extensions, build_dir=work, compiler_directives=DIRECTIVES, quiet=True)
        for module in modules:
            module.extra_compile_args, module.optional = COMPILER_ARGUMENTS, True
        command = Distribution({"name": "kb", "ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib, command.build_temp, command.parallel = work, work, len(modules)
        command.ensure_finalized()
        command.run()
        built = list((Path(work) / "kb" / "search").glob("*.so"))
        made = [_put(file, folder) for file in built] if len(built) == len(LOOPS) else []
    for name in LOOPS:
        for old in set(folder.glob(f"{name}.*.so")).difference(made):
            old.unlink()  # else it would be taken for what its source is now
    return made


def _put(file: Path, folder: Path) -> Path:
    """`file` in another folder, in one step, which may be on another disk."""
    new = Path(shutil.copy(file, folder / f"{file.name}.new"))
    return new.replace(folder / file.name)

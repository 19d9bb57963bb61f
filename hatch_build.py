"""Compiles the hot modules with mypyc while a wheel is built, where that is possible.

The wheel always holds every module as Python source. Beside those that pyproject.toml names under
`[tool.hatch.build.hooks.custom]` it holds the same module compiled, which Python prefers. Without
a C compiler or mypy, with `ASSAY_PURE=1`, or when compiling fails for whatever reason, the
wheel is the pure one; editable installs always are.

A module that mypyc or the C compiler refuses costs itself alone: it is left out, and the rest is
tried again.

    ASSAY_PURE=1 pip install .            # nothing is compiled
    python hatch_build.py src /tmp/out    # by hand: what is refused, and how long it takes
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, final

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside of a build
    BuildHookInterface = object

REQUIREMENTS: Final = ("mypy>=2.0", "setuptools>=68")
_GROUP: Final = "assay_compiled"
_MOST_REFUSALS: Final = 20
_REFUSED: Final = re.compile(r"^(assay/[\w/]+\.py):\d+: (?!warning|note)", re.M)
_REFUSED_C: Final = re.compile(r"__native_(\w+)\.c:\d+:\d+: (?:fatal )?error", re.M)


@final
class CustomBuildHook(BuildHookInterface):
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        """What compiling needs; nothing where it will not be tried."""
        return list(REQUIREMENTS) if self.target_name == "wheel" and _is_wanted() else []

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Adds the compiled modules to a wheel."""
        if self.target_name != "wheel" or version == "editable" or not _is_wanted():
            return
        out = Path(self.directory).parent / "build" / "compiled"
        shutil.rmtree(out, ignore_errors=True)
        made = compile_package(Path(self.root) / "src", out, Choice(self.config))
        if made:
            include = build_data["force_include"]
            assert isinstance(include, dict)
            include.update({str(out / name): name for name in made})
            build_data["pure_python"] = False
            build_data["infer_tag"] = True


@final
class Choice:
    """Which modules are compiled, as globs below `src`, and how."""

    def __init__(self, config: dict[str, object]) -> None:
        self.compiled: Final = _texts(config.get("compile"))
        self.interpreted: Final = _texts(config.get("leave"))

    def modules(self, source: Path) -> list[str]:
        """The paths of the modules, relative to `src`, sorted."""
        left = {path for glob in self.interpreted for path in source.glob(glob)}
        found = {path for glob in self.compiled for path in source.glob(glob)} - left
        return sorted(path.relative_to(source).as_posix() for path in found)


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _is_wanted() -> bool:
    """Whether compiling is tried: not switched off, and there is a C compiler with headers."""
    if os.environ.get("ASSAY_PURE", "") not in ("", "0"):
        return False
    if sys.implementation.name != "cpython":
        return False
    if os.name == "nt":
        return True  # setuptools finds the compiler there, or fails and we go without
    command = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return shutil.which(command[0]) is not None and headers.exists()


def compile_package(source: Path, out: Path, choice: Choice) -> list[str]:
    """Compiles into `out`; the files made, relative to it. None when nothing could be."""
    modules = choice.modules(source)
    for _ in range(_MOST_REFUSALS):
        if not modules:
            return []
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "assay"
            shutil.copytree(source / "assay", copy, ignore=shutil.ignore_patterns("__pycache__"))
            for module in modules:
                _keep_docstring(Path(folder) / module)
            done = subprocess.run(
                [sys.executable, os.path.abspath(__file__), "--child", str(out), *modules],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        if done.returncode == 0:
            return sorted(
                path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
            )
        shutil.rmtree(out, ignore_errors=True)
        refused = set(_REFUSED.findall(done.stdout)).intersection(modules)
        for name in _REFUSED_C.findall(done.stdout):
            refused.update(each for each in modules if _c_name(each) == name)
        sys.stderr.write(f"not compiled: {', '.join(sorted(refused)) or done.stdout[-2000:]}\n")
        if not refused:
            return []
        modules = [module for module in modules if module not in refused]
    return []


def _c_name(module: str) -> str:
    """The part of the C file's name that mypyc makes of a module."""
    dotted = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return dotted.replace("_", "___").replace(".", "__") if "_" in dotted else dotted.replace(
        ".", "__"
    )


def _keep_docstring(path: Path) -> None:
    """Makes a module's docstring an assignment, since mypyc drops docstrings of modules.

    Checkers give theirs as the page of their rule. No line moves.
    """
    text = path.read_text(encoding="utf-8")
    for start in ('"""', 'r"""'):
        if text.startswith(start):
            path.write_text(f"__doc__ = {text}", encoding="utf-8")


def _child(out: str, modules: list[str]) -> None:
    """Compiles modules below the current folder, in a process of its own."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    jobs = os.cpu_count() or 1
    flags = ["--ignore-missing-imports", "--no-warn-unused-ignores", "--follow-imports=silent"]
    extensions = mypycify(
        [*flags, *modules],
        opt_level=os.environ.get("ASSAY_OPT", "1"),
        debug_level="0",
        multi_file=os.environ.get("ASSAY_MULTI", "1") == "1",
        group_name=_GROUP,
        target_dir="c",
    )

    class Build(build_ext):
        """Compiles the C files of the one large extension at the same time."""

        def build_extensions(self) -> None:
            compile_some = self.compiler.compile

            def compile_all(sources, **options):
                largest_first = sorted(sources, key=os.path.getsize, reverse=True)
                with ThreadPoolExecutor(jobs) as pool:
                    objects = pool.map(lambda each: compile_some([each], **options), largest_first)
                    return [name for names in objects for name in names]

            self.compiler.compile = compile_all
            super().build_extensions()

    command = Build(Distribution({"name": "assay", "ext_modules": extensions}))
    command.build_lib = out
    command.build_temp = "objects"
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        _child(sys.argv[2], sys.argv[3:])
    else:
        begun = time.monotonic()
        with open("pyproject.toml", "rb") as project:
            hooks = tomllib.load(project)["tool"]["hatch"]["build"]["hooks"]
        names = compile_package(Path(sys.argv[1]), Path(sys.argv[2]), Choice(hooks["custom"]))
        print(f"{len(names)} files in {time.monotonic() - begun:.0f} s")

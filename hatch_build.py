"""Compiles the hot modules with mypyc while a wheel is built, where that is possible.

A wheel also holds the TOML files of `models` as JSON, which Python reads ten times as fast.

The wheel always holds every module as Python source. Beside those that pyproject.toml names under
`[tool.hatch.build.hooks.custom]` it holds the same module compiled, which Python prefers. Without
a C compiler or mypy, with `ASSAY_PURE=1`, or when compiling fails for whatever reason, the
wheel is the pure one; editable installs always are. The last line on stderr says which it is and
why, and so does `assay --version`, which finds it in the file `assay/build.txt` of the wheel.

A module that mypyc or the C compiler refuses costs itself alone: it is left out, and the rest is
tried again. What was compiled then reviews some real files; unless it says the same bytes as the
sources do, the wheel is the pure one. (A class that is left interpreted below a compiled one, for
instance, fails only when it is imported.)

    ASSAY_PURE=1 pip install .          # nothing is compiled
    python hatch_build.py src OUT       # by hand: what is refused, and how long it takes
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

REASON: Final = "assay/build.txt"
REQUIREMENTS: Final = ("mypy>=2.0", "setuptools>=68")
_GROUP: Final = "assay_compiled"
_MOST_REFUSALS: Final = 20
_SECONDS: Final = 1800
"""A build that takes longer is given up. On two cores it takes about one minute."""

_JOINT_BYTES: Final = 1_500_000
"""Of C, in files that are compiled as one."""

_REVIEWED: Final = ("assay/cli", "assay/driver")
_SHOP: Final = {
    "shop.py": """\
import os, pickle, re, sqlite3
from flask import Flask, render_template, request

app = Flask(__name__)

@app.route("/find")
def find():
    name = request.args["name"]
    sqlite3.connect("shop.db").execute("select * from goods where name = '" + name + "'")
    os.system("echo " + name)
    return render_template("page.html", name=name, found=re.match(r"(a|aa)+$", name))

def kept(path):
    with open(path, "rb") as stream:
        return pickle.load(stream)
""",
    "templates/page.html": "<p>{{ name|safe }}</p>\n",
}
"""What is reviewed to compare: files of every day, with processes, locks and clean-up, and a
program that outside data comes to."""

_DIRECT_CALLS: Final = ("-fvisibility=hidden", "-fno-semantic-interposition", "-fno-plt")
"""Calls within the extension do not go through the table of what others may replace: a review takes
4 % less. Known to gcc and clang on Linux."""

_REFUSED: Final = re.compile(r"^(assay/[\w/]+\.py):\d+: (?!warning|note)", re.M)
_REFUSED_C: Final = re.compile(r"__native_(\w+)\.c:\d+:\d+: (?:fatal )?error", re.M)


@final
class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        """What compiling needs; nothing where it will not be tried."""
        if self.target_name != "wheel" or why_pure():
            return []
        return [*REQUIREMENTS, *self.metadata.core.dependencies]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Adds the compiled modules to a wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        source, out = Path(self.root) / "src", self._folder()
        made, why = build(source, out, Choice(self.config))
        if made:
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
        kind = f"interpreted: {why}" if why else "compiled"
        (out / "assay").mkdir(parents=True, exist_ok=True)
        (out / REASON).write_text(f"{kind}\n", encoding="utf-8")
        say(f"this build is {kind}")
        made += [REASON, *write_rows(source, out)]
        include = build_data["force_include"]
        assert isinstance(include, dict), "hatchling gives a dict"
        include.update({str(out / name): name for name in made})

    def finalize(self, version: str, build_data: dict[str, object], artifact_path: str) -> None:
        """The wheel is made: what lies beside the sources goes."""
        shutil.rmtree(self._folder(), ignore_errors=True)

    def _folder(self) -> Path:
        return Path(self.root) / "build" / "compiled"


@final
class CustomMetadataHook(MetadataHookInterface):
    """What hatchling calls for the description of the distribution."""

    def update(self, metadata: dict[str, object]) -> None:
        """Sets the text for the page of an index, which knows nothing beside README.md."""
        urls = metadata["urls"]
        assert isinstance(urls, dict), "pyproject.toml has a table of addresses"
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = with_absolute_links(text, f"{urls['Repository']}/blob/main/")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


_RELATIVE: Final = re.compile(r"\]\((?!https?://|mailto:|#)([^)\s]+)\)")


def with_absolute_links(text: str, base: str) -> str:
    """A page of markdown whose relative links lead to below `base`."""
    return _RELATIVE.sub(lambda match: f"]({base}{match.group(1)})", text)


@final
class Choice:
    """Which modules are compiled, as globs below `src`: those of `compile` less `leave`."""

    def __init__(self, config: dict[str, object]) -> None:
        self._compiled: Final = _texts(config.get("compile"))
        self._left: Final = _texts(config.get("leave"))

    def modules(self, source: Path) -> list[str]:
        """The paths of the modules, relative to `src`, sorted."""
        left = {path for glob in self._left for path in source.glob(glob)}
        found = {path for glob in self._compiled for path in source.glob(glob)} - left
        return sorted(path.relative_to(source).as_posix() for path in found)


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def say(text: str) -> None:
    """Tells the user something at once, as far as whoever builds the wheel shows it."""
    sys.stderr.write(f"assay: {text}\n")
    sys.stderr.flush()


def why_pure() -> str:
    """Why compiling is not tried; empty if it is: there is a C compiler with Python's headers."""
    if os.environ.get("ASSAY_PURE", "") not in ("", "0"):
        return "ASSAY_PURE"
    if sys.implementation.name != "cpython":
        return f"mypyc knows no {sys.implementation.name}"
    if os.name == "nt":
        return ""  # setuptools finds the compiler there, or fails and the wheel is pure
    command = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    if shutil.which(command[0]) is None:
        return "no C compiler"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").exists():
        return "no headers of Python"
    return ""


def build(source: Path, out: Path, choice: Choice) -> tuple[list[str], str]:
    """Compiles and compares; returns the files made, relative to `out`, or none and why."""
    shutil.rmtree(out, ignore_errors=True)
    why = why_pure()
    if why:
        return [], why
    number = len(choice.modules(source))
    say(f"compiling {number} modules, about a minute; ASSAY_PURE=1 leaves it out")
    try:
        made = compile_package(source, out, choice)
        if not made:
            return [], "nothing could be compiled"
        say("comparing what is compiled with its sources")
        difference = how_it_differs(source, out)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        made, difference = [], f"{type(error).__name__}: {error}"
    if difference:
        shutil.rmtree(out, ignore_errors=True)
        made, difference = [], f"the comparison failed: {_short(difference)}"
    return made, difference


def _short(text: str) -> str:
    """The last line, which says what is wrong in tracebacks and messages."""
    lines = text.split("\n")
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "no reason given")


def compile_package(source: Path, out: Path, choice: Choice) -> list[str]:
    """Compiles modules below `source` into `out`; returns the files made, relative to `out`.

    Nothing is made when nothing can be compiled.
    """
    modules = choice.modules(source)
    for _ in range(_MOST_REFUSALS):
        shutil.rmtree(out, ignore_errors=True)
        if not modules:
            return []
        done = _compiled_apart(source, out, modules)
        if done.returncode == 0:
            return sorted(
                path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
            )
        refused = refused_by(done.stdout, modules)
        sys.stderr.write(
            f"{done.stdout[-2000:]}\nnot compiled: {', '.join(refused) or 'anything'}\n"
        )
        if not refused:
            break
        modules = [module for module in modules if module not in refused]
    shutil.rmtree(out, ignore_errors=True)
    return []


def how_it_differs(source: Path, out: Path, others: Iterable[Path] = ()) -> str:
    """How the compiled modules below `out` review otherwise than the sources below `source`.

    Empty if they say the same. `others` are reviewed besides the usual files.
    """
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder)
        for path in (source, out):
            shutil.copytree(
                path / "assay",
                beside / "assay",
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        for library in out.glob("*.*"):  # the one extension that holds all modules
            shutil.copy(library, beside)
        for name, text in _SHOP.items():
            path = beside / "shop" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        reviewed = (*_REVIEWED, str(beside / "shop"), *map(str, others))
        expected = _review(source.absolute(), source, reviewed)
        if expected.returncode:
            return f"the sources review nothing: {_said(expected)}"
        found = _review(beside, source, reviewed)
        if found.returncode:
            return _said(found)
        if b'"internal error' in found.stdout:
            return "an internal error of what was compiled"
        return "" if found.stdout == expected.stdout else "another review than that of the sources"


def _review(
    package: Path, source: Path, reviewed: tuple[str, ...]
) -> subprocess.CompletedProcess[bytes]:
    """Runs the Assay below `package` over files, from `source` on.

    It finds what it needs where this process does, whoever made that so: build front ends hand
    over their environment by PYTHONPATH, by a virtual environment, or otherwise.
    """
    command = "review --isolated --no-cache --exit-zero --quiet --output-format json -j 1"
    path = [str(package), *(os.path.abspath(entry) for entry in sys.path if entry)]
    program = (
        f"import sys; sys.path[:] = {path!a}\nfrom assay.cli.main import main\nsys.exit(main())"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *command.split(), *reviewed],
        cwd=source,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
    )


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a review that failed said, or its exit code."""
    text = done.stderr.decode(errors="replace")
    sys.stderr.write(text)
    return text.strip() or f"exit code {done.returncode}"


def write_rows(source: Path, out: Path) -> list[str]:
    """Writes each TOML file of the models as JSON; returns the files made, relative to `out`."""
    made: list[str] = []
    for path in sorted((source / "assay" / "models").rglob("*.toml")):
        name = path.relative_to(source).with_suffix(".json")
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
        (out / name).write_text(json.dumps(rows), encoding="utf-8")
        made.append(name.as_posix())
    return made


def refused_by(output: str, modules: list[str]) -> list[str]:
    """The modules that an error of mypyc or of the C compiler is about, sorted."""
    refused = set(_REFUSED.findall(output)).intersection(modules)
    in_c = set(_REFUSED_C.findall(output))
    return sorted(refused.union(each for each in modules if c_name(each) in in_c))


def c_name(module: str) -> str:
    """How mypyc calls a module in the names of C files: `a.b_c` is `a___b_c` for instance."""
    from mypyc.namegen import exported_name

    return exported_name(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _compiled_apart(
    source: Path, out: Path, modules: list[str]
) -> subprocess.CompletedProcess[str]:
    """Compiles a copy in a process of its own: mypyc ends its process when it refuses a module."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(
            source / "assay",
            Path(folder) / "assay",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for module in modules:
            keep_docstring(Path(folder) / module)
        return subprocess.run(
            [
                sys.executable,
                "-P",
                os.path.abspath(__file__),
                "--child",
                str(out.absolute()),
                *modules,
            ],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SECONDS,
        )


def keep_docstring(path: Path) -> None:
    """Makes a module's docstring an assignment, since mypyc drops docstrings of modules.

    Checkers give theirs as the page of their rule. No line moves.
    """
    text = path.read_text(encoding="utf-8")
    if text.startswith(('"""', 'r"""')):
        path.write_text(f"__doc__ = {text}", encoding="utf-8")


def _child(out: str, modules: list[str]) -> None:
    """Compiles modules below the current folder."""
    import setuptools  # first: from Python 3.12 on, it provides the distutils that mypyc imports
    from mypyc.build import mypycify
    from setuptools.command.build_ext import build_ext

    # Types are checked by the tests; libraries that are missing here are cold and may be anything.
    flags = ["--ignore-missing-imports", "--follow-imports=silent"]
    extensions = mypycify(
        [*flags, *modules],
        opt_level="1",  # 2 takes twice as long to compile and runs no faster
        debug_level="0",
        multi_file=True,
        group_name=_GROUP,
        target_dir="c",
    )

    if sys.platform == "linux":
        for extension in extensions:
            extension.extra_compile_args.extend(_DIRECT_CALLS)

    class Build(build_ext):
        """Compiles the C files of the one large extension at the same time."""

        def build_extensions(self) -> None:
            one_after_the_other = self.compiler.compile

            def compile_all(sources: list[str], **options: object) -> list[str]:
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    made = pool.map(
                        lambda each: one_after_the_other([each], **options), joined(sources)
                    )
                    return [name for names in made for name in names]

            self.compiler.compile = compile_all
            super().build_extensions()

    command = Build(setuptools.Distribution({"name": "assay", "ext_modules": extensions}))
    command.build_lib = out
    command.build_temp = "objects"
    command.ensure_finalized()
    command.run()


def joined(sources: list[str]) -> list[str]:
    """C files that include several of the given ones each, the largest first.

    Half of the work on a small file is reading the headers that all of them share.
    """
    small = sorted(each for each in sources if os.path.basename(each).startswith("__native_assay"))
    made = {each: os.path.getsize(each) for each in sources if each not in small}
    joints: list[list[str]] = [[]]
    size = 0
    for each in small:
        if size > _JOINT_BYTES:
            joints.append([])
            size = 0
        joints[-1].append(each)
        size += os.path.getsize(each)
    for number, joint in enumerate(filter(None, joints)):
        path = os.path.join(os.path.dirname(joint[0]), f"joint_{number}.c")
        with open(path, "w", encoding="utf-8") as stream:
            stream.writelines(f'#include "{os.path.basename(each)}"\n' for each in joint)
        made[path] = sum(map(os.path.getsize, joint))
    return sorted(made, key=lambda path: (-made[path], path))


def main(arguments: list[str]) -> None:
    """Runs the command line."""
    if arguments[0] == "--child":
        _child(arguments[1], arguments[2:])
        return
    begun = time.monotonic()
    with open("pyproject.toml", "rb") as project:
        hooks = tomllib.load(project)["tool"]["hatch"]["build"]["hooks"]
    names = compile_package(Path(arguments[0]), Path(arguments[1]), Choice(hooks["custom"]))
    print(f"{len(names)} files in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

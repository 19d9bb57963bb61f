"""What a review touches on the disk, as the system sees it: strace over a tree full of traps.

    python bench/file_access.py --assay .venv/bin/assay [--user NAME] [--trace LOG]

Writes a small repository in which everything that could lead a reviewer astray is laid out (links
out of it, pipes, a configuration that names folders elsewhere, a cache folder that is a link),
reviews it in several ways under `strace -f`, and says what was written or deleted anywhere, and
what was read outside of the repository, of Assay's own package, of Python and of the user's cache.
Whatever is left after `EXPECTED`, with a reason on each line, is a violation, and the exit code is
1. No line of it is a path that a repository can choose.

Before that a program that does one forbidden thing of each kind is traced, and every one of them
has to be seen: a check that cannot fail is none. Needs Linux and strace. With `--user` and the
rights of root everything runs as that user.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Paths as regular expressions, with the reason why a review may read them.
EXPECTED: Final = (
    (r"/etc/ld\.so\.(cache|preload)|(/usr)?/lib(32|64)?(/.*)?|/usr/local/lib(/.*)?", "the loader"),
    (r"/usr/share/locale(/.*)?|/usr/lib/locale(/.*)?|/etc/locale\.alias", "locale"),
    (r"/etc/localtime|/usr/share/zoneinfo(/.*)?", "time zone"),
    (r"/usr/share/terminfo(/.*)?|/etc/terminfo(/.*)?", "the terminal"),
    (r"/dev/(null|urandom|tty|pts/\d+|shm(/.*)?)", "devices of a process, semaphores of workers"),
    (r"/proc/(self|\d+)/(status|maps|fd|stat|cmdline|exe)(/.*)?", "Python about itself"),
    (r"/proc/(meminfo|cpuinfo|stat|filesystems|sys/.*)|/sys/(devices|fs)/.*", "processors"),
    (r"/etc/ssl/openssl\.cnf|/usr/lib/ssl(/.*)?", "OpenSSL, which Python's hashes come from"),
    (r"/etc/(passwd|nsswitch\.conf|group)", "the name of the user's home folder"),
    (r"{home}/\.gitconfig|{home}/\.config/git(/.*)?", "git's own settings of the user"),
    (r"{home}/\.config/assay(/.*)?", "the user's configuration of Assay"),
    (r"{home}/\.local/lib/python[\d.]+(/.*)?", "Python packages of the user"),
    (r"{python}(/.*)?", "Python, its library, and the packages of its environment"),
    (r"{assay}(/.*)?", "Assay's own package"),
    (r"{packages}", "where Python looks for it"),
    (r"{cache}(/.*)?", "the user's cache"),
    (r"{root}(/.*)?", "what is reviewed"),
    (r"{reports}/.*", "the report that the user named"),
    (r"{tmp}", "where Python looks for a folder for temporary files"),
)
# What may be looked at by name, besides: the folders above the root, for the marks of a project.
MARKS: Final = (
    r"(\.git|\.hg|pyproject\.toml|setup\.py|setup\.cfg|manage\.py|requirements\.txt|tox\.ini"
    r"|\.?assay\.toml|__init__\.py)"
)
# What may be written or deleted.
WRITTEN: Final = (
    (r"{cache}(/.*)?", "the user's cache"),
    (r"{home}/\.cache", "the folder of the user's caches, where there is none yet"),
    (r"/dev/(null|tty|pts/\d+|shm(/.*)?)", "the terminal, semaphores of workers"),
    (r"{reports}/.*", "the report that the user named"),
    (r"{tmp}/[a-z0-9_]{{8}}", "whether a folder for temporary files can be written to: Python"),
)

_LOOKS: Final = frozenset(
    [
        "stat",
        "lstat",
        "newfstatat",
        "fstatat64",
        "statx",
        "access",
        "faccessat",
        "faccessat2",
        "readlink",
        "readlinkat",
        "statfs",
        "getxattr",
        "lgetxattr",
        "listxattr",
        "llistxattr",
    ]
)
_CHANGES: Final = frozenset(
    [
        "unlink",
        "unlinkat",
        "rename",
        "renameat",
        "renameat2",
        "mkdir",
        "mkdirat",
        "rmdir",
        "symlink",
        "symlinkat",
        "link",
        "linkat",
        "truncate",
        "chmod",
        "fchmodat",
        "fchmodat2",
        "chown",
        "lchown",
        "fchownat",
        "mknod",
        "mknodat",
        "utime",
        "utimes",
        "utimensat",
        "futimesat",
        "creat",
        "setxattr",
        "lsetxattr",
        "removexattr",
        "lremovexattr",
        "mount",
        "umount2",
        "pivot_root",
    ]
)
_CALL: Final = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\w+)\((.*)\) += (-?\d+|\?)(.*)$")
_UNFINISHED: Final = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED: Final = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_AT: Final = re.compile(r'(?:(AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Touch:
    """One successful call: `how` is `write`, `read`, `look` or `run`; `path` is absolute."""

    how: str
    path: str
    call: str


def touches(log: str, cwd: str) -> list[Touch]:
    """The successful calls of a trace that name a path, each once."""
    found: dict[Touch, None] = {}
    for line in _whole_lines(log.splitlines()):
        match = _CALL.match(line)
        if match is None or match[4] in ("-1", "?"):
            continue
        call, arguments = match[2], match[3]
        paths = [
            os.path.normpath(os.path.join(_text(folder) if at else cwd, _text(path)))
            for at, folder, path in _AT.findall(arguments)
            if path or folder.startswith("/")  # not a pipe that is asked about by its descriptor
        ]
        if call in _CHANGES:
            how = "write"
        elif call in ("open", "openat", "openat2"):
            is_writing = re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)", arguments)
            how = "write" if is_writing else "read"
        elif call in ("execve", "execveat"):
            how = "run"
        elif call in _LOOKS:
            how = "look"
        else:
            continue
        if call in ("symlink", "symlinkat"):
            paths = paths[1:]  # the text of the link is no path that is touched
        elif how in ("run", "look"):
            paths = paths[:1]  # then come arguments, or what the link says
        for path in paths:
            found.setdefault(Touch(how, path, call), None)
    return list(found)


def _text(quoted: str) -> str:
    return quoted.encode("latin-1", "backslashreplace").decode("unicode_escape")


def _whole_lines(lines: Iterable[str]) -> list[str]:
    """Calls that another process interrupted, put together again."""
    begun: dict[str, str] = {}
    whole: list[str] = []
    for line in lines:
        unfinished = _UNFINISHED.match(line)
        resumed = _RESUMED.match(line)
        if unfinished is not None:
            begun[unfinished[1]] = unfinished[2]
        elif resumed is not None:
            whole.append(f"{resumed[1]} {begun.pop(resumed[1], '')}{resumed[2]}")
        else:
            whole.append(line)
    return whole


def violations(found: Sequence[Touch], places: dict[str, str]) -> list[Touch]:
    """What was touched and is not expected; `places` fill the names in braces."""
    escaped = {name: re.escape(path) for name, path in places.items()}
    reads = re.compile("|".join(f"(?:{each.format(**escaped)})" for each, _ in EXPECTED))
    writes = re.compile("|".join(f"(?:{each.format(**escaped)})" for each, _ in WRITTEN))
    above = {str(each) for each in Path(places["root"]).parents}
    above |= {
        str(each) for name in ("python", "assay", "cache") for each in Path(places[name]).parents
    }
    wrong: list[Touch] = []
    for each in found:
        if each.how == "write":
            is_expected = writes.fullmatch(each.path) is not None
        else:
            is_expected = reads.fullmatch(each.path) is not None
            if each.how == "look":
                folder, name = os.path.split(each.path)
                is_expected = is_expected or each.path in above
                is_expected = is_expected or (
                    folder in above and re.fullmatch(MARKS, name) is not None
                )
        if not is_expected:
            wrong.append(each)
    return wrong


# The tree full of traps


def write_traps(root: Path, outside: Path) -> None:
    """A repository of some files, and what an adversary would put beside them."""
    (outside / "sub").mkdir(parents=True)
    for name in ("secret.py", "sub/deep.py", "page.html", "assay.toml", "patterns", ".bashrc"):
        (outside / name).write_text("secret = 1\n")
    (root / ".git" / "info").mkdir(parents=True)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git" / "info" / "exclude").symlink_to(outside / "patterns")
    (root / ".git" / "config").write_text(f"[core]\n\tfsmonitor = {outside}/hook\n")
    (root / "pkg" / "templates").mkdir(parents=True)
    (root / "pkg" / "__init__.py").write_text("")
    for number in range(90):
        (root / "pkg" / f"m{number:02}.py").write_text(
            f"import stolen{number % 3}, piped\nfrom away import secret\nfrom . import m00, link\n"
            f"def f(x):\n    handle = open(x)\n    stolen{number % 3}.g(handle)\n"
        )
    (root / "pkg" / "web.py").write_text(
        "from flask import Flask, render_template, request\napp = Flask(__name__)\n"
        "@app.route('/')\ndef page():\n"
        "    return render_template('page.html', a=request.args['a']) + render_template('p.html')\n"
    )
    (root / "pkg" / "templates" / "page.html").symlink_to(outside / "page.html")
    os.mkfifo(root / "pkg" / "templates" / "p.html")
    (root / "pkg" / "link.py").symlink_to(outside / "secret.py")
    (root / "link.py").symlink_to("pkg/link.py")
    (root / "stolen0.py").symlink_to("../outside/secret.py")
    (root / "stolen1.py").symlink_to("/proc/self/environ")
    (root / "stolen2.py").symlink_to("/dev/zero")
    (root / "away").symlink_to(outside)
    (root / "pkg" / "deep").symlink_to("../away/sub")
    os.mkfifo(root / "piped.py")
    (root / ".gitignore").symlink_to(outside / "patterns")
    (root / "pkg" / ".gitignore").symlink_to("/dev/zero")
    (root / "setup.cfg").symlink_to(outside / "secret.py")
    (root / "requirements.txt").symlink_to(outside / "patterns")
    (root / "sub").mkdir()
    (root / "sub" / "pyproject.toml").symlink_to(outside / "assay.toml")
    (root / "sub" / "a.py").write_text("print(1)\n")
    (root / ".assay_cache").symlink_to(outside)
    (root / "pyproject.toml").write_text(
        f"[tool.assay]\ncache-dir = \"{outside}\"\nstart-method = 'fork'\n"
    )
    for name in ("multiprocessing.py", "sitecustomize.py", "usercustomize.py", "pathspec.py"):
        (root / name).write_text(f"open({str(outside / 'executed')!r}, 'w')\n")


# Running under strace


@dataclass(frozen=True)
class Runner:
    """Runs commands under strace, as a user where one is given."""

    user: str
    home: Path
    log: Path

    def run(self, command: Sequence[str], cwd: Path) -> tuple[int, str, str]:
        """Exit code, stderr and trace."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "XDG_", "ASSAY"))
        }
        environment |= {"HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        traced = [
            "strace",
            "-f",
            "-y",
            "-qq",
            "-s",
            "4096",
            "-e",
            "trace=%file",
            "-o",
            str(self.log),
        ]
        if self.user:
            traced += ["-u", self.user]
        done = subprocess.run(
            [*traced, *command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=600,
        )
        return done.returncode, done.stderr, self.log.read_text("latin-1")


_FORBIDDEN: Final = """
import os, subprocess, sys
outside, root = sys.argv[1:]
os.chdir(root)
open(outside + "/secret.py").close()                    # read
open("away/secret.py").close()                          # read through a link of a folder
os.stat(outside + "/page.html")                         # look
os.readlink(outside + "/l")                             # look
os.listdir(outside + "/sub")                            # read a folder
fd = os.open(outside, os.O_RDONLY)
os.close(os.open(".bashrc", os.O_RDONLY, dir_fd=fd))     # read by descriptor
os.close(os.open(".bashrc", os.O_WRONLY, dir_fd=fd))     # write by descriptor
open(outside + "/new", "w").close()                     # write
open("in_root", "w").close()                            # write into the repository
os.unlink(outside + "/new")
os.mkdir(outside + "/d"); os.rename(outside + "/d", outside + "/e"); os.rmdir(outside + "/e")
os.symlink("x", outside + "/s"); os.link(outside + "/secret.py", outside + "/h")
os.chmod(outside + "/h", 0o600); os.truncate(outside + "/h", 0); os.utime(outside + "/h")
subprocess.run(["/bin/true"])                            # run a program
"""
_SEEN: Final = {
    ("read", "secret.py"), ("look", "page.html"), ("look", "l"), ("read", "sub"),
    ("read", ".bashrc"), ("write", ".bashrc"), ("write", "new"), ("write", "d"), ("write", "e"),
    ("write", "s"), ("write", "h"),
}  # fmt: skip


def check_that_it_sees(runner: Runner, root: Path, outside: Path, places: dict[str, str]) -> None:
    """Fails unless every forbidden thing that a program does is seen."""
    (outside / "l").symlink_to("secret.py")
    code, said, log = runner.run(
        [sys.executable, "-I", "-c", _FORBIDDEN, str(outside), str(root)], root
    )
    if code:
        raise SystemExit(f"the program of forbidden things failed: {said}")
    wrong = violations(touches(log, str(root)), places)
    seen = {(each.how, os.path.relpath(each.path, outside)) for each in wrong}
    missed = {each for each in _SEEN if each not in seen}
    through = any(
        each.path.endswith("away/secret.py") or each.path == str(outside / "secret.py")
        for each in wrong
    )
    in_root = any(each.how == "write" and each.path == str(root / "in_root") for each in wrong)
    program = any(each.how == "run" and each.path.endswith("/true") for each in wrong)
    if missed or not through or not in_root or not program:
        raise SystemExit(f"forbidden things that are not seen: {sorted(missed)}")
    print(f"{len(wrong)} of a program's forbidden calls are seen, of {len(_SEEN) + 3} kinds")
    (root / "in_root").unlink()
    for name in ("s", "h", "l"):
        (outside / name).unlink()


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of all that lies below a folder."""
    return {
        str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


_WHERE: Final = "import sys, assay; print(sys.base_prefix, sys.prefix, *assay.__path__, sep='\\n')"


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--assay", required=True, help="the command to run")
    parser.add_argument("--user", default="", help="run as this user (needs the rights of root)")
    parser.add_argument("--trace", default="", help="keep the last trace here")
    given = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed")
        return 2
    assay = os.path.abspath(given.assay)
    with open(assay, encoding="utf-8") as script:
        interpreter = script.readline().removeprefix("#!").strip()
    told = subprocess.run(
        [interpreter, "-P", "-c", _WHERE], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    with tempfile.TemporaryDirectory(prefix="assay-access-") as name:
        folder = Path(name).resolve()
        home, root, outside, reports = (
            folder / each for each in ("home", "u/root", "u/outside", "reports")
        )
        for each in (home, root, reports):
            each.mkdir(parents=True)
        write_traps(root, outside)
        if given.user:
            entry = pwd.getpwnam(given.user)
            folder.chmod(0o755)
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
        places = {
            "home": str(home),
            "python": told[0],
            "assay": told[2],
            "packages": os.path.dirname(told[2]),
            "cache": str(home / ".cache" / "assay"),
            "root": str(root),
            "reports": str(reports),
            "tmp": tempfile.gettempdir(),
        }
        runner = Runner(given.user, home, Path(given.trace or folder / "trace"))
        check_that_it_sees(runner, root, outside, places)
        before = state_of(outside), state_of(root)
        is_well, wrong = _review_traps(runner, assay, (interpreter, told[1]), root, places)
        if (state_of(outside), state_of(root)) != before:
            print("something in the repository or beside it changed")
            is_well = False
    for touch in wrong:
        print(f"violation: {touch.how} {touch.path} ({touch.call})")
    print(f"{len(wrong)} violations")
    return 0 if is_well and not wrong else 1


def _review_traps(
    runner: Runner, assay: str, python: tuple[str, str], root: Path, places: dict[str, str]
) -> tuple[bool, list[Touch]]:
    """Whether every command ended as it should, and the violations of all, each once.

    `python` is the interpreter and the folder of its environment.
    """
    interpreter, environment = python
    own = (os.path.realpath(assay), os.path.realpath(interpreter))
    wrong: dict[Touch, None] = {}
    is_well = True
    for arguments in COMMANDS:
        filled = [each.format(reports=places["reports"]) for each in arguments]
        code, said, log = runner.run([assay, *filled], root)
        found = [each for each in touches(log, str(root)) if not _is_of(each.path, environment)]
        for each in found:
            if each.how == "run":
                is_wrong = os.path.realpath(each.path) not in own
            else:
                is_wrong = bool(violations([each], places))
            if is_wrong:
                wrong.setdefault(each)
        print(f"exit {code}, {len(found)} paths touched: assay {' '.join(filled)}")
        if "Traceback" in said or code not in (0, 1, 2, 3):
            print(said)
            is_well = False
    return is_well, list(wrong)


COMMANDS: Final = (
    ("review", "--exit-zero", "-j", "1"),
    ("review", "--exit-zero", "-j", "2"),
    ("review", "--exit-zero", "-j", "2"),  # with what the cache holds now
    ("review", "--isolated", "--no-cache", "-v", "--output-format", "json", "-j", "2", "."),
    ("review", "--config", "start-method=fork", "--no-cache", "-j", "2"),
    ("review", "-o", "{reports}/a.sarif", "--output-format", "sarif", "pkg/m01.py", "link.py"),
    ("review", "sub", "away", "piped.py"),
    ("review", "-", "--stdin-filename", "pkg/new.py"),
    ("doctor",),
    ("models", "check"),
    ("dump", "ir", "link.py"),
    ("dump", "callgraph", "pkg/m00.py"),
)


def _is_of(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


if __name__ == "__main__":
    sys.exit(main())

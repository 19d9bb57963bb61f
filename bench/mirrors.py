"""Files of a commit, from git directories that lie in a folder of mirrors.

A mirror of OWNER/NAME is a git directory (or a checkout) at OWNER+NAME/repo or OWNER+NAME below
the folder. Nothing is fetched: what a mirror lacks is missing.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class MirrorError(Exception):
    """There is no mirror of a repository, or not what was asked of it."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A change of a file: first line and number of lines before and after, as `diff -U0` says."""

    old: int
    old_lines: int
    new: int
    new_lines: int

    @property
    def shift(self) -> int:
        """By how much the change moves the lines behind it."""
        return self.new_lines - self.old_lines

    @property
    def touched(self) -> tuple[int, int]:
        """The lines before the change that it concerns, and one below."""
        first = self.old if self.old_lines else self.old - 1
        return first, self.old + max(self.old_lines, 1)


def git_folder(mirrors: Path, repo: str) -> Path:
    """The git directory of OWNER/NAME."""
    base = mirrors / repo.replace("/", "+")
    for found in (base / "repo", base / "repo" / ".git", base, base / ".git"):
        if (found / "HEAD").is_file():
            return found
    raise MirrorError(f"no mirror of {repo}")


def _git(folder: Path, arguments: Sequence[str], given: bytes = b"") -> bytes:
    # A mirror may be of another user, and may promise what would have to be fetched.
    safe = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory"}
    environment = {**os.environ, **safe, "GIT_CONFIG_VALUE_0": "*", "GIT_NO_LAZY_FETCH": "1"}
    done = subprocess.run(
        ["git", f"--git-dir={folder}", *arguments],
        input=given,
        capture_output=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise MirrorError(done.stderr.decode("utf-8", "replace").strip()[-200:])
    return done.stdout


def contents(folder: Path, names: Sequence[str]) -> list[bytes | None]:
    """What COMMIT:PATH holds, for each name in turn; None where there is no such file."""
    if not names:
        return []
    given = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    output = _git(folder, ["cat-file", "--batch"], given)
    found: list[bytes | None] = []
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        head = output[at:end].split()
        at = end + 1
        if len(head) == 3 and head[2].isdigit():
            size = int(head[2])
            found.append(output[at : at + size] if head[1] == b"blob" else None)
            at += size + 1
        else:
            found.append(None)
    if len(found) != len(names):
        raise MirrorError(f"{len(found)} answers to {len(names)} names")
    return found


def tree(folder: Path, commit: str) -> list[str]:
    """The paths of the regular files of a commit."""
    listed = _git(folder, ["ls-tree", "-rz", commit]).split(b"\0")
    pairs = [entry.partition(b"\t") for entry in listed if entry.startswith(b"100")]
    names = [name.decode("utf-8", "surrogateescape") for _, _, name in pairs]
    return [name for name in names if "\n" not in name]


def hunks(folder: Path, old: str, new: str, path: str) -> tuple[Hunk, ...]:
    """What a commit changes in one file."""
    arguments = ["diff", "-U0", "--no-color", "--no-ext-diff", old, new, "--", path]
    return parsed_hunks(_git(folder, arguments).decode("utf-8", "replace"))


def parsed_hunks(diff: str) -> tuple[Hunk, ...]:
    """The changes that a diff without context shows."""
    return tuple(
        Hunk(*(1 if each is None else int(each) for each in match.groups()))
        for match in _HUNK.finditer(diff)
    )


def moved(changes: Sequence[Hunk], start: int, end: int) -> tuple[int, int]:
    """Where lines of the old file lie in the new one, with what replaced them."""
    first = last = 0
    before = within = 0
    for each in changes:
        if each.old + max(each.old_lines, 1) - 1 < start:
            before = within = before + each.shift
        elif each.old <= end:
            begins = each.new if each.new_lines else each.new + 1
            ends = each.new + max(each.new_lines, 1) - 1
            first = min(first, begins) if first else begins
            last = max(last, ends)
            within += each.shift
    new_start, new_end = start + before, end + within
    if first:
        new_start, new_end = min(new_start, first), max(new_end, last)
    return max(new_start, 1), max(new_end, new_start, 1)

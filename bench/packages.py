"""The sixty packages of PyPI of `draws/packages.tsv`: brought into a folder, and reviewed.

    python bench/packages.py PACKAGES          # downloads what the folder lacks, and unpacks it

Wheels of the recorded versions, unpacked to NAME-VERSION below the folder; nothing of them is
installed or run. Every package is reviewed as a user does who reviews its folder, with the settings
that Assay has by default.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from assay.checkers.registry import all_checkers
from assay.cli.review import settings_of
from assay.driver.options import Value
from assay.driver.outside import outside_data
from assay.driver.pipeline import Detail
from assay.driver.run import review_paths
from lone import workers

LIST: Final = Path(__file__).resolve().parent / "draws" / "packages.tsv"
_PYTHON: Final = "3.11"  # of the wheels, whatever runs this

DEFAULT_VIEW: Final = "regular"
"""The persona whose findings `noise` and `labels` count."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package, its version, and what kind of program it is."""

    name: str
    version: str
    kind: str

    @property
    def folder(self) -> str:
        """Its folder below that of the packages."""
        return f"{self.name}-{self.version}"

    @property
    def spelled(self) -> str:
        """As labels name it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the default view; `path` is within the package."""

    package: str
    rule: str
    fingerprint: str
    path: str
    line: int
    severity: str
    confidence: str
    message: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What it is known by in later commits: neither line nor words are part of it."""
        return self.rule, self.fingerprint, self.path, self.package


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the review of one package found, and in how many lines."""

    package: Package
    lines: int
    findings: tuple[Finding, ...]


def load(path: Path = LIST) -> list[Package]:
    """The packages of the list, in its order."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Package(each["package"], each["version"], each["kind"]) for each in rows]


def named(packages: Sequence[Package], names: Sequence[str]) -> list[Package]:
    """Those with the names, all where there is none. Raises ValueError for an unknown name."""
    unknown = set(names) - {each.name for each in packages}
    if unknown:
        raise ValueError(f"not in {LIST.name}: {', '.join(sorted(unknown))}")
    return [each for each in packages if not names or each.name in names]


def fetch(packages: Sequence[Package], folder: Path) -> None:
    """Downloads and unpacks the packages that the folder lacks."""
    missing = [each for each in packages if not (folder / each.folder).is_dir()]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for package in missing:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
            wanted = f"{package.name}=={package.version}"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--only-binary", ":all:", "--python-version", _PYTHON, "-d", scratch]
            subprocess.run([*command, wanted], check=True)
            (wheel,) = Path(scratch).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(Path(scratch, "unpacked"))
            Path(scratch, "unpacked").rename(folder / package.folder)


def _review(folder: str, persona: str, package: Package) -> Reviewed:
    """The review of one package, in a process of its own."""
    os.chdir(os.path.join(folder, package.folder))
    given: list[tuple[str, Value]] = [("cache", False), ("jobs", 1), ("persona", persona)]
    door, governing = settings_of(["."], "", [], True, given)
    # No limit of time for a file: it would make figures depend on the machine's load.
    detail = Detail(
        keep_clean=False,
        line_hashes=False,
        seconds=0,
        debug=False,
        outside=outside_data(governing.run.options),
    )
    run = review_paths(door, ["."], "", governing, all_checkers(), detail, quiet=True)
    found = [
        Finding(
            package.spelled,
            each.observation.rule.id,
            each.fingerprint,
            each.observation.path,
            each.observation.line,
            each.observation.severity.value,
            each.observation.confidence.value,
            each.observation.message,
        )
        for each in run.review.found
    ]
    return Reviewed(package, run.review.lines, tuple(found))


def reviewed(
    packages: Sequence[Package], folder: Path, jobs: int, persona: str = DEFAULT_VIEW
) -> list[Reviewed]:
    """The reviews, in the order of the packages. Raises ValueError where one is not there.

    They hold what the persona is shown: by default what a reader sees who asks for nothing.
    """
    missing = [each.folder for each in packages if not (folder / each.folder).is_dir()]
    if missing:
        raise ValueError(f"not there, run bench/packages.py first: {', '.join(missing)}")
    with workers(jobs) as pool:
        return list(pool.map(partial(_review, str(folder.resolve()), persona), packages))


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Brings the packages of the list into a folder.")
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*", help="only these")
    given = parser.parse_args()
    packages = named(load(), [str(name) for name in given.names])
    fetch(packages, Path(str(given.folder)))
    print(f"{len(packages)} packages in {given.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
